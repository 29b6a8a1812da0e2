package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportSummary.IssueCount;
import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.progress.UnknownProgressMode;
import io.github.cumulusmaven.smart.SmartFailure;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;

/**
 * The only maker of Maven's exceptions: what happened, where, and what to do next. {@link MojoFailureException} says that
 * the configuration or the server's refusal is in the way, {@link MojoExecutionException} that network, disk or this
 * plugin are.
 */
final class Failures {
    private final BinaryOperator<String> command;

    /** The operator makes a command line out of a goal and its arguments. */
    Failures(BinaryOperator<String> command) {
        this.command = command;
    }

    /** Throws what Maven should see. The cause is attached for {@code -e} only where it tells more than the message. */
    void rethrow(Exception failure) throws MojoExecutionException, MojoFailureException {
        if (failure instanceof InvalidSetting setting) {
            throw new MojoFailureException(invalid(setting.setting(), setting.value(), setting.allowed()));
        }
        if (failure instanceof UnknownProgressMode mode) {
            throw new MojoFailureException(
                    invalid("progress", mode.value(), "must be one of " + String.join(", ", mode.allowed())));
        }
        if (failure instanceof ServerReportedErrors errors) {
            throw new MojoFailureException(serverErrors(errors));
        }
        if (failure instanceof SmartFailure smart) {
            throw smart(smart);
        }
        if (failure instanceof ExportFailure export) {
            rethrowExport(export);
        }
        if (failure instanceof HttpFailure http) {
            throw new MojoExecutionException(unreachable(http));
        }
        if (failure instanceof HttpRefusal refusal) {
            throw new MojoFailureException(refusal.getMessage());
        }
        if (failure instanceof FileSystemException disk) {
            throw new MojoExecutionException("Cannot use " + disk.getFile() + ": " + reason(disk), disk);
        }
        throw execution(failure);
    }

    /** For what no one foresaw: the stack trace is the message. */
    MojoExecutionException execution(Exception failure) {
        String what = failure instanceof InterruptedException ? "Interrupted." : "Failed unexpectedly: " + failure;
        return new MojoExecutionException(what, failure);
    }

    private static String invalid(String setting, String value, String allowed) {
        String shown = value.isEmpty() ? "" : " '" + value + "'";
        return "<" + setting + ">" + shown + " " + allowed + " (in the pom, or -Dcumulus." + setting + "=…).";
    }

    private String serverErrors(ServerReportedErrors errors) {
        String issues = errors.summary().issues().stream()
                .filter(issue -> issue.severity().isFailure())
                .map(Failures::issue)
                .collect(Collectors.joining(", "));
        return "The server could not export everything: " + issues + ". All files that it made are in "
                + errors.folder()
                + "; its reasons are in " + errors.folder().resolve("error")
                + ". Ask its administrators, or leave out the types named there.";
    }

    private static String issue(IssueCount issue) {
        return issue.count() + " × " + issue.severity().code() + " " + issue.code();
    }

    private void rethrowExport(ExportFailure failure) throws MojoExecutionException, MojoFailureException {
        String where = failure.where();
        String what = String.valueOf(failure.getMessage());
        switch (failure.kind()) {
            case FOLDER_NOT_EMPTY ->
                throw new MojoFailureException("Not exporting into " + where + ": " + what
                        + ". Name another <exportDirectory>, or empty this one.");
            case FOLDER_UNFINISHED ->
                throw new MojoFailureException("The export in " + where + " (" + what
                        + ") is not finished. Go on with it:\n  " + resume(where)
                        + "\nor delete the folder to begin anew.");
            case FOLDER_FINISHED ->
                throw new MojoFailureException(
                        "There is a finished export in " + where + " (" + what
                                + "). Name another <exportDirectory>, or delete this folder if its files are no longer needed.");
            case FOLDER_IN_USE ->
                throw new MojoFailureException("Another run (" + what + ") works in " + where
                        + ". Wait for it, or name another <exportDirectory>.");
            case NOTHING_TO_RESUME ->
                throw new MojoFailureException(
                        "There is no export to resume in " + where + ": " + what + ". Begin one with the export goal.");
            case DISK ->
                throw new MojoExecutionException("Cannot read or write " + where + ": " + reason(failure)
                        + ". When there is room and permission, go on with the resume goal.");
            case KICKOFF_REFUSED ->
                throw new MojoFailureException(
                        "The server refused to begin the export: " + what + ". " + kickOffHint(failure));
            case KICKOFF_UNKNOWN ->
                throw new MojoExecutionException("The connection was lost after the export was asked for: " + what
                        + ". The server may have begun it. Before you ask again, look for a running export there:"
                        + " many servers allow one at a time.");
            case KICKOFF_WITHOUT_STATUS_URL ->
                throw new MojoFailureException("The server at " + where
                        + " accepted the export, but not as the Bulk Data specification says: " + what + ".");
            case JOB_GONE ->
                throw new MojoFailureException(
                        "The server does not know the export any more: " + what
                                + ". It expired or was cancelled. Files that are whole stay; delete the folder and export again.");
            case JOB_FAILED ->
                throw new MojoFailureException("The server says that the export failed: " + what
                        + ". Ask its administrators, or export fewer <types>.");
            case STATUS_UNREACHABLE ->
                throw new MojoExecutionException("The server has not answered for a day: " + what
                        + ". When it is back, go on with the resume goal.");
            case NOT_A_MANIFEST ->
                throw new MojoFailureException("The server says that the export is done, but sent "
                        + what + " instead of the list of files, from " + where
                        + ". Nothing was deleted there; go on with the resume goal when it is mended.");
            case MANIFEST_CHANGED ->
                throw new MojoFailureException("The server's list of files has changed in " + where + ": " + what
                        + ". Delete the folder and export again.");
            case DOWNLOAD -> throw new MojoExecutionException(download(failure));
        }
    }

    private static String download(ExportFailure failure) {
        int others = failure.getSuppressed().length;
        return "Could not get " + failure.where() + " whole: " + failure.getMessage()
                + (others == 0 ? "" : " (and " + others + " more files)")
                + ". All that came whole is kept, and so is the job on the server: go on with the resume goal.";
    }

    private String resume(String folder) {
        return command.apply("resume", "-Dcumulus.exportDirectory=" + Consoles.quoted(folder));
    }

    private static String kickOffHint(ExportFailure failure) {
        int status = failure.getCause() instanceof HttpRefusal refusal ? refusal.status() : 0;
        return switch (status) {
            case 401 -> "It wants a token: name a <serverId>, or <smartClientId> and <smartJwks>.";
            case 403 -> "The client lacks a scope or the right to this group: ask the server's administrators.";
            case 404 -> "Check the <fhirUrl>: does the group exist, and is the base right?";
            case 429, 503 -> "It is busy, or allows no export of this group so soon: try again later.";
            case 400, 422 -> "Mend or leave out the parameter that it names.";
            default -> "Check the <fhirUrl>.";
        };
    }

    /** Java's messages of these exceptions are often the file's name alone. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof FileSystemException file) {
            return Optional.ofNullable(file.getReason()).orElse(root.getClass().getSimpleName());
        }
        return Optional.ofNullable(root.getMessage()).orElse(root.getClass().getSimpleName());
    }

    private static String unreachable(HttpFailure failure) {
        String hint =
                switch (failure.kind()) {
                    case UNKNOWN_HOST -> "Check the host's name, and that this machine can look it up.";
                    case NO_CONNECTION -> "Check host and port, and that no firewall is in the way.";
                    case TLS ->
                        "Check that the URL is right, and that this Java trusts the server's certificate"
                                + " (keytool -importcert, or -Djavax.net.ssl.trustStore=…).";
                    case NO_ANSWER, STALLED, BROKEN -> "Try again; if it stays so, ask the server's administrators.";
                    case REDIRECT_LOOP, BAD_REDIRECT -> "Check the URL.";
                    case EXPOSED -> "Use the https:// URL: over plain http, data and tokens can be read by others.";
                };
        return "No answer from the server: " + failure.getMessage() + ". " + hint;
    }

    private MojoFailureException smart(SmartFailure failure) {
        return new MojoFailureException(failure.getMessage() + ". " + hint(failure));
    }

    private String hint(SmartFailure failure) {
        return switch (failure.kind()) {
            case KEY_FILE_MISSING,
                    KEY_PUBLIC_ONLY,
                    KEY_FILE_PEM,
                    KEY_FILE_EMPTY,
                    KEY_FILE_NOT_JWKS,
                    KEY_FILE_IS_FOLDER ->
                "Give the path of the private JWKS, or make one:\n  "
                        + command.apply("jwks", "-Dcumulus.smartJwks=PATH");
            case KEY_FILE_UNREADABLE, KEY_FILE_UNWRITABLE -> "Check the file's rights.";
            case KEY_FILE_EXISTS -> "Name another file.";
            case KEY_SYMMETRIC, KEY_TOO_SMALL, KEY_UNUSABLE ->
                "Make a new key and register it:\n  " + command.apply("jwks", "-Dcumulus.smartJwks=PATH");
            case KEY_ID_UNKNOWN -> "Correct <keyId> in the <server>'s <configuration>.";
            case NO_DISCOVERY, BAD_DISCOVERY, NO_TOKEN_ENDPOINT ->
                "Check the <fhirUrl>, or give the token endpoint as <tokenUrl> in the <server>'s <configuration>.";
            case TOKEN_REFUSED ->
                oauthHint(failure.answer().flatMap(SmartFailure.Answer::error).orElse(""));
            case BAD_TOKEN_REPLY -> "Check that this is the server's token endpoint.";
        };
    }

    /** What the codes of RFC 6749 usually mean here (SM-14). */
    private static String oauthHint(String error) {
        return switch (error) {
            case "invalid_client" ->
                "The server does not know this client id, or not the key it was signed with: check the"
                        + " client id, and that the public JWKS is registered under it.";
            case "invalid_scope" ->
                "The client may not have what was asked for: name fewer <types>, or ask the server's"
                        + " administrators for these scopes.";
            case "unauthorized_client" ->
                "The client is not allowed to use SMART Backend Services: ask the server's" + " administrators.";
            case "invalid_grant" ->
                "The signed request was not accepted: check this machine's clock, and the <tokenUrl> if"
                        + " one is given.";
            case "unsupported_grant_type", "invalid_request" ->
                "Check that this is the token endpoint for SMART Backend" + " Services.";
            default -> "Try again later; if it stays so, ask the server's administrators.";
        };
    }
}
