package io.github.cumulusmaven.sandbox;

import io.github.cumulusmaven.http.ContentRange;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a body that a client wants (RFC 9110, section 14.1.2).
 *
 * @param first position, from 0
 * @param last position, inclusive
 */
record ByteRange(long first, long last) {
    private static final Pattern FORM = Pattern.compile("(?i:bytes) *= *(\\d{0,18})-(\\d{0,18})");

    /**
     * Reads a {@code Range} header.
     *
     * @param length of the whole
     * @return nothing where the whole is to be sent, as it may be for several ranges at once
     * @throws Unsatisfiable when there is nothing in that range
     */
    static Optional<ByteRange> parse(String header, long length) throws Unsatisfiable {
        Matcher matcher = FORM.matcher(header.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? Optional.empty() : Optional.of(suffix(Long.parseLong(to), length));
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? length - 1 : Math.min(Long.parseLong(to), length - 1);
        if (first >= length) {
            throw new Unsatisfiable();
        }
        return first > last ? Optional.empty() : Optional.of(new ByteRange(first, last));
    }

    private static ByteRange suffix(long wanted, long length) throws Unsatisfiable {
        if (wanted == 0 || length == 0) {
            throw new Unsatisfiable();
        }
        return new ByteRange(Math.max(0, length - wanted), length - 1);
    }

    long length() {
        return last - first + 1;
    }

    /** For the header of a 206. */
    String of(long complete) {
        return new ContentRange(first, last, OptionalLong.of(complete)).toString();
    }

    /** The body has nothing there. */
    static final class Unsatisfiable extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
