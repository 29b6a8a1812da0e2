package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportJob;
import io.github.cumulusmaven.bulk.ExportLevel;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.ExportSummary.IssueCount;
import io.github.cumulusmaven.bulk.ExportWarning;
import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.bulk.KickOffAnswer;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.ServerWords;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.UrlRewriting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.maven.plugin.logging.Log;

/** What a user sees of an export: few lines, each worth reading, and a progress in between. */
final class ExportConsole extends Console implements ExportRun.Listener {
    /** HAPI deletes no copies of a finished job on request, and some others none at all. */
    static final String NOT_KNOWN_ANY_MORE =
            "The server answered the request to delete its copies with \"not found\": it"
                    + " may have deleted them already, or may keep these patients' data until they expire. Its administrators know.";

    private static final int LONGEST_PROGRESS = 100;
    private static final int MOST_EXCEPTIONS = 10;

    private final Commands commands;
    private final String userDirectory;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong resources = new AtomicLong();
    private final AtomicLong files = new AtomicLong();
    private volatile Instant kickedOff;
    private boolean saidThatItWorks;

    /**
     * What to type afterwards.
     *
     * @param resume when this run is cut off; empty where nothing would help
     * @param cancel begins the command line that gives a job up
     */
    record Commands(String resume, CommandLine cancel) {}

    /**
     * For one run.
     *
     * @param userDirectory where the user's key for seals lies
     */
    ExportConsole(Log log, Progress progress, InstantSource clock, Commands commands, String userDirectory) {
        super(log, progress, clock);
        this.commands = commands;
        this.userDirectory = userDirectory;
        this.kickedOff = now();
    }

    @Override
    public void accepted(ExportJob job, KickOffAnswer answer) {
        answered();
        kickedOff = Instant.parse(job.kickedOff());
        info("Export of " + job.fhirUrl() + " kicked off at " + time(kickedOff));
        parameters(job);
        info("  status URL: " + RedactedUrl.ofStatus(job.statusUrl()));
        UrlRewriting.proposal(job.statusUrl().toString(), job.fhirUrl())
                .ifPresent(rewrite ->
                        info("  which is not at the FHIR server; if it cannot be reached, and the server only"
                                + " calls itself so, resume with -Dcumulus.urlRewrites=" + rewrite));
        tellHowToGoOn();
    }

    private void tellHowToGoOn() {
        if (!commands.resume().isEmpty()) {
            info("  if this run ends early: " + commands.resume());
        }
    }

    @Override
    public void adopted(ExportJob job) {
        info("Taking over the export of " + job.fhirUrl());
        info("  status URL: " + RedactedUrl.ofStatus(job.statusUrl()));
        tellHowToGoOn();
    }

    @Override
    public void resumed(ExportJob job, ExportState from) {
        kickedOff = Instant.parse(job.kickedOff());
        info("Resuming the export of " + job.fhirUrl() + ", kicked off at " + time(kickedOff));
        parameters(job);
        info("  status URL: " + RedactedUrl.ofStatus(job.statusUrl()));
        if (from instanceof ExportState.Downloading downloading) {
            files.set(downloading.files().stream()
                    .filter(file -> file.proof() != null)
                    .count());
            resources.set(
                    downloading.files().stream().mapToLong(FileState::resources).sum());
        }
    }

    private void parameters(ExportJob job) {
        job.parameters().forEach((name, value) -> info("  " + name + " = " + RedactedUrl.parameter(name, value)));
    }

    /** Writes a time to the second: nobody needs more of it. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void working(String text, String retryAfter, Duration wait) {
        answered();
        String words = brief(text);
        String shown = words.isEmpty() ? "at work" : words;
        Instant asked = now();
        if (!saidThatItWorks) {
            saidThatItWorks = true;
            info("The server is at work; asking again in " + Amounts.duration(wait) + ", and so on");
        }
        show(() -> "Server: " + shown + ", " + Amounts.duration(since(kickedOff))
                + " after the kick-off, asked again in " + Amounts.duration(wait.minus(since(asked))));
    }

    /** ST-05 allows a server 100 characters. */
    private static String brief(String words) {
        String shown = ServerWords.shown(words).orElse("");
        return shown.length() > LONGEST_PROGRESS ? shown.substring(0, LONGEST_PROGRESS) : shown;
    }

    @Override
    public void manifestRead(String transactionTime, List<FileState> planned, int pages) {
        answered();
        long announced = planned.stream()
                .map(FileState::count)
                .mapToLong(count -> count == null ? 0 : count)
                .sum();
        boolean allCounted =
                planned.stream().allMatch(file -> file.count() != null || file.kind() != FileState.Kind.OUTPUT);
        info("The server is done: " + counted(planned.size(), "file")
                + (announced == 0 ? "" : ", " + counted(announced, "resource") + " announced")
                + (transactionTime.isEmpty() ? "" : ", data as of " + brief(transactionTime)));
        Instant began = now();
        Supplier<Part> part = announced > 0 && allCounted
                ? () -> new Part(resources.get(), announced)
                : () -> new Part(files.get(), planned.size());
        Part before = part.get();
        show(() -> {
            Duration elapsed = since(began);
            Part now = part.get();
            return "Downloaded "
                    + (now.total() == 0 ? "" : Amounts.percent(now.done(), now.total()) + ", ")
                    + Amounts.timeLeft(elapsed, now.shareSince(before))
                            .map(left -> left + ", ")
                            .orElse("")
                    + Amounts.count(resources.get())
                    + (announced == 0 ? " resources, " : " of " + Amounts.count(announced) + " resources, ")
                    + "after " + Amounts.duration(elapsed) + ", "
                    + Amounts.count(files.get()) + " of " + Amounts.count(planned.size()) + " files, "
                    + Amounts.bytes(bytes.get()) + ", " + Amounts.rate(bytes.get(), elapsed);
        });
    }

    /** How far the work is. */
    private record Part(long done, long total) {
        /** What was done since then, of what was left then. */
        double shareSince(Part before) {
            long left = total - before.done;
            return left <= 0 ? 1 : (double) (done - before.done) / left;
        }
    }

    @Override
    public void received(long count) {
        bytes.addAndGet(count);
        if (count > 0) {
            received();
        }
    }

    @Override
    public void resourcesReceived(long count) {
        resources.addAndGet(count);
    }

    @Override
    public void downloaded(FileState file, URI url) {
        files.incrementAndGet();
    }

    @Override
    public void downloadFailed(FileState file, URI url, Exception reason) {
        if (!isEndOfRun(reason)) {
            gaveUp(file.path(), Failures.reason(reason));
        }
    }

    /** A run that stops cuts its downloads off, and says so itself. */
    private static boolean isEndOfRun(Throwable reason) {
        return reason instanceof InterruptedException
                || reason instanceof InterruptedIOException
                || reason instanceof ClosedByInterruptException;
    }

    @Override
    public void warned(ExportWarning warning, List<Object> about) {
        warn(
                switch (warning) {
                    case DOWNLOAD_NOT_STOPPED -> "a download does not stop; its .part file may stay behind";
                    case NOT_UTF8 ->
                        about.get(0) + " is not UTF-8, first in line " + about.get(1)
                                + ": it is kept as it came, and some characters in it will not be read right;"
                                + " ask the server's administrators";
                    case FAULT_IN_LOG -> "what the server says of it is in " + about.get(0);
                    case IRREGULAR_KICK_OFF ->
                        "the server answered the kick-off with HTTP " + about.get(0)
                                + ", not with 202 and a Content-Location; the URL that it named is taken for the status URL";
                    case UNFINISHED_BESIDE ->
                        "an unfinished export of " + about.get(0) + " is in " + about.get(1)
                                + ": the server may be waiting for that one; resume it, or cancel it";
                    case ASKED_ANEW ->
                        "the server does not have the export any more ("
                                + ExportMessages.words((Exception) about.get(0)) + "); asking anew for "
                                + types((List<?>) about.get(1));
                    case FILE_GONE -> about.get(0) + " is not there any more as it was brought; it is asked for again";
                    case NO_TRANSACTION_TIME ->
                        "the manifest has no transactionTime that can be read: no later export can begin where this one ends";
                    case LATER_TIME ->
                        "the manifest was as of " + about.get(0) + " before, and is as of " + about.get(1)
                                + " now: the export counts as of the earlier time";
                    case STATE_LAGS_BEHIND -> "export.json lags behind: " + ((Exception) about.get(0)).getMessage();
                });
    }

    private static String types(List<?> types) {
        return types.isEmpty()
                ? "all types"
                : types.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    @Override
    public void jobDeleted(boolean taken) {
        if (taken) {
            info("The server was told that its copies may be deleted");
        } else {
            warn(NOT_KNOWN_ANY_MORE);
        }
    }

    @Override
    public void jobNotDeleted(Exception reason) {
        warn("The server could not be told to delete its copies: " + said(reason)
                + ". They stay until it deletes them by itself.");
    }

    /** What a server says of its own faults is in the log. */
    private static String said(Exception reason) {
        boolean withheld = reason instanceof HttpRefusal refusal && refusal.isWithheld();
        return ExportMessages.words(reason) + (withheld ? " (what it says of that is in log.ndjson)" : "");
    }

    @Override
    public void jobLeftBehind(ExportJob job, Exception reason) {
        warn("The earlier job could not be cancelled: " + said(reason) + ". It may still run; to cancel it later:");
        warn("  "
                + commands.cancel()
                        .with("statusUrl", SignedUrl.kept(job.statusUrl()))
                        .with("fhirUrl", job.fhirUrl()));
    }

    @Override
    public void unsealedJobNotDeleted(Exception reason) {
        Failures.unsealedJob(reason, commands.cancel()).lines().forEach(this::warn);
    }

    @Override
    public void notSealed(IOException reason) {
        warn("export.json cannot be sealed: " + Failures.place(reason, userDirectory) + ": " + Failures.reason(reason)
                + ". A later run that works on this export must be told the server and the client, as this one"
                + " was (fhirUrl, serverId).");
    }

    @Override
    public void outcomeNotNoted(String outcome, ExportFailure reason) {
        warn("export.json does not say how this run ended (" + outcome + "): " + Failures.reason(reason) + ".");
    }

    /** Says what there is to see of the export, whoever made it. */
    void ended(Outcome outcome, ExportConfig config, boolean withClient) {
        Optional<Outcome.Exported> export = outcome instanceof Outcome.ServerErrors errors
                ? Optional.of(errors.export())
                : Optional.of(outcome)
                        .filter(Outcome.Exported.class::isInstance)
                        .map(Outcome.Exported.class::cast);
        if (export.filter(here -> here.before().isEmpty()).isPresent()) {
            summary(export.get().summary(), export.get().folder());
            if (export.get().summary().isEmpty()) {
                empty(config, withClient);
            }
        } else if (outcome instanceof Outcome.Exported before) {
            upToDate(before);
        }
    }

    /** The table at the end, and what is odd about it. */
    void summary(ExportSummary summary, Path folder) {
        hide();
        info("");
        info(row("Type", "Files", "Resources", "Bytes"));
        rows(summary).forEach((type, total) -> info(row(type, total)));
        info(row("total", Total.of(summary.files())));
        info("");
        String where = few(summary.places());
        summary.issues().forEach(issue -> issue(issue, where));
        exceptions(summary.exceptions());
        others(summary.files())
                .forEach((type, count) -> warn(counted(count, type + " resource")
                        + " in files that the manifest announces as another type; the table above counts the files"));
        info("In " + folder + ", after " + Amounts.duration(summary.duration()));
    }

    private void upToDate(Outcome.Exported export) {
        Total total = Total.of(export.summary().files());
        info("Up to date: exported into " + export.folder() + " by "
                + FhirInstant.toSeconds(export.before().orElseThrow()) + ", "
                + counted(total.files(), "file") + ", " + counted(total.resources(), "resource") + ", "
                + Amounts.bytes(total.bytes()));
        exceptions(export.summary().exceptions());
    }

    private void exceptions(List<FileState> exceptions) {
        exceptions.stream().limit(MOST_EXCEPTIONS).map(ExportConsole::exception).forEach(this::warn);
        if (exceptions.size() > MOST_EXCEPTIONS) {
            warn("… and " + counted(exceptions.size() - MOST_EXCEPTIONS, "more file") + " (see export.json)");
        }
    }

    private static String exception(FileState file) {
        if (file.lost() == null) {
            return file.path() + " holds " + counted(file.resources(), "resource") + ", the manifest announces "
                    + Amounts.count(file.count() == null ? 0 : file.count()) + "; accepted";
        }
        return file.path() + " is missing (" + file.lost() + ")"
                + (file.kind() == FileState.Kind.ERROR
                        ? ": what the server reports there of the export is not known"
                        : "");
    }

    /** The first of them by name. */
    static String few(List<String> places) {
        return String.join(", ", places.subList(0, Math.min(places.size(), MOST_EXCEPTIONS)))
                + (places.size() > MOST_EXCEPTIONS ? " and " + (places.size() - MOST_EXCEPTIONS) + " more" : "");
    }

    private static Map<String, Long> others(List<FileState> files) {
        Map<String, Long> others = new TreeMap<>();
        files.forEach(file -> file.others().forEach((type, count) -> others.merge(type, count, Long::sum)));
        return others;
    }

    /** Servers answer a group that they do not know, or scopes that cover nothing, as if there were no data. */
    void empty(ExportConfig config, boolean withClient) {
        List<String> reasons = new ArrayList<>();
        if (config.target().level() instanceof ExportLevel.Group group) {
            reasons.add(
                    "the group " + group.id() + " may have no members, or may not exist: servers do not always say so");
        }
        if (config.parameters().values().containsKey("_since")) {
            reasons.add("nothing may have changed since "
                    + config.parameters().values().get("_since"));
        }
        if (config.parameters().values().containsKey("_typeFilter")) {
            reasons.add("no resource may match the typeFilters");
        }
        String wanted = config.parameters().types().isEmpty() ? "any data" : "the types asked for";
        reasons.add(
                withClient
                        ? "the client's scopes may not cover " + wanted
                        : "the server may not give " + wanted
                                + " without authorization (serverId, or smartClientId and smartJwks)");
        warn("The export holds no resources: " + String.join("; or ", reasons) + ".");
    }

    private void issue(IssueCount issue, String where) {
        String line = "The server reports " + Amounts.count(issue.count()) + " × "
                + issue.severity().code() + " " + issue.code() + " (see " + where + ")";
        if (issue.severity().isFailure()) {
            warn(line);
        } else {
            info(line);
        }
    }

    private record Total(long files, long resources, long bytes) {
        static Total of(List<FileState> files) {
            return new Total(
                    files.stream().filter(file -> file.proof() != null).count(),
                    files.stream().mapToLong(FileState::resources).sum(),
                    files.stream().mapToLong(FileState::bytes).sum());
        }
    }

    private static Map<String, Total> rows(ExportSummary summary) {
        Map<String, List<FileState>> byType = new TreeMap<>();
        for (FileState file : summary.files()) {
            String folder =
                    file.kind() == FileState.Kind.OUTPUT ? "" : file.kind().code() + "/";
            byType.computeIfAbsent(folder + file.type(), type -> new ArrayList<>())
                    .add(file);
        }
        Map<String, Total> rows = new TreeMap<>();
        byType.forEach((type, files) -> rows.put(type, Total.of(files)));
        return rows;
    }

    private static String row(String type, Total total) {
        return row(type, Amounts.count(total.files()), Amounts.count(total.resources()), Amounts.bytes(total.bytes()));
    }

    private static String row(String type, String files, String resources, String bytes) {
        return String.format(Locale.ROOT, "%-26s %7s %13s %10s", type, files, resources, bytes);
    }
}
