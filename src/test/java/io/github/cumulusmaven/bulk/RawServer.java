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

/** A server on loopback that sends just these bytes, a script for each connection, the last script for all later ones. */
public final class RawServer implements AutoCloseable {
    /** Bytes to send after a request, and what comes then. */
    public record Script(byte[] bytes, boolean hangsUp) {
        /** Sends and hangs up. */
        public static Script cut(String text) {
            return cut(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Sends and hangs up. */
        public static Script cut(byte[] bytes) {
            return new Script(bytes, true);
        }

        /** Sends and then nothing more, with the connection open. */
        public static Script stall(String text) {
            return new Script(text.getBytes(StandardCharsets.UTF_8), false);
        }
    }

    private final ServerSocket socket;
    private final List<Script> scripts;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    public RawServer(Script... inTurn) {
        this.scripts = List.of(inTurn);
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException busy) {
            throw new UncheckedIOException(busy);
        }
        threads.execute(this::accept);
    }

    /** An answer with a true Content-Length. */
    public static Script whole(String body) {
        return Script.cut("HTTP/1.1 200 OK\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\nConnection: close\r\n\r\n" + body);
    }

    /** The URL of a path. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    /** The first line of each request. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        for (int connection = 0; !socket.isClosed(); connection++) {
            try {
                Socket client = socket.accept();
                open.add(client);
                Script script = scripts.get(Math.min(connection, scripts.size() - 1));
                threads.execute(() -> talk(client, script));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void talk(Socket client, Script script) {
        try {
            BufferedReader head =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            String first = head.readLine();
            if (first == null) {
                return;
            }
            requests.add(first);
            for (String line = head.readLine(); line != null && !line.isEmpty(); line = head.readLine()) {
                // the headers do not matter
            }
            client.getOutputStream().write(script.bytes());
            client.getOutputStream().flush();
            if (script.hangsUp()) {
                client.close();
            }
        } catch (IOException gone) {
            open.remove(client);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket client : open) {
            client.close();
        }
        threads.shutdownNow();
    }
}
