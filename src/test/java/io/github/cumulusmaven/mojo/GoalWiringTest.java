package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoExtension;
import org.apache.maven.api.plugin.testing.MojoParameter;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.Mojo;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How Maven fills the goals, and that a whole one runs as it fills them. */
@MojoTest
class GoalWiringTest {
    @TempDir
    Path folder;

    private static File inBasedir(String path) {
        return new File(MojoExtension.getBasedir(), path);
    }

    @Nested
    class Defaults {
        @Inject
        MavenSession session;

        @BeforeEach
        void home() {
            session.getSystemProperties().setProperty("user.home", "/home/me");
        }

        @Test
        @InjectMojo(goal = "export")
        @MojoParameter(name = "fhirUrl", value = "https://ehr.example/fhir")
        void export(ExportMojo export) {
            assertThat(export.fhirUrl).isEqualTo("https://ehr.example/fhir");
            assertThat(export.types).isNullOrEmpty();
            assertThat(export.since).isNull();
            assertThat(export.until).isNull();
            assertThat(export.typeFilters).isNullOrEmpty();
            assertThat(export.elements).isNullOrEmpty();
            assertThat(export.includeAssociatedData).isNullOrEmpty();
            assertThat(export.compress).isFalse();
            assertThat(export.restart).isFalse();
            assertThat(export.kickoffRetryWindow).isEqualTo("PT24H");
            assertThat(export.buildDirectory).isEqualTo(inBasedir("target").getPath());
            assertCommon(export);
        }

        @Test
        @InjectMojo(goal = "resume")
        void resume(ResumeMojo resume) {
            assertThat(resume.resume).isNull();
            assertThat(resume.fhirUrl).isNull();
            assertCommon(resume);
        }

        @Test
        @InjectMojo(goal = "status")
        void status(StatusMojo status) {
            assertThat(status.statusUrl).isNull();
            assertServer(status);
        }

        @Test
        @InjectMojo(goal = "cancel")
        void cancel(CancelMojo cancel) {
            assertThat(cancel.statusUrl).isNull();
            assertServer(cancel);
        }

        private void assertCommon(AbstractExportMojo goal) {
            assertThat(goal.parallelDownloads).isEqualTo(5);
            assertThat(goal.validate).isEqualTo("lines");
            assertThat(goal.maxPollInterval).isEqualTo("PT5M");
            assertThat(goal.maxWait).isEqualTo("P30D");
            assertThat(goal.downloadAttempts).isEqualTo(10);
            assertThat(goal.waitUpTo).isNull();
            assertThat(goal.failOnTimeout).isFalse();
            assertThat(goal.restartExpired).isFalse();
            assertServer(goal);
        }

        private void assertServer(AbstractServerMojo goal) {
            assertThat(goal.exportDirectory).isEqualTo(inBasedir("cumulus/export"));
            assertThat(goal.serverId).isNull();
            assertThat(goal.smartClientId).isNull();
            assertThat(goal.smartJwks).isNull();
            assertThat(goal.progress).isEqualTo("auto");
            assertThat(goal.session).isNotNull();
            assertThat(goal.decrypter).isNotNull();
            assertThat(goal.skip).isFalse();
            assertThat(goal.version).matches("\\d+\\.\\d+\\.\\d+.*");
        }

        @Test
        @InjectMojo(goal = "etl")
        void etl(EtlMojo etl) {
            assertThat(etl.input).isEmpty();
            assertThat(etl.basedir).isEqualTo(inBasedir("").getAbsoluteFile());
            assertThat(etl.exportTo).isNull();
            assertThat(etl.outputDirectory).isEqualTo(inBasedir("cumulus/output"));
            assertThat(etl.phiDirectory).isNull();
            assertThat(etl.outputFormat).isEqualTo("ndjson");
            assertThat(etl.batchSize).isEqualTo(100_000);
            assertThat(etl.tasks).isEmpty();
            assertThat(etl.excludeResources).isEmpty();
            assertThat(etl.allowMissingResources).isFalse();
            assertThat(etl.errorsTo).isNull();
            assertThat(etl.maxErrorRate).isZero();
            assertThat(etl.exportGroup).isNull();
            assertThat(etl.exportTimestamp).isNull();
            assertThat(etl.comment).isNull();
            assertThat(etl.deidRules).isNull();
            assertThat(etl.progress).isEqualTo("auto");
            assertThat(etl.buildDirectory).isEqualTo(inBasedir("target").getPath());
            assertThat(etl.session).isNotNull();
            assertThat(etl.skip).isFalse();
        }

        @Test
        @InjectMojo(goal = "hydrate")
        void hydrate(HydrateMojo hydrate) {
            assertThat(hydrate.hydrate).containsExactly("medications", "notes");
            assertThat(hydrate.noteTypes).containsExactly("text/plain", "text/html", "application/xhtml+xml");
            assertThat(hydrate.maxNoteSize).isEqualTo(10_000_000);
            assertThat(hydrate.parallelDownloads).isEqualTo(5);
            assertThat(hydrate.fhirUrl).isNull();
            assertThat(hydrate.errorsTo).isNull();
            assertThat(hydrate.maxErrorRate).isZero();
            assertThat(hydrate.exportDirectory).isEqualTo(inBasedir("cumulus/export"));
        }

        @Test
        @InjectMojo(goal = "jwks")
        void jwks(JwksMojo jwks) {
            assertThat(jwks.smartJwks).isEqualTo(new File("/home/me/.cumulus/cumulus.jwks"));
            assertThat(jwks.algorithm).isEqualTo("RS384");
            assertThat(jwks.keyId).isNull();
            assertThat(jwks.skip).isFalse();
        }

        @Test
        @InjectMojo(goal = "sandbox")
        void sandbox(SandboxMojo sandbox) {
            assertThat(sandbox.port).isZero();
            assertThat(sandbox.data).isNull();
            assertThat(sandbox.secure).isTrue();
            assertThat(sandbox.skip).isFalse();
        }
    }

    @Nested
    class OnTheCommandLine {
        @Inject
        MavenSession session;

        @BeforeEach
        void type() {
            Map<String, String> options = Map.ofEntries(
                    Map.entry("fhirUrl", "https://ehr.example/fhir/Patient"),
                    Map.entry("types", "Patient,Encounter"),
                    Map.entry("since", "2026-01-01T00:00:00Z"),
                    Map.entry("until", "2026-02-01"),
                    Map.entry("typeFilters", "Encounter?status=finished,Patient?active=true"),
                    Map.entry("elements", "Patient.id,meta"),
                    Map.entry("includeAssociatedData", "LatestProvenanceResources"),
                    Map.entry("compress", "true"),
                    Map.entry("exportDirectory", "phi"),
                    Map.entry("serverId", "ehr"),
                    Map.entry("smartClientId", "me"),
                    Map.entry("smartJwks", "my.jwks"),
                    Map.entry("parallelDownloads", "2"),
                    Map.entry("maxPollInterval", "PT1M"),
                    Map.entry("progress", "plain"),
                    Map.entry("skip", "true"),
                    Map.entry("algorithm", "ES384"),
                    Map.entry("keyId", "key-2026"),
                    Map.entry("input", "in"),
                    Map.entry("exportTo", "kept"),
                    Map.entry("outputDirectory", "out"),
                    Map.entry("phiDirectory", "secrets"),
                    Map.entry("outputFormat", "parquet"),
                    Map.entry("batchSize", "7"),
                    Map.entry("tasks", "patient,encounter"),
                    Map.entry("excludeResources", "Device"),
                    Map.entry("allowMissingResources", "true"),
                    Map.entry("errorsTo", "errors"),
                    Map.entry("maxErrorRate", "0.001"),
                    Map.entry("exportGroup", ""),
                    Map.entry("exportTimestamp", "2026-02-03"),
                    Map.entry("comment", "first run, new server"),
                    Map.entry("deidRules", "rules.txt"),
                    Map.entry("port", "9090"),
                    Map.entry("data", "ndjson"),
                    Map.entry("secure", "false"));
            options.forEach((name, value) -> session.getUserProperties().setProperty("cumulus." + name, value));
        }

        @Test
        @InjectMojo(goal = "export")
        @DisplayName("commas make lists")
        void export(ExportMojo export) {
            assertThat(export.fhirUrl).isEqualTo("https://ehr.example/fhir/Patient");
            assertThat(export.types).containsExactly("Patient", "Encounter");
            assertThat(export.since).isEqualTo("2026-01-01T00:00:00Z");
            assertThat(export.until).isEqualTo("2026-02-01");
            assertThat(export.typeFilters).containsExactly("Encounter?status=finished", "Patient?active=true");
            assertThat(export.elements).containsExactly("Patient.id", "meta");
            assertThat(export.includeAssociatedData).containsExactly("LatestProvenanceResources");
            assertThat(export.compress).isTrue();
            assertCommon(export);
        }

        @Test
        @InjectMojo(goal = "resume")
        void resume(ResumeMojo resume) {
            assertCommon(resume);
        }

        private void assertCommon(AbstractExportMojo goal) {
            assertThat(goal.exportDirectory).isEqualTo(inBasedir("phi"));
            assertThat(goal.serverId).isEqualTo("ehr");
            assertThat(goal.smartClientId).isEqualTo("me");
            assertThat(goal.smartJwks).isEqualTo(inBasedir("my.jwks"));
            assertThat(goal.parallelDownloads).isEqualTo(2);
            assertThat(goal.maxPollInterval).isEqualTo("PT1M");
            assertThat(goal.progress).isEqualTo("plain");
            assertThat(goal.skip).isTrue();
        }

        @Test
        @InjectMojo(goal = "etl")
        @DisplayName("an empty group is said, and means none")
        void etl(EtlMojo etl) {
            assertThat(etl.input).containsExactly("in");
            assertThat(etl.exportTo).isEqualTo(inBasedir("kept"));
            assertThat(etl.outputDirectory).isEqualTo(inBasedir("out"));
            assertThat(etl.phiDirectory).isEqualTo(inBasedir("secrets"));
            assertThat(etl.outputFormat).isEqualTo("parquet");
            assertThat(etl.batchSize).isEqualTo(7);
            assertThat(etl.tasks).containsExactly("patient", "encounter");
            assertThat(etl.excludeResources).containsExactly("Device");
            assertThat(etl.allowMissingResources).isTrue();
            assertThat(etl.errorsTo).isEqualTo(inBasedir("errors"));
            assertThat(etl.maxErrorRate).isEqualTo(0.001);
            assertThat(etl.exportGroup).isEmpty();
            assertThat(etl.exportTimestamp).isEqualTo("2026-02-03");
            assertThat(etl.comment).isEqualTo("first run, new server");
            assertThat(etl.deidRules).isEqualTo(inBasedir("rules.txt"));
            assertThat(etl.progress).isEqualTo("plain");
            assertThat(etl.skip).isTrue();
        }

        @Test
        @InjectMojo(goal = "jwks")
        void jwks(JwksMojo jwks) {
            assertThat(jwks.smartJwks).isEqualTo(inBasedir("my.jwks"));
            assertThat(jwks.algorithm).isEqualTo("ES384");
            assertThat(jwks.keyId).isEqualTo("key-2026");
            assertThat(jwks.skip).isTrue();
        }

        @Test
        @InjectMojo(goal = "sandbox")
        void sandbox(SandboxMojo sandbox) {
            assertThat(sandbox.port).isEqualTo(9090);
            assertThat(sandbox.data).isEqualTo(inBasedir("ndjson"));
            assertThat(sandbox.secure).isFalse();
            assertThat(sandbox.skip).isTrue();
        }
    }

    @Test
    @Basedir("/pom/export")
    @InjectMojo(goal = "export")
    @DisplayName("in the pom, elements make lists, and a filter keeps its commas")
    void elementsInThePom(ExportMojo export) {
        assertThat(export.fhirUrl).isEqualTo("https://ehr.example/fhir/Group/cumulus");
        assertThat(export.types).containsExactly("Patient", "Observation");
        assertThat(export.since).isEqualTo("2026-01-01");
        assertThat(export.typeFilters)
                .containsExactly("Observation?category=laboratory,vital-signs", "Observation?status=final");
        assertThat(export.elements).containsExactly("Patient.birthDate");
        assertThat(export.exportDirectory).isEqualTo(inBasedir("phi"));
        assertThat(export.serverId).isEqualTo("ehr");
        assertThat(export.parallelDownloads).isEqualTo(3);
        assertThat(export.compress).isTrue();
    }

    @Nested
    class Skipped {
        private void assertDoesNothing(Mojo goal) throws Exception {
            RecordingLog log = new RecordingLog();
            goal.setLog(log);

            goal.execute();

            assertThat(log.lines()).containsExactly("INFO Skipped: cumulus.skip is set.");
        }

        @Test
        @InjectMojo(goal = "export")
        @MojoParameter(name = "skip", value = "true")
        @MojoParameter(name = "fhirUrl", value = "nonsense")
        void export(ExportMojo export) throws Exception {
            assertDoesNothing(export);
        }

        @Test
        @InjectMojo(goal = "resume")
        @MojoParameter(name = "skip", value = "true")
        void resume(ResumeMojo resume) throws Exception {
            assertDoesNothing(resume);
        }

        @Test
        @InjectMojo(goal = "etl")
        @MojoParameter(name = "skip", value = "true")
        @MojoParameter(name = "outputFormat", value = "nonsense")
        void etl(EtlMojo etl) throws Exception {
            assertDoesNothing(etl);
        }

        @Test
        @InjectMojo(goal = "jwks")
        @MojoParameter(name = "skip", value = "true")
        @MojoParameter(name = "algorithm", value = "nonsense")
        void jwks(JwksMojo jwks) throws Exception {
            assertDoesNothing(jwks);
        }

        @Test
        @InjectMojo(goal = "sandbox")
        @MojoParameter(name = "skip", value = "true")
        @MojoParameter(name = "port", value = "-1")
        void sandbox(SandboxMojo sandbox) throws Exception {
            assertDoesNothing(sandbox);
        }
    }

    @Test
    @InjectMojo(goal = "export")
    @MojoParameter(name = "fhirUrl", value = "sandbox:Group/cohort")
    @MojoParameter(name = "types", value = "Patient,Condition")
    @DisplayName("sandbox: exports synthetic patients, with nothing else set")
    void wholeExport(ExportMojo export) throws Exception {
        RecordingLog log = new RecordingLog();
        export.setLog(log);
        export.exportDirectory = folder.resolve("export").toFile();

        export.execute();

        assertThat(folder.resolve("export"))
                .isDirectoryContaining("glob:**/Patient.000.ndjson")
                .isDirectoryContaining("glob:**/Condition.000.ndjson")
                .isDirectoryContaining("glob:**/log.ndjson");
        assertThat(Files.readAllLines(folder.resolve("export/Patient.000.ndjson")))
                .hasSize(12);
        assertThat(log.warnings()).isEmpty();
        assertThat(log.lines())
                .anyMatch(line -> line.matches("INFO As client \\S+ with key \\S+ \\(ES384\\), tokens from http://.*"))
                .anyMatch(line -> line.startsWith("INFO total "))
                .noneMatch(line -> line.contains(":resume"));
    }

    @Test
    @InjectMojo(goal = "resume")
    void nothingToResume(ResumeMojo resume) {
        resume.exportDirectory = folder.resolve("nothing").toFile();

        assertThatExceptionOfType(MojoFailureException.class)
                .isThrownBy(resume::execute)
                .withMessageStartingWith("There is no export to resume in " + folder.resolve("nothing"))
                .withMessageContaining(":export -Dcumulus.exportDirectory=" + folder.resolve("nothing"));
        assertThat(folder).isEmptyDirectory();
    }
}
