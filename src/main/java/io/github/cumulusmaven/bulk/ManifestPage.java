package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Holds a page of a manifest as it came, signed queries redacted, in a packed form: a million entries take some ten
 * megabytes, where a tree of them would take a gigabyte.
 */
@JsonSerialize(using = ManifestPage.Writer.class)
@JsonDeserialize(using = ManifestPage.Reader.class)
public final class ManifestPage {
    private static final String TIME = "transactionTime";

    private final byte[] packed;

    private ManifestPage(byte[] packed) {
        this.packed = packed;
    }

    /** Writes the JSON of a page. */
    @FunctionalInterface
    interface Content<E extends Exception> {
        void writeTo(JsonGenerator json) throws IOException, E;
    }

    static <E extends Exception> ManifestPage of(Content<E> content) throws IOException, E {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream packing = new DeflaterOutputStream(bytes);
                JsonGenerator json = FhirJson.mapper().createGenerator(packing)) {
            content.writeTo(json);
        }
        return new ManifestPage(bytes.toByteArray());
    }

    /** Reads the page again; signed URLs lack what was redacted. */
    Manifest parsed(URI source) throws NotAManifest, IOException {
        try (InputStream body = open()) {
            return Manifest.parse(body, source);
        }
    }

    private InputStream open() {
        return new InflaterInputStream(new ByteArrayInputStream(packed));
    }

    private JsonParser parser() throws IOException {
        return FhirJson.mapper().createParser(open());
    }

    /** The server's transactionTime; empty where it gave none. */
    String transactionTime() throws IOException {
        String time = "";
        try (JsonParser json = parser()) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = json.currentName().equals(TIME);
                if (json.nextToken().isScalarValue() && found) {
                    time = json.getText();
                }
                json.skipChildren();
            }
        }
        return time;
    }

    /** Copies the page, with another page's transactionTime, or without any where that is empty. */
    ManifestPage withTime(String time) throws IOException {
        return of(copy -> {
            try (JsonParser json = parser()) {
                json.nextToken();
                copy.writeStartObject();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    if (json.currentName().equals(TIME)) {
                        json.nextToken();
                        json.skipChildren();
                    } else {
                        copy.copyCurrentStructureExact(json);
                    }
                }
                if (!time.isEmpty()) {
                    copy.writeStringField(TIME, time);
                }
                copy.writeEndObject();
            }
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ManifestPage page && Arrays.equals(packed, page.packed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(packed);
    }

    /** Says how large it is, and nothing of the links in it. */
    @Override
    public String toString() {
        return "ManifestPage[" + packed.length + " bytes, packed]";
    }

    static final class Writer extends JsonSerializer<ManifestPage> {
        @Override
        public void serialize(ManifestPage page, JsonGenerator target, SerializerProvider unused) throws IOException {
            try (JsonParser json = page.parser()) {
                json.nextToken();
                target.copyCurrentStructureExact(json);
            }
        }
    }

    static final class Reader extends JsonDeserializer<ManifestPage> {
        @Override
        public ManifestPage deserialize(JsonParser source, DeserializationContext context) throws IOException {
            if (!source.isExpectedStartObjectToken()) {
                context.reportWrongTokenException(this, JsonToken.START_OBJECT, "a page of a manifest");
            }
            return of(json -> json.copyCurrentStructureExact(source));
        }
    }
}
