package io.github.cumulusmaven.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.cumulusmaven.files.TemporaryFolder.LeftOver;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
    private static final String DEAD = "on-the-fly-00000000-00000000";

    @TempDir
    Path temp;

    private Path phi;
    private Path elsewhere;

    @BeforeEach
    void folders() throws IOException {
        phi = temp.resolve("secure/phi");
        elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("precious.txt"), "precious");
    }

    private void fill(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("deleted"));
        Files.writeString(folder.resolve("deleted/Bundle.000.ndjson"), "{}");
        Files.writeString(folder.resolve("Patient.000.ndjson.part"), "{");
        Files.createSymbolicLink(folder.resolve("link"), elsewhere);
        Files.createSymbolicLink(folder.resolve("file-link"), elsewhere.resolve("precious.txt"));
        Files.createSymbolicLink(folder.resolve("broken"), temp.resolve("nowhere"));
    }

    private void assertNothingElseTouched() {
        assertThat(elsewhere.resolve("precious.txt")).hasContent("precious");
    }

    @Test
    @DisplayName("it is for its owner only, and goes with all in it; of links the links, not what they lead to")
    void lifecycle() throws Exception {
        TemporaryFolder folder = TemporaryFolder.in(phi);
        assertThat(phi).doesNotExist();

        folder.create();
        fill(folder.path());

        assertThat(folder.path()).hasParent(phi);
        assumeTrue(folder.path().getFileSystem().supportedFileAttributeViews().contains("posix"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(phi)))
                .isEqualTo("rwx------");

        folder.delete();

        assertThat(temp.resolve("secure")).as("what was made for it").doesNotExist();
        assertNothingElseTouched();
        folder.delete();
    }

    @Test
    @DisplayName("what was there before, or is used by others meanwhile, stays")
    void parentStays() throws Exception {
        TemporaryFolder folder = TemporaryFolder.in(phi);
        folder.create();
        Files.writeString(phi.resolve("codebook.json"), "{}");

        folder.delete();

        assertThat(phi).isDirectoryContaining("glob:**codebook.json");
        assertThat(Files.list(phi)).hasSize(1);

        TemporaryFolder second = TemporaryFolder.in(elsewhere);
        second.create();
        second.delete();
        assertThat(Files.list(elsewhere)).hasSize(1);
    }

    @Test
    @DisplayName("a parent that is a file")
    void noFolder() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "");
        TemporaryFolder folder = TemporaryFolder.in(file);

        assertThatThrownBy(folder::create).isInstanceOf(IOException.class);
        folder.delete();

        assertThat(file).exists();
    }

    @Nested
    class LeftBehind {
        @Test
        @DisplayName("where nothing is, or nothing of ours, nothing is found")
        void nothing() throws Exception {
            assertThat(TemporaryFolder.deleteLeftOver(phi).deleted()).isEmpty();
            Files.createDirectories(phi.resolve("on-the-fly-notes"));
            Files.createSymbolicLink(phi.resolve(DEAD), elsewhere);
            Files.writeString(phi.resolve(DEAD + ".lock"), "");

            LeftOver found = TemporaryFolder.deleteLeftOver(phi);

            assertThat(found.deleted()).isEmpty();
            assertThat(found.undeleted()).isEmpty();
            assertThat(phi.resolve("on-the-fly-notes")).exists();
            assertNothingElseTouched();
        }

        @Test
        @DisplayName("one with a lock that nobody holds: deleted, links in it not followed")
        void dead() throws Exception {
            fill(Files.createDirectories(phi.resolve(DEAD)));
            Files.writeString(phi.resolve(DEAD + ".lock"), "");

            assertThat(TemporaryFolder.deleteLeftOver(phi).deleted()).containsExactly(phi.resolve(DEAD));
            assertThat(phi).isEmptyDirectory();
            assertNothingElseTouched();
        }

        @Test
        @DisplayName("one without a lock may be somebody's: told of, and left alone; so with a link for a lock")
        void doubtful() throws Exception {
            Files.createDirectories(phi.resolve(DEAD));
            assertThat(TemporaryFolder.deleteLeftOver(phi).undeleted()).containsExactly(phi.resolve(DEAD));

            Files.createSymbolicLink(phi.resolve(DEAD + ".lock"), elsewhere.resolve("precious.txt"));
            assertThat(TemporaryFolder.deleteLeftOver(phi).undeleted()).containsExactly(phi.resolve(DEAD));
            assertThat(phi.resolve(DEAD)).exists();
            assertNothingElseTouched();
        }

        @Test
        @DisplayName("one of this very run is not even looked at")
        void ours() throws Exception {
            TemporaryFolder folder = TemporaryFolder.in(phi);
            folder.create();

            LeftOver found = TemporaryFolder.deleteLeftOver(phi);

            assertThat(found.deleted()).isEmpty();
            assertThat(found.undeleted()).isEmpty();
            assertThat(folder.path()).exists();
            folder.delete();
        }
    }

    /** Another JVM that writes into a temporary folder until it is interrupted. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            TemporaryFolder folder = TemporaryFolder.in(Path.of(arguments[0]));
            folder.create();
            System.out.println(folder.path());
            for (int file = 0; !Thread.currentThread().isInterrupted(); file++) {
                Files.writeString(folder.path().resolve("Patient." + file % 100 + ".ndjson"), "{}");
            }
            folder.delete();
        }
    }

    @Nested
    class OtherProcesses {
        private Process writer;
        private Path used;

        @BeforeEach
        void start() throws IOException {
            writer = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path") + File.pathSeparator + "target/test-classes",
                            Writer.class.getName(),
                            phi.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader said = writer.inputReader(StandardCharsets.UTF_8);
            used = Path.of(said.readLine());
        }

        private void ended() throws InterruptedException {
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        @DisplayName("told to end, a JVM stops writing, deletes its folder, and only then ends")
        void terminated() throws Exception {
            writer.destroy();
            ended();

            assertThat(temp.resolve("secure")).doesNotExist();
        }

        @Test
        @DisplayName("killed, it leaves its folder behind; that is not deleted before, but by the next run")
        void killed() throws Exception {
            LeftOver found = TemporaryFolder.deleteLeftOver(phi);
            assertThat(found.deleted()).isEmpty();
            assertThat(found.undeleted()).isEmpty();
            assertThat(used).exists();

            writer.destroyForcibly();
            ended();
            assertThat(used).exists();

            assertThat(TemporaryFolder.deleteLeftOver(phi).deleted()).containsExactly(used);
            assertThat(phi).isEmptyDirectory();
        }
    }
}
