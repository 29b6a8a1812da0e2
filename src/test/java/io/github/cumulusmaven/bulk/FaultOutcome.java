package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.progress.Amounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of an export with a fault in it.
 *
 * @param failure of the first run, as one word
 * @param requests of the phase in that run
 * @param waits in that run, without those that the server asks for when all is well
 * @param token whether another token was got
 * @param links whether the manifest was read again
 * @param ranged whether only the rest of something was asked for
 * @param next what is left to do
 */
record FaultOutcome(
        Optional<String> failure,
        int requests,
        List<Duration> waits,
        boolean token,
        boolean links,
        boolean ranged,
        Next next) {
    /** What one does after the run. */
    enum Next {
        NOTHING(""),
        /** Nothing that the server has announced tells that something is missing. */
        UNSEEN("❗"),
        CLEAN("⚠️"),
        RESUME("🔶"),
        RESUME_AT_BYTE("🔶⏩"),
        AGAIN("❌"),
        RESTART("❓");

        private final String symbol;

        Next(String symbol) {
            this.symbol = symbol;
        }
    }

    FaultOutcome then(Next later) {
        return new FaultOutcome(failure, requests, waits, token, links, ranged, later);
    }

    private Duration waited() {
        return waits.stream().reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * In a form for a table of expectations: {@code !} and the failure; the requests of the phase; the time between the
     * first and the last; what was done besides; what is left to do.
     */
    String code() {
        List<String> code = new ArrayList<>();
        failure.ifPresent(word -> code.add("!" + word));
        code.add(requests + "x");
        if (!waits.isEmpty()) {
            code.add(waited().toString().replaceFirst("PT", "").toLowerCase(Locale.ROOT));
        }
        if (token) {
            code.add("token");
        }
        if (links) {
            code.add("links");
        }
        if (ranged) {
            code.add("range");
        }
        if (next != Next.NOTHING) {
            code.add(next.name());
        }
        return String.join(" ", code);
    }

    /** Shows the outcome to those who run exports, in the symbols of the page's legend, with the time that it took. */
    String symbols() {
        if (failure.isPresent()) {
            return next.symbol + time();
        }
        if (next != Next.NOTHING) {
            return next.symbol;
        }
        if (requests <= 1 && waits.isEmpty()) {
            return "➖";
        }
        return (ranged ? "✅⏩" : links ? "✅🔗" : token ? "✅🔑" : "✅") + time();
    }

    private String time() {
        // no line break between a number and its unit
        return waits.isEmpty() ? "" : (" " + Amounts.duration(waited())).replace(' ', '\u00a0');
    }
}
