package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.files.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.maven.plugin.logging.Log;

/** An export that a run of the ETL makes for itself: where it goes, and what has become of it when the run fails. */
final class OnTheFly {
    private final Path folder;
    private final Optional<TemporaryFolder> temporary;
    private final Log log;
    private boolean begun;
    private boolean exported;
    private boolean deleted;

    private OnTheFly(Path folder, Optional<TemporaryFolder> temporary, Log log) {
        this.folder = folder;
        this.temporary = temporary;
        this.log = log;
    }

    /** Into a folder that stays, or else into a temporary one among the secrets, the place that is protected anyway. */
    static OnTheFly of(Optional<Path> exportTo, Path phi, Log log) {
        if (exportTo.isPresent()) {
            return new OnTheFly(exportTo.get(), Optional.empty(), log);
        }
        TemporaryFolder temporary = TemporaryFolder.in(phi);
        return new OnTheFly(temporary.path(), Optional.of(temporary), log);
    }

    Path folder() {
        return folder;
    }

    /** A part of the run. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /** The export, then its tables. */
    void run(Step export, Step tables) throws Exception {
        if (temporary.isEmpty()) {
            log.info("Exporting into " + folder + ", where it stays");
            follow(export, tables);
            log.info("The export stays in " + folder);
            return;
        }
        log.info("Exporting into " + folder + ", which is deleted when this goal ends (exportTo would keep it)");
        try {
            temporary.get().create();
            follow(export, tables);
        } finally {
            delete(temporary.get());
        }
    }

    private void follow(Step export, Step tables) throws Exception {
        try {
            export.run();
            exported = true;
            tables.run();
        } finally {
            begun = ExportFolder.hasBegun(folder);
        }
    }

    /** A failure here must not hide the one that led here. */
    private void delete(TemporaryFolder gone) {
        log.info("Deleting " + folder);
        try {
            gone.delete();
            deleted = true;
        } catch (IOException undeletable) {
            log.warn("Could not delete all of " + folder + ": " + Failures.reason(undeletable)
                    + ". It holds patients' data: delete it.");
        }
    }

    /**
     * What became of the export, and how it goes on.
     *
     * @param resumption what is said of an export that was cut off
     * @param sandbox whether the server was our own, and has ended
     * @param tables the command line that makes the tables of a folder
     */
    String afterFailure(String resumption, boolean sandbox, CommandLine tables) {
        if (!begun) {
            return "";
        }
        if (temporary.isPresent()) {
            return temporary(sandbox);
        }
        if (exported) {
            return "The export is whole, and stays. Its tables alone, with the other settings of this run:\n  "
                    + tables;
        }
        return sandbox ? resumption : resumption + "\nand then, with the other settings of this run, with\n  " + tables;
    }

    private String temporary(boolean sandbox) {
        String fate = deleted
                ? " has been deleted with its temporary folder."
                : " is still in " + folder + ": delete it, for it holds patients' data.";
        if (exported) {
            return "What was exported" + fate + " With <exportTo> it stays, and need not be exported again.";
        }
        return sandbox
                ? "What came" + fate
                : "What came" + fate + " The job may still be on the server, until that deletes it by itself."
                        + " With <exportTo>, what comes stays, and the resume goal can go on.";
    }
}
