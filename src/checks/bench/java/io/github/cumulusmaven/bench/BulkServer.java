package io.github.cumulusmaven.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A bulk export server that costs next to nothing: jobs are done at once, and the kernel itself moves the files to the
 * socket. Runs in a process of its own, so that a client's time is not spent on it unseen, until its input ends.
 */
public final class BulkServer {
    /** How the names of notes end; all others are NDJSON. */
    static final String NOTE = ".txt";

    private static final String FILES = "/files/";
    private static final String STATUS = "/status";

    private final ServerSocketChannel socket;
    private final Map<String, Path> files;
    private final String manifest;
    private volatile long manifestSent;
    private volatile long jobDeleted;

    private BulkServer(ServerSocketChannel socket, Map<String, Path> files) {
        this.socket = socket;
        this.files = files;
        this.manifest = manifest();
    }

    /** Serves the files of a folder, and says on its output at which port. */
    public static void main(String[] arguments) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> folder = Files.list(Path.of(arguments[0]))) {
            folder.forEach(file -> files.put(FILES + file.getFileName(), file));
        }
        ServerSocketChannel socket =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        BulkServer server = new BulkServer(socket, files);
        background(server::accept);
        System.out.println(socket.socket().getLocalPort());
        while (System.in.read() >= 0) {
            // Whoever started this process is alive.
        }
    }

    private static void background(Runnable work) {
        Thread thread = new Thread(work, "bulk-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = socket.accept();
                // A small body must not wait for the acknowledgement of its head.
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                background(() -> serve(client));
            }
        } catch (IOException broken) {
            throw new IllegalStateException("the server socket is broken", broken);
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            BufferedReader requests =
                    new BufferedReader(new InputStreamReader(client.socket().getInputStream(), StandardCharsets.UTF_8));
            for (String request = requests.readLine(); request != null; request = requests.readLine()) {
                skipHeaders(requests);
                String[] words = request.split(" ");
                answer(client, words[0], words[1]);
            }
        } catch (IOException gone) {
            System.err.println("A client went away: " + gone.getMessage());
        }
    }

    private static void skipHeaders(BufferedReader requests) throws IOException {
        String header = requests.readLine();
        while (header != null && !header.isEmpty()) {
            header = requests.readLine();
        }
    }

    private void answer(SocketChannel client, String method, String path) throws IOException {
        Path file = files.get(path);
        if (file != null) {
            send(client, file);
        } else if (method.equals("DELETE")) {
            jobDeleted = System.nanoTime();
            send(client, "202 Accepted", "", "");
        } else if (path.endsWith("$export")) {
            send(client, "202 Accepted", "Content-Location: " + url(STATUS) + "\r\n", "");
        } else if (path.equals(STATUS)) {
            send(client, "200 OK", "Content-Type: application/json\r\n", manifest);
            manifestSent = System.nanoTime();
        } else if (path.equals("/downloaded")) {
            send(client, "200 OK", "", String.valueOf(jobDeleted - manifestSent));
        } else {
            send(client, "404 Not Found", "", "");
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + socket.socket().getLocalPort() + path;
    }

    private String manifest() {
        StringBuilder output = new StringBuilder();
        for (String file : files.keySet()) {
            output.append(output.isEmpty() ? "" : ",")
                    .append("{\"type\":\"Observation\",\"url\":\"")
                    .append(url(file))
                    .append("\"}");
        }
        return "{\"transactionTime\":\"2026-01-01T00:00:00Z\",\"request\":\"" + url("/fhir/$export")
                + "\",\"requiresAccessToken\":false,\"output\":[" + output + "],\"error\":[]}";
    }

    private static void send(SocketChannel client, String status, String headers, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        write(client, head(status, headers, bytes.length));
        write(client, ByteBuffer.wrap(bytes));
    }

    private static void send(SocketChannel client, Path file) throws IOException {
        try (FileChannel content = FileChannel.open(file)) {
            long size = content.size();
            String type = file.toString().endsWith(NOTE) ? "text/plain; charset=utf-8" : "application/fhir+ndjson";
            write(client, head("200 OK", "Content-Type: " + type + "\r\n", size));
            for (long sent = 0; sent < size; ) {
                sent += content.transferTo(sent, size - sent, client);
            }
        }
    }

    private static ByteBuffer head(String status, String headers, long length) {
        String head = "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + length + "\r\n\r\n";
        return StandardCharsets.US_ASCII.encode(head);
    }

    private static void write(SocketChannel client, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }
}
