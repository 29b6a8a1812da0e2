package io.github.cumulusmaven.hydrate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A resource that can have notes, as the bytes it came in: only its attachments are understood, and only they change.
 *
 * @param line the resource
 * @param type {@code DocumentReference} or {@code DiagnosticReport}
 * @param id of the resource
 * @param attachments in their order
 */
@SuppressWarnings("ArrayRecordComponent") // two of them are never compared
record NotedResource(byte[] line, String type, String id, List<Attachment> attachments) {
    /** The resource types whose attachments are clinical notes. */
    static final List<String> TYPES = List.of("DocumentReference", "DiagnosticReport");

    /** What a note brings with it. */
    private static final Set<String> REPLACED = Set.of("contentType", "size", "hash", "data");

    /** Nothing for what is not a resource of these types with an id. */
    static Optional<NotedResource> of(byte[] line) {
        try (JsonParser json = FhirJson.mapper().createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            NotedResource resource = new Reader(line, json).read();
            boolean usable = TYPES.contains(resource.type()) && !resource.id().isEmpty() && !isUtf16(json);
            return usable ? Optional.of(resource) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /** Then it is not told where in the bytes something is. */
    private static boolean isUtf16(JsonParser json) {
        return json.currentLocation().getByteOffset() < 0;
    }

    private static final class Reader {
        private final byte[] line;
        private final JsonParser json;
        private final List<Attachment> attachments = new ArrayList<>();
        private String type = "";
        private String id = "";

        Reader(byte[] line, JsonParser json) {
            this.line = line;
            this.json = json;
        }

        NotedResource read() throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (name.equals("resourceType") && value == JsonToken.VALUE_STRING) {
                    type = json.getText();
                } else if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                    id = json.getText();
                } else if (name.equals("content") && value == JsonToken.START_ARRAY) {
                    readContent();
                } else if (name.equals("presentedForm") && value == JsonToken.START_ARRAY) {
                    readForms();
                } else {
                    json.skipChildren();
                }
            }
            return new NotedResource(line, type, id, attachments);
        }

        private void readContent() throws IOException {
            for (JsonToken item = json.nextToken(); item != JsonToken.END_ARRAY; item = json.nextToken()) {
                if (item != JsonToken.START_OBJECT) {
                    json.skipChildren();
                    continue;
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean wanted = json.currentName().equals("attachment");
                    if (json.nextToken() == JsonToken.START_OBJECT && wanted) {
                        readAttachment();
                    } else {
                        json.skipChildren();
                    }
                }
            }
        }

        private void readForms() throws IOException {
            for (JsonToken item = json.nextToken(); item != JsonToken.END_ARRAY; item = json.nextToken()) {
                if (item == JsonToken.START_OBJECT) {
                    readAttachment();
                } else {
                    json.skipChildren();
                }
            }
        }

        private void readAttachment() throws IOException {
            int from = (int) json.currentTokenLocation().getByteOffset();
            String url = "";
            String contentType = "";
            long size = -1;
            boolean inline = false;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    switch (name) {
                        case "url" -> url = json.getText().trim();
                        case "contentType" -> contentType = json.getText().trim();
                        case "data" -> inline = !json.getText().isBlank();
                        default -> {}
                    }
                } else if (name.equals("size") && value == JsonToken.VALUE_NUMBER_INT) {
                    size = json.getBigIntegerValue().bitLength() < Long.SIZE ? json.getLongValue() : -1;
                } else {
                    json.skipChildren();
                }
            }
            int to = (int) json.currentLocation().getByteOffset();
            attachments.add(new Attachment(from, to, url, contentType, size, inline));
        }
    }

    private static ObjectNode attachment(byte[] line, int from, int to) throws IOException {
        return FhirJson.mapper().readValue(line, from, to - from, ObjectNode.class);
    }

    /** What is in an attachment that has its data inline; nothing where that is not base64. */
    Optional<Note> note(Attachment attachment) {
        try {
            JsonNode json = attachment(line, attachment.from(), attachment.to());
            return Optional.of(new Note(json.path("data").binaryValue(), attachment.contentType()));
        } catch (IOException notBase64) {
            return Optional.empty();
        }
    }

    /** The same resource with notes in it, by the number of their attachment; all else stays byte by byte. */
    byte[] with(Map<Integer, Note> notes) throws IOException {
        long more =
                notes.values().stream().mapToLong(note -> note.data().length).sum();
        ByteArrayOutputStream written = new ByteArrayOutputStream((int) (line.length + more * 4 / 3 + 256));
        int at = 0;
        for (int number = 0; number < attachments.size(); number++) {
            Note note = notes.get(number);
            if (note != null) {
                Attachment attachment = attachments.get(number);
                written.write(line, at, attachment.from() - at);
                write(attachment, note, written);
                at = attachment.to();
            }
        }
        written.write(line, at, line.length - at);
        return withoutLineEnds(written.toByteArray());
    }

    /** Everything but what a note replaces stays as it is. Base64 is the JDK's, as Jackson needs far longer for it. */
    private void write(Attachment attachment, Note note, ByteArrayOutputStream target) throws IOException {
        byte[] data = Base64.getEncoder().encode(note.data());
        try (JsonParser from =
                        FhirJson.mapper().createParser(line, attachment.from(), attachment.to() - attachment.from());
                JsonGenerator to = FhirJson.mapper().createGenerator(target)) {
            from.nextToken();
            to.writeStartObject();
            to.writeStringField("contentType", note.contentType());
            while (from.nextToken() == JsonToken.FIELD_NAME) {
                boolean replaced = REPLACED.contains(from.currentName());
                if (!replaced) {
                    to.writeFieldName(from.currentName());
                }
                from.nextToken();
                if (replaced) {
                    from.skipChildren();
                } else {
                    to.copyCurrentStructureExact(from);
                }
            }
            to.writeNumberField("size", note.data().length);
            to.writeStringField("hash", note.hash());
            to.writeFieldName("data");
            to.writeRawUTF8String(data, 0, data.length);
            to.writeEndObject();
        }
    }

    /** Between JSON's tokens they mean nothing, and inside of strings they cannot be. */
    private static byte[] withoutLineEnds(byte[] json) {
        int to = 0;
        for (byte letter : json) {
            if (letter != '\n' && letter != '\r') {
                json[to++] = letter;
            }
        }
        return to == json.length ? json : Arrays.copyOf(json, to);
    }
}
