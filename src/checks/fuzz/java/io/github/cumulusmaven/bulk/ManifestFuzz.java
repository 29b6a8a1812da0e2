package io.github.cumulusmaven.bulk;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads any bytes as a manifest, and what was kept of it once more. */
class ManifestFuzz {
    private static final URI SOURCE = URI.create("https://ehr.example/fhir/status/1");

    static Stream<byte[]> seeds() {
        return Stream.of(
                        """
                        {"transactionTime":"2026-11-23T04:03:48.000+00:00","request":"https://ehr.example/fhir/$export",
                        "requiresAccessToken":true,"output":[{"type":"Patient","url":"/files/1?X-Amz-Signature=a",
                        "count":2,"fileSize":1e3,"extension":{"http://x/checksum":"sha256:00"}}],
                        "deleted":[{"url":"https://ehr.example/d"}],"error":[],"link":[{"relation":"next","url":"?p=2"}]}
                        """,
                        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"diagnostics\":\"x\"}]}",
                        "{\"output\":[{\"url\":\"../a\",\"extension\":[{\"url\":\"file_length\",\"valueDecimal\":1.0}]}]}",
                        "{\"output\":[],\"extension\":{\"rate\":1E99999999999}}")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void read(byte[] body) throws IOException {
        Manifest manifest;
        try {
            manifest = Manifest.parse(new ByteArrayInputStream(body), SOURCE);
        } catch (NotAManifest other) {
            return;
        }
        manifest.entries().forEach(Manifest.Entry::address);
        try {
            if (manifest.raw().parsed(SOURCE).entries().size()
                    != manifest.entries().size()) {
                throw new AssertionError("another manifest is kept than was read");
            }
        } catch (NotAManifest redacted) {
            throw new AssertionError(redacted);
        }
    }
}
