package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.Attacks;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.settings.Server;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that somebody else wrote, to be sent a token; and folders of this user, which still work by themselves. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PlantedFolderTest {
    private static final String TOKEN = "Bearer tok3n-of-the-ehr";

    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();
    private final HandClock clock = new HandClock(Instant.now().toString());
    private FhirServer ehr;
    private FhirServer thief;
    private Path folder;
    private Path key;

    @BeforeEach
    void start() throws IOException {
        ehr = secured(new FhirServer().exporting());
        thief = new FhirServer().exporting().on("GET /jobs/1", 401, "");
        folder = temp.resolve("export");
        key = temp.resolve("my.jwks");
        JwksFile.write(key, SigningKey.generate(KeyAlgorithm.ES384, Optional.of("key-1")));
    }

    @AfterEach
    void close() {
        ehr.close();
        thief.close();
    }

    private static FhirServer secured(FhirServer server) {
        return server.on("GET /fhir/.well-known/smart-configuration", 200, "{\"token_endpoint\":\"BASE/token\"}")
                .on(
                        "POST /token",
                        200,
                        "{\"access_token\":\"tok3n-of-the-ehr\",\"token_type\":\"bearer\",\"expires_in\":300}");
    }

    private Map<String, String> client() {
        return Map.of("smartClientId", "client-1", "smartJwks", key.toString());
    }

    private <T extends AbstractServerMojo> T asClient(T goal) {
        goal.smartClientId = "client-1";
        goal.smartJwks = key.toFile();
        return goal;
    }

    /** As a run of an earlier version would leave it, or anybody else. */
    private void plant(URI fhirUrl, URI statusUrl, Map<String, String> client) throws IOException {
        ObjectNode json = FhirJson.mapper().createObjectNode();
        json.put("version", 1).put("state", "accepted");
        ObjectNode job = json.putObject("job");
        ObjectNode request = job.putObject("request");
        request.put("exportId", "0123456789abcdef0123")
                .put("fhirUrl", fhirUrl.toString())
                .put("compress", false)
                .put("kickedOff", clock.instant().toString());
        request.putObject("parameters");
        client.forEach(request.putObject("client")::put);
        job.put("statusUrl", statusUrl.toString());
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("export.json"), json.toPrettyString());
    }

    /** An export of this user, as the client, that the server is still at work on. */
    private void begin() throws Exception {
        ehr.on("GET /jobs/1", 202, Map.of("Retry-After", "1"), "");
        ExportMojo export = asClient(Goals.export(log, ehr.url("/fhir"), folder));
        export.waitUpTo = "PT1S";
        export.clock = clock;
        export.sleeper = clock;
        export.execute();
        ehr.exporting();
    }

    private void change(String what, String to) throws IOException {
        Path file = folder.resolve("export.json");
        String before = Files.readString(file);
        String after = before.replace(what, to);
        assertThat(after).isNotEqualTo(before);
        Files.writeString(file, after);
    }

    private MojoFailureException failure(AbstractCumulusMojo goal) {
        MojoFailureException failure = catchThrowableOfType(MojoFailureException.class, goal::execute);
        assertThat(failure).as("succeeded; said " + log.lines()).isNotNull();
        return failure;
    }

    private static void assertUnsealed(MojoFailureException failure, URI base) {
        assertThat(failure)
                .hasMessageStartingWith(
                        "No credentials are used for " + base + ": only export.json in the folder names ")
                .hasMessageContaining(", and it has no seal of this user. ")
                .hasMessageContaining("-Dcumulus.fhirUrl=https://… and -Dcumulus.serverId=…")
                .hasMessageContaining("<configuration><fhirUrl>https://…</fhirUrl></configuration>");
    }

    @Nested
    class StatusUrlElsewhere {
        @Test
        @DisplayName("export that finds one in the folder sends no token there, for status, files or DELETE")
        void export() throws Exception {
            thief.exporting();
            plant(ehr.url("/fhir"), thief.url("/jobs/1"), client());

            asClient(Goals.export(log, ehr.url("/fhir"), folder)).execute();

            assertThat(thief.requests()).contains("GET /jobs/1", "GET /files/p", "DELETE /jobs/1");
            assertThat(thief.credentials()).isEmpty();
        }

        @Test
        @DisplayName("nor is it sealed by that, for a later run")
        void notLaundered() throws Exception {
            thief.on("GET /jobs/1", 202, Map.of("Retry-After", "1"), "");
            plant(ehr.url("/fhir"), thief.url("/jobs/1"), client());
            ExportMojo export = asClient(Goals.export(log, ehr.url("/fhir"), folder));
            export.waitUpTo = "PT1S";
            export.clock = clock;
            export.sleeper = clock;
            export.execute();

            assertUnsealed(failure(Goals.resume(log, folder)), ehr.url("/fhir"));
            assertThat(thief.credentials()).isEmpty();
        }

        @Test
        @DisplayName("a 401 is explained: from whom the token was withheld, and why")
        void explained() throws Exception {
            plant(ehr.url("/fhir"), thief.url("/jobs/1"), client());

            assertThat(failure(asClient(Goals.export(log, ehr.url("/fhir"), folder))))
                    .hasMessageContaining("HTTP 401; the token was withheld from 127.0.0.1:"
                            + thief.url("").getPort() + ", because it is not 127.0.0.1:"
                            + ehr.url("").getPort())
                    .hasMessageContaining("name it in <trustedHosts>");
            assertThat(thief.credentials()).isEmpty();
        }

        @Test
        @DisplayName("restart asks whether it is a job, and cancels it, without a token")
        void restart() throws Exception {
            thief.exporting();
            plant(ehr.url("/fhir"), thief.url("/jobs/1"), client());
            ExportMojo export = asClient(Goals.export(log, ehr.url("/fhir"), folder));
            export.restart = true;

            export.execute();

            assertThat(thief.requests()).containsExactly("GET /jobs/1", "DELETE /jobs/1");
            assertThat(thief.credentials()).isEmpty();
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("where that fails, no command is shown that would send it one")
        void noCommand() throws Exception {
            thief.exporting().on("DELETE /jobs/1", 403, "");
            plant(ehr.url("/fhir"), thief.url("/jobs/1"), client());
            ExportMojo export = asClient(Goals.export(log, ehr.url("/fhir"), folder));
            export.restart = true;

            export.execute();

            assertThat(log.warnings())
                    .anyMatch(line -> line.contains("DELETE " + thief.url("/jobs/1") + ": HTTP 403"))
                    .anyMatch(line -> line.contains(":cancel ") && line.contains("-Dcumulus.statusUrl=https://…"))
                    .noneMatch(line -> line.contains("-Dcumulus.statusUrl=" + thief.url("")));
        }

        @Test
        @DisplayName("gets the token where the server itself has named it, in this run and in the next")
        void ofTheServer() throws Exception {
            thief.exporting().on("GET /jobs/1", 202, Map.of("Retry-After", "1"), "");
            ehr.on(
                    "GET /fhir/$export",
                    202,
                    Map.of("Content-Location", thief.url("/jobs/1").toString()),
                    "");
            ExportMojo export = asClient(Goals.export(log, ehr.url("/fhir"), folder));
            export.waitUpTo = "PT4S";
            export.clock = clock;
            export.sleeper = clock;
            export.execute();
            int first = thief.credentials().size();
            thief.exporting();

            Goals.resume(log, folder).execute();

            assertThat(first).isPositive();
            assertThat(thief.credentials()).hasSizeGreaterThan(first).containsOnly(TOKEN);
        }

        @Test
        @DisplayName("gets the token where the user has typed it")
        void typed() throws Exception {
            thief.on("GET /jobs/1", 202, "");
            StatusMojo status = asClient(Goals.status(log, folder));
            status.statusUrl = thief.url("/jobs/1").toString();
            status.fhirUrl = ehr.url("/fhir").toString();

            status.execute();

            assertThat(thief.credentials()).containsExactly(TOKEN);
        }
    }

    /** The server is the user's own, and so is the token. */
    @Nested
    class DeleteOnTheOwnServer {
        private static final String RESOURCE = "/fhir/Patient/4711";

        @BeforeEach
        void patient() {
            ehr.on("GET " + RESOURCE, 200, "{\"resourceType\":\"Patient\",\"id\":\"4711\"}")
                    .on("DELETE " + RESOURCE, 204, "");
        }

        /** All files are here, and whole: nothing has to be asked for. */
        private void plantWhole(String state) throws Exception {
            asClient(Goals.export(log, ehr.url("/fhir"), folder)).execute();
            ObjectNode json = FhirJson.parseObject(Files.readString(folder.resolve("export.json")))
                    .orElseThrow();
            json.put("state", state).put("jobDeleted", false);
            json.withObject("/job")
                    .put("statusUrl", ehr.url(RESOURCE).toString())
                    .remove("seal");
            if (state.equals("downloading")) {
                json.remove(List.of("finished", "transactionTime", "jobDeleted"));
            }
            Files.writeString(folder.resolve("export.json"), json.toString());
        }

        private void assertKept() {
            assertThat(ehr.requests()).contains("GET " + RESOURCE).doesNotContain("DELETE " + RESOURCE);
        }

        private void assertTold() {
            assertThat(log.warnings())
                    .contains(
                            "WARN The job of which export.json tells was not deleted on the server: export.json is not"
                                    + " sealed, and what it calls a status URL does not answer like one (GET "
                                    + ehr.url(RESOURCE) + ": HTTP 200). If you know the job, and it is yours:")
                    .anyMatch(line -> line.contains(":cancel ")
                            && line.endsWith(" -Dcumulus.statusUrl=https://… -Dcumulus.fhirUrl=https://…"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"downloading", "done"})
        @DisplayName("export of a planted folder in which all is whole deletes nothing that does not answer as a job")
        void export(String state) throws Exception {
            plantWhole(state);
            ExportMojo export = asClient(Goals.export(log, ehr.url("/fhir"), folder));
            if (state.equals("done")) {
                ResumeMojo resume = asClient(Goals.resume(log, folder));
                resume.fhirUrl = ehr.url("/fhir").toString();
                resume.execute();
            } else {
                export.execute();
            }

            assertKept();
            assertTold();
        }

        @Test
        @DisplayName("restart neither")
        void restart() throws Exception {
            plant(ehr.url("/fhir"), ehr.url(RESOURCE), client());
            ExportMojo export = asClient(Goals.export(log, ehr.url("/fhir"), folder));
            export.restart = true;

            export.execute();

            assertKept();
            assertTold();
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        private CancelMojo cancel() {
            CancelMojo cancel = asClient(Goals.cancel(log, folder));
            cancel.fhirUrl = ehr.url("/fhir").toString();
            return cancel;
        }

        @Test
        @DisplayName("cancel neither, and says how a job of one's own is cancelled")
        void cancelOfAResource() throws Exception {
            plant(ehr.url("/fhir"), ehr.url(RESOURCE), client());

            assertThat(failure(cancel()))
                    .hasMessageStartingWith("The job of which export.json tells was not deleted on the server:"
                            + " export.json is not sealed, and what it calls a status URL does not answer like one (GET "
                            + ehr.url(RESOURCE) + ": HTTP 200). If you know the job, and it is yours:\n  mvn ")
                    .hasMessageEndingWith(":cancel -Dcumulus.statusUrl=https://… -Dcumulus.fhirUrl=https://…");
            assertKept();
        }

        @Test
        @DisplayName("of a folder of an earlier version, the job is cancelled when it has answered as one")
        void cancelOfAJob() throws Exception {
            plant(ehr.url("/fhir"), ehr.url("/jobs/1"), client());
            ehr.on("GET /jobs/1", 202, "");

            cancel().execute();

            assertThat(ehr.requests()).containsSubsequence("GET /jobs/1", "DELETE /jobs/1");
        }

        @Test
        @DisplayName("of this user's own folder, it is not asked before")
        void sealed() throws Exception {
            begin();
            int before = ehr.requests().size();

            Goals.cancel(log, folder).execute();

            assertThat(ehr.requests().subList(before, ehr.requests().size()))
                    .contains("DELETE /jobs/1")
                    .doesNotContain("GET /jobs/1");
        }
    }

    @Nested
    class ServerElsewhere {
        @BeforeEach
        void plantAll() throws IOException {
            secured(thief).exporting();
            plant(thief.url("/fhir"), thief.url("/jobs/1"), client());
        }

        private void assertNothingAsked() {
            assertThat(thief.requests()).isEmpty();
            assertThat(ehr.requests()).isEmpty();
        }

        @Test
        @DisplayName("resume asks nobody for credentials")
        void resume() {
            MojoFailureException failure = failure(Goals.resume(log, folder));

            assertUnsealed(failure, thief.url("/fhir"));
            assertThat(failure).hasMessageContaining(" names that server and the client, and it ");
            assertNothingAsked();
        }

        @Test
        @DisplayName("nor where the build names the client, but not this server")
        void resumeAsClient() {
            MojoFailureException failure = failure(asClient(Goals.resume(log, folder)));

            assertUnsealed(failure, thief.url("/fhir"));
            assertThat(failure).hasMessageContaining(" names that server, and it ");
            assertNothingAsked();
        }

        @Test
        @DisplayName("nor where the build names another server")
        void resumeOfAnother() {
            ResumeMojo resume = asClient(Goals.resume(log, folder));
            resume.fhirUrl = ehr.url("/fhir").toString();

            assertUnsealed(failure(resume), thief.url("/fhir"));
            assertNothingAsked();
        }

        @Test
        @DisplayName("nor where the user names a status URL, and the folder the server")
        void takeOver() {
            ResumeMojo resume = asClient(Goals.resume(log, folder));
            resume.resume = thief.url("/jobs/1").toString();

            assertUnsealed(failure(resume), thief.url("/fhir"));
            assertNothingAsked();
        }

        @Test
        @DisplayName("status and cancel neither")
        void statusAndCancel() {
            assertUnsealed(failure(Goals.status(log, folder)), thief.url("/fhir"));
            assertUnsealed(failure(Goals.cancel(log, folder)), thief.url("/fhir"));
            assertUnsealed(failure(asClient(Goals.cancel(log, folder))), thief.url("/fhir"));
            assertNothingAsked();
        }

        @Test
        @DisplayName("hydrate neither, of a finished export")
        void hydrate() throws Exception {
            finished();

            assertUnsealed(failure(Goals.hydrate(log, folder)), thief.url("/fhir"));
            assertUnsealed(failure(asClient(Goals.hydrate(log, folder))), thief.url("/fhir"));
            assertNothingAsked();
        }

        private void finished() throws IOException {
            change("\"accepted\"", "\"done\"");
            ObjectNode json = FhirJson.parseObject(Files.readString(folder.resolve("export.json")))
                    .orElseThrow();
            json.put("finished", "2026-03-04T05:06:07Z").put("transactionTime", "2026-03-04T05:06:07Z");
            json.put("jobDeleted", true);
            json.putArray("manifest").addObject().put("transactionTime", "2026-03-04T05:06:07Z");
            json.putArray("files");
            Files.writeString(folder.resolve("export.json"), json.toString());
            Files.writeString(
                    folder.resolve("MedicationRequest.000.ndjson"),
                    "{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"medicationReference\":"
                            + "{\"reference\":\"Medication/m\"}}\n");
        }

        @Test
        @DisplayName("etl with its own server asks that one alone, and does not sign with the key that a folder names")
        void etl() throws Exception {
            finished();
            EtlMojo etl = Goals.etl(log, temp);
            etl.input = List.of(folder.toString());
            etl.fhirUrl = ehr.url("/fhir").toString();

            etl.maxErrorRate = 1;
            etl.exportGroup = "7";
            etl.exportTimestamp = "2026-03-04";

            etl.execute();

            assertThat(thief.requests()).isEmpty();
            assertThat(ehr.requests()).containsExactly("GET /fhir/Medication/m");
            assertThat(ehr.credentials()).isEmpty();
        }

        @Test
        @DisplayName("nor where the folder names the same server, of another group")
        void etlOfItsServer() throws Exception {
            finished();
            EtlMojo etl = Goals.etl(log, temp);
            etl.input = List.of(folder.toString());
            etl.fhirUrl = thief.url("/fhir/Group/7").toString();

            assertUnsealed(failure(etl), thief.url("/fhir"));
            assertNothingAsked();
        }

        @Test
        @DisplayName("without any credentials, an open server on this machine is not asked for a folder's sake")
        void openOnThisMachine() throws Exception {
            plant(thief.url("/fhir"), thief.url("/jobs/1"), Map.of());

            for (AbstractServerMojo goal :
                    List.of(Goals.resume(log, folder), Goals.status(log, folder), Goals.cancel(log, folder))) {
                assertThatCode(goal::execute)
                        .hasMessageContaining(thief.url("/jobs/1") + ": a local address")
                        .hasMessageContaining(" name it yourself: -Dcumulus.fhirUrl=https://…");
            }
            finished();
            assertThatCode(Goals.hydrate(log, folder)::execute).isNotNull();
            assertThat(log.lines())
                    .anyMatch(line ->
                            line.startsWith("WARN Medications: not fetched, as ") && line.contains("(local address)"));

            assertNothingAsked();
        }

        @Test
        @DisplayName("where the build names it, it is resumed as ever")
        void open() throws Exception {
            plant(thief.url("/fhir"), thief.url("/jobs/1"), Map.of());
            ResumeMojo resume = Goals.resume(log, folder);
            resume.fhirUrl = thief.url("/fhir").toString();

            resume.execute();

            assertThat(thief.credentials()).isEmpty();
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }
    }

    /** What this user's own folder of another server knows is of that server alone. */
    @Nested
    class EtlOfAnotherServer {
        @BeforeEach
        void exportOfTheOther() throws Exception {
            secured(thief).exporting();
            ExportMojo export = asClient(Goals.export(log, thief.url("/fhir"), folder));
            export.urlRewrites = List.of(ehr.url("/fhir") + "=" + thief.url("/fhir"));
            export.execute();
            Files.writeString(
                    folder.resolve("MedicationRequest.000.ndjson"),
                    "{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"medicationReference\":"
                            + "{\"reference\":\"Medication/m\"}}\n");
            ehr.on("GET /fhir/Medication/m", 200, "{\"resourceType\":\"Medication\",\"id\":\"m\"}");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        @DisplayName("what the build's own server is asked goes to no other, and not as the other's client")
        void asked(boolean withClient) throws Exception {
            int before = thief.requests().size();
            EtlMojo etl = Goals.etl(log, temp);
            etl.input = List.of(folder.toString());
            etl.fhirUrl = ehr.url("/fhir").toString();

            (withClient ? asClient(etl) : etl).execute();

            assertThat(thief.requests()).hasSize(before);
            assertThat(ehr.requests()).endsWith("GET /fhir/Medication/m");
            assertThat(ehr.credentials()).hasSize(withClient ? 1 : 0);
        }
    }

    /** Goals that kick off find what they would begin in the folder: it lends them its client, if it is this user's. */
    @Nested
    class KickOffWithoutClient {
        private List<AbstractKickOffMojo> goals() {
            EtlMojo etl = Goals.etl(log, temp);
            etl.input = List.of(ehr.url("/fhir").toString());
            etl.exportTo = folder.toFile();
            return List.of(Goals.export(log, ehr.url("/fhir"), folder), etl);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        @DisplayName("this user's folder is gone on with, as the client that began it")
        void ownFolder(int goal) throws Exception {
            begin();
            int before = ehr.credentials().size();

            goals().get(goal).execute();

            assertThat(ehr.credentials()).hasSizeGreaterThan(before).containsOnly(TOKEN);
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        @DisplayName("a folder that is not sealed lends no key: nothing is read, nobody is asked")
        void planted(int goal) throws Exception {
            plant(ehr.url("/fhir"), ehr.url("/jobs/1"), client());
            Files.writeString(key, "no key at all");

            assertRefused(goals().get(goal), 0);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        @DisplayName("nor does one whose client was changed since")
        void otherClient(int goal) throws Exception {
            begin();
            int before = ehr.requests().size();
            change("client-1", "client-2");

            assertRefused(goals().get(goal), before);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        @DisplayName("nor one in which a rewrite was put that leads elsewhere")
        void otherRewrites(int goal) throws Exception {
            begin();
            int before = ehr.requests().size();
            change("\"client\" : {", "\"client\" : { \"urlRewrites\" : \"" + ehr.url("") + "=" + thief.url("") + "\",");

            assertRefused(goals().get(goal), before);
            assertThat(thief.requests()).isEmpty();
        }

        private void assertRefused(AbstractKickOffMojo goal, int before) {
            MojoFailureException failure = failure(goal);

            assertUnsealed(failure, ehr.url("/fhir"));
            assertThat(failure).hasMessageContaining(" names the client, and it ");
            assertThat(ehr.requests()).hasSize(before);
        }

        @Test
        @DisplayName("where the build names client and server, the command to go on names them, too")
        void command() throws Exception {
            plant(ehr.url("/fhir"), ehr.url("/jobs/1"), client());

            begin();

            assertThat(log.warnings())
                    .anyMatch(line -> line.contains(
                            ":resume -Dcumulus.exportDirectory=" + folder + " -Dcumulus.fhirUrl=" + ehr.url("/fhir")
                                    + " -Dcumulus.smartClientId=client-1 -Dcumulus.smartJwks=" + key));
        }
    }

    @Nested
    class Seal {
        @Test
        @DisplayName("this user's folder is enough: server, status URL and client are those of its kick-off")
        void folderAlone() throws Exception {
            begin();
            int before = ehr.credentials().size();

            Goals.status(log, folder).execute();
            Goals.resume(log, folder).execute();

            assertThat(ehr.credentials()).hasSizeGreaterThan(before).containsOnly(TOKEN);
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("a status URL that was moved gets no token, and the folder no credentials")
        void movedStatusUrl() throws Exception {
            begin();
            change(ehr.url("/jobs/1").toString(), thief.url("/jobs/1").toString());

            assertUnsealed(failure(Goals.resume(log, folder)), ehr.url("/fhir"));
            assertThat(thief.requests()).isEmpty();
        }

        @Test
        @DisplayName("nor does a server that was moved")
        void movedServer() throws Exception {
            begin();
            change(ehr.url("/fhir").toString(), thief.url("/fhir").toString());

            assertUnsealed(failure(Goals.resume(log, folder)), thief.url("/fhir"));
            assertThat(thief.requests()).isEmpty();
        }

        @Test
        @DisplayName("nor one for which another client was put in")
        void otherClient() throws Exception {
            begin();
            change("client-1", "client-2");

            assertUnsealed(failure(Goals.resume(log, folder)), ehr.url("/fhir"));
        }

        @Test
        @DisplayName("another user's key does not fit")
        void otherUser() throws Exception {
            begin();
            ResumeMojo resume = Goals.resume(log, folder);
            resume.userDirectory = temp.resolve("another-home").toString();

            assertUnsealed(failure(resume), ehr.url("/fhir"));
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        @DisplayName("a folder of an earlier version, without one, is resumed where the build names server and client")
        void earlierVersion(boolean alsoGroup) throws Exception {
            plant(ehr.url("/fhir/Group/7"), ehr.url("/jobs/1"), client());
            ResumeMojo resume = asClient(Goals.resume(log, folder));
            resume.fhirUrl = ehr.url(alsoGroup ? "/fhir/Group/7" : "/fhir/").toString();

            resume.execute();

            assertThat(ehr.credentials()).isNotEmpty().containsOnly(TOKEN);
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
            assertThat(log.warnings()).isEmpty();
        }

        @Test
        @DisplayName("where only the server is named, the client is asked for")
        void earlierVersionWithoutClient() throws Exception {
            plant(ehr.url("/fhir"), ehr.url("/jobs/1"), client());
            ResumeMojo resume = Goals.resume(log, folder);
            resume.fhirUrl = ehr.url("/fhir").toString();

            MojoFailureException failure = failure(resume);

            assertUnsealed(failure, ehr.url("/fhir"));
            assertThat(failure).hasMessageContaining(" names the client, and it ");
            assertThat(ehr.requests()).isEmpty();
        }

        @Test
        @DisplayName("a home that cannot be written: the export runs, and says what a later run needs")
        void noHome() throws Exception {
            Path home = Files.writeString(temp.resolve("no-folder"), "");
            ExportMojo export = asClient(Goals.export(log, ehr.url("/fhir"), folder));
            export.userDirectory = home.resolve(".cumulus").toString();

            export.execute();

            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .startsWith("WARN export.json cannot be sealed: " + home);
            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("INFO   if this run ends early: mvn")
                            && line.contains(" -Dcumulus.fhirUrl=" + ehr.url("/fhir"))
                            && line.endsWith(" -Dcumulus.smartClientId=client-1 -Dcumulus.smartJwks=" + key));
        }

        @ParameterizedTest
        @ValueSource(strings = {"rwxrwx---", "rwxrwxrwx"})
        @DisplayName("a home in which others may plant a key: what to run is said")
        void sharedHome(String rights) throws Exception {
            Path home = Files.createDirectory(temp.resolve("home"));
            Attacks.rights(home, rights);

            asClient(Goals.export(log, ehr.url("/fhir"), folder)).execute();

            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .startsWith("WARN export.json cannot be sealed: " + home + ": other users may write it (chmod go-w "
                            + home + "). A later run");
        }

        @Test
        @DisplayName("of an open server on this machine, the command to go on names the server")
        void noHomeOpen() throws Exception {
            ExportMojo export = Goals.export(log, ehr.url("/fhir"), folder);
            export.userDirectory = Files.writeString(temp.resolve("no-folder"), "")
                    .resolve(".cumulus")
                    .toString();

            export.execute();

            assertThat(log.warnings()).isEmpty();
            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("INFO   if this run ends early: mvn")
                            && line.endsWith(" -Dcumulus.fhirUrl=" + ehr.url("/fhir")));
        }

        @Test
        @DisplayName("a status URL on this machine that the user has typed is that folder's from then on")
        void typedLocalUrl() throws Exception {
            ehr.on("GET /jobs/1", 202, Map.of("Retry-After", "1"), "");
            ResumeMojo first = Goals.resume(log, folder);
            first.resume = ehr.url("/jobs/1").toString();
            first.fhirUrl = "https://192.0.2.1/fhir";
            first.waitUpTo = "PT1S";
            first.clock = clock;
            first.sleeper = clock;
            first.execute();
            ehr.exporting();

            Goals.resume(log, folder).execute();

            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("an export without a client needs none, and a sandbox makes no key")
        void sandbox() throws Exception {
            Goals.export(log, "sandbox:Group/cohort", folder).execute();

            assertThat(temp.resolve("home")).doesNotExist();
        }
    }

    @Nested
    class Pins {
        private <T extends AbstractServerMojo> T asServer(T goal, String... configuration) {
            Server server = new Server();
            server.setId("ehr");
            server.setUsername("client-1");
            server.setPrivateKey(key.toString());
            Xpp3Dom dom = new Xpp3Dom("configuration");
            for (int index = 0; index < configuration.length; index += 2) {
                Xpp3Dom element = new Xpp3Dom(configuration[index]);
                element.setValue(configuration[index + 1]);
                dom.addChild(element);
            }
            server.setConfiguration(dom);
            goal.session.getRequest().addServer(server);
            goal.serverId = "ehr";
            return goal;
        }

        @Test
        @DisplayName("credentials of a <server> that is pinned are for no other server, whoever names it")
        void otherServer() {
            ExportMojo export = asServer(
                    Goals.export(log, thief.url("/fhir"), folder),
                    "fhirUrl",
                    ehr.url("/fhir").toString());

            assertThat(failure(export))
                    .hasMessageStartingWith("<serverId> 'ehr' has credentials for " + ehr.url("/fhir")
                            + " only, as <fhirUrl> in its <configuration> in settings.xml says, and not for "
                            + thief.url("/fhir"));
            assertThat(thief.requests()).isEmpty();
        }

        @Test
        @DisplayName("one of several pins is enough, with a group or a slash or not")
        void several() throws Exception {
            asServer(
                            Goals.export(log, ehr.url("/fhir"), folder),
                            "fhirUrl",
                            "https://other.example/r4",
                            "fhirUrl",
                            ehr.url("/fhir/").toString())
                    .execute();

            assertThat(ehr.credentials()).contains(TOKEN);
        }

        @Test
        @DisplayName("a path below, above or beside the pinned one is another server")
        void otherPath() {
            ExportMojo export = asServer(
                    Goals.export(log, ehr.url("/fhir/tenant2"), folder),
                    "fhirUrl",
                    ehr.url("/fhir").toString());

            assertThat(failure(export)).hasMessageContaining(" and not for " + ehr.url("/fhir/tenant2"));
        }

        @Test
        @DisplayName("a folder without a seal is resumed where the build's <server> is pinned to its server")
        void unsealed() throws Exception {
            plant(ehr.url("/fhir"), ehr.url("/jobs/1"), client());

            asServer(Goals.resume(log, folder), "fhirUrl", ehr.url("/fhir").toString())
                    .execute();

            assertThat(ehr.credentials()).isNotEmpty().containsOnly(TOKEN);
        }

        @Test
        @DisplayName("<trustedHosts> see the token, with their files; others do not")
        void trustedHosts() throws Exception {
            int port = thief.url("").getPort();
            String manifest = "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":true,\"output\":"
                    + "[{\"type\":\"Patient\",\"url\":\"" + thief.url("/files/p") + "\"}],\"error\":[]}";
            ehr.on("GET /jobs/1", 200, manifest);

            asServer(Goals.export(log, ehr.url("/fhir"), temp.resolve("distrusting")))
                    .execute();
            assertThat(thief.requests()).contains("GET /files/p");
            assertThat(thief.credentials()).isEmpty();
            asServer(Goals.export(log, ehr.url("/fhir"), folder), "trustedHosts", "a.example, 127.0.0.1:" + port)
                    .execute();
            assertThat(thief.credentials()).containsExactly(TOKEN);
        }

        @Test
        @DisplayName("a file that is refused for want of the token says so")
        void untrustedHost() {
            String manifest = "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":true,\"output\":"
                    + "[{\"type\":\"Patient\",\"url\":\"" + thief.url("/files/p") + "\"}],\"error\":[]}";
            ehr.on("GET /jobs/1", 200, manifest);
            thief.on("GET /files/p", 401, "");

            assertThatCode(asServer(Goals.export(log, ehr.url("/fhir"), folder))::execute)
                    .hasMessageContaining("; the token was withheld from 127.0.0.1:"
                            + thief.url("").getPort())
                    .hasMessageContaining("name it in <trustedHosts>");
        }

        @Test
        @DisplayName("a pin that is no URL, and a host that is none, are refused")
        void malformed() {
            assertThat(failure(asServer(Goals.export(log, ehr.url("/fhir"), folder), "fhirUrl", "ehr.example")))
                    .hasMessageStartingWith("<serverId> 'ehr' has a <fhirUrl> in its <configuration> that must be an"
                            + " https:// URL");
            assertThat(failure(asServer(
                            Goals.export(log, ehr.url("/fhir"), folder), "trustedHosts", "https://files.example/")))
                    .hasMessageStartingWith("<serverId> 'ehr' has <trustedHosts> that are not names of hosts");
        }
    }

    @Nested
    class TokenEndpoint {
        @Test
        @DisplayName("one that is not on the FHIR server is shown as such at the start")
        void elsewhere() throws Exception {
            secured(thief);
            ehr.on(
                    "GET /fhir/.well-known/smart-configuration",
                    200,
                    "{\"token_endpoint\":\"" + thief.url("/token") + "\"}");

            asClient(Goals.export(log, ehr.url("/fhir"), folder)).execute();

            assertThat(log.lines())
                    .contains("INFO As client client-1 with key key-1 (ES384), tokens from " + thief.url("/token")
                            + ", which is not on the FHIR server, 127.0.0.1:"
                            + ehr.url("").getPort());
        }

        @Test
        @DisplayName("one on the FHIR server is nothing to speak of")
        void home() throws Exception {
            asClient(Goals.export(log, ehr.url("/fhir"), folder)).execute();

            assertThat(log.lines())
                    .contains("INFO As client client-1 with key key-1 (ES384), tokens from " + ehr.url("/token"));
        }
    }

    @Test
    @DisplayName("URLs that a server names, and redirects, never lead to addresses of this machine or its link")
    void localAddresses() {
        ehr.on("GET /fhir/$export", 202, Map.of("Content-Location", "https://169.254.169.254/jobs/1"), "");

        assertThatCode(asClient(Goals.export(log, ehr.url("/fhir"), folder))::execute)
                .hasMessageContaining("GET https://169.254.169.254/jobs/1: a local address")
                .hasMessageContaining("it was not asked");
        assertThat(List.of(ehr.requests().get(ehr.requests().size() - 1))).containsExactly("GET /fhir/$export");
    }
}
