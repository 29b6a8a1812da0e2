package io.github.cumulusmaven.bulk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * Runs an export whose manifest lists a million files, and reads its state again, in a JVM of its own with little memory.
 * The server refuses the files themselves, so that the run ends soon after its state is written.
 */
final class MillionFiles {
    static final int FILES = 1_000_000;

    private MillionFiles() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/fhir");
        server.createContext("/", exchange -> answer(exchange, base));
        server.start();
        try (HttpGateway gateway = new HttpGateway(HttpGateway.Limits.DEFAULT, "test/1", Instant::now)) {
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
        server.stop(0);
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

    private static void answer(HttpExchange exchange, URI base) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.endsWith("$export")) {
                exchange.getResponseHeaders().set("Content-Location", base + "/status/1");
                exchange.sendResponseHeaders(202, -1);
            } else if (path.endsWith("/status/1")) {
                exchange.sendResponseHeaders(200, 0);
                try (OutputStream body = new BufferedOutputStream(exchange.getResponseBody(), 64 * 1024)) {
                    manifest(body, base);
                }
            } else {
                exchange.sendResponseHeaders(path.contains("/files/") ? 400 : 404, -1);
            }
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
