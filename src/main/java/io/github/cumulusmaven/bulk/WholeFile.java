package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.fhir.ndjson.LineMeter;
import io.github.cumulusmaven.http.GzipBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A file that lies in its place, looked at again. */
public final class WholeFile {
    private static final int BUFFER = 128 * 1024;

    private WholeFile() {}

    /** What the download would have noted of it. */
    public static Proof measure(Path path) throws IOException {
        MessageDigest digest = DigestingFile.sha256();
        LineMeter meter = new LineMeter();
        byte[] buffer = new byte[BUFFER];
        try (DigestInputStream stored = new DigestInputStream(Files.newInputStream(path), digest);
                InputStream plain = GzipBody.decode(stored)) {
            for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
                meter.update(buffer, 0, count);
            }
        }
        return new Proof(meter.resources(), meter.bytes(), HexFormat.of().formatHex(digest.digest()));
    }
}
