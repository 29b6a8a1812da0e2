package io.github.cumulusmaven.fhir.ndjson;

/** How long a line of NDJSON may be: it has to be in memory as a whole. */
public final class LineLimit {
    /**
     * Room for a scanned document written inline: 256 MB, or a quarter of the JVM's memory where that is less, as a line is
     * there in two or three forms at a time.
     */
    public static final int LONGEST =
            (int) Math.min(256L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 4);

    private LineLimit() {}
}
