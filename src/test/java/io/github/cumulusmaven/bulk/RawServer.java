package io.github.cumulusmaven.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A server on loopback that sends just these bytes, one request a connection: a script for each, the last script for all
 * later ones, or what a test makes up for the request.
 */
public final class RawServer extends SocketServer {
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

    private final Function<Map<String, String>, Script> scripts;
    private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();

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
        start();
    }

    /** An answer with a true Content-Length. */
    public static Script whole(String body) {
        return Script.cut("HTTP/1.1 200 OK\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\nConnection: close\r\n\r\n" + body);
    }

    /** The values of a header in all requests; empty for none. */
    public List<String> headers(String name) {
        return headers.stream().map(all -> all.getOrDefault(name, "")).toList();
    }

    @Override
    void talk(Socket client, BufferedReader lines) throws IOException {
        String first = lines.readLine();
        if (first == null) {
            return;
        }
        note(first);
        Map<String, String> head = new TreeMap<>();
        for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
            int colon = line.indexOf(':');
            head.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        headers.add(Map.copyOf(head));
        int body = Integer.parseInt(head.getOrDefault("content-length", "0"));
        while (body > 0 && lines.read() >= 0) {
            body--;
        }
        Script script = scripts.apply(head);
        client.getOutputStream().write(script.bytes());
        client.getOutputStream().flush();
        if (script.hangsUp()) {
            client.close();
        }
    }
}
