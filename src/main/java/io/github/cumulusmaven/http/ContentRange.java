package io.github.cumulusmaven.http;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Content-Range} of a 206 (RFC 9110, section 14.4).
 *
 * @param first position of the first byte
 * @param last position of the last byte, inclusive
 * @param complete length of the complete file, where the server tells it
 */
public record ContentRange(long first, long last, OptionalLong complete) {
    private static final Pattern UNSATISFIED = Pattern.compile("(?i:bytes) +\\*/(\\d{1,18})");
    private static final Pattern RANGE = Pattern.compile("(?i:bytes) +(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    /** Parses the header's value; empty where it has another form or contradicts itself. */
    public static Optional<ContentRange> parse(String value) {
        Matcher matcher = RANGE.matcher(value.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String whole = matcher.group(3);
        OptionalLong complete = whole.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(whole));
        ContentRange range =
                new ContentRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), complete);
        boolean sound = range.first <= range.last && (complete.isEmpty() || range.last < complete.getAsLong());
        return sound ? Optional.of(range) : Optional.empty();
    }

    /** Reads the length of the complete file from the header of a 206, or of a 416 to a range beyond the file's end. */
    public static OptionalLong complete(String value) {
        Matcher unsatisfied = UNSATISFIED.matcher(value.trim());
        return unsatisfied.matches()
                ? OptionalLong.of(Long.parseLong(unsatisfied.group(1)))
                : parse(value).map(ContentRange::complete).orElse(OptionalLong.empty());
    }

    /** Writes the range in the header's form. */
    @Override
    public String toString() {
        return "bytes " + first + "-" + last + "/"
                + (complete.isPresent() ? String.valueOf(complete.getAsLong()) : "*");
    }
}
