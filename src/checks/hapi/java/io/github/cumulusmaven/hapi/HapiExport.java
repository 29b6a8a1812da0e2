package io.github.cumulusmaven.hapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.RunContext;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Our client, with patience for a server that is in the same JVM. */
final class HapiExport {
    static final int PARALLEL = 3;

    private final HapiServer server;
    private final Path folder;
    private final AtomicBoolean cleaned = new AtomicBoolean();

    HapiExport(HapiServer server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    static RunContext context(Sleeper sleeper) {
        return new RunContext("test", Clock.systemUTC(), sleeper, new Secrets());
    }

    /** Whether the server was told that its copies may go. */
    boolean cleaned() {
        return cleaned.get();
    }

    KnownServer server() {
        return new KnownServer(server.fhirBase(), Optional.empty(), true);
    }

    ExportRun run(Sleeper sleeper) {
        ExportRun.Listener listener = new ExportRun.Listener() {
            @Override
            public void jobDeleted(boolean taken) {
                cleaned.set(true);
            }
        };
        return new ExportRun(context(sleeper), FolderSeal.NONE, listener);
    }

    ExportConfig config(String level, String types) throws InvalidSetting {
        Map<String, String> asked = types.isEmpty() ? Map.of() : Map.of("_type", types);
        Patience patience =
                new Patience(Duration.ofSeconds(1), Duration.ZERO, Duration.ofHours(1), Optional.empty(), 10);
        ExportTarget target = ExportTarget.parse(server.fhirBase() + level);
        return new ExportConfig(
                target, new ExportParameters(asked), folder, PARALLEL, false, patience, Validation.JSON, false);
    }

    ExportSummary export(String level, String types) throws Exception {
        return whole(run(Sleeper.REAL).export(config(level, types), false, server()));
    }

    /** What came, of an export that must have come to its end. */
    ExportSummary whole(Outcome outcome) throws Exception {
        assertThat(outcome).isInstanceOf(Outcome.Exported.class);
        assertThat(ExportFolder.look(folder)).get().isInstanceOf(ExportState.Done.class);
        return ((Outcome.Exported) outcome).summary();
    }
}
