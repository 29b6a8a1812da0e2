package io.github.cumulusmaven.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Answers on loopback as a test tells it to, and remembers what it was asked: real sockets, a thread for each connection,
 * and no HTTP but what an {@link Answer} says.
 */
public final class TestServer implements AutoCloseable {
    /**
     * What a client asked. What does not begin like HTTP has neither method nor path.
     *
     * @param time by the server's clock
     * @param path with its query
     * @param headers whatever the case of their names
     */
    public record Request(Instant time, String method, String path, Map<String, String> headers, String body) {
        /** A header, if it was sent. */
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        /** Method and path, without its query. */
        public String line() {
            return method + " " + path.replaceFirst("\\?.*", "");
        }

        /** The fields of a form. */
        public Map<String, String> form() {
            return Arrays.stream(body.split("&"))
                    .map(field -> field.split("=", 2))
                    .filter(field -> field.length == 2)
                    .collect(Collectors.toMap(
                            field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
        }
    }

    /** Makes up an answer for a request. */
    @FunctionalInterface
    public interface Handler {
        Answer answer(Request request);
    }

    private final InstantSource clock;
    private final int port;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<String, Handler> routes = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> broken = new CopyOnWriteArrayList<>();
    private volatile Handler otherwise =
            request -> Answer.of(404, "text/html", "<h1>Cannot " + request.method() + "</h1>");
    private ServerSocket socket;
    private CompletableFuture<Void> accepting;

    public TestServer() {
        this(InstantSource.system());
    }

    /** A server by whose clock its answers are dated. */
    public TestServer(InstantSource clock) {
        this.clock = clock;
        socket = bound(0);
        port = socket.getLocalPort();
        accepting = accept(socket);
    }

    /** The URL of a path. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /**
     * Scripts a path: the answers in turn, the last one for ever. The path may begin with a method and end with a query;
     * the most particular script counts.
     */
    public TestServer on(String path, Answer... inTurn) {
        return on(path, inTurn(inTurn));
    }

    /** Scripts a path by what is asked. */
    public TestServer on(String path, Handler handler) {
        routes.put(path, handler);
        return this;
    }

    /** Scripts what has no script of its own: the answers in turn, the last one for ever. Without one it is not found. */
    public TestServer otherwise(Answer... inTurn) {
        return otherwise(inTurn(inTurn));
    }

    /** Scripts what has no script of its own by what is asked. */
    public TestServer otherwise(Handler handler) {
        otherwise = handler;
        return this;
    }

    private static Handler inTurn(Answer... inTurn) {
        Deque<Answer> answers = new ArrayDeque<>(List.of(inTurn));
        return request -> {
            synchronized (answers) {
                return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
            }
        };
    }

    /** All that was asked so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** What was asked of a path, whatever the query. */
    public List<Request> requests(String path) {
        return requests.stream()
                .filter(request -> request.path().equals(path) || request.path().startsWith(path + "?"))
                .toList();
    }

    /** The methods of all that was asked of a path. */
    public List<String> methods(String path) {
        return requests(path).stream().map(Request::method).toList();
    }

    /** The values of a header in all requests; empty for none. */
    public List<String> headers(String name) {
        return requests.stream().map(request -> request.header(name).orElse("")).toList();
    }

    /** How many connections there were so far. */
    public int connections() {
        return connections.get();
    }

    /** Lets nobody in any more, and answers those who are. */
    public synchronized void leave() {
        try {
            socket.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        accepting.join();
    }

    /** Listens again where it did. */
    public synchronized void comeBack() {
        if (socket.isClosed()) {
            socket = bound(port);
            accepting = accept(socket);
        }
    }

    private static ServerSocket bound(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
            return socket;
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /** Ends when the socket is closed: only then is nobody let in any more. */
    private CompletableFuture<Void> accept(ServerSocket listening) {
        return CompletableFuture.runAsync(
                () -> {
                    while (!listening.isClosed()) {
                        try {
                            Socket client = listening.accept();
                            open.add(client);
                            connections.incrementAndGet();
                            threads.execute(() -> talk(client));
                        } catch (IOException closed) {
                            return;
                        }
                    }
                },
                threads);
    }

    private void talk(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = new BufferedOutputStream(client.getOutputStream(), 64 * 1024);
            boolean kept = true;
            while (kept) {
                Optional<Request> request = read(in);
                kept = request.isPresent() && answer(request.get()).send(out, clock.instant());
            }
            // Whoever closes with something unread takes back what was sent.
            in.skipNBytes(in.available());
        } catch (IOException | InterruptedException gone) {
            // There is nobody to tell.
        } catch (RuntimeException | Error failure) {
            broken.add(failure);
        } finally {
            open.remove(client);
        }
    }

    private Answer answer(Request request) {
        requests.add(request);
        String url = request.path();
        String path = url.replaceFirst("\\?.*", "");
        return Stream.of(request.method() + " " + url, url, request.method() + " " + path, path)
                .map(routes::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(otherwise)
                .answer(request);
    }

    private Optional<Request> read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        if (first < 'A' || first > 'Z') {
            return Optional.of(new Request(clock.instant(), "", "", Map.of(), ""));
        }
        String[] words = ((char) first + line(in)).split(" ");
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                return Optional.empty();
            }
            headers.merge(
                    line.substring(0, colon), line.substring(colon + 1).trim(), (one, other) -> one + ", " + other);
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
        return words.length < 2
                ? Optional.empty()
                : Optional.of(new Request(
                        clock.instant(), words[0], words[1], headers, new String(body, StandardCharsets.UTF_8)));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    /** Ends all connections and threads; what a script has thrown comes out here. */
    @Override
    public void close() {
        leave();
        for (Socket client : open) {
            try {
                client.close();
            } catch (IOException gone) {
                // That is what was wanted.
            }
        }
        threads.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            if (!threads.awaitTermination(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a script does not end");
            }
        } catch (InterruptedException again) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!broken.isEmpty()) {
            throw new AssertionError("a script of the server failed", broken.get(0));
        }
    }
}
