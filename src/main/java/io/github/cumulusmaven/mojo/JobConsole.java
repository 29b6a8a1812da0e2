package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.bulk.ServerJob.Status;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.ServerWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Tells a user of a job.
 *
 * @param out takes lines
 * @param clock for a job's age
 */
record JobConsole(Consumer<String> out, InstantSource clock) {
    private void info(String line) {
        out.accept(Consoles.printable(line));
    }

    /** Tells what the folder knows. */
    void folder(ExportState state, Path folder) throws IOException {
        info("Export of " + state.request().server() + " into " + folder);
        state.request()
                .parameters()
                .forEach((name, value) -> info("  " + name + " = " + RedactedUrl.parameter(name, value)));
        info("  kicked off at " + FhirInstant.toSeconds(state.request().kickedOff())
                + age(state.request().kickedOff()));
        if (state instanceof ExportState.OfJob begun) {
            info("  status URL: " + RedactedUrl.ofStatus(begun.job().statusUrl()));
        }
        info("Here: " + here(state, folder));
    }

    private String age(String kickedOff) {
        return FhirInstant.parse(kickedOff)
                .map(then -> ", " + Amounts.duration(Duration.between(then, clock.instant())) + " ago")
                .orElse("");
    }

    private static String here(ExportState state, Path folder) throws IOException {
        if (state instanceof ExportState.KickingOff) {
            return "asked for; whether the server has begun is not known";
        }
        if (state instanceof ExportState.InProgress working) {
            String words = ServerWords.shown(working.progress()).orElse("");
            return "the server was at work when last asked" + (words.isEmpty() ? "" : " (" + words + ")");
        }
        if (state instanceof ExportState.Complete) {
            return "the list of files is known; none is whole yet" + half(folder);
        }
        if (state instanceof ExportState.Downloading downloading) {
            return files(downloading.files(), folder);
        }
        if (state instanceof ExportState.Done done) {
            return "finished at " + FhirInstant.toSeconds(done.finished()) + ", " + files(done.files(), folder);
        }
        if (state instanceof ExportState.Cancelled cancelled) {
            return "cancelled at " + FhirInstant.toSeconds(cancelled.cancelled()) + "; "
                    + files(cancelled.files(), folder);
        }
        return "kicked off; the server was not asked yet";
    }

    private static String files(List<FileState> files, Path folder) throws IOException {
        List<FileState> whole =
                files.stream().filter(file -> isWhole(file, folder)).toList();
        long bytes = 0;
        for (FileState file : whole) {
            bytes += file.proof() == null ? Files.size(folder.resolve(file.path())) : file.bytes();
        }
        long announced = resources(files.stream());
        return Amounts.count(whole.size()) + " of " + Console.counted(files.size(), "file") + " whole, "
                + Amounts.bytes(bytes)
                + (announced == 0
                        ? ""
                        : ", " + Amounts.percent(resources(whole.stream()), announced) + " of "
                                + Console.counted(announced, "resource"))
                + half(folder);
    }

    /** One that has its name is whole: a run at work notes that only now and then. */
    private static boolean isWhole(FileState file, Path folder) {
        return file.proof() != null || Files.isRegularFile(folder.resolve(file.path()), LinkOption.NOFOLLOW_LINKS);
    }

    private static long resources(Stream<FileState> files) {
        return files.map(FileState::count)
                .mapToLong(count -> count == null ? 0 : count)
                .sum();
    }

    private static String half(Path folder) throws IOException {
        List<Path> half = ExportFolder.halfFiles(folder);
        // a file of a run at work may get its name meanwhile, and then has 0 bytes under the old one
        long bytes = half.stream().mapToLong(file -> file.toFile().length()).sum();
        return half.isEmpty() ? "" : "; " + Console.counted(half.size(), "file") + " half, " + Amounts.bytes(bytes);
    }

    /**
     * Tells what the server says.
     *
     * @throws HttpRefusal when it does not
     */
    void server(Status status) throws HttpRefusal {
        if (!status.isGone() && status instanceof Status.Refused refused) {
            throw refused.refusal();
        }
        info("Server: " + said(status));
    }

    private static String said(Status status) {
        if (status instanceof Status.Working working) {
            String words = ServerWords.shown(working.progress()).orElse("");
            return "at work" + (words.isEmpty() ? "" : " (" + words + ")")
                    + working.retryAfter()
                            .map(wait -> ", to be asked again in " + Amounts.duration(wait))
                            .orElse("");
        }
        if (status instanceof Status.Finished finished) {
            return "done, " + Console.counted(finished.files(), "file")
                    + (finished.expires().isEmpty() ? "" : ", there until " + finished.expires());
        }
        return "does not know the job, or not any more";
    }

    /**
     * Names what to do next with a folder.
     *
     * @param status that the server has told, if it was asked
     * @param resume the command line that goes on with the export
     * @param etl the command line that makes the tables
     */
    void next(ExportState state, Optional<Status> status, String resume, String etl) {
        boolean gone = status.filter(Status::isGone).isPresent();
        if (state instanceof ExportState.KickingOff) {
            next(Failures.lookThere(Failures.Terms.OF_EXPORT, resume));
        } else if (state instanceof ExportState.Cancelled) {
            next("To export again, name another <exportDirectory>, or begin anew with "
                    + Failures.Terms.OF_EXPORT.restart() + ", which deletes what came.");
        } else if (state instanceof ExportState.Done done) {
            next((done.jobDeleted() || gone ? "" : "To have the server's copies deleted:\n  " + resume + "\n")
                    + "To make the tables:\n  " + etl);
        } else if (gone) {
            next("To ask anew for what is missing, and keep what is whole:\n  " + resume
                    + " -Dcumulus.restartExpired=true");
        } else {
            next("If no run is at work on it, resume it:\n  " + resume);
        }
    }

    /** Names what to do next with a job that no folder knows. */
    void next(Status status, String takeOver) {
        if (!status.isGone()) {
            next("To download its files" + (status instanceof Status.Working ? " when it is done" : "") + ":\n  "
                    + takeOver);
        }
    }

    private void next(String step) {
        ("Next: " + step).lines().forEach(this::info);
    }

    /** Tells what cancelling came to. */
    void cancelled(ExportState state, Path folder) throws IOException {
        if (state.request().sandbox().isPresent()) {
            info("Given up: the sandbox has ended, and its job with it. What came stays in " + folder + ".");
        } else if (state instanceof ExportState.Cancelled cancelled) {
            info("Cancelled at " + FhirInstant.toSeconds(cancelled.cancelled())
                    + ": the server was told. What came stays in " + folder + " (" + files(cancelled.files(), folder)
                    + ").");
        } else {
            info("The export is finished, and its files stay in " + folder
                    + "; the server was told that its copies may go.");
        }
    }
}
