package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Runs an export whose manifest lists a million files, and reads its state again, in a JVM of its own with little memory.
 * The server refuses the files themselves, so that the run ends soon after its state is written.
 */
final class MillionFiles {
    static final int FILES = 1_000_000;

    private MillionFiles() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        try (TestServer server = new TestServer();
                HttpGateway gateway = new HttpGateway(HttpGateway.Limits.DEFAULT, "test/1", Instant::now)) {
            URI base = server.url("/fhir");
            server.on("/fhir/$export", Answer.of(202).with("Content-Location", base + "/status/1"))
                    .on("/fhir/status/1", Answer.of(200).untilClose().then(out -> manifest(out, base)))
                    .otherwise(request -> Answer.of(request.path().contains("/files/") ? 400 : 404));
            BulkExport export = new BulkExport(
                    Exports.config(base, folder, false),
                    gateway.allow(base),
                    Authorizer.NONE,
                    FolderSeal.NONE,
                    Instant::now,
                    wait -> {},
                    List.of());
            run(folder, export);
        }
    }

    private static void run(Path folder, BulkExport export) throws Exception {
        try (ExportFolder taken = ExportFolder.take(folder)) {
            export.start(taken, false);
            throw new IllegalStateException("no file can be had");
        } catch (ExportFailure refused) {
            int files = ((Downloading) ExportFolder.look(folder).orElseThrow())
                    .files()
                    .size();
            System.out.println(refused.kind() + " " + files);
        }
    }

    private static void manifest(OutputStream body, URI base) throws IOException {
        write(
                body,
                "{\"transactionTime\":\"" + Exports.TIME
                        + "\",\"request\":\"x\",\"requiresAccessToken\":true,\"error\":[],\"output\":[");
        for (int file = 0; file < FILES; file++) {
            write(
                    body,
                    (file == 0 ? "" : ",") + "{\"type\":\"Observation\",\"url\":\"" + base + "/files/Observation."
                            + file + ".ndjson\",\"count\":" + file + "}");
        }
        write(body, "]}");
    }

    private static void write(OutputStream body, String text) throws IOException {
        body.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
