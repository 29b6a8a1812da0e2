package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.http.Sleeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build can be run again, and goes on where the last one stopped; it knows of each goal how that ended. */
class RerunTest {
    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();
    private final MavenProject project = new MavenProject();
    private final MavenSession build = Goals.session();
    private FhirServer server;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = new FhirServer().exporting();
        folder = temp.resolve("export");
        build.setProjects(List.of(project));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private <T extends AbstractServerMojo> T inBuild(T goal) {
        goal.session = build;
        return goal;
    }

    private ExportMojo export() {
        return inBuild(Goals.export(log, server.url("/fhir"), folder));
    }

    private ExportMojo sandbox(String whose) {
        return inBuild(Goals.export(log, "sandbox:" + whose, folder));
    }

    private static <T extends AbstractMojoExecutionException> T failure(AbstractCumulusMojo goal, Class<T> type) {
        return catchThrowableOfType(type, goal::execute);
    }

    private JsonNode exportJson() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("export.json").toFile());
    }

    private void assertEnded(String outcome) {
        assertThat(project.getProperties()).containsEntry("cumulus.outcome", outcome);
    }

    /** The server works on it, and this run has no time. */
    private void pause() throws Exception {
        server.on("GET /jobs/1", 202, Map.of("Retry-After", "1"), "");
        ExportMojo export = export();
        export.waitUpTo = "PT1S";
        export.sleeper = wait -> Thread.onSpinWait();
        export.execute();
    }

    @Nested
    class UpToDate {
        private int asked;

        @BeforeEach
        void exported() throws Exception {
            export().execute();
            asked = server.requests().size();
        }

        @Test
        @DisplayName("an export that is finished is up to date: one line, no request, nothing changed")
        void same() throws Exception {
            byte[] state = Files.readAllBytes(folder.resolve("export.json"));
            int said = log.lines().size();
            Path sealKey = folder.resolveSibling("home").resolve("seal.key");
            Files.delete(sealKey);

            export().execute();

            assertThat(sealKey).doesNotExist();
            assertThat(log.lines().subList(said, log.lines().size()))
                    .singleElement()
                    .asString()
                    .matches("INFO Up to date: exported into " + folder
                            + " by 20\\d\\d-.*:\\d\\dZ, 1 file, 1 resource, \\d+ B");
            assertThat(server.requests()).hasSize(asked);
            assertThat(folder.resolve("export.json")).hasBinaryContent(state);
            assertEnded("up-to-date");
        }

        @Test
        @DisplayName(
                "a finished export whose run was killed while it noted its outcome has it noted, and keeps no leftover")
        void killedAtTheLastWord() throws Exception {
            Path state = folder.resolve("export.json");
            Files.writeString(state, Files.readString(state).replaceFirst("\\s*\"outcome\" : \"done\",", ""));
            Path leftover = Files.writeString(folder.resolve("export.json.tmp"), "{\"version\" : 1, \"sta");
            assertThat(exportJson().has("outcome")).isFalse();

            export().execute();

            assertThat(exportJson().path("outcome").asText()).isEqualTo("done");
            assertThat(leftover).doesNotExist();
            assertThat(server.requests()).hasSize(asked);
        }

        @Test
        @DisplayName("what a killed write of export.json left behind goes also where nothing has to be written")
        void leftover() throws Exception {
            Path leftover = Files.writeString(folder.resolve("export.json.tmp"), "");

            export().execute();

            assertThat(leftover).doesNotExist();
        }

        @Test
        @DisplayName("not for other parameters, nor where it is to begin anew")
        void other() {
            ExportMojo other = export();
            other.types = List.of("Patient");
            ExportMojo anew = export();
            anew.restart = true;

            for (ExportMojo refused : List.of(other, anew)) {
                assertThat(failure(refused, MojoFailureException.class))
                        .hasMessageStartingWith("There is a finished export in " + folder + " (kicked off ");
            }
            assertThat(server.requests()).hasSize(asked);
        }

        @Test
        @DisplayName("nor where a file is gone, or was cut off")
        void damaged() throws Exception {
            Files.writeString(folder.resolve("Patient.000.ndjson"), "{}");

            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessageContaining(
                            "; Patient.000.ndjson is not there any more as it was downloaded). Name another"
                                    + " <exportDirectory>");
            Files.delete(folder.resolve("Patient.000.ndjson"));
            assertThat(failure(export(), MojoFailureException.class)).hasMessageContaining("Patient.000.ndjson is not");
        }

        @Test
        @DisplayName("the clean-up on the server that is missing is made good")
        void cleanUp() throws Exception {
            Path state = folder.resolve("export.json");
            Files.writeString(
                    state, Files.readString(state).replace("\"jobDeleted\" : true", "\"jobDeleted\" : false"));

            export().execute();

            assertThat(server.requests()).last().isEqualTo("DELETE /jobs/1");
            assertThat(exportJson().path("jobDeleted").asBoolean()).isTrue();
        }
    }

    @Test
    @DisplayName("what the server could not export, it reports in each run")
    void errors() throws Exception {
        String outcome =
                "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"exception\"}]}";
        server.on(
                        "GET /jobs/1",
                        200,
                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":[],"
                                + "\"error\":[{\"type\":\"OperationOutcome\",\"url\":\"BASE/files/e\"}]}")
                .on("GET /files/e", 200, outcome);

        for (int run = 0; run < 2; run++) {
            assertThat(failure(export(), MojoFailureException.class))
                    .hasMessageStartingWith("The server could not export everything: 1 × error exception.");
            assertEnded("incomplete");
            assertThat(exportJson().path("outcome").asText()).isEqualTo("incomplete");
        }
    }

    @Nested
    class Paused {
        @Test
        @DisplayName("it is paused for all who ask, also where that is to fail the build")
        void failing() throws Exception {
            server.on("GET /jobs/1", 202, Map.of("Retry-After", "1"), "");
            ExportMojo export = export();
            export.waitUpTo = "PT1S";
            export.failOnTimeout = true;
            export.sleeper = wait -> Thread.onSpinWait();

            assertThat(failure(export, MojoFailureException.class)).hasMessageContaining("<waitUpTo> is over");

            assertEnded("paused");
            assertThat(exportJson().path("outcome").asText()).isEqualTo("paused");
        }

        @Test
        @DisplayName("hydrate and etl leave its folder alone in the same build, and say so")
        void skip() throws Exception {
            pause();
            assertEnded("paused");
            assertThat(exportJson().path("outcome").asText()).isEqualTo("paused");

            EtlMojo etl = inBuild(Goals.etl(log, temp));
            etl.input = List.of(folder.toString());
            for (AbstractCumulusMojo waiting : List.of(inBuild(Goals.hydrate(log, folder)), etl)) {
                waiting.execute();

                assertThat(log.lines())
                        .last()
                        .isEqualTo("INFO Skipped: the export into " + folder
                                + " is paused, as waitUpTo was over. Run the build again to go on with it.");
                assertEnded("skipped");
            }
            assertThat(temp.resolve("output")).doesNotExist();
            assertThat(temp.resolve("phi")).doesNotExist();
        }

        @Test
        @DisplayName("not any more once it is resumed, nor in another build, nor another folder")
        void goesOn() throws Exception {
            pause();
            assertThat(failure(Goals.hydrate(log, folder), MojoFailureException.class))
                    .hasMessageContaining("holds an export that is not finished; go on with the resume goal first");
            assertThat(failure(inBuild(Goals.hydrate(log, temp.resolve("no"))), MojoFailureException.class))
                    .hasMessageContaining("must be the folder of an export");

            server.exporting();
            inBuild(Goals.resume(log, folder)).execute();
            assertEnded("done");
            assertThat(exportJson().path("outcome").asText()).isEqualTo("done");
            EtlMojo etl = inBuild(Goals.etl(log, temp));
            etl.input = List.of(folder.toString());
            etl.execute();

            assertThat(temp.resolve("output/patient")).isDirectory();
            assertEnded("done");
        }
    }

    @Test
    @DisplayName("a failure is known, too, to the build and in the folder, and the next run forgets it")
    void failed() throws Exception {
        server.on("GET /files/p", 500, "");
        assertThat(failure(export(), MojoExecutionException.class)).isNotNull();
        assertEnded("failed");
        assertThat(exportJson().path("outcome").asText()).isEqualTo("failed");

        server.exporting().before("GET /files/p", () -> {
            try {
                assertThat(exportJson().has("outcome")).isFalse();
            } catch (IOException unreadable) {
                throw new AssertionError(unreadable);
            }
        });
        export().execute();
        assertThat(exportJson().path("outcome").asText()).isEqualTo("done");
        assertThat(ExportFolder.look(folder)).containsInstanceOf(ExportState.Done.class);
    }

    @Nested
    class Sandbox {
        private void cutOff() throws Exception {
            ExportMojo export = sandbox("Group/cohort");
            export.types = List.of("Patient", "Encounter");
            export.sleeper = duration -> {
                throw new InterruptedException();
            };
            assertThat(failure(export, MojoExecutionException.class)).isNotNull();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(exportJson().path("state").asText()).isNotEqualTo("done");
        }

        private void assertWhole() throws IOException {
            assertThat(exportJson().path("state").asText()).isEqualTo("done");
            assertThat(Files.readAllLines(folder.resolve("Patient.000.ndjson"))).hasSize(12);
            assertThat(folder.resolve("Encounter.000.ndjson")).exists();
            assertThat(folder.resolve("Condition.000.ndjson")).doesNotExist();
        }

        @Test
        @DisplayName("a finished export is up to date, though each run starts another server")
        void upToDate() throws Exception {
            sandbox("Group/cohort").execute();
            sandbox("/Group/cohort/").execute();

            assertThat(log.lines()).last().asString().startsWith("INFO Up to date: ");
            assertThat(failure(sandbox("Patient"), MojoFailureException.class))
                    .hasMessageStartingWith("There is a finished export in ");
        }

        @Test
        @DisplayName("an export that was cut off is resumed with another server")
        void resumed() throws Exception {
            cutOff();

            ResumeMojo resume = inBuild(Goals.resume(log, folder));
            resume.sleeper = Sleeper.REAL;
            resume.execute();

            assertWhole();
        }

        @Test
        @DisplayName("so it is by the export goal")
        void exportedAgain() throws Exception {
            cutOff();

            ExportMojo export = sandbox("Group/cohort");
            export.types = List.of("Encounter", "Patient");
            export.execute();

            assertWhole();
        }

        @Test
        @DisplayName("hydrate starts it again by itself, offline as well")
        void hydrated() throws Exception {
            build.getRequest().setOffline(true);
            sandbox("").execute();

            inBuild(Goals.hydrate(log, folder)).execute();

            assertThat(folder)
                    .isDirectoryContaining("glob:**/Medication.000.ndjson")
                    .isDirectoryContaining("glob:**/DocumentReference.000.notes.000.ndjson");
            assertThat(exportJson().path("outcome").asText()).isEqualTo("done");
        }

        @Test
        @DisplayName("export, hydrate and etl can all be run again: nothing changes, and nothing fails")
        void wholeBuild() throws Exception {
            String outcomes = "";
            List<String> made = new ArrayList<>();
            for (int run = 0; run < 2; run++) {
                String tables = "";
                sandbox("").execute();
                outcomes += project.getProperties().getProperty("cumulus.outcome") + " ";
                inBuild(Goals.hydrate(log, folder)).execute();
                EtlMojo etl = inBuild(Goals.etl(log, temp));
                etl.input = List.of(folder.toString());
                etl.execute();
                outcomes += project.getProperties().getProperty("cumulus.outcome") + " ";
                try (Stream<Path> files = Files.walk(temp.resolve("output"))) {
                    for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                        tables += file + " " + Files.getLastModifiedTime(file) + "\n" + Files.readString(file);
                    }
                }
                made.add(tables);
            }

            assertThat(outcomes).isEqualTo("done done up-to-date up-to-date ");
            assertThat(made.get(1)).isEqualTo(made.get(0)).contains("/patient/patient.000.ndjson");
            assertThat(log.lines())
                    .last()
                    .asString()
                    .startsWith("INFO Up to date: made in " + temp.resolve("output") + " by ");
        }

        @Test
        @DisplayName("so they can with Medications that the etl goal fetches into exportTo")
        void onTheFly() throws Exception {
            for (int run = 0; run < 2; run++) {
                EtlMojo etl = inBuild(Goals.etl(log, temp));
                etl.input = List.of("sandbox:");
                etl.exportTo = folder.toFile();
                etl.execute();
                assertEnded(run == 0 ? "done" : "up-to-date");
            }
            assertThat(folder).isDirectoryContaining("glob:**/Medication.000.ndjson");
        }

        @Test
        @DisplayName("status names it, and how an export that was cut off is finished")
        void status() throws Exception {
            cutOff();
            inBuild(Goals.status(log, folder)).execute();

            assertThat(log.lines())
                    .contains(
                            "INFO Export of sandbox:Group/cohort into " + folder,
                            "INFO Server: the sandbox ended with its goal. The resume goal starts another one, and exports"
                                    + " what is not yet here.");
            assertThat(log.lines()).last().asString().contains(":resume", "-Dcumulus.exportDirectory=" + folder);
        }

        @Test
        @DisplayName("its job can be given up when it is gone")
        void cancelled() throws Exception {
            cutOff();
            inBuild(Goals.cancel(log, folder)).execute();

            assertThat(exportJson().path("state").asText()).isEqualTo("cancelled");
            assertThat(log.lines())
                    .last()
                    .isEqualTo("INFO Given up: the sandbox has ended, and its job with it. What came stays in " + folder
                            + ".");
        }
    }

    @Test
    @DisplayName("an export that ended without a file is incomplete, and says so when it is up to date")
    void withoutAFile() throws Exception {
        server.on(
                        "GET /jobs/1",
                        200,
                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"output\":["
                                + "{\"type\":\"Patient\",\"url\":\"BASE/files/p\"},"
                                + "{\"type\":\"Goal\",\"url\":\"BASE/files/none\"}],\"error\":[]}")
                .on("GET /files/none", 403, "");
        ExportMojo export = export();
        export.acceptMissing = true;
        export.execute();
        assertEnded("incomplete");
        assertThat(exportJson().path("outcome").asText()).isEqualTo("incomplete");

        RecordingLog again = new RecordingLog();
        inBuild(Goals.export(again, server.url("/fhir"), folder)).execute();

        assertEnded("incomplete");
        assertThat(again.warnings()).containsExactly("WARN Goal.000.ndjson is missing (HTTP 403)");
    }

    @Test
    @DisplayName("a real server is not asked where Maven is offline")
    void offline() throws Exception {
        export().execute();
        int asked = server.requests().size();
        build.getRequest().setOffline(true);
        ResumeMojo takeOver = Goals.resume(log, temp.resolve("other"));
        takeOver.resume = server.url("/jobs/1").toString();
        takeOver.fhirUrl = server.url("/fhir").toString();

        for (AbstractServerMojo goal : List.of(export(), takeOver)) {
            assertThat(failure(inBuild(goal), MojoFailureException.class))
                    .hasMessageStartingWith(
                            "<fhirUrl> '" + server.url("/fhir") + "' cannot be asked: Maven is offline");
        }
        assertThat(server.requests()).hasSize(asked);
    }
}
