package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole exports from servers that do not do as they should, into folders that are not what they should be. */
class ExportMojoTest {
    private static final String RESUME = "mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:resume";

    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();
    private FhirServer server;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = new FhirServer();
        folder = temp.resolve("export");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ExportMojo export(Object fhirUrl) {
        return Goals.export(log, fhirUrl, folder);
    }

    private ExportMojo export() {
        return export(server.url("/fhir"));
    }

    private Path key() throws IOException {
        Path file = temp.resolve("my.jwks");
        JwksFile.write(file, SigningKey.generate(KeyAlgorithm.ES384, Optional.of("key-1")));
        return file;
    }

    private <T extends AbstractMojoExecutionException> T failure(AbstractCumulusMojo goal, Class<T> type) {
        T failure = catchThrowableOfType(type, goal::execute);
        assertThat(failure).as("succeeded; said " + log.lines()).isNotNull();
        assertThat(failure).hasNoCause();
        assertThat(log.failures()).as("-X").hasSize(1);
        return failure;
    }

    @Test
    @DisplayName("a good server: the files, the summary, the job deleted")
    void succeeds() throws Exception {
        server.exporting();

        export().execute();

        assertThat(folder.resolve("Patient.000.ndjson")).hasContent("{\"resourceType\":\"Patient\",\"id\":\"p1\"}");
        assertThat(server.requests()).contains("GET /fhir/metadata");
        assertThat(server.requests())
                .filteredOn(request -> !request.equals("GET /fhir/metadata"))
                .containsExactly("GET /fhir/$export", "GET /jobs/1", "GET /files/p", "DELETE /jobs/1");
        assertThat(log.lines())
                .contains("INFO Without authorization: no SMART client is configured")
                .contains("INFO Export of " + server.url("/fhir") + " kicked off at "
                        + log.lines().get(1).replaceFirst(".* ", ""))
                .contains("INFO   if this run ends early: " + RESUME + " -Dcumulus.exportDirectory=" + folder);
        assertThat(log.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("KO-20 a server that calls itself otherwise is asked by its address; the folder remembers that for"
            + " resume, and for the same export run again")
    void rewrittenUrls(boolean again) throws Exception {
        server.on("GET /fhir/$export", 202, Map.of("Content-Location", "http://fhir-0.invalid:8080/inner/jobs/1"), "")
                .on("GET /r4/jobs/1", 503, "")
                .on("DELETE /r4/jobs/1", 202, "");
        ExportMojo export = export();
        export.urlRewrites = List.of(" http://fhir-0.invalid:8080/inner = " + server.url("/r4"), "");
        export.maxWait = "PT1S";
        failure(export, MojoExecutionException.class);

        server.on(
                        "GET /r4/jobs/1",
                        200,
                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"output\":[{\"type\":\"Patient\",\"url\":"
                                + "\"http://fhir-0.invalid:8080/inner/files/p\"}],\"error\":[]}")
                .on("GET /r4/files/p", 200, "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n");
        (again ? export() : Goals.resume(new RecordingLog(), folder)).execute();

        assertThat(folder.resolve("Patient.000.ndjson")).exists();
        assertThat(server.requests()).endsWith("GET /r4/files/p", "DELETE /r4/jobs/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://a.example", "a=b", "https://a.example/=http://b.example", "ftp://a/=https://b.example"})
    @DisplayName("what is no rewriting of a URL is refused before anything is asked")
    void wrongRewrite(String item) {
        ExportMojo export = export();
        export.urlRewrites = List.of(item);

        assertThat(failure(export, MojoFailureException.class))
                .hasMessageMatching("<urlRewrites> '.+' must say what the server calls itself, and where it is: .+");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    @DisplayName("a parameter of the URL that exports do not have is a warning; the URL of something else is refused")
    void pastedUrls() throws Exception {
        server.exporting();
        export(server.url("/fhir/$export?typ=Patient")).execute();
        assertThat(log.warnings()).singleElement().asString().contains("fhirUrl has the parameter typ");

        assertThat(failure(export(server.url("/fhir/Patient/1/$everything")), MojoFailureException.class))
                .hasMessageContaining("names the operation $everything");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a time in the future, since which hardly anything has changed, is a warning before anything is asked")
    void sinceInFuture(boolean inUrl) throws Exception {
        server.exporting();
        String time = "2199-01-01T00:00:00Z";
        ExportMojo export = inUrl ? export(server.url("/fhir/$export?_since=" + time)) : export();
        export.since = inUrl ? null : "2199-01-01";

        export.execute();

        assertThat(log.warnings()).hasSize(1);
        assertThat(log.lines())
                .first()
                .isEqualTo("WARN since is in the future (" + time
                        + "): the server will hardly have anything that changed after it.");
    }

    @Test
    @DisplayName("what a token endpoint says of its own faults is in the log, and the console says where")
    void tokenEndpointsOwnFaults() throws Exception {
        server.exporting()
                .on("GET /fhir/.well-known/smart-configuration", 200, "{\"token_endpoint\":\"BASE/token\"}")
                .on("POST /token", 500, "{\"message\":\"cannot reach database of Jane Doe\"}");
        ExportMojo export = export();
        export.smartClientId = "x".repeat(300);
        export.smartJwks = key().toFile();

        assertThat(failure(export, MojoFailureException.class)).hasMessageNotContaining("Jane");

        assertThat(folder.resolve("log.ndjson")).content().contains("client_error", "Jane Doe");
        assertThat(log.warnings()).contains("WARN what the server says of it is in " + folder.resolve("log.ndjson"));
        assertThat(log.lines()).noneMatch(line -> line.contains("Jane") || line.contains("x".repeat(21)));
        assertThat(log.lines()).anyMatch(line -> line.contains("As client " + "x".repeat(20) + "… with key key-1"));
    }

    @Nested
    class Settings {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "fhirUrl|ftp://ehr.example/fhir|<fhirUrl> 'ftp://ehr.example/fhir' must be an https:// URL",
                    "fhirUrl|http://ehr.example/fhir|<fhirUrl> 'http://ehr.example/fhir' must begin with https://",
                    "maxPollInterval|5 minutes|<maxPollInterval> '5 minutes' must be an ISO 8601 duration",
                    "maxPollInterval|PT0S|<maxPollInterval> 'PT0S' must be a second (PT1S) or more",
                    "since|yesterday|<since> 'yesterday' must be a date",
                    "progress|loud|<progress> 'loud' must be one of auto, plain, none"
                })
        @DisplayName("a wrong value stops it before anything is asked or made")
        void wrongValue(String name, String value, String message) throws Exception {
            ExportMojo export = export();
            set(export, name, value);

            assertThat(failure(export, MojoFailureException.class)).hasMessageStartingWith(message);
            assertThat(server.requests()).isEmpty();
            assertThat(folder).doesNotExist();
        }

        private void set(ExportMojo export, String name, String value) {
            switch (name) {
                case "fhirUrl" -> export.fhirUrl = value;
                case "maxPollInterval" -> export.maxPollInterval = value;
                case "since" -> export.since = value;
                case "progress" -> export.progress = value;
                default -> throw new AssertionError(name);
            }
        }

        @Test
        void parallelDownloads() {
            ExportMojo export = export();
            export.parallelDownloads = 0;

            assertThat(failure(export, MojoFailureException.class))
                    .hasMessageStartingWith("<parallelDownloads> '0' must be from 1 to 64");
        }

        @Test
        @DisplayName("a password in the URL is refused, and not shown again")
        void password() {
            assertThat(failure(export("https://me:s3cret@ehr.example/fhir"), MojoFailureException.class))
                    .hasMessageContaining("must not hold a user or password")
                    .hasMessageNotContaining("s3cret");
        }

        @Test
        @DisplayName("half a client is not silently none")
        void halfAClient() {
            ExportMojo export = export();
            export.smartClientId = "me";

            assertThat(failure(export, MojoFailureException.class))
                    .hasMessageStartingWith("<smartJwks> is missing beside the client id");
        }

        @Test
        @DisplayName("a key that is not there: how to make one, there")
        void noKey() {
            ExportMojo export = export();
            export.smartClientId = "me";
            export.smartJwks = temp.resolve("gone.jwks").toFile();

            assertThat(failure(export, MojoFailureException.class))
                    .hasMessage(temp.resolve("gone.jwks") + ": no such file. Correct the path, or make a key there:\n"
                            + "  mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:jwks -Dcumulus.smartJwks="
                            + temp.resolve("gone.jwks"));
            assertThat(folder).doesNotExist();
        }
    }

    @Nested
    class Network {
        @Test
        @DisplayName("nobody listens there")
        void unreachable() throws Exception {
            server.close();
            String address = server.url("").getAuthority();

            assertThat(failure(export(), MojoExecutionException.class))
                    .hasMessageMatching("No usable answer: GET http://" + address
                            + "/fhir/\\$export: no connection.*\\. Check host and port, .*");
            assertThat(log.warnings()).hasSize(1).allMatch(line -> line.startsWith("WARN kick-off, attempt "));
        }

        @Test
        @DisplayName("a file that does not come: the others are kept, and how to go on, which then works")
        void lostFile() throws Exception {
            server.exporting().on("GET /files/p", 500, "");

            assertThat(failure(export(), MojoExecutionException.class))
                    .hasMessage("Could not get " + folder.resolve("Patient.000.ndjson") + " whole: GET "
                            + server.url("/files/p") + ": HTTP 500. What came whole is kept,"
                            + " and so is the job on the server; go on with\n  " + RESUME
                            + " -Dcumulus.exportDirectory=" + folder
                            + "\nTo end the export with what is here:\n  " + RESUME
                            + " -Dcumulus.exportDirectory=" + folder + " -Dcumulus.acceptMissing=true");
            assertThat(server.requests()).doesNotContain("DELETE /jobs/1");

            server.exporting();
            Goals.resume(log, folder).execute();

            assertThat(folder.resolve("Patient.000.ndjson")).isNotEmptyFile();
            assertThat(server.requests()).endsWith("DELETE /jobs/1");
        }

        @Test
        @DisplayName("a run that is interrupted says how to go on; the folder knows all else that the next run needs")
        void interrupted() throws Exception {
            server.on("GET /fhir/$export", 202, Map.of("Content-Location", "BASE/jobs/1"), "")
                    .on("GET /jobs/1", 202, Map.of("X-Progress", "half"), "");
            token(200, "{\"access_token\":\"t0k3n\",\"token_type\":\"bearer\",\"expires_in\":300}");
            ExportMojo export = export();
            export.smartClientId = "me-you";
            export.smartJwks = key().toFile();
            export.sleeper = duration -> {
                throw new InterruptedException();
            };

            MojoExecutionException failure = failure(export, MojoExecutionException.class);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure)
                    .hasMessage("Interrupted. What came whole is kept, and so is the job on the server; go on with\n  "
                            + RESUME + " -Dcumulus.exportDirectory=" + folder);
            assertThat(folder.resolve("export.json"))
                    .content()
                    .contains("\"smartClientId\" : \"me-you\"", "\"smartJwks\" : \"" + temp.resolve("my.jwks"));
        }
    }

    @Nested
    class CutOff {
        @Test
        @DisplayName("KO-23 between the kick-off and its answer: to look on the server, for resume would refuse")
        void inKickOff() throws Exception {
            assertThat(interruptedIn("GET /fhir/$export"))
                    .hasMessage(
                            "Interrupted. It is not known whether the server has begun the export. Look for a running"
                                    + " export on the server, or ask the server's administrators, before you ask again. If there"
                                    + " is one, go on with its status URL:\n  " + RESUME + " -Dcumulus.exportDirectory="
                                    + folder
                                    + " -Dcumulus.statusUrl=https://…\nIf there is none, begin anew with the export goal and"
                                    + " -Dcumulus.restart=true.");
        }

        /** With a request that is not answered before the goal has ended. */
        private MojoExecutionException interruptedIn(String request) throws Exception {
            Thread goal = Thread.currentThread();
            CountDownLatch over = new CountDownLatch(1);
            server.exporting().before(request, () -> {
                goal.interrupt();
                await(over);
            });

            MojoExecutionException failure = failure(export(), MojoExecutionException.class);
            over.countDown();

            assertThat(Thread.interrupted()).isTrue();
            return failure;
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException unexpected) {
                Thread.currentThread().interrupt();
            }
        }

        @Test
        @DisplayName("before anything was asked, there is nothing to say")
        void beforeKickOff() throws Exception {
            server.exporting().on("GET /fhir/$export", 503, "");
            ExportMojo export = export();
            export.sleeper = duration -> {
                throw new InterruptedException();
            };

            assertThat(failure(export, MojoExecutionException.class)).hasMessage("Interrupted.");
            assertThat(Thread.interrupted()).isTrue();
        }

        @Test
        @DisplayName("in the clean-up: all is here")
        void inCleanUp() throws Exception {
            assertThat(interruptedIn("DELETE /jobs/1"))
                    .hasMessage(
                            "Interrupted. All files are here, and whole; for the clean-up on the server, go on with\n  "
                                    + RESUME + " -Dcumulus.exportDirectory=" + folder);
        }
    }

    @Nested
    class Damaged {
        private static final String TAKE_OVER = RESUME + " -Dcumulus.exportDirectory=";

        @BeforeEach
        void begin() throws Exception {
            server.exporting()
                    .on("GET /fhir/Group/7/$export", 202, Map.of("Content-Location", "BASE/jobs/1"), "")
                    .on("GET /jobs/1", 401, "");
            failure(export(server.url("/fhir/Group/7")), MojoFailureException.class);
            server.exporting();
        }

        private MojoFailureException refusal(AbstractServerMojo goal) throws IOException {
            Files.writeString(folder.resolve("export.json"), "");
            RecordingLog second = new RecordingLog();
            goal.setLog(second);
            return catchThrowableOfType(MojoFailureException.class, goal::execute);
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        @DisplayName("an export.json that tells nothing: the log knows the job, and the command takes it over")
        void logged(boolean restart) throws Exception {
            ExportMojo export = export();
            export.restart = restart;

            assertThat(refusal(export))
                    .hasMessage(
                            "What export.json tells of the export in " + folder + " cannot be used: it is empty. Its"
                                    + " log.ndjson names the job. If these are URLs of your server, take it over into another"
                                    + " folder, as the same client:\n  "
                                    + TAKE_OVER + folder + "-2 -Dcumulus.statusUrl=" + server.url("/jobs/1")
                                    + " -Dcumulus.fhirUrl=" + server.url("/fhir/Group/7")
                                    + "\nor delete the folder, and export again.");

            ResumeMojo takeOver = Goals.resume(log, folder.resolveSibling("export-2"));
            takeOver.resume = server.url("/jobs/1").toString();
            takeOver.fhirUrl = server.url("/fhir/Group/7").toString();
            takeOver.execute();
            assertThat(folder.resolveSibling("export-2/Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("of a finished export, there is nothing to take over")
        void finished() throws Exception {
            Goals.resume(log, folder).execute();

            assertThat(refusal(Goals.status(log, folder)))
                    .hasMessageEndingWith(
                            "it is empty. By its log.ndjson, the export was finished: the files are whole."
                                    + " To export again, name another <exportDirectory>.");
        }

        @Test
        @DisplayName("without a log, only the server's administrators know")
        void unlogged() throws Exception {
            Files.delete(folder.resolve("log.ndjson"));

            assertThat(refusal(Goals.cancel(log, folder)))
                    .hasMessageEndingWith(
                            "it is empty. Its log.ndjson names no job. If the server has one, take that over"
                                    + " into another folder, by its status URL:\n  " + TAKE_OVER + folder
                                    + "-2 -Dcumulus.statusUrl='https://…' -Dcumulus.fhirUrl='https://…'\nElse delete the folder, and"
                                    + " export again.");
        }
    }

    private void token(int status, String body) {
        server.on("GET /fhir/.well-known/smart-configuration", 200, "{\"token_endpoint\":\"BASE/token\"}")
                .on("POST /token", status, body);
    }

    @Nested
    class Authorization {
        private ExportMojo asClient() throws IOException {
            ExportMojo export = export();
            export.smartClientId = "client-1";
            export.smartJwks = key().toFile();
            return export;
        }

        @Test
        @DisplayName("who asks is said once, before the token is asked for; the token never")
        void client() throws Exception {
            token(200, "{\"access_token\":\"t0k3n\",\"token_type\":\"bearer\",\"expires_in\":300}");
            server.exporting();

            asClient().execute();

            assertThat(log.lines())
                    .startsWith("INFO As client client-1 with key key-1 (ES384), tokens from " + server.url("/token"))
                    .noneMatch(line -> line.contains("t0k3n"));
            assertThat(server.credentials()).containsOnly("Bearer t0k3n").hasSize(3);
        }

        @Test
        @DisplayName("SM-14 a client that the server does not know")
        void invalidClient() throws Exception {
            token(401, "{\"error\":\"invalid_client\",\"error_description\":\"unknown \\u001b[31mclient\"}");

            assertThat(failure(asClient(), MojoFailureException.class))
                    .hasMessage(server.url("/token") + ": no access token: HTTP 401, invalid_client: unknown client."
                            + " The server does not know this client id, or not the key: check the client id, and that"
                            + " the public JWKS is registered under it.");
            assertThat(server.requests()).doesNotContain("GET /fhir/$export");
            assertThat(log.lines())
                    .containsExactly(
                            "INFO As client client-1 with key key-1 (ES384), tokens from " + server.url("/token"));
        }

        @Test
        @DisplayName("KO-21 a token that the FHIR server does not accept is told so, and no client is asked for")
        void refusedToken() throws Exception {
            token(200, "{\"access_token\":\"t0k3n\",\"token_type\":\"BearerToken\",\"expires_in\":300}");
            server.on("GET /fhir/$export", 401, "");

            assertThat(failure(asClient(), MojoFailureException.class))
                    .hasMessageContaining("It does not accept the token that its own token endpoint gave this client")
                    .hasMessageNotContaining("serverId");
        }

        @Test
        @DisplayName("a server without SMART")
        void noDiscovery() throws Exception {
            assertThat(failure(asClient(), MojoFailureException.class))
                    .hasMessage(server.url("/fhir/.well-known/smart-configuration")
                            + ": no SMART configuration: HTTP 404. Check the <fhirUrl>, or give the token endpoint as"
                            + " <tokenUrl> in the <server>'s <configuration> in settings.xml.");
        }

        @Test
        @DisplayName("a scope that was not granted is a warning")
        void missingScope() throws Exception {
            token(200, "{\"access_token\":\"t0k3n\",\"token_type\":\"bearer\",\"scope\":\"system/Patient.read\"}");
            server.exporting();
            ExportMojo export = asClient();
            export.types = List.of("Patient", "Encounter");

            export.execute();

            assertThat(log.warnings())
                    .containsExactly("WARN The server did not grant system/Encounter.read: expect these types to be"
                            + " refused or missing. Ask its administrators to add the scopes.");
        }
    }

    @Nested
    class KickOff {
        @Test
        @DisplayName("401 without a client: which parameters are missing; nothing is left that bars the next try")
        void unauthorized() throws Exception {
            server.on("GET /fhir/$export", 401, "");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessage("The server did not begin the export: GET " + server.url("/fhir/$export")
                            + ": HTTP 401. It wants an access token: name a <serverId>, or <smartClientId> and"
                            + " <smartJwks>.");

            server.exporting();
            export().execute();
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("404 for a group that is not there")
        void unknownGroup() {
            server.on(
                    "GET /fhir/Group/mine/$export",
                    404,
                    "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":"
                            + "\"not-found\",\"diagnostics\":\"no\\r\\nsuch group\"}]}");

            assertThat(failure(export(server.url("/fhir/Group/mine")), MojoFailureException.class))
                    .hasMessageMatching("The server did not begin the export: GET "
                            + server.url("/fhir/Group/mine/").toString().replace(".", "\\.")
                            + "\\$export: HTTP 404 \\(error not-found: no +such group\\)\\. Check the <fhirUrl>: is the"
                            + " base right, does the group exist, are exports offered\\?");
        }

        @Test
        @DisplayName("KO-20 accepted, but not said where to ask")
        void noStatusUrl() {
            server.on("GET /fhir/$export", 202, "");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessageStartingWith(
                            "The server accepted the export, but did not say where to ask for it: it has"
                                    + " no Content-Location, at " + server.url("/fhir/$export"));
        }
    }

    @Nested
    class Job {
        @Test
        @DisplayName("ST-13 a job that is gone: begin anew")
        void gone() {
            server.exporting().on("GET /jobs/1", 404, "");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessageStartingWith("The server does not know the export any more: GET " + server.url("/jobs/1")
                            + ": HTTP 404. It expired or was cancelled. To ask anew for what is missing, and keep"
                            + " what is whole:\n  mvn ")
                    .hasMessageEndingWith(" -Dcumulus.restartExpired=true");
        }

        @Test
        @DisplayName("a client that may not ask about its own job can be put right, and the job goes on")
        void unauthorized() {
            server.exporting().on("GET /jobs/1", 401, "");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessage("The server refused: GET " + server.url("/jobs/1") + ": HTTP 401. It wants an access"
                            + " token: name a <serverId>, or <smartClientId> and <smartJwks>. What came whole is kept, and so is the job on the"
                            + " server; go on with\n  " + RESUME + " -Dcumulus.exportDirectory=" + folder);
        }

        @Test
        @DisplayName("ST-14 a web page in the manifest's place")
        void webPage() {
            server.exporting().on("GET /jobs/1", 200, "<html>sign in</html>");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessageStartingWith("The server says that the export is done, but sent a body that is not JSON"
                            + " instead of the list of files, from " + server.url("/jobs/1") + ". ")
                    .hasMessageEndingWith("\n  " + RESUME + " -Dcumulus.exportDirectory=" + folder);
        }

        private void withIssue(String severity) {
            server.exporting()
                    .on(
                            "GET /jobs/1",
                            200,
                            "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":"
                                    + "[{\"type\":\"Patient\",\"url\":\"BASE/files/p\"}],\"error\":"
                                    + "[{\"type\":\"OperationOutcome\",\"url\":\"BASE/files/e\"}]}")
                    .on(
                            "GET /files/e",
                            200,
                            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"" + severity
                                    + "\",\"code\":\"processing\",\"diagnostics\":\"Patient Smith\"}]}\n");
        }

        @Test
        @DisplayName(
                "MF-06 errors in the server's files fail the build when all else is done; their words stay in there")
        void errors() {
            withIssue("error");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessage("The server could not export everything: 1 × error processing. All files that it made"
                            + " are in " + folder + "; its reasons are in " + folder.resolve("error")
                            + ". Ask its administrators, or leave out the types named there.");
            assertThat(folder.resolve("Patient.000.ndjson")).isNotEmptyFile();
            assertThat(folder.resolve("error/OperationOutcome.000.ndjson")).isNotEmptyFile();
            assertThat(server.requests()).endsWith("DELETE /jobs/1");
            assertThat(log.lines())
                    .contains("WARN The server reports 1 × error processing (see error/)")
                    .anyMatch(line -> line.startsWith("INFO total "))
                    .noneMatch(line -> line.contains("Smith"));
        }

        @Test
        @DisplayName("MF-06 errors among the data are summed up like those in error/, and their file is named")
        void errorsAmongData() {
            server.exporting()
                    .on(
                            "GET /jobs/1",
                            200,
                            "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"output\":"
                                    + "[{\"type\":\"Patient\",\"url\":\"BASE/files/p\"}],\"error\":[]}")
                    .on(
                            "GET /files/p",
                            200,
                            "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n"
                                    + "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\","
                                    + "\"code\":\"exception\",\"diagnostics\":\"Patient Smith\"}]}\n");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessageContaining("1 × error exception. All files that it made are in " + folder
                            + "; its reasons are in " + folder.resolve("Patient.000.ndjson") + ". Ask");
            assertThat(log.lines()).contains("WARN The server reports 1 × error exception (see Patient.000.ndjson)");
            assertThat(folder.resolve("error")).doesNotExist();
        }

        @Test
        @DisplayName("MF-06 information does not")
        void information() throws Exception {
            withIssue("information");

            export().execute();

            assertThat(log.lines()).contains("INFO The server reports 1 × information processing (see error/)");
        }
    }

    @Nested
    class Folders {
        private void leaveUnfinished() {
            server.exporting().on("GET /jobs/1", 404, "");
            failure(export(), MojoFailureException.class);
        }

        @Test
        @DisplayName("a folder of other things stays as it is")
        void foreign() throws Exception {
            Files.createDirectory(folder);
            Files.writeString(folder.resolve("thesis.txt"), "mine");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessage(
                            "Not exporting into " + folder + ": it is not empty, and holds no export of this plugin."
                                    + " Name another <exportDirectory>; one that does not exist is made.");
            assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith("thesis.txt"));
            assertThat(server.requests()).isEmpty();
        }

        @Test
        @DisplayName("an unfinished export of something else: what it is of, and the command that goes on with it")
        void unfinished() {
            leaveUnfinished();
            RecordingLog second = new RecordingLog();
            ExportMojo export = Goals.export(second, server.url("/fhir"), folder);
            export.serverId = "";
            export.types = List.of("Patient");

            MojoFailureException failure = catchThrowableOfType(MojoFailureException.class, export::execute);

            assertThat(failure)
                    .hasMessageMatching("There is an unfinished export of something else in " + folder + ": it holds "
                            + server.url("/fhir") + ", and this is " + server.url("/fhir") + " _type=Patient\\. Go on"
                            + " with it:\n  " + RESUME + " -Dcumulus\\.exportDirectory=" + folder
                            + "\nor name another <exportDirectory>, or give it up with the export goal and"
                            + " -Dcumulus\\.restart=true\\.");
        }

        @Test
        @DisplayName("an unfinished export of the same is gone on with, without a second kick-off")
        void goesOn() throws Exception {
            leaveUnfinished();
            server.exporting();

            export().execute();

            assertThat(server.requests())
                    .filteredOn(request -> request.contains("$export"))
                    .hasSize(1);
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("a sandbox goes nowhere near an export that is not finished")
        void unfinishedBeforeSandbox() {
            leaveUnfinished();

            assertThat(catchThrowableOfType(
                            MojoFailureException.class, () -> export("sandbox:").execute()))
                    .hasMessageContaining("There is an unfinished export of something else in " + folder)
                    .hasMessageEndingWith("Name another <exportDirectory>, or give it up with the export goal and"
                            + " -Dcumulus.restart=true.");
        }

        @Test
        @DisplayName("resuming a finished one changes nothing")
        void resumeFinished() throws Exception {
            server.exporting();
            export().execute();
            byte[] before = Files.readAllBytes(folder.resolve("export.json"));
            int asked = server.requests().size();

            Goals.resume(log, folder).execute();

            assertThat(folder.resolve("export.json")).hasBinaryContent(before);
            assertThat(server.requests()).hasSize(asked);
        }

        @Test
        @DisplayName("a folder in which another run works")
        void inUse() throws Exception {
            try (ExportFolder other = ExportFolder.take(folder)) {
                assertThat(other.path()).isEqualTo(folder);
                assertThat(failure(export(), MojoFailureException.class))
                        .hasMessage("Another run (process "
                                + ProcessHandle.current().pid() + ") works in " + folder
                                + ". Wait for it, or name another <exportDirectory>.");
            }
        }

        @Test
        @DisplayName("a file where the folder should be")
        void file() throws Exception {
            Files.writeString(folder, "mine");

            assertThat(failure(export(), MojoExecutionException.class))
                    .hasMessage("Cannot read or write " + folder + ": it is not a folder. Mend that first.");
            assertThat(folder).hasContent("mine");
        }

        @Test
        @DisplayName("a file above the folder")
        void fileAbove() throws Exception {
            Files.writeString(temp.resolve("file"), "mine");
            folder = temp.resolve("file/deep/export");

            assertThat(failure(export(), MojoExecutionException.class))
                    .hasMessageMatching(
                            "Cannot read or write " + temp + "/file[^:]*: (?!java).{5,}\\. Mend that first\\.")
                    .hasMessageNotContaining("Exception");
        }

        @Test
        @DisplayName("a folder that must not be written into")
        void readOnly() throws Exception {
            Path above = Files.createDirectory(temp.resolve("above"));
            assumeTrue(above.toFile().setWritable(false) && !Files.isWritable(above));
            folder = above.resolve("export");

            try {
                assertThat(failure(export(), MojoExecutionException.class))
                        .hasMessage("Cannot read or write " + folder + ": permission denied. Mend that first.");
            } finally {
                assertThat(above.toFile().setWritable(true)).isTrue();
            }
        }

        @Test
        @DisplayName("below target, mvn clean deletes it: said at once")
        void underTarget() throws Exception {
            server.exporting();
            ExportMojo export = export();
            export.buildDirectory = temp.toString();

            export.execute();

            assertThat(log.warnings())
                    .containsExactly(
                            "WARN exportDirectory lies under " + temp + ": mvn clean will delete it, finished or not.");
        }
    }

    @Nested
    class Sandbox {
        @Test
        @DisplayName("ends with the goal: an export cut off goes on with another one")
        void interrupted() {
            ExportMojo export = export("sandbox:");
            export.sleeper = duration -> {
                throw new InterruptedException();
            };

            assertThat(failure(export, MojoExecutionException.class))
                    .hasMessage(
                            "Interrupted. The sandbox server has ended. The same command starts another one, and exports"
                                    + " what is not yet in " + folder + ".");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("INFO Export of http://127.0.0.1:"))
                    .noneMatch(line -> line.contains(":resume"));
        }

        @Test
        @DisplayName("a path after the colon is a path of the server's")
        void group() {
            assertThat(failure(export("sandbox:/Group/nobody"), MojoFailureException.class))
                    .hasMessageMatching("The server did not begin the export: GET"
                            + " http://127\\.0\\.0\\.1:\\d+/fhir/Group/nobody/\\$export: HTTP 404.*");
        }
    }
}
