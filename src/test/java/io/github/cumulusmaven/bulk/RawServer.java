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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * A server on loopback that sends just these bytes, one request a connection: a script for each, the last script for all
 * later ones, or what a test makes up for the request.
 */
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
    private final Function<Map<String, String>, Script> scripts;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    public RawServer(Script... inTurn) {
        this(inTurn(new ArrayDeque<>(List.of(inTurn))));
    }

    private static Function<Map<String, String>, Script> inTurn(Deque<Script> scripts) {
        return headers -> {
            synchronized (scripts) {
                return scripts.size() > 1 ? scripts.removeFirst() : scripts.getFirst();
            }
        };
    }

    /** Told the headers of each request, with names in lower case. */
    public RawServer(Function<Map<String, String>, Script> scripts) {
        this.scripts = scripts;
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

    /** The values of a header in all requests; empty for none. */
    public List<String> headers(String name) {
        return headers.stream().map(all -> all.getOrDefault(name, "")).toList();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                threads.execute(() -> talk(client));
            } catch (IOException | RejectedExecutionException closed) {
                return;
            }
        }
    }

    private void talk(Socket client) {
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            String first = lines.readLine();
            if (first == null) {
                return;
            }
            requests.add(first);
            Map<String, String> head = new TreeMap<>();
            for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                int colon = line.indexOf(':');
                head.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
            headers.add(Map.copyOf(head));
            Script script = scripts.apply(head);
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
