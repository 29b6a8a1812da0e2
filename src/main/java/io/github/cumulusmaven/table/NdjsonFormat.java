package io.github.cumulusmaven.table;

import io.github.cumulusmaven.files.FolderLock;
import io.github.cumulusmaven.files.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    public void check(Path output) throws IOException, FolderNotEmpty {
        if (Files.exists(output)) {
            if (FolderLock.isHeld(output.resolve(Staging.LOCK))) {
                throw new FolderInUse(output);
            }
            refuseUsed(output, Staging.halfPublished(output));
        }
    }

    @Override
    public OutputRun begin(Path output, int batchSize) throws IOException, FolderNotEmpty {
        SharedFiles.createFolder(output);
        Staging staging = Staging.begin(output);
        try {
            refuseUsed(output, Set.of());
            SharedFiles.ignoreInGit(output);
            return new NdjsonRun(staging, batchSize);
        } catch (IOException | FolderNotEmpty unusable) {
            staging.close();
            throw unusable;
        }
    }

    private static void refuseUsed(Path output, Set<String> passing) throws IOException, FolderNotEmpty {
        try (Stream<Path> content = Files.list(output)) {
            boolean used = content.map(file -> String.valueOf(file.getFileName()))
                    .anyMatch(name -> !HARMLESS.contains(name) && !passing.contains(name));
            if (used) {
                throw new FolderNotEmpty(output);
            }
        }
    }
}
