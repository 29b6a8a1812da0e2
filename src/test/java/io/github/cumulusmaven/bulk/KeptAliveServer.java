package io.github.cumulusmaven.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server on loopback that keeps its connections, and closes the one on which it has read a kick-off. */
final class KeptAliveServer extends SocketServer {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

    private volatile boolean keptAlive;

    KeptAliveServer() {
        start();
    }

    /** Whether a connection was used twice. */
    boolean isKeptAlive() {
        return keptAlive;
    }

    @Override
    void talk(Socket client, BufferedReader lines) throws IOException {
        try (client) {
            int served = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String first = line;
                while (line != null && !line.isEmpty()) {
                    line = lines.readLine();
                }
                note(first);
                if (first.contains("$export")) {
                    return;
                }
                keptAlive |= ++served > 1;
                client.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().flush();
            }
        }
    }
}
