package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.RawServer.Script;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/** A file on a server that knows ranges and hangs up every so many bytes. It can be told to do it wrongly. */
final class RangedFile implements Function<Map<String, String>, Script> {
    private final byte[] content;
    private final int breath;
    private volatile String validator = "ETag: \"v1\"";
    private volatile String more = "";
    private volatile String contentRange = "";
    private volatile boolean ranges = true;

    /**
     * A file.
     *
     * @param breath bytes of the body in one answer
     */
    RangedFile(byte[] content, int breath) {
        this.content = content.clone();
        this.breath = breath;
    }

    /** The header that tells versions from each other, or none. */
    RangedFile validator(String header) {
        validator = header;
        return this;
    }

    /** A further header in all answers. */
    RangedFile with(String header) {
        more = header + "\r\n";
        return this;
    }

    /** Knows no ranges. */
    RangedFile withoutRanges() {
        ranges = false;
        return this;
    }

    /** Says this of all ranges, where {@code FROM} is what was asked for. */
    RangedFile claiming(String range) {
        contentRange = range;
        return this;
    }

    @Override
    public Script apply(Map<String, String> headers) {
        String range = headers.getOrDefault("range", "");
        boolean same = validator.endsWith(": " + headers.getOrDefault("if-range", "?"));
        if (range.isEmpty() || !ranges || !same) {
            return answer("200 OK", "", 0);
        }
        int from = Integer.parseInt(range.replaceAll("\\D", ""));
        if (from >= content.length) {
            return Script.cut("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        String told = contentRange.isEmpty()
                ? "bytes " + from + "-" + (content.length - 1) + "/" + content.length
                : contentRange.replace("FROM", String.valueOf(from));
        return answer("206 Partial Content", "Content-Range: " + told + "\r\n", from);
    }

    private Script answer(String status, String header, int from) {
        String head = "HTTP/1.1 " + status + "\r\nDate: Mon, 23 Nov 2026 04:00:00 GMT\r\nConnection: close\r\n" + header
                + more + (validator.isEmpty() ? "" : validator + "\r\n") + "Content-Length: " + (content.length - from)
                + "\r\n\r\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(Arrays.copyOfRange(content, from, Math.min(content.length, from + breath)));
        return Script.cut(bytes.toByteArray());
    }
}
