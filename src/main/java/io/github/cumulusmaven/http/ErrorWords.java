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
    /** How many characters of a page are read: its words come early, and a long page's markup must not cost time. */
    private static final int MOST_MARKUP = 16_384;

    private static final int MOST_PARTS = 3;

    /** The fields in which RFC 9457, OAuth, Apigee, AWS, Spring and others have a title, and then a text. */
    private static final String[] NAMES = {
        "title", "error", "faultstring", "error_description", "detail", "message", "Message", "errorMessage", "reason"
    };

    private static final Pattern UNSEEN = Pattern.compile("(?is)<!--.*?-->|<(script|style)\\b.*?</\\1\\s*>");
    private static final Pattern TAG = Pattern.compile("<[^<>]*>");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private ErrorWords() {}

    /**
     * Joins the texts of the fields that are named like titles and messages, at any depth; empty where there are none.
     */
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
     * Extracts the words of an HTML page, for answers that can only be about our request. Returns other text unchanged,
     * and FHIR's own XML too.
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
