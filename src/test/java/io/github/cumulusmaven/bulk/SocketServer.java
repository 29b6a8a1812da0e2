package io.github.cumulusmaven.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Takes connections on loopback, each in a thread of its own, for servers that speak HTTP as no library would. */
abstract class SocketServer implements AutoCloseable {
    private final ServerSocket socket;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    SocketServer() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException busy) {
            throw new UncheckedIOException(busy);
        }
    }

    /** Begins to listen, once the server is made. */
    final void start() {
        threads.execute(this::accept);
    }

    /** The URL of a path. */
    public final URI url(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    /** The first line of each request. */
    public final List<String> requests() {
        return List.copyOf(requests);
    }

    final void note(String request) {
        requests.add(request);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                threads.execute(() -> answer(client));
            } catch (IOException | RejectedExecutionException closed) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try {
            talk(
                    client,
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1)));
        } catch (IOException gone) {
            open.remove(client);
        }
    }

    /** Reads requests and answers them; a connection that it does not close stays open. */
    abstract void talk(Socket client, BufferedReader lines) throws IOException;

    @Override
    public final void close() throws IOException {
        socket.close();
        for (Socket client : open) {
            client.close();
        }
        threads.shutdownNow();
    }
}
