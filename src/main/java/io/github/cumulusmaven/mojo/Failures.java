package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportSummary.IssueCount;
import io.github.cumulusmaven.bulk.LoggedJob;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.EtlFailure;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.files.UnsafePath;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.UnsealedFolder;
import io.github.cumulusmaven.run.UrlRewriting;
import io.github.cumulusmaven.smart.SmartFailure;
import java.io.File;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;

/**
 * The only maker of Maven's exceptions: what happened, where, and what to do next. {@link MojoFailureException} says that
 * the configuration or the server's refusal is in the way, {@link MojoExecutionException} that network, disk or this
 * plugin are. Maven appends the messages of causes to what it shows, so none is attached; {@code -X} shows them.
 */
final class Failures {
    private static final String TRUST_HOST = "If that host belongs to the server, name it in <trustedHosts> in the"
            + " <configuration> of the <server> in settings.xml; if you do not know it, do not.";
    private static final int LONGEST_CHAIN = 20;
    private static final long MEMORY = Runtime.getRuntime().maxMemory() / (1024 * 1024);

    private static final String ASK = "ask the server's administrators";

    /** Java gives these no words of their own. */
    private static final Map<Class<? extends FileSystemException>, String> REASONS = Map.of(
            NoSuchFileException.class, "it does not exist",
            AccessDeniedException.class, "permission denied",
            NotDirectoryException.class, "it is not a folder",
            FileAlreadyExistsException.class, "it exists already");

    private final Function<String, CommandLine> command;
    private final Terms terms;
    private final String resumeCommand;
    private final String afterwards;

    /**
     * What a goal calls the server, and the folder that it exports into.
     *
     * @param beginner the goal that begins exports like this one, and can begin them anew
     * @param folderStays whether the export's folder is still there after a failure
     * @param whereInUse what to do while another run works in the folder
     */
    record Terms(String beginner, String url, String folder, boolean folderStays, String whereInUse) {
        static final Terms OF_EXPORT = new Terms("export", "fhirUrl", "exportDirectory", true);
        static final Terms OF_CANCEL = new Terms(
                "export",
                "fhirUrl",
                "exportDirectory",
                true,
                "Stop that one first (Ctrl-C where it runs, or end the process), then cancel.");

        Terms(String beginner, String url, String folder, boolean folderStays) {
            this(beginner, url, folder, folderStays, "Wait for it, or name another <" + folder + ">.");
        }

        /** What gives an unfinished export up. */
        String restart() {
            return "the " + beginner + " goal and -Dcumulus.restart=true";
        }
    }

    /**
     * For one goal that failed.
     *
     * @param command begins the command line of a goal
     * @param terms of the goal
     * @param resumeCommand goes on with an unfinished export; empty where that cannot be
     * @param afterwards what became of the export and how it goes on; empty where none was begun
     */
    Failures(Function<String, CommandLine> command, Terms terms, String resumeCommand, String afterwards) {
        this.command = command;
        this.terms = terms;
        this.resumeCommand = resumeCommand;
        this.afterwards = afterwards;
    }

    /** Throws what Maven should see. */
    void rethrow(Throwable failure) throws MojoExecutionException, MojoFailureException {
        if (outOfMemory(failure)) {
            throw new MojoExecutionException(andThen("Java has no memory left: it may use " + MEMORY
                    + " MB. Give it more, for example with MAVEN_OPTS=-Xmx2g, and run it again."));
        }
        Throwable root = withoutEnvelope(failure);
        if (root instanceof Error && !isAfterPublication(failure)) {
            throw unexpected(root, afterwards);
        }
        if (failure instanceof MojoFailureException said) {
            throw said;
        }
        if (failure instanceof InvalidSetting setting) {
            String name = setting.setting().equals("fhirUrl") ? terms.url() : setting.setting();
            throw new MojoFailureException(invalid(name, setting.value(), SettingMessages.clause(setting)));
        }
        if (failure instanceof UnsealedFolder folder) {
            throw new MojoFailureException(unsealed(folder));
        }
        if (failure instanceof SmartFailure smart) {
            rethrowSmart(smart);
        }
        if (failure instanceof ExportFailure export) {
            rethrowExport(export);
        }
        if (failure instanceof HttpFailure http) {
            throw new MojoExecutionException(andThen(unreachable(http)));
        }
        if (failure instanceof HttpRefusal refusal) {
            throw new MojoFailureException(andThen("The server refused: " + said(refusal) + ". " + hint(refusal)));
        }
        if (failure instanceof FileSystemException disk) {
            throw new MojoExecutionException(
                    "Cannot use " + disk.getFile() + ": " + reason(disk) + ". Mend that, and run it again.");
        }
        if (failure instanceof InterruptedException) {
            throw new MojoExecutionException(andThen("Interrupted."));
        }
        rethrowEtl(failure);
        throw unexpected(failure, "");
    }

    /** Says why an outcome is not what the user wants; nothing where it is. */
    Optional<String> refusal(Outcome outcome) {
        if (outcome instanceof Outcome.Paused paused) {
            return Optional.of(paused(paused, "<waitUpTo>", afterwards));
        }
        return outcome instanceof Outcome.ServerErrors errors
                ? Optional.of(serverErrors(errors.export()))
                : EtlFailures.message(outcome).map(this::andThen);
    }

    /**
     * The end of a run's time.
     *
     * @param waitUpTo the setting, as it is called there
     * @param afterwards how the export goes on; empty where none was begun
     */
    static String paused(Outcome.Paused paused, String waitUpTo, String afterwards) {
        return afterwards.isEmpty()
                ? "The server has been too busy to begin the export, and " + waitUpTo
                        + " is over. Nothing has begun: run this goal again later."
                : "The export is not done yet, " + Amounts.duration(paused.sinceKickOff()) + " after its kick-off, and "
                        + waitUpTo + " is over. " + afterwards;
    }

    /** Tables that are published are said to be so, whatever fails after. */
    private static boolean isAfterPublication(Throwable failure) {
        return failure instanceof EtlFailure etl && etl.kind() == EtlFailure.Kind.AFTER_PUBLICATION;
    }

    /** Also where a download, or another worker, met it. */
    private static boolean outOfMemory(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < LONGEST_CHAIN; depth++) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private void rethrowEtl(Throwable failure) throws MojoExecutionException, MojoFailureException {
        Optional<EtlFailures.Message> etl = EtlFailures.message(failure);
        if (etl.isPresent()) {
            String text = andThen(etl.get().text());
            if (etl.get().configuration()) {
                throw new MojoFailureException(text);
            }
            throw new MojoExecutionException(text);
        }
    }

    /** Here the stack trace is the message, for those who can mend it. */
    private static MojoExecutionException unexpected(Throwable failure, String afterwards) {
        String where = Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("io.github.cumulusmaven."))
                .findFirst()
                .map(frame -> " at " + frame)
                .orElse("");
        return new MojoExecutionException(
                "Failed unexpectedly: " + failure.getClass().getName() + where
                        + ". Run it again with -e, and report what that shows."
                        + (afterwards.isEmpty() ? "" : " " + afterwards),
                ShownFailure.of(failure, new Secrets()));
    }

    /** What a server says of its own faults may be of anybody: only the owner of the folder reads it. */
    private String elsewhere(Throwable failure) {
        boolean withheld = false;
        for (Throwable cause = failure; cause != null && !withheld; cause = cause.getCause()) {
            withheld = cause instanceof HttpRefusal refusal && refusal.isWithheld();
        }
        return withheld && terms.folderStays()
                ? " What the server says of it is in log.ndjson in the " + folder() + "."
                : "";
    }

    private String andThen(String message) {
        return afterwards.isEmpty() ? message : message + (message.contains("\n") ? "\n" : " ") + afterwards;
    }

    private static String said(Throwable failure) {
        return Consoles.printable(ExportMessages.words(failure));
    }

    private static String invalid(String setting, String value, String allowed) {
        String shown = value.isEmpty() ? "" : " '" + value + "'";
        return "<" + setting + ">" + shown + " " + allowed + " (in the pom, or -Dcumulus." + setting + "=…).";
    }

    /**
     * Says that a build names a parameter that no goal has.
     *
     * @param given the name, as it was written
     * @param meant the parameter that comes closest, written likewise
     * @param goal that is to run
     * @param parameters that this goal has
     */
    static MojoFailureException unknownParameter(
            String given, Optional<String> meant, String goal, Set<String> parameters) {
        return new MojoFailureException(given + " is no parameter of this plugin"
                + meant.map(close -> "; did you mean " + close + "?")
                        .orElse(". The " + goal + " goal has " + String.join(", ", parameters) + "."));
    }

    private String url() {
        return "<" + terms.url() + ">";
    }

    private String folder() {
        return "<" + terms.folder() + ">";
    }

    private String serverErrors(Outcome.Exported errors) {
        String issues = errors.summary().issues().stream()
                .filter(issue -> issue.severity().isFailure())
                .map(Failures::issue)
                .collect(Collectors.joining(", "));
        return "The server could not export everything: " + issues + ". "
                + (terms.folderStays()
                        ? "All files that it made are in " + errors.folder() + "; its reasons are in "
                                + ExportConsole.few(errors.summary().places().stream()
                                        .map(place ->
                                                errors.folder().resolve(place).toString())
                                        .toList())
                                + ". Ask its administrators, or leave out the types named there."
                                + (terms.beginner().equals("etl")
                                        ? " If nothing that matters is missing, name that folder as <input>."
                                        : "")
                        : "The files that it made, and its reasons, have been deleted with their temporary folder."
                                + " Ask its administrators, or export again with " + folder() + " to see the reasons.");
    }

    private static String issue(IssueCount issue) {
        return issue.count() + " × " + issue.severity().code() + " " + issue.code();
    }

    private void rethrowExport(ExportFailure failure) throws MojoExecutionException, MojoFailureException {
        String where = Consoles.printable(failure.where());
        String what = said(failure);
        switch (failure.kind()) {
            case FOLDER_NOT_EMPTY ->
                throw new MojoFailureException("Not exporting into " + where + ": " + what + ". Name another "
                        + folder() + "; one that does not exist is made.");
            case FOLDER_OTHER_REQUEST ->
                throw new MojoFailureException("There is an unfinished export of something else in " + where + ": "
                        + what + ". " + goOnThere());
            case FOLDER_FINISHED ->
                throw new MojoFailureException("There is a finished export in " + where + " (" + what
                        + "). Name another " + folder() + ", or delete this folder if its files are no longer needed.");
            case FOLDER_IN_USE ->
                throw new MojoFailureException(
                        "Another run (" + what + ") works in " + where + ". " + terms.whereInUse());
            case FOLDER_DAMAGED -> throw new MojoFailureException(damaged(failure));
            case NOTHING_TO_RESUME ->
                throw new MojoFailureException("There is no export to resume in " + where + ": " + what
                        + ". Check the <exportDirectory>, or begin an export:\n  " + exportInto(where));
            case DISK ->
                throw new MojoExecutionException(andThen("Cannot read or write " + place(failure, failure.where())
                        + ": " + reason(failure) + ". Mend that first."));
            case KICKOFF_REFUSED ->
                throw new MojoFailureException("The server did not begin the export: " + what + "." + elsewhere(failure)
                        + " " + kickOffHint(failure));
            case KICKOFF_UNKNOWN ->
                throw new MojoExecutionException("The server's answer was lost after the export was asked for: " + what
                        + "." + elsewhere(failure) + " The server may have begun it all the same. " + lookThere());
            case ACCEPTED_NOT_NOTED -> throw new MojoExecutionException(begunButNotNoted(failure));
            case KICKOFF_INTERRUPTED ->
                throw new MojoFailureException(
                        "It is not known whether the export in " + where + " has begun: " + what + ". " + lookThere());
            case CANCELLED ->
                throw new MojoFailureException("The export in " + where + " was cancelled, " + what
                        + ". Export again with " + terms.restart() + ", which deletes what came of it, or name another "
                        + folder() + ".");
            case TOO_LONG ->
                throw new MojoExecutionException(andThen("The export in " + where + ", kicked off at "
                        + FhirInstant.toSeconds(failure.about().get(0).toString())
                        + ", takes longer than <maxWait> allows. Ask the server's administrators how far it is. To go on, add a"
                        + " longer -Dcumulus.maxWait=…, or the next run ends at once, too."));
            case KICKOFF_WITHOUT_STATUS_URL -> throw new MojoFailureException(withoutStatusUrl(failure));
            case STATUS_HOST_UNKNOWN ->
                throw new MojoFailureException("The server has begun the export, and named " + what
                        + " as its status URL, but this machine cannot look up that host. "
                        + proposal(failure.namedUrl(), where, false)
                        + "Check the name, and that this machine can look it up; the job stays on the server.");
            case JOB_GONE ->
                throw new MojoFailureException("The server does not know the export any more: " + what
                        + ". It expired or was cancelled. " + askAnew());
            case NOT_A_JOB -> throw new MojoFailureException(unsealedJob(failure, command.apply("cancel")));
            case JOB_FAILED ->
                throw new MojoFailureException("The server says that the export failed: " + what + "."
                        + elsewhere(failure) + " Ask its administrators, or export fewer <types>."
                        + (terms.folderStays()
                                ? " To begin anew, name another " + folder() + "; what came whole stays in this one."
                                : ""));
            case STATUS_UNREACHABLE ->
                throw new MojoExecutionException(andThen("The server has not answered for a day: " + what + "."
                        + elsewhere(failure) + " Wait until it is back."));
            case NOT_A_MANIFEST ->
                throw new MojoFailureException(andThen("The server says that the export is done, but sent " + what
                        + " instead of the list of files, from " + where + ". Ask its administrators."));
            case MANIFEST_CHANGED ->
                throw new MojoFailureException("The server's list of files is not the one that the export in " + where
                        + " began with: " + what + ". " + afterOtherFiles());
            case FILES_GONE ->
                throw new MojoFailureException("The server has deleted files of the export, which it still lists: "
                        + what + ". " + askAnew() + orWithoutIt());
            case MISCOUNTED ->
                throw new MojoFailureException("All files are here, but " + what + ". They came the same when they were"
                        + " fetched again" + (terms.folderStays() ? ", and stay in " + where : "")
                        + ". Ask the server's administrators what is right"
                        + (terms.folderStays() ? "; to have a file fetched once more, delete it and resume." : ".")
                        + orWithoutIt());
            case DOWNLOAD ->
                throw new MojoExecutionException(
                        andThen(download(failure)) + (failure.isOfFiles() ? orWithoutIt() : ""));
        }
    }

    private String withoutStatusUrl(ExportFailure failure) {
        String named = failure.namedUrl();
        String where = Consoles.printable(failure.where());
        if (named.isEmpty()) {
            return "The server accepted the export, but did not say where to ask for it: " + said(failure) + ", at "
                    + where + ". Show this to its administrators; the export may be running there. " + lookThere();
        }
        return "The server accepted the export at " + where + ", and named " + said(failure)
                + " as its status URL: " + problem(named) + ". " + proposal(named, failure.where(), true)
                + "Show this to its administrators; the export may be running there. " + lookThere();
    }

    /** Why a status URL is of no use. */
    private static String problem(String named) {
        Optional<URI> url = UrlRewriting.web(named);
        if (url.isEmpty()) {
            return "that is no URL of the web";
        }
        if (Origin.of(url.get()).isExposed()) {
            return "that is plain http to another machine";
        }
        return Origin.of(url.get()).isLoopback()
                ? "that leads to this machine"
                : "that is another server, in a redirect, and is not to see the token";
    }

    /** What to do about a server behind a proxy, which does not know by what address it is asked. */
    private String proposal(String named, String fhirUrl, boolean withStatusUrl) {
        Optional<String> rewrite = UrlRewriting.proposal(named, fhirUrl);
        if (rewrite.isEmpty()) {
            return "";
        }
        String why = "If the server only calls itself so, because it is behind a proxy, ";
        if (resumeCommand.isEmpty()) {
            return why + "add "
                    + new CommandLine("", File.separatorChar == '\\')
                            .with(UrlRewriting.SETTING, rewrite.get())
                            .toString()
                            .trim()
                    + ". ";
        }
        CommandLine resume = new CommandLine(resumeCommand, File.separatorChar == '\\')
                .with("resume", withStatusUrl ? UrlRewriting.atServer(named, fhirUrl) : "")
                .with(UrlRewriting.SETTING, rewrite.get());
        return why + "go on with its job under the real address (also of its files):\n  " + resume + "\n";
    }

    /** Names no value of the folder in what is to be typed: who planted it would have it typed. */
    private static String unsealed(UnsealedFolder folder) {
        return "No credentials are used for " + RedactedUrl.of(folder.base())
                + ": only export.json in the folder names "
                + (folder.namesServer() ? "that server" : "")
                + (folder.namesServer() && folder.namesClient() ? " and " : "")
                + (folder.namesClient() ? "the client" : "")
                + ", and it has no seal of this user. Another"
                + " user, another machine or an earlier version wrote it, or somebody who wants to be sent your token."
                + folder.sealProblem()
                        .map(problem -> " (There is no key for seals: " + place(problem, "the user's home") + ": "
                                + reason(problem) + ".)")
                        .orElse("")
                + " If that is your server, name it and the client: -Dcumulus.fhirUrl=https://… and -Dcumulus.serverId=…"
                + " (or smartClientId and smartJwks). Or pin the <server> in settings.xml to it, by"
                + " <configuration><fhirUrl>https://…</fhirUrl></configuration>, and name -Dcumulus.serverId=….";
    }

    /** Names no value of the folder here either. */
    static String unsealedJob(Exception failure, CommandLine cancel) {
        boolean asked = failure instanceof ExportFailure none && none.kind() == ExportFailure.Kind.NOT_A_JOB;
        return "The job of which export.json tells was not deleted on the server: export.json is not sealed, and "
                + (asked ? "what it calls a status URL does not answer like one" : "the server could not be told")
                + " (" + said(failure) + "). If you know the job, and it is yours:\n  " + cancel
                + " -Dcumulus.statusUrl=https://… -Dcumulus.fhirUrl=https://…";
    }

    /** The folder's state says less than is known. */
    private String begunButNotNoted(ExportFailure failure) {
        String url = failure.where();
        String cancel = command.apply("cancel").with("statusUrl", url) + " -Dcumulus.fhirUrl=https://…";
        return "The server has begun the export, at " + Consoles.printable(url)
                + ", but export.json could not be written: " + reason(failure) + ". Mend that first. "
                + (resumeCommand.isEmpty()
                        ? ""
                        : "Then go on with the export:\n  "
                                + new CommandLine(resumeCommand, File.separatorChar == '\\').with("statusUrl", url)
                                + "\nor give it up:\n  ")
                + (resumeCommand.isEmpty() ? "To give it up on the server:\n  " : "") + cancel;
    }

    private String askAnew() {
        return resumeCommand.isEmpty()
                ? "Export again."
                : "To ask anew for what is missing, and keep what is whole:\n  " + resumeCommand
                        + " -Dcumulus.restartExpired=true";
    }

    private String orWithoutIt() {
        return resumeCommand.isEmpty()
                ? " To do without it, add -Dcumulus.acceptMissing=true."
                : "\nTo end the export with what is here:\n  " + resumeCommand + " -Dcumulus.acceptMissing=true";
    }

    private String afterOtherFiles() {
        return terms.folderStays()
                ? "What came stays. Export into another " + folder() + "; or, if it is of no use, begin anew with "
                        + terms.restart() + ", which deletes it."
                : "Export again.";
    }

    private String lookThere() {
        return lookThere(terms, resumeCommand);
    }

    /** What to do where the server may have a job of which nobody knows: many servers allow one export at a time. */
    static String lookThere(Terms terms, String resumeCommand) {
        String look = "Look for a running export on the server, or " + ASK + ", before you ask again.";
        return resumeCommand.isEmpty()
                ? look
                : look + " If there is one, go on with its status URL:\n  " + resumeCommand
                        + " -Dcumulus.statusUrl=https://…\nIf there is none, begin anew with " + terms.restart() + ".";
    }

    private String goOnThere() {
        return resumeCommand.isEmpty()
                ? "Name another " + folder() + ", or give it up with " + terms.restart() + "."
                : "Go on with it:\n  " + resumeCommand + "\nor name another " + folder() + ", or give it up with "
                        + terms.restart() + ".";
    }

    /** The folder does not know any more whom it asked for what; its log may. */
    private String damaged(ExportFailure failure) {
        Path folder = Path.of(failure.where());
        String what = "What export.json tells of the export in " + Consoles.printable(failure.where())
                + " cannot be used: " + said(failure) + ". ";
        Optional<LoggedJob> job = ExportFolder.logged(folder);
        if (job.isEmpty()) {
            return what
                    + "Its log.ndjson names no job. If the server has one, take that over into another folder, by its"
                    + " status URL:\n  " + takeOver(folder, "https://…", "https://…") + "\nElse delete the folder, and"
                    + " export again.";
        }
        return job.get().finished()
                ? what
                        + "By its log.ndjson, the export was finished: the files are whole. To export again, name another "
                        + folder() + "."
                : what
                        + "Its log.ndjson names the job. If these are URLs of your server, take it over into another folder, as the"
                        + " same client:\n  "
                        + takeOver(folder, job.get().statusUrl(), job.get().fhirUrl())
                        + "\nor delete the folder, and export again.";
    }

    private String takeOver(Path folder, String statusUrl, String fhirUrl) {
        return command.apply("resume")
                .with("exportDirectory", folder.resolveSibling(folder.getFileName() + "-2"))
                .with("statusUrl", statusUrl)
                .with("fhirUrl", fhirUrl)
                .toString();
    }

    private String exportInto(String folder) {
        return command.apply("export").with("exportDirectory", folder) + " -Dcumulus.fhirUrl=https://…";
    }

    private String download(ExportFailure failure) {
        int others = failure.getSuppressed().length;
        boolean withheld = failure.getCause() instanceof HttpRefusal refusal && refusal.isTokenWithheld();
        return "Could not get " + failure.where() + " whole: " + said(failure)
                + (others == 0 ? "" : " (and " + others + " more)") + "." + (withheld ? " " + TRUST_HOST : "")
                + elsewhere(failure);
    }

    private String kickOffHint(ExportFailure failure) {
        Optional<HttpRefusal> refusal = Optional.ofNullable(failure.getCause())
                .filter(HttpRefusal.class::isInstance)
                .map(HttpRefusal.class::cast);
        int status = refusal.map(HttpRefusal::status).orElse(0);
        return switch (status) {
            case 401 ->
                refusal.filter(HttpRefusal::isTokenSent).isPresent()
                        ? "It does not accept the token that its own token endpoint gave this client: " + ASK
                                + " whether the client is enabled for " + url() + " and for exports."
                        : "It wants an access token: name a <serverId>, or <smartClientId> and <smartJwks>.";
            case 402 -> "It wants a licence or a contract for exports: " + ASK + ".";
            case 403 ->
                "The client lacks a scope or the right to this group, or this machine's address is not allowed: " + ASK
                        + ".";
            case 404, 405, 501 ->
                "Check the " + url() + ": is the base right, does the group exist, are exports offered?";
            case 406, 415 -> "It does not answer in FHIR's JSON there: check the " + url() + ", and " + ASK + ".";
            case 409, 429, 503 -> busyHint(refusal.flatMap(HttpRefusal::retryAfter));
            case 412 -> "A condition of the server's is not met: " + ASK + ".";
            case 413 -> "That is too much at once: export a smaller group, fewer <types>, or with <since>.";
            case 414, 431 -> "The request is too long: give fewer or shorter <typeFilters>, <types> and <elements>.";
            case 400, 422 -> "Mend or leave out the parameter that it names.";
            case 500, 502, 504 -> "Try again later; if it stays so, " + ASK + ".";
            default ->
                status / 100 == 4
                        ? "Check the " + url() + ", and " + ASK + "."
                        : "Check the " + url() + ": an accepted export is answered with HTTP 202.";
        };
    }

    private static String busyHint(Optional<Duration> asked) {
        return "It is busy, or allows no further export so soon: try again "
                + asked.filter(wait -> !wait.isZero())
                        .map(wait -> "in " + Amounts.duration(wait)
                                + ", as it asks, or let a longer <kickoffRetryWindow>" + " wait for that.")
                        .orElse("later.");
    }

    private static String hint(HttpRefusal refusal) {
        if (refusal.isTokenWithheld()) {
            return TRUST_HOST;
        }
        return switch (refusal.status()) {
            case 401 ->
                refusal.isTokenSent()
                        ? "It does not accept the token that its own token endpoint gave this client: " + ASK + " why."
                        : "It wants an access token: name a <serverId>, or <smartClientId> and <smartJwks>.";
            case 403 -> "The client lacks a scope or the right to this export: " + ASK + ".";
            case 200 -> "That is no answer of an export's status URL: check the URL, and " + ASK + ".";
            case 405, 501 -> "The server does not offer this request, so that trying again does not help: " + ASK + ".";
            default -> "Try again later; if it stays so, " + ASK + ".";
        };
    }

    /** What the operating system says, without the file's name. */
    static String reason(Throwable failure) {
        Throwable root = withoutEnvelope(failure);
        if (root instanceof UnsafePath unsafe && !unsafe.remedy().isEmpty()) {
            return unsafe.getReason() + " (" + unsafe.remedy() + ")";
        }
        if (root instanceof FileSystemException disk) {
            return Optional.ofNullable(disk.getReason())
                    .orElse(REASONS.getOrDefault(
                            disk.getClass(), disk.getClass().getSimpleName()));
        }
        return ShownFailure.isSafe(root) && root.getMessage() != null
                ? said(root)
                : root.getClass().getName();
    }

    private static Throwable withoutEnvelope(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean envelope = failure instanceof ExportFailure
                || failure instanceof EtlFailure
                || failure instanceof CodebookFailure
                || failure instanceof UncheckedIOException;
        return envelope && cause != null ? withoutEnvelope(cause) : failure;
    }

    /** The file that the operating system names, or what was worked on. */
    static String place(Throwable failure, String where) {
        Throwable root = withoutEnvelope(failure);
        return root instanceof FileSystemException disk && disk.getFile() != null ? disk.getFile() : where;
    }

    private static String unreachable(HttpFailure failure) {
        String hint =
                switch (failure.kind()) {
                    case UNKNOWN_HOST -> "Check the host's name, and that this machine can look it up.";
                    case NO_CONNECTION ->
                        "Check host and port, and that no firewall is in the way; behind a proxy, give Maven"
                                + " -Dhttps.proxyHost=… and -Dhttps.proxyPort=….";
                    case TLS ->
                        "Check that the URL is right, and that this Java trusts the server's certificate"
                                + " (keytool -importcert, or -Djavax.net.ssl.trustStore=…).";
                    case NO_ANSWER, STALLED, BROKEN -> "Try again; if it stays so, " + ASK + ".";
                    case REDIRECT_LOOP, BAD_REDIRECT -> "Check the URL, and " + ASK + ".";
                    case FOREIGN_ANSWER -> "If that site is the right one, give its URL.";
                    case LOCAL_ADDRESS ->
                        "The server, or a folder, named this URL, and it leads to this machine or its network link;"
                                + " it was not asked. If you know it, name it yourself: -Dcumulus.fhirUrl=https://… for the FHIR"
                                + " server, -Dcumulus.statusUrl=https://… (each time) for a status URL, or -Dcumulus.urlRewrites="
                                + "https://IT=https://REAL where a server behind a proxy only calls itself so. Else ask the"
                                + " server's administrators.";
                    case TIME_IS_UP -> "Run it again, with more time.";
                    case NOT_WEB -> "Only http:// and https:// URLs can be asked: check the URL that is configured.";
                    case EXPOSED -> "Use the https:// URL: over plain http, data and tokens can be read by others.";
                };
        return "No usable answer: " + said(failure) + ". " + hint;
    }

    private void rethrowSmart(SmartFailure failure) throws MojoExecutionException, MojoFailureException {
        String message = andThen(said(failure) + ". " + hint(failure));
        switch (failure.kind()) {
            case KEY_FILE_UNREADABLE, KEY_FILE_UNWRITABLE -> throw new MojoExecutionException(message);
            default -> throw new MojoFailureException(message);
        }
    }

    private String hint(SmartFailure failure) {
        return switch (failure.kind()) {
            case KEY_FILE_MISSING ->
                "Correct the path, or make a key there:\n  "
                        + command.apply("jwks").with("smartJwks", failure.where());
            case KEY_PUBLIC_ONLY, KEY_FILE_PEM, KEY_FILE_EMPTY, KEY_FILE_NOT_JWKS, KEY_FILE_IS_FOLDER ->
                "Give the path of the private JWKS, or make one:\n  " + jwks();
            case KEY_SYMMETRIC, KEY_TOO_SMALL, KEY_UNUSABLE ->
                "Make a new key, and have the server's administrators register its public part:\n  " + jwks();
            case KEY_FILE_NOT_REGULAR ->
                "Keys are read from regular files only, not from a pipe such as <(…) or /dev/stdin: write the key to a"
                        + " file that only you can read.";
            case KEY_FILE_UNREADABLE -> "Check the rights of the file and its folder.";
            case KEY_FILE_UNSAFE -> "A private key must be this user's, in a regular file that nobody else may write.";
            case KEY_FILE_UNWRITABLE -> "Check the rights of the file's folder, and the space on the disk.";
            case KEY_FILE_EXISTS -> "Name another <smartJwks>, or move this file away.";
            case KEY_ID_UNKNOWN -> "Correct the <keyId>, or leave it out.";
            case NO_DISCOVERY, BAD_DISCOVERY, NO_TOKEN_ENDPOINT ->
                failure.isPassing()
                        ? "Try again later; if it stays so, " + ASK + "."
                        : "Check the " + url()
                                + ", or give the token endpoint as <tokenUrl> in the <server>'s"
                                + " <configuration> in settings.xml.";
            case TOKEN_REFUSED -> failure.answer().map(Failures::oauthHint).orElse("");
            case BAD_TOKEN_REPLY -> "Check with the server's administrators that this is its token endpoint.";
        };
    }

    private String jwks() {
        return command.apply("jwks").with("smartJwks", "PATH").toString();
    }

    /** What the codes of RFC 6749 usually mean here (SM-14). */
    private static String oauthHint(SmartFailure.Answer answer) {
        return switch (answer.error().orElse("")) {
            case "invalid_client" ->
                "The server does not know this client id, or not the key: check the client id, and that the public"
                        + " JWKS is registered under it.";
            case "invalid_scope" ->
                "The client may not have the scopes that were asked for, system/TYPE.read for each of the <types>, or"
                        + " system/*.read without them: name fewer <types>, or " + ASK + " for these scopes.";
            case "unauthorized_client" -> "The client is not allowed to use SMART Backend Services: " + ASK + ".";
            case "invalid_grant" ->
                "The server does not accept what was signed: check that the public JWKS with this key id is registered"
                        + " for this client id, and the <tokenUrl> if one is given: it must be the address that the server"
                        + " itself has for its token endpoint.";
            case "unsupported_grant_type", "invalid_request" ->
                "Check with the server's administrators that this is its token endpoint for SMART Backend Services.";
            default ->
                answer.status() / 100 == 4 && answer.status() != 429
                        ? "Check the client id, and with the server's administrators that its public JWKS is registered."
                        : "Try again later; if it stays so, " + ASK + ".";
        };
    }
}
