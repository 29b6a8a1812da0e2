package io.github.cumulusmaven.table;

import io.github.cumulusmaven.files.FolderLock;
import io.github.cumulusmaven.files.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Cumulus ETL's NDJSON layout: {@code <table>/<table>.000.ndjson} and so on, one file a batch, the ids of deleted
 * resources in {@code <table>/<table>.meta}. It adds to no older tables: the folder must be empty.
 */
public final class NdjsonFormat implements OutputFormat {
    private static final Set<String> HARMLESS = Set.of(".gitignore", ".DS_Store", Staging.NAME, Staging.LOCK);

    @Override
    public String code() {
        return "ndjson";
    }

    @Override
    public Use check(Path output) throws IOException {
        if (!Files.exists(output)) {
            return Use.FREE;
        }
        if (FolderLock.isHeld(output.resolve(Staging.LOCK))) {
            return Use.IN_USE;
        }
        return isUsed(output, Staging.halfPublished(output)) ? Use.NOT_EMPTY : Use.FREE;
    }

    @Override
    public Optional<OutputRun> begin(Path output, int batchSize) throws IOException {
        SharedFiles.createFolder(output);
        Optional<Staging> staging = Staging.begin(output);
        return staging.isPresent() ? begin(output, staging.get(), batchSize) : Optional.empty();
    }

    private static Optional<OutputRun> begin(Path output, Staging staging, int batchSize) throws IOException {
        boolean begun = false;
        try {
            if (isUsed(output, Set.of())) {
                return Optional.empty();
            }
            SharedFiles.ignoreInGit(output);
            begun = true;
            return Optional.of(new NdjsonRun(staging, batchSize));
        } finally {
            if (!begun) {
                staging.close();
            }
        }
    }

    private static boolean isUsed(Path output, Set<String> passing) throws IOException {
        try (Stream<Path> content = Files.list(output)) {
            return content.map(file -> String.valueOf(file.getFileName()))
                    .anyMatch(name -> !HARMLESS.contains(name) && !passing.contains(name));
        }
    }
}
