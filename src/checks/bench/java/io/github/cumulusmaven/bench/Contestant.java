package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A client that fetches all files, in a process of its own. */
interface Contestant {
    String name();

    /** Why it cannot take part; empty if it can. */
    default String obstacle() throws InterruptedException {
        return "";
    }

    /**
     * Fetches all files once.
     *
     * @param folder empty
     * @throws IOException also when what it fetched is not what was served
     */
    Lap run(List<ServedFile> files, Path folder) throws IOException, InterruptedException;

    /**
     * What one run took.
     *
     * @param time of the work, without the start of its process
     * @param peakBytes see {@link Child}
     * @param beside other times worth to be known, by what they are
     */
    record Lap(Duration time, OptionalLong peakBytes, Map<String, Duration> beside) {}
}
