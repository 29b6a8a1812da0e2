package io.github.cumulusmaven.kill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.cumulusmaven.bulk.FileState.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.http.Sleeper;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A bulk export server that takes its time, so that each phase of an export lasts long enough to be interrupted. Each
 * export has a FHIR base of its own, {@code /fhir/N}, and what is asked for is written down.
 */
final class SlowServer implements Closeable {
    static final String TRANSACTION_TIME = "2026-02-03T04:05:06Z";

    private static final int POLLS_BEFORE_DONE = 2;

    /** Long enough for some to be killed while they wait for the answer, whose outcome they cannot know. */
    private static final Duration KICK_OFF = Duration.ofMillis(60);

    private static final Duration CHUNK = Duration.ofMillis(14);
    private static final int CHUNK_BYTES = 32 * 1024;

    /** That of a single resource. */
    private static final Duration READ = Duration.ofMillis(25);

    private final List<SourceFile> files;
    private final Map<String, Thing> things;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Asked> log = new ArrayList<>();
    private final Map<Integer, Job> jobs = new HashMap<>();

    /** One job; guarded by the server. */
    private static final class Job {
        private int polls;
        private boolean deleted;
    }

    /** A request, and how much of a file was written into the connection for it. */
    static final class Asked {
        private final int export;
        private final String method;
        private final String what;
        private final long from;
        private volatile long sent;

        Asked(int export, String method, String what, long from) {
            this.export = export;
            this.method = method;
            this.what = what;
            this.from = from;
        }

        int export() {
            return export;
        }

        boolean is(String otherMethod, String otherWhat) {
            return method.equals(otherMethod) && what.equals(otherWhat);
        }

        String what() {
            return what;
        }

        long from() {
            return from;
        }

        long sent() {
            return sent;
        }

        @Override
        public String toString() {
            return method + " " + what + (from > 0 ? " from " + from : "");
        }
    }

    /** What the server gives to who asks for it alone. */
    record Thing(String contentType, byte[] body) {}

    private SlowServer(List<SourceFile> files, Map<String, Thing> things, HttpServer server) {
        this.files = files;
        this.things = things;
        this.server = server;
    }

    static SlowServer start(List<SourceFile> files) throws IOException {
        return start(files, Map.of());
    }

    /** One that also has single things, by their URLs below the FHIR base. */
    static SlowServer start(List<SourceFile> files, Map<String, Thing> things) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SlowServer server = new SlowServer(files, things, http);
        http.setExecutor(server.threads);
        http.createContext("/", server::answer);
        http.start();
        return server;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    String fhirUrl(int export) {
        return url("/fhir/" + export);
    }

    String statusUrl(int export) {
        return url("/jobs/" + export);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** All requests so far. */
    synchronized int asked() {
        return log.size();
    }

    /** What was asked after the first so many requests. */
    synchronized List<Asked> askedAfter(int first) {
        return List.copyOf(log.subList(first, log.size()));
    }

    List<Asked> askedOf(int export) {
        return askedAfter(0).stream().filter(asked -> asked.export() == export).toList();
    }

    synchronized boolean hasJob(int export) {
        return jobs.containsKey(export);
    }

    synchronized boolean hasDeleted(int export) {
        return jobs.containsKey(export) && jobs.get(export).deleted;
    }

    /** Waits for so many requests, but not for long. */
    synchronized boolean await(int requests, Duration longest) throws InterruptedException {
        if (log.size() < requests) {
            wait(longest.toMillis());
        }
        return log.size() >= requests;
    }

    private synchronized Asked write(Asked asked) {
        log.add(asked);
        notifyAll();
        return asked;
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            // "", fhir | jobs | files, number, what
            String[] path = exchange.getRequestURI().getPath().split("/", 4);
            int export = Integer.parseInt(path[2]);
            String what = path.length == 4 ? path[3] : path[1];
            long from = from(exchange.getRequestHeaders());
            Asked asked = write(new Asked(export, exchange.getRequestMethod(), what, from));
            if (asked.is("GET", "$export")) {
                kickOff(exchange, export);
            } else if (path[1].equals("jobs")) {
                job(exchange, export);
            } else if (path[1].equals("files")) {
                file(exchange, asked, what);
            } else if (things.containsKey(what)) {
                Sleeper.REAL.sleep(READ);
                send(exchange, things.get(what));
            } else {
                send(exchange, 200, "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\"}");
            }
        } catch (IOException killed) {
            // That is what this is about.
            return;
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static long from(Headers headers) {
        return Optional.ofNullable(headers.getFirst("Range"))
                .map(range -> Long.parseLong(range.replaceAll("\\D", "")))
                .orElse(0L);
    }

    private void kickOff(HttpExchange exchange, int export) throws IOException, InterruptedException {
        synchronized (this) {
            jobs.putIfAbsent(export, new Job());
        }
        Sleeper.REAL.sleep(KICK_OFF);
        exchange.getResponseHeaders().set("Content-Location", statusUrl(export));
        send(exchange, 202, "");
    }

    private void job(HttpExchange exchange, int export) throws IOException {
        boolean gone;
        boolean done;
        synchronized (this) {
            Job job = jobs.computeIfAbsent(export, number -> new Job());
            gone = job.deleted;
            done = job.polls >= POLLS_BEFORE_DONE;
            job.polls++;
            job.deleted |= exchange.getRequestMethod().equals("DELETE");
        }
        if (gone) {
            send(exchange, 404, "");
        } else if (exchange.getRequestMethod().equals("DELETE")) {
            send(exchange, 202, "");
        } else if (done) {
            send(exchange, 200, manifest(export));
        } else {
            exchange.getResponseHeaders().set("Retry-After", "1");
            exchange.getResponseHeaders().set("X-Progress", "at work");
            send(exchange, 202, "");
        }
    }

    private String manifest(int export) {
        ObjectNode manifest = FhirJson.mapper().createObjectNode();
        manifest.put("transactionTime", TRANSACTION_TIME);
        manifest.put("request", fhirUrl(export) + "/$export");
        manifest.put("requiresAccessToken", false);
        Map<Kind, ArrayNode> lists = new HashMap<>();
        for (Kind kind : Kind.values()) {
            lists.put(kind, manifest.putArray(kind.code()));
        }
        for (SourceFile file : files) {
            ObjectNode entry = lists.get(file.kind()).addObject();
            if (!file.type().isEmpty()) {
                entry.put("type", file.type());
            }
            entry.put("url", url("/files/" + export + "/" + file.name())).put("count", file.resources());
        }
        return manifest.toString();
    }

    private void file(HttpExchange exchange, Asked asked, String name) throws IOException, InterruptedException {
        SourceFile file = files.stream()
                .filter(known -> known.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IOException("no such file: " + URI.create(name)));
        String tag = "\"" + file.sha256().substring(0, 16) + "\"";
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/fhir+ndjson");
        headers.set("ETag", tag);
        headers.set("Accept-Ranges", "bytes");
        if (file.isPacked()) {
            headers.set("Content-Encoding", "gzip");
        }
        byte[] content = file.sent();
        boolean part = asked.from() > 0
                && asked.from() < content.length
                && tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
        int from = part ? (int) asked.from() : 0;
        if (part) {
            headers.set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        int length = content.length - from;
        exchange.sendResponseHeaders(part ? 206 : 200, length == 0 ? -1 : length);
        try (OutputStream body = exchange.getResponseBody()) {
            for (int at = from; at < content.length; at += CHUNK_BYTES) {
                int count = Math.min(CHUNK_BYTES, content.length - at);
                body.write(content, at, count);
                body.flush();
                asked.sent += count;
                Sleeper.REAL.sleep(CHUNK);
            }
        }
    }

    private static void send(HttpExchange exchange, Thing thing) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", thing.contentType());
        exchange.sendResponseHeaders(200, thing.body().length);
        exchange.getResponseBody().write(thing.body());
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** The names of files that were asked for. */
    static Set<String> names(List<Asked> requests) {
        Set<String> names = new TreeSet<>();
        requests.forEach(asked -> names.add(asked.what));
        return names;
    }
}
