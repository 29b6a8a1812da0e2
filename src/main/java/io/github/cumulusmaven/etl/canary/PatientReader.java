package io.github.cumulusmaven.etl.canary;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Reads the input's Patients, as far as they identify somebody. What cannot be read is left out, as it is from tables. */
final class PatientReader {
    static final String TYPE = "Patient";

    private static final Set<String> ELEMENTS =
            Set.of("resourceType", "id", "identifier", "name", "telecom", "address", "contact");

    private final LineBlocks blocks;
    private final CanaryListener listener;

    PatientReader(LineBlocks blocks, CanaryListener listener) {
        this.blocks = blocks;
        this.listener = listener;
    }

    void read(List<InputFile> files, Consumer<JsonNode> patients) throws InterruptedException {
        for (InputFile file : files) {
            try {
                blocks.read(file.open(), (bytes, length) -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    lines(bytes, length, patients);
                    listener.canaryRead(length);
                });
            } catch (IOException damaged) {
                // the tables lack it, too, and say so
            }
        }
    }

    private static void lines(byte[] bytes, int length, Consumer<JsonNode> patients) {
        int from = 0;
        while (from < length) {
            int end = from;
            while (end < length && bytes[end] != '\n') {
                end++;
            }
            JsonNode patient = patient(bytes, from, end);
            if (patient.path("resourceType").asText().equals(TYPE)) {
                patients.accept(patient);
            }
            from = end + 1;
        }
    }

    private static JsonNode patient(byte[] bytes, int from, int end) {
        try (JsonParser json = FhirJson.mapper().createParser(bytes, from, end - from)) {
            return json.nextToken() == JsonToken.START_OBJECT ? object(json, true) : MissingNode.getInstance();
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static ObjectNode object(JsonParser json, boolean root) throws IOException {
        ObjectNode object = FhirJson.mapper().createObjectNode();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (root && !ELEMENTS.contains(name)) {
                json.skipChildren();
            } else {
                object.set(name, value(json));
            }
        }
        return object;
    }

    /** Numbers stay text: to make a number of a million digits takes longer than all the rest. */
    private static JsonNode value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json, false);
            case START_ARRAY -> {
                ArrayNode array = FhirJson.mapper().createArrayNode();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(json));
                }
                yield array;
            }
            case VALUE_NULL -> FhirJson.mapper().getNodeFactory().nullNode();
            default -> FhirJson.mapper().getNodeFactory().textNode(json.getText());
        };
    }
}
