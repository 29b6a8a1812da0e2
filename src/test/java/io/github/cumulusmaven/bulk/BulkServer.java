package io.github.cumulusmaven.bulk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** A server on loopback that answers as a test tells it to, wrongly if need be, and remembers what it was asked. */
public final class BulkServer implements AutoCloseable {
    /** What a client asked. Header names are in lower case; the path has its query. */
    public record Request(Instant time, String method, String path, Map<String, String> headers) {
        /** A header, if it was sent. */
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    /** What it gets. */
    public record Answer(int status, Map<String, String> headers, byte[] body) {
        /** Without a body. */
        public static Answer of(int status) {
            return new Answer(status, Map.of(), new byte[0]);
        }

        /** With a body of any type. */
        public static Answer of(int status, String type, String body) {
            return new Answer(status, Map.of("Content-Type", type), body.getBytes(StandardCharsets.UTF_8));
        }

        /** FHIR's own form of an error. */
        public static Answer outcome(int status, String severity, String code, String text) {
            return of(
                    status,
                    "application/fhir+json",
                    """
                    {"resourceType":"OperationOutcome","issue":[{"severity":"%s","code":"%s","diagnostics":"%s"}]}"""
                            .formatted(severity, code, text));
        }

        /** Lines of NDJSON, each with its newline. */
        public static Answer ndjson(String... lines) {
            return of(200, "application/fhir+ndjson", String.join("\n", lines) + "\n");
        }

        /** The same with one more header. */
        public Answer with(String name, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body);
        }

        /** The same with these bytes as its body. */
        public Answer withBody(byte[] other) {
            return new Answer(status, headers, other);
        }

        /** The same with its body gzipped, which it does not say. */
        public Answer gzipped() {
            return new Answer(status, headers, gzip(body));
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final InstantSource clock;
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    public BulkServer(InstantSource clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException busy) {
            throw new UncheckedIOException(busy);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Some bytes as one gzip member. */
    public static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    /** The URL of a path. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /**
     * Scripts a path: the answers in turn, the last one for ever. The path may begin with a method and end with a query;
     * the most particular script counts. What has no script is not found.
     */
    public BulkServer on(String path, Answer... inTurn) {
        answers.put(path, new ArrayDeque<>(Arrays.asList(inTurn)));
        return this;
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

    /** Method and path of all that was asked of a path. */
    public List<String> methods(String path) {
        return requests(path).stream().map(Request::method).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
            URI url = exchange.getRequestURI();
            requests.add(new Request(clock.instant(), exchange.getRequestMethod(), url.toString(), headers));
            exchange.getRequestBody().readAllBytes();
            Answer answer = answer(exchange.getRequestMethod(), url);
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    private Answer answer(String method, URI url) {
        return Stream.of(method + " " + url, url.toString(), method + " " + url.getRawPath(), url.getRawPath())
                .map(answers::get)
                .filter(Objects::nonNull)
                .findFirst()
                .map(BulkServer::next)
                .orElseGet(() -> Answer.of(404, "text/html", "<h1>Cannot " + method + "</h1>"));
    }

    private static Answer next(Deque<Answer> inTurn) {
        synchronized (inTurn) {
            return inTurn.size() > 1 ? inTurn.removeFirst() : inTurn.getFirst();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
