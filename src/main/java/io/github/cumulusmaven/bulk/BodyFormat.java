package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.DamagedFile.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    static Optional<DamagedFile> unreadable(byte[] beginning, String contentEncoding) {
        String text = new String(beginning, StandardCharsets.ISO_8859_1);
        String content = (text.startsWith("\u00EF\u00BB\u00BF") ? text.substring(3) : text).stripLeading();
        if (isUtf16(text)) {
            return damaged(Kind.UTF16);
        }
        if (content.isEmpty() || content.startsWith("{")) {
            return Optional.empty();
        }
        if (content.startsWith("[")) {
            return damaged(Kind.JSON_ARRAY);
        }
        if (content.startsWith("<")) {
            boolean html = content.toLowerCase(Locale.ROOT).contains("<html");
            return damaged(html ? Kind.HTML : Kind.XML);
        }
        return compression(text, contentEncoding.trim().toLowerCase(Locale.ROOT));
    }

    private static boolean isUtf16(String text) {
        return text.startsWith("\u00FF\u00FE")
                || text.startsWith("\u00FE\u00FF")
                || text.startsWith("{\0")
                || text.startsWith("\0{");
    }

    private static Optional<DamagedFile> compression(String text, String declared) {
        if (text.startsWith("PK\u0003\u0004")) {
            return damaged(Kind.ZIP);
        }
        if (text.startsWith("(\u00B5/\u00FD")) {
            return damaged(Kind.OTHER_COMPRESSION, "zstd");
        }
        if (text.startsWith("BZh")) {
            return damaged(Kind.OTHER_COMPRESSION, "bzip2");
        }
        if (text.startsWith("\u00FD7zXZ")) {
            return damaged(Kind.OTHER_COMPRESSION, "xz");
        }
        if (ENCODINGS.contains(declared)) {
            return damaged(Kind.OTHER_COMPRESSION, declared.equals("br") ? "brotli" : declared);
        }
        boolean zlib = text.length() > 1 && text.charAt(0) == 'x' && "\u0001^\u009C\u00DA".indexOf(text.charAt(1)) >= 0;
        return zlib && text.chars().anyMatch(next -> next >= 0x80)
                ? damaged(Kind.OTHER_COMPRESSION, "deflate")
                : Optional.empty();
    }

    /** The same format is the same damage, whatever the body. */
    private static Optional<DamagedFile> damaged(Kind kind, Object... values) {
        return Optional.of(new DamagedFile(kind, values).in(kind + Arrays.toString(values)));
    }
}
