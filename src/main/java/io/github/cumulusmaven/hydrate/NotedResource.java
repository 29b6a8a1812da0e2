package io.github.cumulusmaven.hydrate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A resource that can have notes, as the bytes it came in. Only its attachments are parsed and changed.
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

    /** The properties of an attachment that a note replaces. */
    private static final Set<String> REPLACED = Set.of("contentType", "size", "hash", "data");

    /** Reads a resource; empty where the line is no resource of these types with an id. */
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

    /** Tells whether the JSON is UTF-16, for which the parser gives no byte offsets. */
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

    /** Decodes the data of an attachment that has them inline; empty where they are not base64. */
    Optional<Note> note(Attachment attachment) {
        try {
            JsonNode json = attachment(line, attachment.from(), attachment.to());
            return Optional.of(new Note(json.path("data").binaryValue(), attachment.contentType()));
        } catch (IOException notBase64) {
            return Optional.empty();
        }
    }

    /** Returns the resource with notes in it, by the number of their attachment; all else stays byte by byte. */
    byte[] with(Map<Integer, Note> notes) throws IOException {
        long more =
                notes.values().stream().mapToLong(note -> note.data().length).sum();
        ByteArrayOutputStream written = new ByteArrayOutputStream((int) (line.length + more * 4 / 3 + 256));
        int at = 0;
        for (int number = 0; number < attachments.size(); number++) {
            Note note = notes.get(number);
            if (note != null) {
                Attachment attachment = attachments.get(number);
                copy(at, attachment.from(), written);
                write(attachment, note, written);
                at = attachment.to();
            }
        }
        copy(at, line.length, written);
        return written.toByteArray();
    }

    /**
     * Writes an attachment; all but what the note replaces stays byte by byte. Base64 is the JDK's, as Jackson needs
     * far longer for it.
     */
    private void write(Attachment attachment, Note note, ByteArrayOutputStream target) throws IOException {
        target.writeBytes(ascii("{\"contentType\":\""));
        target.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(note.contentType()));
        target.write('"');
        copyKept(attachment, target);
        target.writeBytes(ascii(",\"size\":" + note.data().length + ",\"hash\":\"" + note.hash() + "\",\"data\":\""));
        target.writeBytes(Base64.getEncoder().encode(note.data()));
        target.writeBytes(ascii("\"}"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void copyKept(Attachment attachment, ByteArrayOutputStream target) throws IOException {
        try (JsonParser json =
                FhirJson.mapper().createParser(line, attachment.from(), attachment.to() - attachment.from())) {
            json.nextToken();
            JsonToken token = json.nextToken();
            while (token == JsonToken.FIELD_NAME) {
                boolean kept = !REPLACED.contains(json.currentName());
                int from = at(attachment, json);
                json.nextToken();
                json.skipChildren();
                token = json.nextToken();
                if (kept) {
                    target.write(',');
                    copy(from, endOfValue(at(attachment, json)), target);
                }
            }
        }
    }

    private static int at(Attachment attachment, JsonParser json) {
        return attachment.from() + (int) json.currentTokenLocation().getByteOffset();
    }

    /** Finds the end of a value, which is before the comma and the white space in front of the next token. */
    private int endOfValue(int nextToken) {
        int end = nextToken;
        while (line[end - 1] == ',' || line[end - 1] <= ' ') {
            end--;
        }
        return end;
    }

    /**
     * Copies bytes without their line ends, which mean nothing between JSON's tokens, and cannot be inside of strings.
     */
    private void copy(int from, int to, ByteArrayOutputStream target) {
        int begin = from;
        for (int at = from; at < to; at++) {
            if (line[at] == '\n' || line[at] == '\r') {
                target.write(line, begin, at - begin);
                begin = at + 1;
            }
        }
        target.write(line, begin, to - begin);
    }
}
