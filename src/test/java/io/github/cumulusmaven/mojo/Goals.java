package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.http.Sleeper;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.MavenExecutionRequest;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;

/** Goals as Maven would hand them out under {@code -B}, but without Maven around them. */
final class Goals {
    private static final SettingsDecrypter NOTHING_TO_DECRYPT = AsTheyAre::new;

    /** Servers of which nothing is encrypted. */
    private record AsTheyAre(SettingsDecryptionRequest request) implements SettingsDecryptionResult {
        @Override
        public Server getServer() {
            return request.getServers().get(0);
        }

        @Override
        public List<Server> getServers() {
            return request.getServers();
        }

        @Override
        public Proxy getProxy() {
            return request.getProxies().get(0);
        }

        @Override
        public List<Proxy> getProxies() {
            return request.getProxies();
        }

        @Override
        public List<SettingsProblem> getProblems() {
            return List.of();
        }
    }

    private Goals() {}

    static ExportMojo export(RecordingLog log, Object fhirUrl, Path directory) {
        ExportMojo export = prepared(new ExportMojo(), log, directory);
        export.fhirUrl = fhirUrl.toString();
        return export;
    }

    static ResumeMojo resume(RecordingLog log, Path directory) {
        return prepared(new ResumeMojo(), log, directory);
    }

    static StatusMojo status(RecordingLog log, Path directory) {
        return prepared(new StatusMojo(), log, directory);
    }

    static CancelMojo cancel(RecordingLog log, Path directory) {
        return prepared(new CancelMojo(), log, directory);
    }

    /** From {@code input}, {@code output} and {@code phi} in the folder. */
    static EtlMojo etl(RecordingLog log, Path folder) {
        EtlMojo etl = prepared(new EtlMojo(), log, folder.resolve("export"));
        etl.input = List.of(folder.resolve("input").toString());
        etl.outputDirectory = folder.resolve("output").toFile();
        etl.phiDirectory = folder.resolve("phi").toFile();
        etl.batchSize = 1000;
        return etl;
    }

    static HydrateMojo hydrate(RecordingLog log, Path directory) {
        HydrateMojo hydrate = prepared(new HydrateMojo(), log, directory);
        hydrate.noteTypes = List.of("text/plain", "text/html", "application/xhtml+xml");
        hydrate.maxNoteSize = 10_000_000;
        hydrate.parallelDownloads = 2;
        return hydrate;
    }

    private static <T extends AbstractServerMojo> T prepared(T goal, RecordingLog log, Path directory) {
        goal.setLog(log);
        goal.version = "1.2.3";
        goal.exportDirectory = directory.toFile();
        if (goal instanceof AbstractExportMojo export) {
            export.parallelDownloads = 2;
        }
        goal.session = session();
        goal.decrypter = NOTHING_TO_DECRYPT;
        goal.sleeper = new Waits();
        goal.userDirectory = directory.resolveSibling("home").toString();
        return goal;
    }

    /** Waits a moment for each wait that was meant, and not for ever. */
    private static final class Waits implements Sleeper {
        private static final int MOST = 1000;

        private final AtomicInteger waits = new AtomicInteger();

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            if (waits.incrementAndGet() > MOST) {
                throw new InterruptedException("waits for ever");
            }
            Sleeper.REAL.sleep(Duration.ofMillis(Math.min(duration.toMillis(), 5)));
        }
    }

    /** Its constructor names classes of Maven that are not ours to depend on. */
    static MavenSession session() {
        Constructor<?> constructor = Arrays.stream(MavenSession.class.getConstructors())
                .filter(candidate -> candidate.getParameterCount() == 4)
                .filter(candidate -> candidate.getParameterTypes()[2] == MavenExecutionRequest.class)
                .findAny()
                .orElseThrow();
        try {
            return (MavenSession) constructor.newInstance(
                    null, null, new DefaultMavenExecutionRequest().setInteractiveMode(false), null);
        } catch (ReflectiveOperationException changed) {
            throw new AssertionError(changed);
        }
    }
}
