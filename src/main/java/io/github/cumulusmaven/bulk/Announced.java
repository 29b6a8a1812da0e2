package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a manifest promises of a file beyond its count (MF-08). Servers do not say whether they mean the bytes as they
 * are sent or as they are without compression.
 *
 * @param bytes {@code fileSize} of IG 4, or DPC's {@code file_length}
 * @param sha256 DPC's {@code checksum}, in lower-case hex
 */
record Announced(OptionalLong bytes, Optional<String> sha256) {
    static final Announced NOTHING = new Announced(OptionalLong.empty(), Optional.empty());

    private static final Pattern SHA256 = Pattern.compile("(?i)sha-?256:([0-9a-f]{64})");
    private static final Pattern LENGTH = Pattern.compile("(\\d{1,18})(\\.0+)?");

    /** Of an entry of the manifest, whose extensions may be a list, as FHIR has it, or an object, as IG 3 has it. */
    static Announced of(JsonNode entry) {
        if (!entry.has("fileSize") && !entry.has("extension")) {
            return NOTHING;
        }
        OptionalLong size = Stream.concat(FhirJson.text(entry, "fileSize").stream(), extensions(entry, "file_length"))
                .map(LENGTH::matcher)
                .filter(Matcher::matches)
                .mapToLong(number -> Long.parseLong(number.group(1)))
                .findFirst();
        Optional<String> sum = extensions(entry, "checksum")
                .map(SHA256::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1).toLowerCase(Locale.ROOT))
                .findFirst();
        return new Announced(size, sum);
    }

    private static Stream<String> extensions(JsonNode entry, String name) {
        JsonNode extension = entry.path("extension");
        Stream<String> named = extension.properties().stream()
                .filter(field -> isNamed(field.getKey(), name))
                .map(field -> field.getValue().asText());
        Stream<String> listed = Stream.concat(Stream.of(extension), elements(extension))
                .filter(item -> isNamed(item.path("url").asText(), name))
                .flatMap(Announced::values);
        return Stream.concat(named, listed);
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        Stream.Builder<JsonNode> elements = Stream.builder();
        list.elements().forEachRemaining(elements);
        return elements.build();
    }

    private static Stream<String> values(JsonNode item) {
        return item.properties().stream()
                .filter(field -> field.getKey().startsWith("value"))
                .map(Map.Entry::getValue)
                .map(JsonNode::asText);
    }

    /** Extensions are named by URLs, of which only the end says something. */
    private static boolean isNamed(String url, String name) {
        return url.substring(url.lastIndexOf('/') + 1).equalsIgnoreCase(name);
    }
}
