package io.github.cumulusmaven.hydrate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The properties that matter of a resource that a server sent; each empty where it has none. Read without a tree, which
 * could need many times the memory of the text.
 *
 * @param type of the resource
 * @param id of it
 * @param contentType a Binary's
 * @param data a Binary's, in base64
 */
record SentResource(String type, String id, String contentType, String data) {
    private static final Set<String> NAMES = Set.of("resourceType", "id", "contentType", "data");

    /** Reads a body that is one JSON object; empty where it is anything else, or has more after the object. */
    static Optional<SentResource> of(byte[] body) {
        try (JsonParser json = FhirJson.mapper().createParser(body)) {
            Map<String, String> texts = new HashMap<>();
            boolean isObject = json.nextToken() == JsonToken.START_OBJECT;
            while (isObject && json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_STRING && NAMES.contains(name)) {
                    texts.put(name, json.getText());
                }
                json.skipChildren();
            }
            return isObject && json.nextToken() == null ? Optional.of(of(texts)) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static SentResource of(Map<String, String> texts) {
        return new SentResource(
                texts.getOrDefault("resourceType", ""),
                texts.getOrDefault("id", ""),
                texts.getOrDefault("contentType", ""),
                texts.getOrDefault("data", ""));
    }
}
