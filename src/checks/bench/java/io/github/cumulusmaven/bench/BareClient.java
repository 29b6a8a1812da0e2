package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The least that a Java program can do: the JDK's client writes bodies into files. Nothing is counted or checked. */
public final class BareClient {
    private BareClient() {}

    /** Fetches the URLs of the third and following arguments into a folder, and tells how many nanoseconds it took. */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        long began = System.nanoTime();
        Path folder = Path.of(arguments[0]);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService workers = Executors.newFixedThreadPool(Integer.parseInt(arguments[1]));
        List<Future<Path>> files = new ArrayList<>();
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            files.add(workers.submit(() -> fetch(client, URI.create(argument), folder)));
        }
        for (Future<Path> file : files) {
            file.get();
        }
        System.out.println(System.nanoTime() - began);
        workers.shutdown();
    }

    private static Path fetch(HttpClient client, URI url, Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve(Path.of(url.getPath()).getFileName());
        HttpResponse<Path> response = client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofFile(file));
        return response.body();
    }
}
