package io.github.cumulusmaven.etl.canary;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.LineChunks;
import io.github.cumulusmaven.fhir.ndjson.LineEnds;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the input's Patients, as far as they identify somebody. What cannot be read is left out and counted: that the
 * Patients' table lacks it, too, is said only where that table is made.
 */
final class PatientReader {
    static final String TYPE = "Patient";

    private static final Set<String> ELEMENTS =
            Set.of("resourceType", "id", "identifier", "name", "telecom", "address", "contact");

    /** Values in memory at a time; with that many, nobody is a person. */
    private static final int MOST_VALUES = 100_000;

    private static final int LONGEST_TEXT = 1024 * 1024;

    private static final JsonFactory JSON = factory();

    private final int stride;
    private final CanaryListener listener;
    private final Consumer<JsonNode> patients;
    private long bytesRead;
    private long unreadFiles;
    private long unreadLines;
    private int values;

    /**
     * Reads the blocks of Patients.
     *
     * @param stride about one block in so many is read
     * @param patients takes each Patient
     */
    PatientReader(int stride, CanaryListener listener, Consumer<JsonNode> patients) {
        this.stride = stride;
        this.listener = listener;
        this.patients = patients;
    }

    private static JsonFactory factory() {
        JsonFactory all = FhirJson.mapper().getFactory();
        return all.rebuild()
                .streamReadConstraints(all.streamReadConstraints()
                        .rebuild()
                        .maxStringLength(LONGEST_TEXT)
                        .build())
                .build();
    }

    void read(List<InputFile> files) throws InterruptedException {
        for (InputFile file : files) {
            try {
                LineChunks.read(file.open(), (bytes, length) -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    if (Canary.isOfSample(bytesRead, stride)) {
                        lines(bytes, length);
                    }
                    bytesRead += length;
                    listener.canaryRead(length);
                });
            } catch (IOException damaged) {
                unreadFiles++;
            }
        }
    }

    /** Counts the files that could not be read to their end. */
    long unreadFiles() {
        return unreadFiles;
    }

    /** Lines that are no JSON, or too long or of too many parts to be read. */
    long unreadLines() {
        return unreadLines;
    }

    private void lines(byte[] bytes, int length) {
        // a line too long to be held comes as a block of no bytes
        unreadLines += length == 0 ? 1 : 0;
        int from = 0;
        while (from < length) {
            int end = LineEnds.find(bytes, from, length);
            JsonNode patient = patient(bytes, from, end);
            if (patient.path("resourceType").asText().equals(TYPE)) {
                patients.accept(patient);
            }
            from = end + 1;
        }
    }

    private JsonNode patient(byte[] bytes, int from, int end) {
        values = 0;
        try (JsonParser json = JSON.createParser(bytes, from, end - from)) {
            JsonToken first = json.nextToken();
            if (first == JsonToken.START_OBJECT) {
                return object(json, true);
            }
            unreadLines += first == null ? 0 : 1;
        } catch (IOException notJson) {
            unreadLines++;
        }
        return MissingNode.getInstance();
    }

    private ObjectNode object(JsonParser json, boolean root) throws IOException {
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
    private JsonNode value(JsonParser json) throws IOException {
        if (++values > MOST_VALUES) {
            throw new IOException("too many values");
        }
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
