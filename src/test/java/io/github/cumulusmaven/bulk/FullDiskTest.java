package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.files.Attacks;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exports onto disks that take no more: the system itself refuses, at a limit of the process or of a small mount. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FullDiskTest {
    private static final int UNKNOWN_HERE = 77;

    /** Some kilobytes at most, whichever blocks the shell counts in. */
    private static final String NO_LARGE_FILES = "ulimit -f 8 || exit " + UNKNOWN_HERE + ";";

    @TempDir
    private Path temporary;

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock);

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    /** Exports in another JVM, and prints what it failed of. */
    static final class Exporter {
        private Exporter() {}

        public static void main(String[] arguments) throws Exception {
            HandClock clock = new HandClock("2026-11-23T04:00:00Z");
            try (HttpGateway gateway = Exports.gateway(clock);
                    ExportFolder folder = ExportFolder.take(Path.of(arguments[1]))) {
                export(URI.create(arguments[0]), folder.path(), gateway, clock).start(folder, false);
            } catch (ExportFailure failure) {
                System.out.println(failure.kind() + " " + failure.where() + " " + failure.getMessage());
            }
        }
    }

    private static BulkExport export(URI fhirUrl, Path path, HttpGateway gateway, HandClock clock)
            throws InvalidSetting {
        return Exports.export(Exports.config(fhirUrl, path, false), gateway, path.resolveSibling("home"), clock);
    }

    private String exportUnderLimit(Path path) throws Exception {
        Attacks.assumePosix(path);
        Process limited = Attacks.java(NO_LARGE_FILES, Exporter.class, server.url("/fhir"), path)
                .start();
        String printed = new String(limited.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int ended = limited.waitFor();
        assumeTrue(ended != UNKNOWN_HERE, "the shell has no ulimit -f");
        assertThat(ended).isZero();
        return printed;
    }

    private void serve(String status, int files) {
        server.on(
                "/fhir/$export",
                Answer.of(202).with("Content-Location", server.url(status).toString()));
        String entries = IntStream.range(0, files)
                .mapToObj(number -> Exports.entry(server.url("/f/" + number + "/" + "x".repeat(200)), "Patient", 1))
                .collect(Collectors.joining(","));
        server.on(status, Exports.manifest(true, entries));
        server.on("DELETE " + status, Answer.of(202));
        for (int number = 0; number < files; number++) {
            server.on("/f/" + number + "/" + "x".repeat(200), Answer.ndjson(Exports.resource("Patient", number)));
        }
    }

    @Test
    @DisplayName("KO-04 a disk that fills at the 202: the failure has the job's URL, by which the folder goes on")
    void fullAtAcceptance() throws Exception {
        String status = "/status/" + "s".repeat(12_000);
        serve(status, 1);
        Path path = temporary.resolve("export");

        String printed = exportUnderLimit(path);

        assertThat(printed)
                .startsWith(Kind.ACCEPTED_NOT_NOTED + " " + server.url(status) + " ")
                .contains("too large");
        assertThat(server.methods("/fhir/$export")).hasSize(1);
        try (ExportFolder folder = ExportFolder.forResumption(path)) {
            ExportSummary summary =
                    export(server.url("/fhir"), path, gateway, clock).adopt(folder, server.url(status));
            assertThat(summary.files()).hasSize(1);
        }
        assertThat(server.methods("/fhir/$export")).hasSize(1);
    }

    @Test
    @DisplayName("KO-04 a disk that fills with the list of files: a failure of the disk, and the folder can be resumed")
    void fullAtManifest() throws Exception {
        serve("/status/1", 60);
        Path path = temporary.resolve("export");

        String printed = exportUnderLimit(path);

        assertThat(printed).startsWith(Kind.DISK + " ").contains("too large");
        assertThat(path.resolve("export.json.tmp")).doesNotExist();
        try (ExportFolder folder = ExportFolder.forResumption(path)) {
            ExportSummary summary =
                    export(server.url("/fhir"), path, gateway, clock).resume(folder);
            assertThat(summary.files()).hasSize(60);
        }
        assertThat(server.methods("/fhir/$export")).hasSize(1);
    }

    @Test
    @DisplayName(
            "FL-12 packed files that would fill the disk are stopped before it is full, and leave nothing unpacked")
    void packedBomb() throws Exception {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        assumeTrue(mounts("mount", "-t", "tmpfs", "-o", "size=48m", "none", disk.toString()), "only root can mount");
        try {
            serve("/status/1", 1);
            server.on("/f/0/" + "x".repeat(200), Answer.ndjson("").withBody(packed(200)));
            Path path = disk.resolve("export");
            try (ExportFolder folder = ExportFolder.take(path)) {
                ExportFailure failure = catchThrowableOfType(
                        ExportFailure.class,
                        () -> export(server.url("/fhir"), path, gateway, clock).start(folder, false));
                assertThat(failure.kind()).isEqualTo(Kind.DISK);
                assertThat(failure).hasMessageContaining("the disk has room for no more");
            }
            try (Stream<Path> left = Files.walk(path)) {
                assertThat(left).noneMatch(file -> file.toString().endsWith(".plain"));
            }
            assertThat(disk.toFile().getUsableSpace()).isGreaterThan(32L * 1024 * 1024);
        } finally {
            assertThat(mounts("umount", disk.toString())).isTrue();
        }
    }

    /** Packs so many megabytes of blanks. */
    private static byte[] packed(int megabytes) throws IOException {
        byte[] blanks = new byte[1024 * 1024];
        Arrays.fill(blanks, (byte) ' ');
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            for (int written = 0; written < megabytes; written++) {
                out.write(blanks);
            }
        }
        return packed.toByteArray();
    }

    private static boolean mounts(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
