package io.github.cumulusmaven.bulk;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Tells what a body is that is no NDJSON, by its beginning: servers and the proxies before them send much else. */
final class BodyFormat {
    /** Limits the look at a body, in bytes. */
    static final int BEGINNING = 512;

    private static final Set<String> ENCODINGS = Set.of("br", "zstd", "deflate", "compress", "x-compress");

    private BodyFormat() {}

    /**
     * Names the format of a body that cannot be read as NDJSON; nothing where it may be NDJSON.
     *
     * @param beginning of the body, after gzip is unpacked
     * @param contentEncoding as the server names it; may be empty
     */
    static Optional<String> unreadable(byte[] beginning, String contentEncoding) {
        String text = new String(beginning, StandardCharsets.ISO_8859_1);
        String content = (text.startsWith("\u00EF\u00BB\u00BF") ? text.substring(3) : text).stripLeading();
        if (isUtf16(text)) {
            return Optional.of("it is text in UTF-16, and not in UTF-8");
        }
        if (content.isEmpty() || content.startsWith("{")) {
            return Optional.empty();
        }
        if (content.startsWith("[")) {
            return Optional.of("it is a JSON array, and not a resource in each line");
        }
        if (content.startsWith("<")) {
            boolean html = content.toLowerCase(Locale.ROOT).contains("<html");
            return Optional.of(html ? "it is an HTML page" : "it is XML");
        }
        return compression(text, contentEncoding.trim().toLowerCase(Locale.ROOT));
    }

    private static boolean isUtf16(String text) {
        return text.startsWith("\u00FF\u00FE")
                || text.startsWith("\u00FE\u00FF")
                || text.startsWith("{\0")
                || text.startsWith("\0{");
    }

    private static Optional<String> compression(String text, String declared) {
        if (text.startsWith("PK\u0003\u0004")) {
            return Optional.of("it is a ZIP archive");
        }
        if (text.startsWith("(\u00B5/\u00FD")) {
            return Optional.of(compressed("zstd"));
        }
        if (text.startsWith("BZh")) {
            return Optional.of(compressed("bzip2"));
        }
        if (text.startsWith("\u00FD7zXZ")) {
            return Optional.of(compressed("xz"));
        }
        if (ENCODINGS.contains(declared)) {
            return Optional.of(compressed(declared.equals("br") ? "brotli" : declared));
        }
        boolean zlib = text.length() > 1 && text.charAt(0) == 'x' && "\u0001^\u009C\u00DA".indexOf(text.charAt(1)) >= 0;
        return zlib && text.chars().anyMatch(next -> next >= 0x80)
                ? Optional.of(compressed("deflate"))
                : Optional.empty();
    }

    private static String compressed(String name) {
        return "it is compressed with " + name + ", and only gzip was asked for";
    }
}
