package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.cumulusmaven.bulk.DamagedFile.Kind;
import io.github.cumulusmaven.http.ContentRange;
import io.github.cumulusmaven.http.HttpDate;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.SignedUrl;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of a body to go on with it where it broke off (RFC 9110, section 14; FL-12).
 *
 * @param url where it comes from, redacted
 * @param validator for {@code If-Range}: a strong entity tag in its quotes, or a date
 * @param encoding the {@code Content-Encoding}, empty for none: offsets are those of the bytes as sent
 * @param length of the whole, or {@code null} where the server did not say
 */
record PartNote(
        @JsonProperty("url") String url,
        @JsonProperty("validator") String validator,
        @JsonProperty("encoding") String encoding,
        @JsonProperty("length") @Nullable Long length) {
    private static final int UNSATISFIABLE = 416;

    private static final long WORTH_A_NOTE = 1024 * 1024;

    /** A date that is as old as the answer itself may stand for two versions (RFC 9110, section 8.8.2.2). */
    private static final Duration OLD_ENOUGH = Duration.ofSeconds(1);

    /** Of a whole answer, or nothing where the server cannot continue it, or does not tell one version from another. */
    static Optional<PartNote> of(URI url, HttpReply reply) {
        if (reply.header("Accept-Ranges").orElse("bytes").equalsIgnoreCase("none")) {
            return Optional.empty();
        }
        return validator(reply)
                .map(validator -> new PartNote(
                        SignedUrl.identity(url), validator, encoding(reply), length(reply.header("Content-Length"))));
    }

    private static Optional<String> validator(HttpReply reply) {
        Optional<String> tag = reply.header("ETag").map(String::trim);
        return tag.isPresent()
                ? tag.filter(PartNote::isStrongTag)
                : reply.header("Last-Modified").filter(date -> isStrong(date, reply));
    }

    private static boolean isStrongTag(String tag) {
        return tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\"");
    }

    private static boolean isStrong(String lastModified, HttpReply reply) {
        Optional<Instant> changed = HttpDate.parse(lastModified);
        Optional<Instant> sent = reply.header("Date").flatMap(HttpDate::parse);
        return changed.isPresent()
                && sent.isPresent()
                && !changed.get().plus(OLD_ENOUGH).isAfter(sent.get());
    }

    private static String encoding(HttpReply reply) {
        return reply.header("Content-Encoding").orElse("");
    }

    private static @Nullable Long length(Optional<String> value) {
        return value.filter(number -> number.matches("\\d{1,18}"))
                .map(Long::valueOf)
                .orElse(null);
    }

    /** A smaller body is sooner fetched again than its note is written. */
    boolean isWorthKeeping() {
        return length == null || length >= WORTH_A_NOTE;
    }

    boolean mayHave(long bytes) {
        return length == null || bytes <= length;
    }

    boolean isOf(URI other) {
        return SignedUrl.identity(url).equals(SignedUrl.identity(other));
    }

    /** What to accept, so that the same bytes come again. */
    String acceptEncoding() {
        return encoding.isEmpty() ? "identity" : encoding;
    }

    /** The same with the length of the whole, should an answer for its rest tell it. */
    PartNote learning(HttpReply rest) {
        OptionalLong complete = complete(rest);
        return length == null && complete.isPresent()
                ? new PartNote(url, validator, encoding, complete.getAsLong())
                : this;
    }

    private static OptionalLong complete(HttpReply rest) {
        return rest.header("Content-Range").map(ContentRange::complete).orElse(OptionalLong.empty());
    }

    /** Whether a body of unknown length has ended where more of it was asked for. */
    private boolean endsAt(long from, HttpReply reply) {
        return reply.status() == UNSATISFIABLE
                && length == null
                && complete(reply).equals(OptionalLong.of(from));
    }

    /** Why an answer is not the rest of this body, which may be nothing; empty where it is. */
    Optional<DamagedFile> objection(HttpReply reply, long from) {
        if (reply.status() == 200) {
            boolean same = of(reply.url(), reply)
                    .map(PartNote::validator)
                    .filter(validator::equals)
                    .isPresent();
            return Optional.of(new DamagedFile(same ? Kind.NO_PARTS : Kind.OTHER_VERSION));
        }
        boolean end = endsAt(from, reply);
        if (reply.status() != 206 && !end) {
            return Optional.of(new DamagedFile(Kind.REST_REFUSED, reply.status()));
        }
        Optional<ContentRange> range = reply.header("Content-Range").flatMap(ContentRange::parse);
        if (!end && range.filter(part -> part.first() == from).isEmpty()) {
            return Optional.of(new DamagedFile(Kind.OTHER_PART));
        }
        OptionalLong complete = complete(reply);
        boolean otherLength = length != null && complete.isPresent() && complete.getAsLong() != length;
        boolean otherEncoding = !end && !encoding(reply).equalsIgnoreCase(encoding);
        boolean otherVersion = !reply.header(validator.startsWith("\"") ? "ETag" : "Last-Modified")
                .map(String::trim)
                .orElse(validator)
                .equals(validator);
        return otherLength || otherEncoding || otherVersion
                ? Optional.of(new DamagedFile(Kind.OTHER_VERSION))
                : Optional.empty();
    }
}
