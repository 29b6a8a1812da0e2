package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.deid.codebook.PhiFolder;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
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
import org.junit.jupiter.params.provider.ValueSource;

/** {@code cumulus:etl} with a FHIR server as its input: whole runs, and those that must not begin. */
class OnTheFlyTest {
    private static final String PLUGIN = "mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:";

    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();
    private FhirServer server;
    private Path output;
    private Path phi;
    private Path kept;

    @BeforeEach
    void start() throws IOException {
        server = new FhirServer();
        output = temp.resolve("output");
        phi = temp.resolve("phi");
        kept = temp.resolve("kept");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private EtlMojo etl() {
        return etl(server.url("/fhir/Group/cohort").toString());
    }

    private EtlMojo etl(String input) {
        EtlMojo etl = Goals.etl(log, temp);
        etl.input = List.of(input);
        return etl;
    }

    private EtlMojo keeping(EtlMojo etl) {
        etl.exportTo = kept.toFile();
        return etl;
    }

    /** A server that has one file of patients of the cohort. */
    private FhirServer exporting() {
        return server.exporting()
                .on("GET /fhir/Group/cohort/$export", 202, Map.of("Content-Location", "BASE/jobs/1"), "");
    }

    private <T extends AbstractMojoExecutionException> T failure(AbstractCumulusMojo goal, Class<T> type) {
        T failure = catchThrowableOfType(type, goal::execute);
        assertThat(failure).as("succeeded; said " + log.lines()).isNotNull();
        return failure;
    }

    private List<Path> temporary() throws IOException {
        if (!Files.exists(phi)) {
            return List.of();
        }
        try (Stream<Path> content = Files.list(phi)) {
            return content.filter(file -> file.getFileName().toString().startsWith("on-the-fly"))
                    .toList();
        }
    }

    private JsonNode record() throws IOException {
        try (Stream<Path> files = Files.walk(output)) {
            Path file = files.filter(path -> path.endsWith("job_config.json"))
                    .findAny()
                    .orElseThrow();
            return FhirJson.parseObject(Files.readString(file)).orElseThrow();
        }
    }

    @Nested
    class Succeeds {
        @Test
        @DisplayName("into a temporary folder: tables, a record that names the URL, and no export any more")
        void temporaryFolder() throws Exception {
            exporting();

            etl().execute();

            assertThat(output.resolve("patient/patient.000.ndjson")).isNotEmptyFile();
            assertThat(temporary()).isEmpty();
            assertThat(temp.resolve("export")).doesNotExist();
            assertThat(record().path("dir_input").asText())
                    .isEqualTo(server.url("/fhir/Group/cohort").toString());
            assertThat(record().path("export_group_name").asText()).isEqualTo("cohort");
            assertThat(server.requests()).endsWith("DELETE /jobs/1");
            assertThat(log.lines())
                    .anyMatch(
                            line -> line.matches("INFO Exporting into \\Q" + phi + "\\E/on-the-fly-\\w+-\\w+, which is"
                                    + " deleted when this goal ends \\(exportTo would keep it\\)"))
                    .noneMatch(line -> line.contains(":resume"))
                    .last()
                    .asString()
                    .startsWith("INFO Deleting " + phi + "/on-the-fly-");
        }

        @Test
        @DisplayName("into exportTo: the export stays")
        void exportTo() throws Exception {
            exporting();

            keeping(etl()).execute();

            assertThat(output.resolve("patient/patient.000.ndjson")).isNotEmptyFile();
            assertThat(kept).isDirectoryContaining("glob:**/Patient.000.ndjson");
            assertThat(temporary()).isEmpty();
            assertThat(log.lines())
                    .contains("INFO Exporting into " + kept + ", where it stays")
                    .contains("INFO   if this run ends early: " + PLUGIN + "resume -Dcumulus.exportDirectory=" + kept)
                    .endsWith("INFO The export stays in " + kept);
        }

        @Test
        @DisplayName(
                "run again with the same exportTo: export and tables are up to date, and the server has nothing to do")
        void again() throws Exception {
            exporting();
            keeping(etl()).execute();
            int asked = server.requests().size();
            int said = log.lines().size();

            keeping(etl()).execute();

            assertThat(log.lines().subList(said, log.lines().size()))
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("INFO Up to date: "));
            EtlMojo other = keeping(etl());
            other.batchSize = 7;
            assertThat(failure(other, MojoFailureException.class))
                    .hasMessageContaining("they were made with another batchSize. Name another <outputDirectory>");
            assertThat(server.requests()).hasSize(asked);
        }

        @Test
        @DisplayName("sandbox: needs no server, and no network; named tasks are all that is asked for")
        void sandbox() throws Exception {
            EtlMojo etl = etl("sandbox:Group/cohort");
            etl.session.getRequest().setOffline(true);
            etl.tasks = List.of("patient", "condition");

            etl.execute();

            assertThat(Files.readAllLines(output.resolve("patient/patient.000.ndjson")))
                    .hasSize(12);
            assertThat(record().path("dir_input").asText()).isEqualTo("sandbox:Group/cohort");
            assertThat(log.lines()).contains("INFO   _type = Patient,Condition");
            assertThat(temporary()).isEmpty();
        }

        @Test
        @DisplayName("the user's word on group and time counts more than the export's")
        void overridden() throws Exception {
            exporting();
            EtlMojo etl = etl();
            etl.exportGroup = "other";
            etl.exportTimestamp = "2025-01-01";

            etl.execute();

            assertThat(record().path("export_group_name").asText()).isEqualTo("other");
            assertThat(record().path("export_timestamp").asText()).startsWith("2025-01-01T00:00:00");
        }

        @Test
        @DisplayName("what a killed run has left is deleted on the way")
        void leftOver() throws Exception {
            exporting();
            Path dead = Files.createDirectories(phi.resolve("on-the-fly-00000000-00000000"));
            Files.writeString(phi.resolve("on-the-fly-00000000-00000000.lock"), "");

            etl().execute();

            assertThat(log.lines()).contains("INFO Deleted " + dead + ", which a run that was killed had left");
            assertThat(temporary()).isEmpty();
        }

        @Test
        @DisplayName("another run has the secrets when the export is done: it is waited for")
        void busyLater() throws Exception {
            exporting().on("GET /jobs/1", 202, "");
            PhiFolder.open(phi).close();
            AtomicReference<PhiFolder> other = new AtomicReference<>();
            EtlMojo etl = etl();
            etl.sleeper = duration -> {
                PhiFolder held = other.getAndSet(null);
                if (held == null) {
                    exporting();
                    try {
                        other.set(PhiFolder.open(phi));
                    } catch (Exception unusable) {
                        throw new AssertionError(unusable);
                    }
                } else {
                    held.close();
                }
            };

            etl.execute();

            assertThat(log.lines()).anyMatch(line -> line.endsWith(" works with " + phi + "; waiting for it"));
            assertThat(output.resolve("patient/patient.000.ndjson")).isNotEmptyFile();
        }
    }

    @Nested
    class Fails {
        @Test
        @DisplayName("a file that does not come: the folder is gone, the job is not, and exportTo is recommended")
        void lostFile() throws Exception {
            exporting().on("GET /files/p", 500, "");

            assertThat(failure(etl(), MojoExecutionException.class))
                    .hasMessageMatching(
                            "Could not get \\Q" + phi + "\\E/on-the-fly-\\S+/Patient\\.000\\.ndjson whole: .*")
                    .hasMessageEndingWith(
                            "What came has been deleted with its temporary folder. The job may still be on the server,"
                                    + " until that deletes it by itself. With <exportTo>, what comes stays, and the"
                                    + " resume goal can go on. To do without it, add -Dcumulus.acceptMissing=true.");
            assertThat(phi).doesNotExist();
            assertThat(output).doesNotExist();
            assertThat(server.requests()).doesNotContain("DELETE /jobs/1");
        }

        @Test
        @DisplayName("the same with exportTo: what came is kept, and two command lines go on, which then work")
        void lostFileKept() throws Exception {
            exporting().on("GET /files/p", 500, "");

            assertThat(failure(keeping(etl()), MojoExecutionException.class))
                    .hasMessageEndingWith("go on with\n  " + PLUGIN + "resume -Dcumulus.exportDirectory=" + kept
                            + "\nand then, with the other settings of this run, with\n  " + PLUGIN
                            + "etl -Dcumulus.input=" + kept + " -Dcumulus.outputDirectory=" + output
                            + " -Dcumulus.phiDirectory=" + phi + "\nTo end the export with what is here:\n  " + PLUGIN
                            + "resume -Dcumulus.exportDirectory=" + kept + " -Dcumulus.acceptMissing=true");

            exporting();
            Goals.resume(log, kept).execute();
            etl(kept.toString()).execute();

            assertThat(output.resolve("patient/patient.000.ndjson")).isNotEmptyFile();
        }

        @Test
        @DisplayName("the server refuses: nothing is left, and the parameter goes by its name here")
        void refused() throws Exception {
            assertThat(failure(etl(), MojoFailureException.class))
                    .hasMessageContaining("Check the <input>: is the base right")
                    .hasMessageNotContaining("temporary");
            assertThat(phi).doesNotExist();
            assertThat(output).doesNotExist();
        }

        @Test
        @DisplayName("stopped while the server works: the folder is gone")
        void stopped() throws Exception {
            exporting().on("GET /jobs/1", 202, "");
            EtlMojo etl = etl();
            etl.sleeper = duration -> {
                assertThat(phi).isNotEmptyDirectory();
                throw new InterruptedException();
            };

            assertThat(failure(etl, MojoExecutionException.class))
                    .hasMessageStartingWith("Interrupted. What came has been deleted with its temporary folder.");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(phi).doesNotExist();
        }

        private FhirServer exportingErrors() {
            return exporting()
                    .on(
                            "GET /jobs/1",
                            200,
                            "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":[],"
                                    + "\"error\":[{\"type\":\"OperationOutcome\",\"url\":\"BASE/files/e\"}]}")
                    .on(
                            "GET /files/e",
                            200,
                            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"forbidden\"}]}\n");
        }

        @Test
        @DisplayName("the server could not export all: no tables that would pass for complete")
        void serverErrors() throws Exception {
            exportingErrors();

            assertThat(failure(etl(), MojoFailureException.class))
                    .hasMessage("The server could not export everything: 1 × error forbidden. The files that it made,"
                            + " and its reasons, have been deleted with their temporary folder. Ask its administrators,"
                            + " or export again with <exportTo> to see the reasons.");
            assertThat(output).doesNotExist();
            assertThat(temporary()).isEmpty();
        }

        @Test
        @DisplayName("the same with exportTo: tables can be made of what came, with a warning")
        void serverErrorsKept() throws Exception {
            exportingErrors();

            assertThat(failure(keeping(etl()), MojoFailureException.class))
                    .hasMessageEndingWith("If nothing that matters is missing, name that folder as <input>.");
            EtlMojo tables = etl(kept.toString());
            tables.allowMissingResources = true;
            tables.execute();

            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("WARN The server has reported 1 error with this export"));
        }

        @Test
        @DisplayName("tables that lack resources: what became of the export")
        void tables() throws Exception {
            exporting().on("GET /files/p", 200, "{\"resourceType\":\"Patient\"}\n");

            assertThat(failure(etl(), MojoFailureException.class))
                    .hasMessageStartingWith("1 resource or file could not become rows")
                    .hasMessageEndingWith(
                            "What was exported has been deleted with its temporary folder. With <exportTo>"
                                    + " it stays, and need not be exported again.");
            assertThat(temporary()).isEmpty();
        }

        @Test
        @DisplayName("the same with exportTo: the export is whole")
        void tablesKept() throws Exception {
            exporting().on("GET /files/p", 200, "{\"resourceType\":\"Patient\"}\n");

            assertThat(failure(keeping(etl()), MojoFailureException.class))
                    .hasMessageContaining("The export is whole, and stays. Its tables alone, with the other settings of"
                            + " this run:\n  " + PLUGIN + "etl -Dcumulus.input=" + kept);
        }
    }

    @Nested
    class BeforeTheKickOff {
        private void assertRefused(EtlMojo etl, String message) {
            AbstractMojoExecutionException failure = failure(etl, AbstractMojoExecutionException.class);

            assertThat(failure).hasMessageStartingWith(message);
            assertThat(server.requests()).isEmpty();
        }

        @BeforeEach
        void aGoodServer() {
            exporting();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        @DisplayName("an output folder that is not empty, whether there are secrets or not")
        void outputNotEmpty(boolean secrets) throws Exception {
            Files.writeString(Files.createDirectory(output).resolve("thesis.txt"), "mine");
            if (secrets) {
                PhiFolder.open(phi).close();
            }

            assertRefused(etl(), "Not writing into " + output + ": it is not empty.");
            assertThat(Files.exists(phi)).isEqualTo(secrets);
            assertThat(temporary()).isEmpty();
        }

        @Test
        @DisplayName("tables of other secrets")
        void otherCodebook() throws Exception {
            etl().execute();
            int before = server.requests().size();
            EtlMojo etl = etl();
            etl.phiDirectory = temp.resolve("other-phi").toFile();

            assertThat(failure(etl, MojoFailureException.class))
                    .hasMessageStartingWith("The tables in " + output + " were made with the secrets of " + phi);
            assertThat(server.requests()).hasSize(before);
            assertThat(temp.resolve("other-phi")).doesNotExist();
        }

        @Test
        void errorsNotEmpty() throws Exception {
            Path errors = Files.createDirectory(temp.resolve("errors"));
            Files.writeString(errors.resolve("thesis.txt"), "mine");
            EtlMojo etl = etl();
            etl.errorsTo = errors.toFile();

            assertRefused(etl, "Not writing into " + errors + ": it is not empty.");
        }

        @Test
        void damagedCodebook() throws Exception {
            Files.writeString(Files.createDirectory(phi).resolve("codebook.json"), "[]");

            assertRefused(etl(), phi.resolve("codebook.json") + " is not what it should be");
        }

        @Test
        void secretsInUse() throws Exception {
            try (PhiFolder other = PhiFolder.open(phi)) {
                assertThat(other.codebook()).isNotNull();
                assertRefused(etl(), "Another run (process ");
            }
        }

        @Test
        @DisplayName("folders that cannot be made")
        void notAFolder() throws Exception {
            Files.writeString(temp.resolve("file"), "");
            EtlMojo etl = etl();
            etl.outputDirectory = temp.resolve("file/output").toFile();

            assertRefused(etl, "Cannot read or write " + temp.resolve("file") + ": it is not a folder.");
            assertThat(phi).doesNotExist();
        }

        @Test
        @DisplayName("exportTo as exportDirectory of the export goal: not over other things, not where others see it")
        void exportTo() throws Exception {
            Files.writeString(Files.createDirectory(kept).resolve("thesis.txt"), "mine");
            assertRefused(
                    keeping(etl()),
                    "Not exporting into " + kept + ": it is not empty, and holds no export of this plugin. Name another"
                            + " <exportTo>;");

            EtlMojo inOutput = etl();
            inOutput.exportTo = output.resolve("export").toFile();
            assertRefused(
                    inOutput,
                    "<exportTo> '" + output.resolve("export")
                            + "' must not lie in the outputDirectory, which others will" + " see (");
            assertThat(phi).doesNotExist();
            assertThat(output).doesNotExist();
        }

        @Test
        @DisplayName("wrong values: of the tables, of the rules, of the export")
        void settings() throws Exception {
            EtlMojo tasks = etl();
            tasks.tasks = List.of("patient", "condition");
            tasks.types = List.of("Patient");
            assertRefused(tasks, "<tasks> 'condition' are not among the <types> to export: ");
            EtlMojo rate = etl();
            rate.maxErrorRate = 2;
            assertRefused(rate, "<maxErrorRate> '2.0' must be from 0 to 1 (");
            EtlMojo rules = etl();
            rules.deidRules = Files.writeString(temp.resolve("rules"), "keep-extention x\n")
                    .toFile();
            assertRefused(rules, "<deidRules> ");
            EtlMojo since = etl();
            since.since = "yesterday";
            assertRefused(since, "<since> 'yesterday' must be a date");
            assertRefused(etl("http://ehr.example/fhir"), "<input> 'http://ehr.example/fhir' must begin with https://");
            EtlMojo offline = etl("https://ehr.example/fhir");
            offline.session.getRequest().setOffline(true);
            assertRefused(offline, "<input> 'https://ehr.example/fhir' cannot be asked: Maven is offline (");
            assertThat(phi).doesNotExist();
            assertThat(output).doesNotExist();
        }
    }

    @Nested
    class OfAFolder {
        @BeforeEach
        void anExport() throws Exception {
            exporting();
            Goals.export(log, server.url("/fhir"), temp.resolve("export")).execute();
        }

        @Test
        @DisplayName("nothing named: the exportDirectory")
        void exportDirectory() throws Exception {
            EtlMojo etl = etl("");

            etl.execute();

            assertThat(record().path("dir_input").asText())
                    .isEqualTo(temp.resolve("export").toString());
        }

        @Test
        @DisplayName("a relative one counts from the project")
        void relative() throws Exception {
            EtlMojo etl = etl("export");
            etl.basedir = temp.toFile();

            etl.execute();

            assertThat(record().path("dir_input").asText())
                    .isEqualTo(temp.resolve("export").toString());
        }

        @Test
        @DisplayName("exportTo expects an export")
        void exportTo() {
            assertThat(failure(keeping(etl("")), MojoFailureException.class))
                    .hasMessage(
                            "<exportTo> '" + kept + "' is for an export, and <input> is a folder: leave it out, or name"
                                    + " a FHIR server as <input> (in the pom, or -Dcumulus.exportTo=…).");
            assertThat(phi).doesNotExist();
            assertThat(output).doesNotExist();
        }

        @Test
        @DisplayName("what a pom says of exports for all goals stands in no way, and is told to have no effect")
        void unused() throws Exception {
            EtlMojo etl = etl("");
            etl.types = List.of("Patient");
            etl.since = "2026-01-01";

            etl.execute();

            assertThat(log.lines()).contains("INFO Only for exports, and of no effect on a folder: types, since");
        }

        @Test
        @DisplayName("refused, it leaves no folder for secrets that was not there")
        void refused() throws Exception {
            Files.writeString(Files.createDirectory(output).resolve("thesis.txt"), "mine");

            assertThat(failure(etl(""), MojoFailureException.class)).hasMessageStartingWith("Not writing into");
            assertThat(phi).doesNotExist();
        }
    }
}
