package io.github.cumulusmaven.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.sandbox.SandboxListener;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a run asks as whom, where a real export has left what its folder names. */
class VouchingTest {
    private static final Map<String, String> CLIENT_OF_FOLDER = Map.of("serverId", "ehr");
    private static final String REWRITES = "http://localhost:8080=https://ehr.example";
    private static final Map<String, String> OF_USER = Map.of("smartClientId", "cumulus");

    @TempDir
    static Path temp;

    private static ExportState state;
    private static URI base;
    private static ServerAccess.Client known;

    private final List<Map<String, String>> asked = new ArrayList<>();

    @BeforeAll
    static void export() throws Exception {
        Path folder = temp.resolve("export");
        try (SandboxSession sandbox = SandboxSession.start(Clock.systemUTC(), SandboxListener.NONE)) {
            KnownServer server = sandbox.server(sandbox.url(""));
            base = server.base();
            known = server.client().orElseThrow();
            ExportConfig config = new ExportConfig(
                            ExportTarget.parse(sandbox.url("Patient")),
                            new ExportParameters(Map.of("_type", "Patient")),
                            folder,
                            1,
                            false,
                            Patience.DEFAULT,
                            Validation.LINES,
                            false)
                    .with(Map.of("serverId", "ehr", "urlRewrites", REWRITES));
            RunContext context = new RunContext("program/1", Clock.systemUTC(), Sleeper.REAL, new Secrets());
            new ExportRun(context, ours(), new ExportRun.Listener() {}).export(config, false, server);
        }
        state = ExportFolder.look(folder).orElseThrow();
    }

    private static FolderSeal ours() {
        return FolderSeal.in(temp.resolve("our-home"));
    }

    private static FolderSeal anothers() {
        return FolderSeal.in(temp.resolve("another-home"));
    }

    private Vouching vouching(FolderSeal seal, Map<String, String> named) {
        return vouching(seal, named, known);
    }

    private Vouching vouching(FolderSeal seal, Map<String, String> named, ServerAccess.Client client) {
        return new Vouching(named, List.of(), seal, names -> {
            asked.add(names);
            return names.isEmpty() ? Optional.empty() : Optional.of(client);
        });
    }

    private static ServerAccess.Client pinnedTo(String url) {
        return new ServerAccess.Client(
                known.credentials(), Optional.empty(), List.of(), List.of(URI.create(url)), Set.of());
    }

    private UnsealedFolder refusal(Map<String, String> named) {
        Vouching vouching = vouching(anothers(), named);
        return catchThrowableOfType(UnsealedFolder.class, () -> vouching.server(base, Optional.of(state), ""));
    }

    @Test
    @DisplayName("a server that the user names is asked as the client that the user names")
    void named() throws Exception {
        KnownServer server = vouching(ours(), OF_USER).server(base, Optional.empty(), base.toString());

        assertThat(server).isEqualTo(new KnownServer(base, Optional.of(known), true));
        assertThat(asked).containsExactly(OF_USER);
    }

    @Test
    @DisplayName("a client that is pinned to other servers is not shown to this one")
    void pinnedToAnother() {
        Vouching vouching = vouching(ours(), OF_USER, pinnedTo("https://other.example/fhir"));

        assertThatThrownBy(() -> vouching.server(base, Optional.empty(), base.toString()))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("https://other.example/fhir");
    }

    @Nested
    @DisplayName("a folder with this user's seal")
    class Sealed {
        @Test
        @DisplayName("names server and client")
        void namesBoth() throws Exception {
            KnownServer server = vouching(ours(), Map.of()).server(base, Optional.of(state), "");

            assertThat(server).isEqualTo(new KnownServer(base, Optional.of(known), true));
            assertThat(asked).singleElement().satisfies(names -> assertThat(names)
                    .containsAllEntriesOf(CLIENT_OF_FOLDER));
        }

        @Test
        @DisplayName("remembers the server's real addresses for the next run")
        void remembers() throws Exception {
            assertThat(vouching(ours(), OF_USER).remembered(Optional.of(state)))
                    .containsExactlyInAnyOrderEntriesOf(Map.of("smartClientId", "cumulus", "urlRewrites", REWRITES));
        }
    }

    @Nested
    @DisplayName("a folder without this user's seal")
    class Unsealed {
        @Test
        @DisplayName("names no client: the user is told to, and its names are not even looked up")
        void namesClient() {
            UnsealedFolder refusal = refusal(Map.of());

            assertThat(refusal.namesClient()).isTrue();
            assertThat(asked).containsExactly(Map.of());
        }

        @Test
        @DisplayName("names no server for the client that the user names")
        void namesServer() {
            UnsealedFolder refusal = refusal(OF_USER);

            assertThat(refusal.base()).isEqualTo(base);
            assertThat(refusal.namesServer()).isTrue();
            assertThat(refusal.namesClient()).isFalse();
        }

        @Test
        @DisplayName("is believed where the user names the same server")
        void configured() throws Exception {
            KnownServer server = vouching(anothers(), OF_USER).server(base, Optional.of(state), base + "/Group/cohort");

            assertThat(server).isEqualTo(new KnownServer(base, Optional.of(known), true));
        }

        @Test
        @DisplayName("is believed where the client is pinned to the same server")
        void pinned() throws Exception {
            ServerAccess.Client pinned = pinnedTo(base.toString());

            assertThat(vouching(anothers(), OF_USER, pinned).server(base, Optional.of(state), ""))
                    .isEqualTo(new KnownServer(base, Optional.of(pinned), true));
        }

        @Test
        @DisplayName("is not believed where the user names another server")
        void another() {
            Vouching vouching = vouching(anothers(), OF_USER);

            assertThatThrownBy(() -> vouching.server(base, Optional.of(state), "https://ehr.example/fhir"))
                    .isInstanceOf(UnsealedFolder.class);
        }

        @Test
        @DisplayName("is remembered by nobody: neither its client nor its addresses")
        void forgets() throws Exception {
            assertThat(vouching(anothers(), Map.of()).remembered(Optional.of(state)))
                    .isEmpty();
        }
    }
}
