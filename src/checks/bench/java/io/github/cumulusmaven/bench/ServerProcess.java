package io.github.cumulusmaven.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The {@link BulkServer}, from outside. */
final class ServerProcess implements Closeable {
    private final Process process;
    private final String base;

    private ServerProcess(Process process, String base) {
        this.process = process;
        this.base = base;
    }

    static ServerProcess start(Path files) throws IOException {
        Process process = new ProcessBuilder(Java.command(BulkServer.class, List.of(files.toString())))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        return new ServerProcess(process, "http://127.0.0.1:" + output.readLine());
    }

    String fhirUrl() {
        return base + "/fhir";
    }

    List<String> urls(List<DataFile> files) {
        return files.stream().map(file -> base + "/files/" + file.name()).toList();
    }

    /** From the manifest to the deletion of the job, in the last export. */
    Duration download() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + "/downloaded")).build();
        String nanos = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body();
        return Duration.ofNanos(Long.parseLong(nanos));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
