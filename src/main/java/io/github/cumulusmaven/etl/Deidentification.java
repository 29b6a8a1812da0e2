package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/** What the pipeline needs of de-identification; here, because the pipeline is the same whatever the rules are. */
interface Deidentification extends Closeable {
    /** Names the secrets that the ids depend on. */
    String codebookId();

    /** Tells these secrets from others. */
    String codebookFingerprint();

    /** A worker's own scrubber. */
    LineScrubber scrubber();

    /** The id that a resource has in the tables. */
    String anonymizedId(String type, String id);

    /** What stays of a resource. */
    ScrubRules rules();

    /** The elements that can identify a person, and that a site's rules keep as they are. */
    List<String> directIdentifiers();

    /** Makes sure that the mappings of all ids so far are on disk. */
    void save() throws CodebookFailure;

    /** Brings the codebook's files to their final state, before the rows come in sight. */
    void finish() throws CodebookFailure;

    /** Notes that a run went well. */
    void noteSuccess(Instant when, String input, String output) throws CodebookFailure;

    /** What all scrubbers did so far; to be asked while none is at work. */
    ScrubReport report();

    @Override
    void close();

    /** Not thread-safe. */
    interface LineScrubber {
        /**
         * Writes a line's resource as it may be seen. Where there is no row, something may have been written all the
         * same.
         */
        Scrubbed scrub(String type, byte[] bytes, int offset, int length, OutputStream target) throws IOException;
    }

    /** What became of a line. */
    sealed interface Scrubbed {
        /**
         * It is a row.
         *
         * @param anonymizedId of the resource
         */
        record Row(String anonymizedId) implements Scrubbed {}

        /**
         * It is none.
         *
         * @param element the element that is the reason, or of {@link LineProblem#OTHER_TYPE} the resource type; empty where
         *     it is the whole
         */
        record NoRow(LineProblem problem, String element) implements Scrubbed {}
    }
}
