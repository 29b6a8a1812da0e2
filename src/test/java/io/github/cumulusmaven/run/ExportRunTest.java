package io.github.cumulusmaven.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.sandbox.SandboxListener;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.SmartFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole exports of a sandbox server, as a program runs them that is not Maven. */
class ExportRunTest {
    private static final InstantSource CLOCK = Clock.systemUTC();

    @TempDir
    Path temp;

    private final Heard heard = new Heard();
    private SandboxSession sandbox;
    private Path folder;

    /** What a program hears of a run. */
    private static final class Heard implements ExportRun.Listener {
        private final List<String> events = new ArrayList<>();

        @Override
        public void client(ClientCredentials client, URI tokenEndpoint, URI fhirBase) {
            events.add("client");
        }

        @Override
        public void withoutClient() {
            events.add("without client");
        }

        @Override
        public void jobDeleted(boolean taken) {
            events.add("job deleted");
        }
    }

    @BeforeEach
    void start() throws IOException {
        sandbox = SandboxSession.start(CLOCK, SandboxListener.NONE);
        folder = temp.resolve("export");
    }

    @AfterEach
    void stop() throws IOException {
        sandbox.close();
    }

    private ExportRun run() {
        Sleeper briefly = wait -> Sleeper.REAL.sleep(Duration.ofMillis(Math.min(wait.toMillis(), 5)));
        return new ExportRun(new RunContext("program/1", CLOCK, briefly, new Secrets()), FolderSeal.NONE, heard);
    }

    private ExportConfig config(String target, Optional<Duration> waitUpTo) throws Exception {
        Patience patience = Patience.DEFAULT;
        return new ExportConfig(
                ExportTarget.parse(sandbox.url(target)),
                new ExportParameters(Map.of("_type", "Patient,Encounter")),
                folder,
                2,
                false,
                new Patience(
                        patience.maxPollInterval(),
                        patience.kickoffRetryWindow(),
                        patience.maxWait(),
                        waitUpTo,
                        patience.downloadAttempts()),
                Validation.JSON,
                false);
    }

    private KnownServer server() throws Exception {
        return sandbox.server(sandbox.url(""));
    }

    private KnownServer server(Optional<ServerAccess.Client> client) throws Exception {
        return new KnownServer(server().base(), client, true);
    }

    private Outcome export() throws Exception {
        return run().export(config("Patient", Optional.empty()), false, server());
    }

    private String exportJson() throws IOException {
        return Files.readString(folder.resolve("export.json"));
    }

    @Test
    @DisplayName("exports, and gives back what is in the folder now")
    void whole() throws Exception {
        Outcome outcome = export();

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Exported.class, exported -> {
            assertThat(exported.folder()).isEqualTo(folder);
            assertThat(exported.before()).isEmpty();
            assertThat(exported.summary().files())
                    .extracting("type")
                    .contains("Patient", "Encounter")
                    .doesNotContain("Condition");
            assertThat(exported.summary().files())
                    .allSatisfy(file -> assertThat(folder.resolve(file.path())).isNotEmptyFile());
        });
        assertThat(outcome.word()).isEqualTo("done");
        assertThat(exportJson()).contains("\"outcome\" : \"done\"");
        assertThat(heard.events).containsExactly("client", "job deleted");
    }

    @Test
    @DisplayName("an export that is there already is told with the time at which it was finished; no server is asked")
    void again() throws Exception {
        export();
        ExportState.Done done = (ExportState.Done) ExportFolder.look(folder).orElseThrow();
        heard.events.clear();

        Outcome outcome = export();

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Exported.class, exported -> assertThat(exported.before())
                .contains(done.finished()));
        assertThat(outcome.word()).isEqualTo("up-to-date");
        assertThat(heard.events).isEmpty();
    }

    @Test
    @DisplayName("a run whose time is over is paused, and the next one exports")
    void paused() throws Exception {
        Outcome first = run().export(config("Patient", Optional.of(Duration.ofNanos(1))), false, server());

        assertThat(first).isInstanceOf(Outcome.Paused.class);
        assertThat(export()).isInstanceOf(Outcome.Exported.class);
    }

    @Test
    @DisplayName("a refusal is an exception that carries values, and noted as failed where a folder has a state")
    void refused() throws Exception {
        ServerAccess.Client stranger = new ServerAccess.Client(new ClientCredentials(
                "nobody", server().client().orElseThrow().credentials().key()));

        assertThatThrownBy(
                        () -> run().export(config("Patient", Optional.empty()), false, server(Optional.of(stranger))))
                .isInstanceOfSatisfying(SmartFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(SmartFailure.Kind.TOKEN_REFUSED));
        assertThatThrownBy(() -> run().export(config("Patient", Optional.empty()), false, server(Optional.empty())))
                .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ExportFailure.Kind.KICKOFF_REFUSED));
        assertThat(heard.events).containsExactly("client", "without client");
    }
}
