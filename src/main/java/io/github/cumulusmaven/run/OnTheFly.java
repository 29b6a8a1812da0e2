package io.github.cumulusmaven.run;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.files.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** An export that a run of the ETL makes for itself: where it goes, and what has become of it when the run fails. */
public final class OnTheFly {
    private final Path folder;
    private final Optional<TemporaryFolder> temporary;
    private final Listener listener;
    private boolean begun;
    private boolean exported;
    private boolean deleted;

    private OnTheFly(Path folder, Optional<TemporaryFolder> temporary, Listener listener) {
        this.folder = folder;
        this.temporary = temporary;
        this.listener = listener;
    }

    /** Hears where the export goes, and what becomes of it. */
    public interface Listener {
        /**
         * The export is about to begin.
         *
         * @param stays whether its folder is still there after the run
         */
        default void exportsInto(Path folder, boolean stays) {}

        /** All is done, and the export is still there. */
        default void exportStays(Path folder) {}

        /** The export is about to be deleted. */
        default void deletesExport(Path folder) {}

        /** The export, which holds patients' data, is still there, or a part of it. */
        default void exportNotDeleted(Path folder, IOException reason) {}
    }

    /**
     * Tells what has become of an export.
     *
     * @param exported whether it was finished
     * @param stays whether its folder is one that stays
     * @param deleted whether a folder that does not stay is gone
     */
    public record Fate(Path folder, boolean exported, boolean stays, boolean deleted) {}

    /** Exports into a folder that stays, or else into a temporary one among the secrets, which is protected anyway. */
    public static OnTheFly of(Optional<Path> exportTo, Path phi, Listener listener) {
        if (exportTo.isPresent()) {
            return new OnTheFly(exportTo.get(), Optional.empty(), listener);
        }
        TemporaryFolder temporary = TemporaryFolder.in(phi);
        return new OnTheFly(temporary.path(), Optional.of(temporary), listener);
    }

    public Path folder() {
        return folder;
    }

    /** A part of the run. */
    @FunctionalInterface
    public interface Step {
        Outcome run() throws Exception;
    }

    /**
     * Makes the export, and, where it is here, its tables.
     *
     * @return how the export ended, or else the tables where they are not there
     */
    public Outcome run(Step export, Step tables) throws Exception {
        listener.exportsInto(folder, temporary.isEmpty());
        if (temporary.isEmpty()) {
            Outcome outcome = follow(export, tables);
            if (outcome instanceof Outcome.Exported) {
                listener.exportStays(folder);
            }
            return outcome;
        }
        try {
            temporary.get().create();
            return follow(export, tables);
        } finally {
            delete(temporary.get());
        }
    }

    private Outcome follow(Step export, Step tables) throws Exception {
        try {
            Outcome first = export.run();
            exported = first instanceof Outcome.Exported;
            Outcome second = exported ? tables.run() : first;
            return second instanceof Outcome.Built ? first : second;
        } finally {
            begun = ExportFolder.hasBegun(folder);
        }
    }

    /** A failure here must not hide the one that led here. */
    private void delete(TemporaryFolder gone) {
        listener.deletesExport(folder);
        try {
            gone.delete();
            deleted = true;
        } catch (IOException undeletable) {
            listener.exportNotDeleted(folder, undeletable);
        }
    }

    /** Tells what has become of the export; nothing where none was begun. */
    public Optional<Fate> fate() {
        return begun ? Optional.of(new Fate(folder, exported, temporary.isEmpty(), deleted)) : Optional.empty();
    }
}
