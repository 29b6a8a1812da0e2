package io.github.cumulusmaven.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.OperationOutcome;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what people are told in the body of an error: in JSON of any gateway, or in a page. */
public final class ErrorWords {
    /** What is read of a page: its words come early, and its markup is not to cost time. */
    private static final int MOST_MARKUP = 16_384;

    private static final int MOST_PARTS = 3;

    /** By which RFC 9457, OAuth, Apigee, AWS, Spring and others call a title, and then a text. */
    private static final String[] NAMES = {
        "title", "error", "faultstring", "error_description", "detail", "message", "Message", "errorMessage", "reason"
    };

    private static final Pattern UNSEEN = Pattern.compile("(?is)<!--.*?-->|<(script|style)\\b.*?</\\1\\s*>");
    private static final Pattern TAG = Pattern.compile("<[^<>]*>");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private ErrorWords() {}

    /** The texts with telling names, at any depth; nothing where there are none. */
    static Optional<String> ofJson(JsonNode json) {
        return Optional.of(Stream.of(NAMES)
                        .map(json::findValue)
                        .filter(Objects::nonNull)
                        .filter(JsonNode::isTextual)
                        .map(text -> text.asText().strip())
                        .filter(text -> !text.isEmpty())
                        .distinct()
                        .limit(MOST_PARTS)
                        .collect(Collectors.joining(": ")))
                .filter(words -> !words.isEmpty());
    }

    static boolean isMarkup(String text) {
        return text.stripLeading().startsWith("<");
    }

    /**
     * The words of a page, for answers that can be about nothing but our request; what is no page stays as it is, as does
     * FHIR's own XML.
     */
    public static String ofPage(String text) {
        if (!isMarkup(text) || OperationOutcome.ofXml(text).isPresent()) {
            return text;
        }
        String page = text.substring(0, Math.min(text.length(), MOST_MARKUP));
        String words = TAG.matcher(UNSEEN.matcher(page).replaceAll(" ")).replaceAll(" ");
        return BLANKS.matcher(words)
                .replaceAll(" ")
                .replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
                .strip();
    }
}
