package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/** Who does the work of a race, in a process of its own. */
interface Contestant {
    String name();

    /** Why it cannot take part; empty if it can. */
    default String obstacle() throws IOException, InterruptedException {
        return "";
    }

    /**
     * Does the work once.
     *
     * @param folder empty; what is written into it is deleted afterwards
     * @throws IOException also when what came of it is wrong
     */
    Lap run(Path folder) throws IOException, InterruptedException;

    /**
     * What one run took.
     *
     * @param time that counts
     * @param peakBytes see {@link Child}
     * @param beside other times worth to be known, by what they are
     */
    record Lap(Duration time, OptionalLong peakBytes, Map<String, Duration> beside) {
        /** The beside of all whose time is the work alone. */
        static final String PROCESS = "with its process' start and end";
    }
}
