package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.etl.canary.CanaryReport;
import io.github.cumulusmaven.hydrate.Hydrated;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run did.
 *
 * @param tables in their order
 * @param unreadableFiles files whose resource type cannot be told, and lists of deleted ids that cannot be read
 * @param maxErrorRate how many of the resources may be lost
 * @param duration from beginning to publication
 * @param scrubbed what became of elements and extensions
 * @param directIdentifiers the elements that can identify a person, and that a site's rules keep as they are
 * @param completion what else tells which tables are complete, and what follows for Encounters
 * @param canary what was compared with what identifies patients
 * @param medications what was fetched, where that was wanted
 */
public record EtlSummary(
        List<TableSummary> tables,
        long unreadableFiles,
        double maxErrorRate,
        Duration duration,
        ScrubReport scrubbed,
        List<String> directIdentifiers,
        CompletionReport completion,
        CanaryReport canary,
        Optional<Hydrated> medications) {
    public EtlSummary {
        tables = List.copyOf(tables);
        directIdentifiers = List.copyOf(directIdentifiers);
    }

    /** Resources and files that are missing though they should not. */
    public long errors() {
        return unreadableFiles
                + unfetched()
                + tables.stream().mapToLong(TableSummary::errors).sum();
    }

    private long unfetched() {
        return medications.map(Hydrated::errors).orElse(0L);
    }

    /** Resources that were found in the input, or should have been. */
    public long read() {
        return unfetched() + tables.stream().mapToLong(TableSummary::read).sum();
    }

    /** Whether more is missing than may be. Nobody knows how much is lost with a file, so none may be. */
    public boolean hasTooManyErrors() {
        boolean lostFiles = unreadableFiles > 0 || tables.stream().anyMatch(table -> table.unreadableFiles() > 0);
        return lostFiles || errors() > maxErrorRate * read();
    }
}
