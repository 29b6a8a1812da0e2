package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.cumulusmaven.fhir.FhirInstant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a job brought that the server has forgotten, in an export that goes on with another job for the rest: the files of
 * all types that were whole.
 *
 * @param transactionTime of the forgotten job, as the server wrote it
 * @param files that stay
 * @param types that the next job is asked for; those of the request where nothing stays
 */
public record KeptFiles(
        @JsonProperty("transactionTime") String transactionTime,
        @JsonProperty("files") List<FileState> files,
        @JsonProperty("types") SortedSet<String> types) {
    public KeptFiles {
        files = List.copyOf(files);
    }

    /**
     * What stays of a job.
     *
     * @param earlier what stayed of the one before it
     * @param transactionTime of the job; empty where there was none
     * @param remains of its files
     */
    static Optional<KeptFiles> of(@Nullable KeptFiles earlier, String transactionTime, ExportFailure.Remains remains) {
        boolean listed = remains.files().stream().anyMatch(file -> file.kind() == FileState.Kind.OUTPUT);
        boolean lostDeletions = remains.files().stream()
                .anyMatch(file -> file.kind() == FileState.Kind.DELETED && file.proof() == null);
        if (!listed || remains.missesUntyped() || lostDeletions) {
            return Optional.ofNullable(earlier);
        }
        SortedSet<String> missing = remains.missingTypes();
        List<FileState> files = new ArrayList<>(earlier == null ? List.of() : earlier.files());
        remains.files().stream()
                .filter(file -> file.proof() != null)
                .filter(file -> file.kind() != FileState.Kind.OUTPUT || !missing.contains(file.type()))
                .forEach(files::add);
        String time = earlier == null ? transactionTime : earlier.until(transactionTime);
        return files.isEmpty() ? Optional.empty() : Optional.of(new KeptFiles(time, files, missing));
    }

    /** Up to when all is complete: the earlier of two times, or none where one of them cannot be read. */
    String until(String other) {
        Optional<Instant> ours = FhirInstant.parse(transactionTime);
        Optional<Instant> theirs = FhirInstant.parse(other);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return "";
        }
        return ours.get().isBefore(theirs.get()) ? transactionTime : other;
    }

    /** Whether a file is not to be fetched, as all of its type are here. */
    boolean has(FileState file) {
        return file.kind() == FileState.Kind.OUTPUT && outputTypes().contains(String.valueOf(file.type()));
    }

    /** Where its files are. */
    Set<String> paths() {
        return files.stream().map(FileState::path).collect(Collectors.toUnmodifiableSet());
    }

    private Set<String> outputTypes() {
        return files.stream()
                .filter(file -> file.kind() == FileState.Kind.OUTPUT)
                .map(file -> String.valueOf(file.type()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
