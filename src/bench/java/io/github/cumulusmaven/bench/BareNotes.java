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
     * Fetches the URLs that a file has in its lines, so many at a time, and tells how many nanoseconds it took and how many
     * bytes came.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        List<String> urls = Files.readAllLines(Path.of(arguments[0]));
        long began = System.nanoTime();
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService workers = Executors.newFixedThreadPool(Integer.parseInt(arguments[1]));
        List<Future<Integer>> notes = new ArrayList<>();
        for (String url : urls) {
            notes.add(workers.submit(() -> fetch(client, URI.create(url))));
        }
        long bytes = 0;
        for (Future<Integer> note : notes) {
            bytes += note.get();
        }
        System.out.println((System.nanoTime() - began) + " " + bytes);
        workers.shutdown();
    }

    private static int fetch(HttpClient client, URI url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray())
                .body()
                .length;
    }
}
