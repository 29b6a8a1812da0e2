package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The least that a Java program can do: the JDK's client fetches bodies, and they are thrown away. */
public final class BareNotes {
    private BareNotes() {}

    /**
     * Fetches, so many at a time, the URLs that a file has in its lines, as often as told, and tells for each time how many
     * nanoseconds it took and how many bytes came.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        List<String> urls = Files.readAllLines(Path.of(arguments[2]));
        for (int lap = 0; lap < Integer.parseInt(arguments[0]); lap++) {
            long began = System.nanoTime();
            long bytes = fetch(urls, Integer.parseInt(arguments[1]));
            System.out.println((System.nanoTime() - began) + " " + bytes);
        }
    }

    private static long fetch(List<String> urls, int parallel) throws InterruptedException, ExecutionException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService workers = Executors.newFixedThreadPool(parallel);
        List<Future<Integer>> notes = new ArrayList<>();
        for (String url : urls) {
            notes.add(workers.submit(() -> fetch(client, URI.create(url))));
        }
        long bytes = 0;
        for (Future<Integer> note : notes) {
            bytes += note.get();
        }
        workers.shutdown();
        return bytes;
    }

    private static int fetch(HttpClient client, URI url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray())
                .body()
                .length;
    }
}
