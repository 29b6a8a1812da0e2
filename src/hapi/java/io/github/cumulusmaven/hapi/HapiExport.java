package io.github.cumulusmaven.hapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.BulkExport;
import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportListener;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Sleeper;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Our client, with patience for a server that is in the same JVM. */
final class HapiExport {
    private final Path folder;
    private final AtomicBoolean cleaned = new AtomicBoolean();

    HapiExport(Path folder) {
        this.folder = folder;
    }

    /** Whether the server was told that its copies may go. */
    boolean cleaned() {
        return cleaned.get();
    }

    ExportSummary export(HapiServer server, String level, List<String> types) throws Exception {
        ExportConfig config = config(server, level, types);
        return with(config, (export, taken) -> {
            ExportSummary summary = export.start(taken, false);
            assertThat(taken.readState()).get().isInstanceOf(ExportState.Done.class);
            return summary;
        });
    }

    ExportConfig config(HapiServer server, String level, List<String> types) throws Exception {
        ExportParameters.Wishes wishes = new ExportParameters.Wishes(types, "", "", List.of(), List.of(), List.of());
        ExportTarget target = ExportTarget.parse(server.fhirBase() + level);
        Patience patience =
                new Patience(Duration.ofSeconds(1), Duration.ZERO, Duration.ofHours(1), Optional.empty(), 10);
        return new ExportConfig(
                        target,
                        ExportParameters.of(wishes, target.query()),
                        folder,
                        3,
                        false,
                        patience,
                        Validation.JSON,
                        false)
                .validated();
    }

    interface Work<T> {
        T on(BulkExport export, ExportFolder taken) throws Exception;
    }

    <T> T with(ExportConfig config, Work<T> work) throws Exception {
        return with(config, Authorizer.NONE, work);
    }

    <T> T with(ExportConfig config, Authorizer authorizer, Work<T> work) throws Exception {
        ExportListener listener = new ExportListener() {
            @Override
            public void jobDeleted(boolean taken) {
                cleaned.set(true);
            }
        };
        try (HttpGateway gateway = new HttpGateway(HttpGateway.Limits.DEFAULT, "test", Clock.systemUTC());
                ExportFolder taken = ExportFolder.take(folder)) {
            return work.on(
                    new BulkExport(
                            config,
                            gateway.allow(config.target().base()),
                            authorizer,
                            FolderSeal.NONE,
                            Clock.systemUTC(),
                            Sleeper.REAL,
                            List.of(listener)),
                    taken);
        }
    }
}
