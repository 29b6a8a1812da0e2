package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The least that a Java program can do: the JDK's client fetches bodies. Nothing is checked. */
public final class BareClient {
    private BareClient() {}

    /**
     * Fetches, as often as told and so many at a time, the URLs that a file has in its lines, into the folder of the fourth
     * argument, or to throw the bodies away. Tells for each time how many nanoseconds it took and how many bytes came.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        for (int lap = 0; lap < Integer.parseInt(arguments[0]); lap++) {
            long began = System.nanoTime();
            List<String> urls = Files.readAllLines(Path.of(arguments[2]));
            Path folder = arguments.length > 3 ? Path.of(arguments[3]) : null;
            long bytes = fetch(urls, Integer.parseInt(arguments[1]), folder);
            System.out.println((System.nanoTime() - began) + " " + bytes);
        }
    }

    private static long fetch(List<String> urls, int parallel, Path folder)
            throws InterruptedException, ExecutionException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService workers = Executors.newFixedThreadPool(parallel);
        List<Future<Long>> bodies = new ArrayList<>();
        for (String url : urls) {
            bodies.add(workers.submit(() -> fetch(client, URI.create(url), folder)));
        }
        long bytes = 0;
        for (Future<Long> body : bodies) {
            bytes += body.get();
        }
        workers.shutdown();
        return bytes;
    }

    private static long fetch(HttpClient client, URI url, Path folder) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url).build();
        if (folder == null) {
            return client.send(request, BodyHandlers.ofByteArray()).body().length;
        }
        Path file = folder.resolve(Path.of(url.getPath()).getFileName());
        HttpResponse<Path> response = client.send(request, BodyHandlers.ofFile(file));
        return response.headers().firstValueAsLong("Content-Length").orElseThrow();
    }
}
