package io.github.cumulusmaven.progress;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Numbers as people read them, the same in every locale. */
public final class Amounts {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    /** The value from which one decimal would round up to the next unit. */
    private static final double UNIT_ENDS = 999.95;

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    /** How many seconds must pass before an estimate: an earlier one would be far off. */
    private static final int LEAST_SECONDS = 3;

    private static final double LEAST_SHARE = 0.005;

    private Amounts() {}

    /** Writes a number of bytes in decimal units: {@code 12.3 MB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= UNIT_ENDS && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** Writes the mean speed over the elapsed time: {@code 34.5 MB/s}; zero as long as no time has passed. */
    public static String rate(long bytes, Duration elapsed) {
        double seconds = elapsed.toNanos() / 1e9;
        return bytes(seconds > 0 ? Math.round(bytes / seconds) : 0) + "/s";
    }

    /**
     * Writes a duration in its two largest units: {@code 43 s}, {@code 5 min 07 s}, {@code 2 h 05 min}, {@code 3 d 4
     * h}.
     */
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < MINUTE) {
            return seconds + " s";
        }
        if (seconds < HOUR) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / MINUTE, seconds % MINUTE);
        }
        if (seconds < DAY) {
            return String.format(Locale.ROOT, "%d h %02d min", seconds / HOUR, seconds % HOUR / MINUTE);
        }
        return String.format(Locale.ROOT, "%d d %d h", seconds / DAY, seconds % DAY / HOUR);
    }

    /** Writes a number with its thousands apart: {@code 9,049}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Writes a percentage, rounded down, so that it reaches 100 % only when everything is done: {@code 43 %}. */
    public static String percent(long done, long total) {
        return (int) (100.0 * Math.max(0, Math.min(done, total)) / total) + " %";
    }

    /**
     * Estimates the time that is left, for one that goes on as fast as before: {@code 5 min 07 s left}.
     *
     * @param share of the work that was done in that time, from 0 to 1
     * @return nothing as long as too little is done to tell
     */
    public static Optional<String> timeLeft(Duration elapsed, double share) {
        if (elapsed.toSeconds() < LEAST_SECONDS || share < LEAST_SHARE) {
            return Optional.empty();
        }
        double left = elapsed.toMillis() * (1 / Math.min(1, share) - 1);
        return Optional.of(duration(Duration.ofMillis(Math.round(left))) + " left");
    }
}
