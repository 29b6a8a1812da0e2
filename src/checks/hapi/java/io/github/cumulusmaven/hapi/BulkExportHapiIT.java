package io.github.cumulusmaven.hapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.bulk.ServerJob;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.run.ExportRun;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Our client against a server that it was not made for. */
@ExtendWith(HapiServerExtension.class)
@Timeout(180)
class BulkExportHapiIT {
    @TempDir
    Path folder;

    private HapiExport client;

    @BeforeEach
    void start(HapiServer server) {
        client = new HapiExport(server, folder);
    }

    @Test
    @DisplayName("KO-03 system level: every resource that was stored arrives")
    void system(HapiServer server) throws Exception {
        SortedMap<String, Integer> expected = new TreeMap<>(server.counts());
        expected.remove("Binary");

        assertThat(resources(client.export("", ""))).isEqualTo(expected);
        assertThat(client.cleaned())
                .as("DL-02: HAPI answers 404 to the DELETE of a finished job")
                .isTrue();
    }

    @Test
    @DisplayName("KO-03 all patients")
    void patients(HapiServer server) throws Exception {
        ExportSummary summary = client.export("/Patient", "Patient,Condition");

        assertThat(resources(summary))
                .containsEntry("Patient", server.counts().get("Patient"))
                .containsEntry("Condition", server.counts().get("Condition"));
    }

    @Test
    @DisplayName("KO-03 one group: a part of the patients, and the folder tells which group it was")
    void group(HapiServer server) throws Exception {
        ExportSummary summary = client.export("/Group/cohort", "Patient,Encounter");

        assertThat(resources(summary).get("Patient"))
                .isBetween(1, server.counts().get("Patient") - 1);
        assertThat(Files.readString(folder.resolve("log.ndjson")))
                .contains("/Group/cohort/$export?_type=Patient,Encounter");
    }

    @Test
    @DisplayName("KO-21 an unknown group is refused at the kick-off, and nothing is left to resume")
    void unknownGroup() {
        assertThat(catchThrowable(() -> client.export("/Group/nobody", "Patient")))
                .hasMessageContaining("404");
        assertThat(folder.resolve("export.json")).doesNotExist();
    }

    @Test
    @DisplayName("an export that was put off after its kick-off is gone on with, without a second one")
    void resumed(HapiServer server) throws Exception {
        ExportConfig config = client.config("", "Patient,Condition");
        interruptAfterKickOff(config);
        ExportState before = ExportFolder.look(folder).orElseThrow();

        ExportSummary summary;
        try (ExportFolder begun = ExportFolder.forResumption(folder)) {
            summary = client.whole(client.run(Sleeper.REAL).resume(config, begun, client.server()));
        }

        assertThat(resources(summary))
                .containsEntry("Patient", server.counts().get("Patient"))
                .containsEntry("Condition", server.counts().get("Condition"));
        assertThat(ExportFolder.look(folder)).get().isInstanceOfSatisfying(ExportState.Done.class, done -> assertThat(
                        done.job().statusUrl())
                .isEqualTo(((ExportState.OfJob) before).job().statusUrl()));
        assertThat(Files.readString(folder.resolve("log.ndjson"))).containsOnlyOnce("\"kickoff\"");
    }

    @Test
    @DisplayName("DL-01 an export that is cancelled is gone from the server, and recorded as such")
    void cancelled() throws Exception {
        ExportConfig config = client.config("", "");
        interruptAfterKickOff(config);
        ExportRun run = client.run(Sleeper.REAL);

        ExportState state;
        try (ExportFolder begun = ExportFolder.forResumption(folder)) {
            state = run.connect(config, client.server(), export -> export.cancel(begun));
        }

        assertThat(state).isInstanceOf(ExportState.Cancelled.class);
        URI statusUrl = ((ExportState.OfJob) state).job().statusUrl();
        ServerJob.Status status = run.connect(
                config, client.server(), export -> export.job(statusUrl).ask());
        assertThat(status).matches(ServerJob.Status::isGone);
    }

    /** As Ctrl-C does, before the server is asked how far it is, so that it cannot be too fast for the test. */
    private void interruptAfterKickOff(ExportConfig config) {
        Sleeper interrupted = wait -> {
            throw new InterruptedException();
        };
        assertThat(catchThrowable(() -> client.run(interrupted).export(config, false, client.server())))
                .isInstanceOf(InterruptedException.class);
    }

    /** Counted in the files themselves. */
    private SortedMap<String, Integer> resources(ExportSummary summary) throws Exception {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (FileState file : summary.files()) {
            int lines = Files.readAllLines(folder.resolve(file.path())).size();
            counts.merge(String.valueOf(file.type()), lines, Integer::sum);
        }
        return counts;
    }
}
