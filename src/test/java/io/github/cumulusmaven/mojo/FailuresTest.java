package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Reason;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.ExportSummary.IssueCount;
import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.bulk.Named;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Refusals;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.smart.SmartFailure;
import io.github.cumulusmaven.smart.SmartFailure.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message that a failing goal can end with. Each says what happened, where, and what to do. */
class FailuresTest {
    private static final String FOLDER = "/data/export";
    private static final URI STATUS_URL = URI.create("https://ehr.example/fhir/jobs/17");
    private static final URI KICK_OFF = URI.create("https://ehr.example/fhir/Group/1/$export");
    private static final String LOOK_THERE = "Look for a running export on the server, or ask the server's"
            + " administrators, before you ask again. If there is one, go on with its status URL:\n  mvn resume -Dx=y"
            + " -Dcumulus.statusUrl=https://…\nIf there is none, begin anew with the export goal and"
            + " -Dcumulus.restart=true.";
    private static final String AFTERWARDS = "All is kept; go on with\n  mvn resume";

    private static final Class<MojoFailureException> FAILURE = MojoFailureException.class;
    private static final Class<MojoExecutionException> EXECUTION = MojoExecutionException.class;

    private static Failures failures(String afterwards) {
        return new Failures(
                goal -> new CommandLine("mvn " + goal, false),
                Failures.Terms.OF_EXPORT,
                "mvn resume -Dx=y",
                afterwards);
    }

    private static AbstractMojoExecutionException translated(Exception failure, Failures failures) {
        try {
            failures.rethrow(failure);
        } catch (MojoExecutionException | MojoFailureException thrown) {
            MessageCatalogue.add("Failures: " + failure.getClass().getSimpleName(), thrown.getMessage());
            return thrown;
        }
        throw new AssertionError("nothing was thrown");
    }

    private static AbstractMojoExecutionException translated(Exception failure) {
        return translated(failure, failures(""));
    }

    private static String message(Exception failure) {
        return translated(failure).getMessage();
    }

    @Test
    @DisplayName("memory that ran out, wherever it was, is said to have run out, and what helps")
    void outOfMemory() {
        ExportFailure inWorker = new ExportFailure(
                Kind.DISK, "/data/export/Patient.000.ndjson", new OutOfMemoryError("Java heap space"));

        assertThat(translated(inWorker, failures(AFTERWARDS)))
                .isExactlyInstanceOf(EXECUTION)
                .hasMessageMatching("Java has no memory left: it may use \\d+ MB\\. Give it more, for example with"
                        + " MAVEN_OPTS=-Xmx2g, and run it again\\. All is kept; go on with\n  mvn resume");
    }

    @Test
    @DisplayName("an error that a worker met is named, and not taken for the disk's; what came is said to be kept")
    void errorOfWorker() {
        ExportFailure inWorker =
                new ExportFailure(Kind.DISK, "/data/export/Patient.000.ndjson", new StackOverflowError());

        assertThat(translated(inWorker, failures(AFTERWARDS)))
                .isExactlyInstanceOf(EXECUTION)
                .hasMessageStartingWith("Failed unexpectedly: java.lang.StackOverflowError at io.github.cumulusmaven.")
                .hasMessageEndingWith(
                        ". Run it again with -e, and report what that shows. All is kept; go on with\n  mvn resume");
    }

    private static HttpRefusal refusal(int status, URI url, String... words) {
        return Refusals.of("GET", url, status, words);
    }

    private static ExportFailure failure(Kind kind, String where, Reason reason, Object... about) {
        return new ExportFailure(kind, where, reason, about);
    }

    private static ExportFailure failure(Kind kind, String where, Exception cause) {
        return new ExportFailure(kind, where, cause);
    }

    private static ExportFailure failure(Kind kind, URI where, HttpRefusal cause) {
        return new ExportFailure(kind, where.toString(), cause);
    }

    /** One line of the table. */
    record Case(Exception failure, Class<? extends AbstractMojoExecutionException> type, String message) {
        @Override
        public String toString() {
            return failure.toString();
        }
    }

    static Stream<Case> exportFailures() {
        return Stream.of(
                new Case(
                        failure(Kind.FOLDER_NOT_EMPTY, FOLDER, Reason.FOREIGN_FILES),
                        FAILURE,
                        "Not exporting into /data/export: it is not empty, and holds no export of this plugin. Name"
                                + " another <exportDirectory>; one that does not exist is made."),
                new Case(
                        failure(Kind.FOLDER_OTHER_REQUEST, FOLDER, Reason.OTHER_REQUEST, "https://a", "https://b"),
                        FAILURE,
                        "There is an unfinished export of something else in /data/export: it holds https://a, and this is"
                                + " https://b. Go on with it:\n  mvn resume -Dx=y\nor name another <exportDirectory>, or"
                                + " give it up with the export goal and -Dcumulus.restart=true."),
                new Case(
                        new ExportFailure(
                                Kind.ACCEPTED_NOT_NOTED,
                                "https://ehr.example/jobs/17?a=1&b=2",
                                new IOException("No space left on device")),
                        EXECUTION,
                        "The server has begun the export, at https://ehr.example/jobs/17?a=1&b=2, but export.json could not"
                                + " be written: No space left on device. Mend that first. Then go on with the export:\n"
                                + "  mvn resume -Dx=y -Dcumulus.statusUrl='https://ehr.example/jobs/17?a=1&b=2'\n"
                                + "or give it up:\n"
                                + "  mvn cancel -Dcumulus.statusUrl='https://ehr.example/jobs/17?a=1&b=2'"
                                + " -Dcumulus.fhirUrl=https://…"),
                new Case(
                        failure(Kind.KICKOFF_INTERRUPTED, FOLDER, Reason.ANSWER_NOT_NOTED, "T"),
                        FAILURE,
                        "It is not known whether the export in /data/export has begun: the kick-off of T was sent, and its"
                                + " answer never noted. "
                                + LOOK_THERE),
                new Case(
                        failure(Kind.CANCELLED, FOLDER, Reason.CANCELLED, "2026-03-04T05:06:07.123Z"),
                        FAILURE,
                        "The export in /data/export was cancelled, at 2026-03-04T05:06:07Z. Export again with the"
                                + " export goal and -Dcumulus.restart=true, which deletes what came of it, or name another"
                                + " <exportDirectory>."),
                new Case(
                        failure(Kind.TOO_LONG, FOLDER, Reason.KICKED_OFF, "2026-03-04T05:06:07Z"),
                        EXECUTION,
                        "The export in /data/export, kicked off at 2026-03-04T05:06:07Z, takes longer than <maxWait>"
                                + " allows. Ask the server's administrators how far it is. To go on, add a longer"
                                + " -Dcumulus.maxWait=…, or the next run ends at once, too."),
                new Case(
                        failure(Kind.FOLDER_FINISHED, FOLDER, Reason.KICKED_OFF, "2026-03-04T05:06:07Z"),
                        FAILURE,
                        "There is a finished export in /data/export (kicked off 2026-03-04T05:06:07Z). Name another"
                                + " <exportDirectory>, or delete this folder if its files are no longer needed."),
                new Case(
                        failure(Kind.FOLDER_IN_USE, FOLDER, Reason.PROCESS, "4711"),
                        FAILURE,
                        "Another run (process 4711) works in /data/export. Wait for it, or name another"
                                + " <exportDirectory>."),
                new Case(
                        failure(Kind.FOLDER_DAMAGED, FOLDER, new IOException("it is empty")),
                        FAILURE,
                        "What export.json tells of the export in /data/export cannot be used: it is empty. Its log.ndjson"
                                + " names no job. If the server has one, take that over into another folder, by its"
                                + " status URL:\n  mvn resume -Dcumulus.exportDirectory=/data/export-2"
                                + " -Dcumulus.statusUrl='https://…' -Dcumulus.fhirUrl='https://…'\nElse delete the folder,"
                                + " and export again."),
                new Case(
                        failure(Kind.NOTHING_TO_RESUME, FOLDER, Reason.NO_STATE),
                        FAILURE,
                        "There is no export to resume in /data/export: there is no export.json. Check the"
                                + " <exportDirectory>, or begin an export:\n"
                                + "  mvn export -Dcumulus.exportDirectory=/data/export -Dcumulus.fhirUrl=https://…"),
                new Case(
                        new ExportFailure(Kind.DISK, FOLDER, new IOException("No space left on device")),
                        EXECUTION,
                        "Cannot read or write /data/export: No space left on device. Mend that first."),
                new Case(
                        failure(Kind.KICKOFF_REFUSED, KICK_OFF, refusal(400, KICK_OFF, "_elements is unknown")),
                        FAILURE,
                        "The server did not begin the export: GET https://ehr.example/fhir/Group/1/$export: HTTP 400"
                                + " (error processing: _elements is unknown). Mend or leave out the parameter that it"
                                + " names."),
                new Case(
                        failure(
                                Kind.KICKOFF_UNKNOWN,
                                KICK_OFF.toString(),
                                new IOException("GET " + KICK_OFF + ": no answer in time")),
                        EXECUTION,
                        "The server's answer was lost after the export was asked for: GET"
                                + " https://ehr.example/fhir/Group/1/$export: no answer in time. The server may have begun"
                                + " it all the same. " + LOOK_THERE),
                new Case(
                        failure(Kind.KICKOFF_WITHOUT_STATUS_URL, KICK_OFF.toString(), Reason.NO_CONTENT_LOCATION),
                        FAILURE,
                        "The server accepted the export, but did not say where to ask for it: it has no"
                                + " Content-Location, at https://ehr.example/fhir/Group/1/$export. Show this to its"
                                + " administrators; the export may be running there. " + LOOK_THERE),
                new Case(
                        Named.of(
                                Kind.STATUS_HOST_UNKNOWN,
                                "https://ehr.example:8443/fhir",
                                "https://fhir-0.internal/fhir/jobs/1"),
                        FAILURE,
                        "The server has begun the export, and named https://fhir-0.internal/fhir/jobs/1 as its status URL,"
                                + " but this machine cannot look up that host. If the server only calls itself so, because"
                                + " it is behind a proxy, go on with its job under the real address (also of its files):\n"
                                + "  mvn resume -Dx=y -Dcumulus.urlRewrites=https://fhir-0.internal=https://ehr.example:8443\n"
                                + "Check the name, and that this machine can look it up; the job stays on the server."),
                new Case(
                        failure(Kind.JOB_GONE, STATUS_URL, refusal(404, STATUS_URL)),
                        FAILURE,
                        "The server does not know the export any more: GET https://ehr.example/fhir/jobs/17: HTTP 404."
                                + " It expired or was cancelled. To ask anew for what is missing, and keep what is whole:\n"
                                + "  mvn resume -Dx=y -Dcumulus.restartExpired=true"),
                new Case(
                        failure(Kind.NOT_A_JOB, STATUS_URL, refusal(404, STATUS_URL)),
                        FAILURE,
                        "The job of which export.json tells was not deleted on the server: export.json is not sealed,"
                                + " and what it calls a status URL does not answer like one (GET"
                                + " https://ehr.example/fhir/jobs/17: HTTP 404). If you know the job, and it is yours:\n"
                                + "  mvn cancel -Dcumulus.statusUrl=https://… -Dcumulus.fhirUrl=https://…"),
                new Case(
                        failure(Kind.JOB_FAILED, STATUS_URL, refusal(500, STATUS_URL, "out of memory")),
                        FAILURE,
                        "The server says that the export failed: GET https://ehr.example/fhir/jobs/17: HTTP 500."
                                + " What the server says of it is in log.ndjson in the <exportDirectory>. Ask its administrators, or export fewer <types>. To"
                                + " begin anew, name another <exportDirectory>; what came whole stays in this one."),
                new Case(
                        failure(Kind.STATUS_UNREACHABLE, STATUS_URL, refusal(503, STATUS_URL)),
                        EXECUTION,
                        "The server has not answered for a day: GET https://ehr.example/fhir/jobs/17: HTTP 503. Wait"
                                + " until it is back."),
                new Case(
                        failure(Kind.NOT_A_MANIFEST, STATUS_URL.toString(), Named.notAManifest()),
                        FAILURE,
                        "The server says that the export is done, but sent a body that is not JSON instead of the list"
                                + " of files, from https://ehr.example/fhir/jobs/17. Ask its administrators."),
                new Case(
                        failure(Kind.MANIFEST_CHANGED, FOLDER, Reason.OTHER_FILES, 7, 8),
                        FAILURE,
                        "The server's list of files is not the one that the export in /data/export began with: it"
                                + " listed 7 files before, and lists 8 now, or other ones. What came stays. Export into another"
                                + " <exportDirectory>; or, if it is of no use, begin anew with the export goal and"
                                + " -Dcumulus.restart=true, which deletes it."),
                new Case(
                        new ExportFailure(
                                Kind.DOWNLOAD,
                                "/data/export/Patient.000.ndjson",
                                refusal(403, URI.create("https://s3.example/p"))),
                        EXECUTION,
                        "Could not get /data/export/Patient.000.ndjson whole: GET https://s3.example/p: HTTP 403.\n"
                                + "To end the export with what is here:\n  mvn resume -Dx=y -Dcumulus.acceptMissing=true"),
                new Case(
                        failure(
                                Kind.FILES_GONE,
                                FOLDER,
                                new IOException("GET https://ehr.example/1: HTTP 410; 1 of 2 files are here")),
                        FAILURE,
                        "The server has deleted files of the export, which it still lists: GET https://ehr.example/1: HTTP"
                                + " 410; 1 of 2 files are here. To ask anew for what is missing, and keep what is whole:\n"
                                + "  mvn resume -Dx=y -Dcumulus.restartExpired=true\n"
                                + "To end the export with what is here:\n  mvn resume -Dx=y -Dcumulus.acceptMissing=true"),
                new Case(
                        failure(Kind.MISCOUNTED, FOLDER, Reason.COUNT, "Goal.000.ndjson", 1, 2, 0),
                        FAILURE,
                        "All files are here, but Goal.000.ndjson holds 1 resources, the manifest announces 2. They came the"
                                + " same when they were fetched again, and stay in /data/export. Ask the server's"
                                + " administrators what is right; to have a file fetched once more, delete it and resume.\n"
                                + "To end the export with what is here:\n  mvn resume -Dx=y -Dcumulus.acceptMissing=true"));
    }

    static Stream<Case> httpFailures() {
        ConnectException refused = new ConnectException("Connection refused");
        String again = "Try again; if it stays so, ask the server's administrators.";
        return Stream.of(
                http(
                        HttpFailure.Kind.UNKNOWN_HOST,
                        refused,
                        "host not found (Connection refused). Check the host's name,"
                                + " and that this machine can look it up."),
                http(
                        HttpFailure.Kind.NO_CONNECTION,
                        refused,
                        "no connection (Connection refused). Check host and port,"
                                + " and that no firewall is in the way; behind a proxy, give Maven -Dhttps.proxyHost=… and"
                                + " -Dhttps.proxyPort=…."),
                http(
                        HttpFailure.Kind.TLS,
                        refused,
                        "TLS failure (Connection refused). Check that the URL is right, and"
                                + " that this Java trusts the server's certificate (keytool -importcert, or"
                                + " -Djavax.net.ssl.trustStore=…)."),
                http(HttpFailure.Kind.NO_ANSWER, refused, "no answer in time (Connection refused). " + again),
                http(HttpFailure.Kind.STALLED, refused, "stalled body (Connection refused). " + again),
                http(HttpFailure.Kind.BROKEN, refused, "connection lost (Connection refused). " + again),
                http(
                        HttpFailure.Kind.REDIRECT_LOOP,
                        refused,
                        "too many redirects (Connection refused). Check the URL,"
                                + " and ask the server's administrators."),
                http(
                        HttpFailure.Kind.BAD_REDIRECT,
                        refused,
                        "redirect without a usable Location (Connection refused)."
                                + " Check the URL, and ask the server's administrators."),
                http(
                        HttpFailure.Kind.FOREIGN_ANSWER,
                        refused,
                        "redirected to another site, which may not answer this (Connection refused)."
                                + " If that site is the right one, give its URL."),
                http(
                        HttpFailure.Kind.LOCAL_ADDRESS,
                        refused,
                        "a local address, where nothing may lead but the FHIR server's own URL (Connection refused). The"
                                + " server, or a folder, named this URL, and it leads to this machine or its network link;"
                                + " it was not asked. If you know it, name it yourself: -Dcumulus.fhirUrl=https://… for the FHIR"
                                + " server, -Dcumulus.statusUrl=https://… (each time) for a status URL, or"
                                + " -Dcumulus.urlRewrites=https://IT=https://REAL where a server behind a proxy only calls"
                                + " itself so. Else ask the server's administrators."),
                http(
                        HttpFailure.Kind.TIME_IS_UP,
                        refused,
                        "the time of this run is over (Connection refused). Run it again, with more time."),
                http(
                        HttpFailure.Kind.NOT_WEB,
                        refused,
                        "no http or https URL (Connection refused). Only http:// and https:// URLs can be asked: check the"
                                + " URL that is configured."),
                http(
                        HttpFailure.Kind.EXPOSED,
                        refused,
                        "plain http to another machine (Connection refused). Use the"
                                + " https:// URL: over plain http, data and tokens can be read by others."));
    }

    private static Case http(HttpFailure.Kind kind, Exception cause, String rest) {
        return new Case(
                new HttpFailure(kind, "GET", STATUS_URL, cause),
                EXECUTION,
                "No usable answer: GET https://ehr.example/fhir/jobs/17: " + rest);
    }

    static Stream<Case> smartFailures() {
        String make = "Give the path of the private JWKS, or make one:\n  mvn jwks -Dcumulus.smartJwks=PATH";
        String anew = "Make a new key, and have the server's administrators register its public part:\n"
                + "  mvn jwks -Dcumulus.smartJwks=PATH";
        String discovery = "Check the <fhirUrl>, or give the token endpoint as <tokenUrl> in the <server>'s"
                + " <configuration> in settings.xml.";
        return Stream.of(
                smart(
                        SmartFailure.Kind.KEY_FILE_MISSING,
                        FAILURE,
                        "no such file. Correct the path, or make a key there:\n"
                                + "  mvn jwks -Dcumulus.smartJwks=/secure/my.jwks"),
                smart(SmartFailure.Kind.KEY_FILE_IS_FOLDER, FAILURE, "is a folder, not a JWKS file. " + make),
                smart(
                        SmartFailure.Kind.KEY_FILE_NOT_REGULAR,
                        FAILURE,
                        "is not a regular file. Keys are read from regular files only, not from a pipe such as <(…) or"
                                + " /dev/stdin: write the key to a file that only you can read."),
                smart(
                        SmartFailure.Kind.KEY_FILE_UNREADABLE,
                        EXECUTION,
                        "cannot be read. Check the rights of the file and" + " its folder."),
                smart(
                        SmartFailure.Kind.KEY_FILE_UNSAFE,
                        FAILURE,
                        "is not used. A private key must be this user's, in a regular file that nobody else may write."),
                smart(
                        SmartFailure.Kind.KEY_FILE_UNWRITABLE,
                        EXECUTION,
                        "cannot be written. Check the rights of the file's" + " folder, and the space on the disk."),
                smart(
                        SmartFailure.Kind.KEY_FILE_EXISTS,
                        FAILURE,
                        "exists already, and keys are never overwritten. Name"
                                + " another <smartJwks>, or move this file away."),
                smart(SmartFailure.Kind.KEY_FILE_EMPTY, FAILURE, "is empty. " + make),
                smart(
                        SmartFailure.Kind.KEY_FILE_PEM,
                        FAILURE,
                        "is a PEM file; only a JWKS or a single JWK is read, and" + " cumulus:jwks makes one. " + make),
                smart(SmartFailure.Kind.KEY_FILE_NOT_JWKS, FAILURE, "is neither a JWKS nor a JWK. " + make),
                smart(
                        SmartFailure.Kind.KEY_PUBLIC_ONLY,
                        FAILURE,
                        "holds public keys only; the private JWKS is needed. " + make),
                smart(
                        SmartFailure.Kind.KEY_SYMMETRIC,
                        FAILURE,
                        "holds a symmetric key; SMART Backend Services needs an" + " RSA or EC key. " + anew),
                smart(
                        SmartFailure.Kind.KEY_ID_UNKNOWN,
                        FAILURE,
                        "has no private key of this id. Correct the <keyId>, or" + " leave it out."),
                smart(SmartFailure.Kind.KEY_TOO_SMALL, FAILURE, "holds an RSA key of less than 2048 bits. " + anew),
                smart(
                        SmartFailure.Kind.KEY_UNUSABLE,
                        FAILURE,
                        "holds no key that can sign with RS256, RS384, RS512, ES256," + " ES384 or ES512. " + anew),
                smart(SmartFailure.Kind.NO_DISCOVERY, FAILURE, "no SMART configuration. " + discovery),
                smart(SmartFailure.Kind.BAD_DISCOVERY, FAILURE, "not a SMART configuration. " + discovery),
                smart(
                        SmartFailure.Kind.NO_TOKEN_ENDPOINT,
                        FAILURE,
                        "the SMART configuration names no usable" + " token_endpoint. " + discovery),
                new Case(
                        refused(400, "invalid_client"),
                        FAILURE,
                        "https://ehr.example/token: no access token: HTTP 400, invalid_client: words (see"
                                + " https://ehr.example/help). The server does not know this client id, or not the key:"
                                + " check the client id, and that the public JWKS is registered under it."),
                smart(
                        SmartFailure.Kind.BAD_TOKEN_REPLY,
                        FAILURE,
                        "the answer holds no usable access token. Check with the"
                                + " server's administrators that this is its token endpoint."));
    }

    private static Case smart(
            SmartFailure.Kind kind, Class<? extends AbstractMojoExecutionException> type, String rest) {
        return new Case(SmartFailure.of(kind, "/secure/my.jwks", ""), type, "/secure/my.jwks: " + rest);
    }

    private static SmartFailure refused(int status, String error) {
        Answer answer = new Answer(
                status,
                Optional.of(error).filter(code -> !code.isEmpty()),
                Optional.of("words"),
                Optional.of("https://ehr.example/help"));
        return SmartFailure.answered(
                SmartFailure.Kind.TOKEN_REFUSED,
                "https://ehr.example/token",
                answer,
                status >= 500,
                Refusals.of("POST", URI.create("https://ehr.example/token"), status));
    }

    @ParameterizedTest
    @MethodSource({"exportFailures", "httpFailures", "smartFailures"})
    @DisplayName("what happened, where, and the next act; no cause, for Maven would append its message")
    void table(Case line) {
        AbstractMojoExecutionException thrown = translated(line.failure());

        assertThat(thrown)
                .isExactlyInstanceOf(line.type())
                .hasMessage(line.message())
                .hasNoCause();
    }

    @Test
    @DisplayName("the table has every kind there is")
    void complete() {
        assertThat(exportFailures().map(line -> ((ExportFailure) line.failure()).kind()))
                .containsExactlyInAnyOrder(Kind.values());
        assertThat(httpFailures().map(line -> ((HttpFailure) line.failure()).kind()))
                .containsExactlyInAnyOrder(HttpFailure.Kind.values());
        assertThat(smartFailures().map(line -> ((SmartFailure) line.failure()).kind()))
                .containsExactlyInAnyOrder(SmartFailure.Kind.values());
    }

    @Nested
    class Afterwards {
        private final EnumSet<Kind> goingOn =
                EnumSet.of(Kind.DISK, Kind.TOO_LONG, Kind.STATUS_UNREACHABLE, Kind.NOT_A_MANIFEST, Kind.DOWNLOAD);

        @Test
        @DisplayName(
                "where resuming helps, and only there, the command for it is in the message, before the one to do without")
        void resumable() {
            List<Case> cases = exportFailures().toList();

            assertThat(cases).allSatisfy(line -> {
                Kind kind = ((ExportFailure) line.failure()).kind();
                String message =
                        translated(line.failure(), failures(AFTERWARDS)).getMessage();
                int without = line.message().indexOf("\nTo end the export");
                int end = without < 0 ? line.message().length() : without;
                String what = line.message().substring(0, end);
                assertThat(message)
                        .isEqualTo(
                                goingOn.contains(kind)
                                        ? what
                                                + (what.contains("\n") ? "\n" : " ")
                                                + AFTERWARDS
                                                + line.message().substring(end)
                                        : line.message());
            });
        }

        @Test
        @DisplayName("also when the network, the token endpoint or the user ended it")
        void network() {
            assertThat(translated(refused(400, "invalid_client"), failures(AFTERWARDS)))
                    .hasMessageEndingWith("registered under it. " + AFTERWARDS);
            assertThat(translated(new HttpFailure(HttpFailure.Kind.TLS, "GET", STATUS_URL), failures(AFTERWARDS)))
                    .hasMessageEndingWith(". " + AFTERWARDS);
            assertThat(translated(refusal(401, STATUS_URL), failures(AFTERWARDS)))
                    .hasMessageEndingWith(". " + AFTERWARDS);
            assertThat(translated(new InterruptedException(), failures(AFTERWARDS)))
                    .isExactlyInstanceOf(EXECUTION)
                    .hasMessage("Interrupted. " + AFTERWARDS);
        }

        @Test
        @DisplayName("two command lines stand on lines of their own")
        void twoCommands() {
            SmartFailure gone = SmartFailure.of(SmartFailure.Kind.KEY_FILE_MISSING, "/k", "");

            assertThat(translated(gone, failures(AFTERWARDS)))
                    .hasMessageEndingWith("\n  mvn jwks -Dcumulus.smartJwks=/k\n" + AFTERWARDS);
        }

        @Test
        @DisplayName("where nothing can be resumed, an unfinished export is left alone or deleted")
        void notResumable() {
            Failures failures = new Failures(goal -> new CommandLine("mvn", false), Failures.Terms.OF_EXPORT, "", "");

            assertThat(translated(failure(Kind.FOLDER_OTHER_REQUEST, FOLDER, Reason.OTHER_REQUEST, "A", "B"), failures))
                    .hasMessage(
                            "There is an unfinished export of something else in /data/export: it holds A, and this is"
                                    + " B. Name"
                                    + " another <exportDirectory>, or give it up with the export goal and -Dcumulus.restart=true.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401|It wants an access token: name a <serverId>, or <smartClientId> and <smartJwks>.",
                "402|It wants a licence or a contract for exports: ask the server's administrators.",
                "403|The client lacks a scope or the right to this group, or this machine's address is not allowed: ask"
                        + " the server's administrators.",
                "406|It does not answer in FHIR's JSON there: check the <fhirUrl>, and ask the server's administrators.",
                "409|It is busy, or allows no further export so soon: try again later.",
                "412|A condition of the server's is not met: ask the server's administrators.",
                "413|That is too much at once: export a smaller group, fewer <types>, or with <since>.",
                "414|The request is too long: give fewer or shorter <typeFilters>, <types> and <elements>.",
                "418|Check the <fhirUrl>, and ask the server's administrators.",
                "404|Check the <fhirUrl>: is the base right, does the group exist, are exports offered?",
                "405|Check the <fhirUrl>: is the base right, does the group exist, are exports offered?",
                "422|Mend or leave out the parameter that it names.",
                "429|It is busy, or allows no further export so soon: try again later.",
                "503|It is busy, or allows no further export so soon: try again later.",
                "500|Try again later; if it stays so, ask the server's administrators.",
                "200|Check the <fhirUrl>: an accepted export is answered with HTTP 202."
            })
    @DisplayName("KO-21 KO-22 a refused kick-off: what to do follows from the status")
    void kickOff(int status, String hint) {
        ExportFailure failure = failure(Kind.KICKOFF_REFUSED, KICK_OFF, refusal(status, KICK_OFF));

        assertThat(message(failure))
                .isEqualTo("The server did not begin the export: GET " + KICK_OFF + ": HTTP " + status + ". " + hint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401|It wants an access token: name a <serverId>, or <smartClientId> and <smartJwks>.",
                "403|The client lacks a scope or the right to this export: ask the server's administrators.",
                "405|The server does not offer this request, so that trying again does not help: ask the server's administrators.",
                "501|The server does not offer this request, so that trying again does not help: ask the server's administrators.",
                "500|Try again later; if it stays so, ask the server's administrators."
            })
    @DisplayName("a refusal in mid-work")
    void refusal(int status, String hint) {
        assertThat(translated(refusal(status, STATUS_URL)))
                .isExactlyInstanceOf(FAILURE)
                .hasMessage("The server refused: GET " + STATUS_URL + ": HTTP " + status + ". " + hint)
                .hasNoCause();
    }

    @Test
    @DisplayName("KO-20 a status URL by which a server behind a proxy calls itself is shown, with what to type")
    void statusUrlBehindAProxy() {
        assertThat(message(Named.of(
                        Kind.KICKOFF_WITHOUT_STATUS_URL,
                        KICK_OFF.toString(),
                        "http://localhost:8080/fhir/_export/status/1")))
                .isEqualTo("The server accepted the export at " + KICK_OFF + ", and named"
                        + " http://localhost:8080/fhir/_export/status/1 as its status URL: that leads to this machine. If"
                        + " the server only calls itself so, because it is behind a proxy, go on with its job under the"
                        + " real address (also of its files):\n"
                        + "  mvn resume -Dx=y -Dcumulus.resume=https://ehr.example/fhir/_export/status/1"
                        + " -Dcumulus.urlRewrites=http://localhost:8080=https://ehr.example\n"
                        + "Show this to its administrators; the export may be running there. " + LOOK_THERE);
    }

    @Test
    @DisplayName("KO-22 the wait that a busy server asks for is told")
    void askedWait() {
        HttpRefusal asking = Refusals.asking("GET", KICK_OFF, 503, Duration.ofHours(2));

        assertThat(message(failure(Kind.KICKOFF_REFUSED, KICK_OFF, asking)))
                .endsWith("try again in 2 h 00 min, as it asks, or let a longer <kickoffRetryWindow> wait for that.");
    }

    @Test
    @DisplayName("KO-21 who had a token is not told to name a client")
    void refusedToken() {
        HttpRefusal refusal = Refusals.ofToken("GET", KICK_OFF);
        String words = "It does not accept the token that its own token endpoint gave this client: ask";

        assertThat(message(failure(Kind.KICKOFF_REFUSED, KICK_OFF, refusal)))
                .contains(words)
                .doesNotContain("serverId");
        assertThat(message(refusal)).contains(words).doesNotContain("serverId");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|invalid_client|The server does not know this client id, or not the key",
                "400|invalid_scope|The client may not have the scopes that were asked for",
                "400|unauthorized_client|The client is not allowed to use SMART Backend Services",
                "400|invalid_grant|The server does not accept what was signed: check that the public JWKS with this key id",
                "400|unsupported_grant_type|Check with the server's administrators that this is its token endpoint",
                "400|invalid_request|Check with the server's administrators that this is its token endpoint",
                "401|''|Check the client id, and with the server's administrators that its public JWKS is registered.",
                "400|something_new|Check the client id, and with the server's administrators",
                "429|''|Try again later",
                "503|temporarily_unavailable|Try again later"
            })
    @DisplayName("SM-14 a refused token: the code, the server's words and where it says more, then what to do")
    void token(int status, String error, String hint) {
        assertThat(message(refused(status, error)))
                .startsWith("https://ehr.example/token: no access token: HTTP " + status)
                .contains(error)
                .contains(": words (see https://ehr.example/help). " + hint);
    }

    @Test
    @DisplayName("a SMART configuration that is only out of order for now is waited for")
    void discoveryLater() {
        SmartFailure busy = SmartFailure.answered(
                SmartFailure.Kind.NO_DISCOVERY,
                "https://ehr.example/c",
                new Answer(503, Optional.empty(), Optional.empty(), Optional.empty()),
                true,
                Refusals.of("GET", URI.create("https://ehr.example/c"), 503));

        assertThat(message(busy))
                .isEqualTo(
                        "https://ehr.example/c: no SMART configuration: HTTP 503. Try again later; if it stays so, ask"
                                + " the server's administrators.");
    }

    @Test
    @DisplayName("more than one file that could not be had are counted")
    void downloads() {
        ExportFailure first = failure(Kind.DOWNLOAD, "/data/export/Patient.000.ndjson", new IOException("HTTP 500"));
        first.addSuppressed(failure(Kind.DOWNLOAD, "/data/export/Patient.001.ndjson", new IOException("HTTP 500")));
        first.addSuppressed(failure(Kind.DOWNLOAD, "/data/export/Patient.002.ndjson", new IOException("HTTP 500")));

        assertThat(message(first))
                .isEqualTo("Could not get /data/export/Patient.000.ndjson whole: HTTP 500 (and 2 more).");
    }

    @Nested
    class Disk {
        static Stream<Case> troubles() {
            String file = "/data/export/export.json";
            return Stream.of(
                    disk(new AccessDeniedException(file), file + ": permission denied"),
                    disk(new NoSuchFileException(file), file + ": it does not exist"),
                    disk(new NotDirectoryException(file), file + ": it is not a folder"),
                    disk(new FileAlreadyExistsException(file), file + ": it exists already"),
                    disk(
                            new FileSystemException(file, null, "Read-only file system"),
                            file + ": Read-only file system"),
                    disk(
                            new IOException(
                                    "there is a file in the folder's place", new FileAlreadyExistsException(FOLDER)),
                            FOLDER + ": there is a file in the folder's place"),
                    disk(
                            new UncheckedIOException(new IOException("Disk quota exceeded")),
                            FOLDER + ": Disk quota exceeded"),
                    disk(new UncheckedIOException(new AccessDeniedException(file)), file + ": permission denied"));
        }

        private static Case disk(Exception cause, String words) {
            return new Case(
                    new ExportFailure(Kind.DISK, FOLDER, cause),
                    EXECUTION,
                    "Cannot read or write " + words + ". Mend that first.");
        }

        @ParameterizedTest
        @MethodSource("troubles")
        @DisplayName("Java's messages of these are a file's name and nothing else")
        void words(Case line) {
            assertThat(translated(line.failure()))
                    .isExactlyInstanceOf(line.type())
                    .hasMessage(line.message())
                    .hasNoCause();
        }

        @Test
        void outsideOfAnExport() {
            assertThat(translated(new AccessDeniedException("/secure/id")))
                    .isExactlyInstanceOf(EXECUTION)
                    .hasMessage("Cannot use /secure/id: permission denied. Mend that, and run it again.");
        }
    }

    @Test
    @DisplayName("a wrong value: the element, the value, what is allowed, both places to mend it")
    void invalidSetting() throws Exception {
        assertThat(translated(new InvalidSetting("parallelDownloads", "99", InvalidSetting.Kind.OUT_OF_RANGE, 1, 64)))
                .isExactlyInstanceOf(FAILURE)
                .hasMessage(
                        "<parallelDownloads> '99' must be from 1 to 64 (in the pom, or -Dcumulus.parallelDownloads=…).")
                .hasNoCause();
        assertThat(message(SettingMessages.refused("exportDirectory", "", "must name a folder")))
                .isEqualTo("<exportDirectory> must name a folder (in the pom, or -Dcumulus.exportDirectory=…).");
    }

    @Test
    @DisplayName("MF-06 errors that the server reports in its files: counted, and where they are")
    void serverErrors() {
        ExportSummary summary = new ExportSummary(
                "2026-03-04T05:06:07Z",
                List.of(
                        file("error/OperationOutcome.000.ndjson", FileState.Kind.ERROR, "OperationOutcome", Map.of()),
                        file("error/OperationOutcome.001.ndjson", FileState.Kind.ERROR, "OperationOutcome", Map.of()),
                        file("Patient.000.ndjson", FileState.Kind.OUTPUT, "Patient", Map.of()),
                        file("Goal.000.ndjson", FileState.Kind.OUTPUT, "Goal", Map.of("OperationOutcome", 1L))),
                List.of(
                        new IssueCount(Severity.FATAL, "exception", 1),
                        new IssueCount(Severity.ERROR, "processing", 12),
                        new IssueCount(Severity.WARNING, "informational", 99)),
                Duration.ofSeconds(5));
        Path folder = Path.of(FOLDER);

        assertThat(failures("")
                        .refusal(new Outcome.ServerErrors(new Outcome.Exported(summary, folder, Optional.empty()))))
                .contains("The server could not export everything: 1 × fatal exception, 12 × error processing. All"
                        + " files that it made are in " + folder + "; its reasons are in " + folder.resolve("error")
                        + ", " + folder.resolve("Goal.000.ndjson")
                        + ". Ask its administrators, or leave out the types named there.");
    }

    private static FileState file(String path, FileState.Kind kind, String type, Map<String, Long> others) {
        return new FileState(
                path, kind, type, "https://s3.example/f", null, new FileState.Proof(1, 9, "ab", others), null);
    }

    @Nested
    class NothingElse {
        private static final String SECRET = "{\"resourceType\":\"Patient\",\"id\":\"smith\"}";

        @Test
        @DisplayName("a fault of our own shows its place and no message, which may quote data; the trace is for -e")
        void unexpected() {
            IllegalStateException fault = new IllegalStateException("cannot read " + SECRET, new IOException(SECRET));
            fault.setStackTrace(new StackTraceElement[] {
                new StackTraceElement("java.util.Objects", "requireNonNull", "Objects.java", 1),
                new StackTraceElement("io.github.cumulusmaven.bulk.Manifest", "parse", "Manifest.java", 42)
            });

            AbstractMojoExecutionException thrown = translated(fault);

            assertThat(thrown)
                    .isExactlyInstanceOf(EXECUTION)
                    .hasMessage("Failed unexpectedly: java.lang.IllegalStateException at"
                            + " io.github.cumulusmaven.bulk.Manifest.parse(Manifest.java:42). Run it again with -e, and"
                            + " report what that shows.");
            assertThat(thrown.getCause()).hasStackTraceContaining("Manifest.java:42");
            assertThat(thrown.getCause().getMessage()).isEqualTo("java.lang.IllegalStateException");
        }

        @Test
        @DisplayName("a foreign exception's message is not shown as the disk's reason")
        void foreign() {
            assertThat(message(new ExportFailure(Kind.DISK, FOLDER, new IllegalArgumentException(SECRET))))
                    .isEqualTo(
                            "Cannot read or write /data/export: java.lang.IllegalArgumentException. Mend that first.");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\u001b[2J", "\r", "\n", "\u0007", "\u202e", "\u2028"})
        @DisplayName("a server's words move no cursor and begin no line")
        void controlCharacters(String control) {
            HttpRefusal hostile = refusal(400, KICK_OFF, "one" + control + "two");

            assertThat(message(failure(Kind.KICKOFF_REFUSED, KICK_OFF, hostile)))
                    .doesNotContain(control)
                    .contains("one")
                    .contains("two");
            assertThat(message(hostile)).doesNotContain(control);
        }
    }

    @Test
    @DisplayName("the words that look like commands are the goals' own")
    void goalsExist() {
        String all = Stream.of(exportFailures(), smartFailures())
                .flatMap(cases -> cases.map(Case::message))
                .collect(Collectors.joining("\n"));

        assertThat(all.lines().filter(line -> line.startsWith("  mvn ")).map(line -> line.split(" ")[3]))
                .isNotEmpty()
                .allMatch(List.of("export", "resume", "cancel", "jwks", "sandbox")::contains);
    }
}
