package io.github.cumulusmaven.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderLockTest {
    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void file() {
        file = temp.resolve(".lock");
    }

    /** Another JVM that says whether it could take a lock. */
    static final class Rival {
        private Rival() {}

        public static void main(String[] arguments) throws IOException {
            Path lock = Path.of(arguments[0]);
            System.out.print(FolderLock.take(lock).isPresent() ? "taken" : "held by " + FolderLock.holder(lock));
        }
    }

    private String rival() throws Exception {
        Process other = Attacks.java("", Rival.class, file).start();
        String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor()).isZero();
        return said;
    }

    @Test
    @DisplayName("a lock is of one run at a time, names its process, and is free after it; the file stays")
    void oneAtATime() throws Exception {
        String process = String.valueOf(ProcessHandle.current().pid());
        try (FolderLock lock = FolderLock.take(file).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(FolderLock.holder(file)).isEqualTo(process);
            assertThat(FolderLock.take(file)).isEmpty();
            assertThat(FolderLock.isHeld(file)).isTrue();
        }
        assertThat(FolderLock.isHeld(file)).isFalse();
        assertThat(file).hasContent(process);
        assertThat(rival()).isEqualTo("taken");
    }

    @Test
    @DisplayName(
            "a second attempt within the process, also by another path, does not free the folder for other processes")
    void attemptsDoNotRelease() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolveSibling("link"), temp);
        try (FolderLock lock = FolderLock.take(file).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(FolderLock.take(file)).isEmpty();
            assertThat(FolderLock.take(link.resolve(".lock"))).isEmpty();
            assertThat(FolderLock.holder(file)).isNotEmpty();
            assertThat(rival()).isEqualTo("held by " + ProcessHandle.current().pid());
        } finally {
            Files.delete(link);
        }
    }

    @Test
    @DisplayName("a link in the lock's place is refused, and what it leads to keeps its content")
    void link() throws Exception {
        Path thesis = Files.writeString(temp.resolve("thesis.txt"), "mine");
        Files.createSymbolicLink(file, thesis);

        assertThatThrownBy(() -> FolderLock.take(file)).isInstanceOf(UnsafePath.class);
        assertThatThrownBy(() -> FolderLock.isHeld(file)).isInstanceOf(UnsafePath.class);
        assertThat(thesis).hasContent("mine");
    }

    @Test
    @DisplayName("a pipe in the lock's place is refused without waiting for its other end")
    void pipe() throws Exception {
        Attacks.pipe(file);
        assertThatThrownBy(() -> FolderLock.take(file)).isInstanceOf(UnsafePath.class);
        assertThat(FolderLock.holder(file)).isEqualTo("unknown");
    }

    @Test
    @DisplayName("a file that is no lock, as a hard link may be, keeps its content")
    void otherFile() throws Exception {
        Files.writeString(file, "mine ".repeat(100));
        assertThatThrownBy(() -> FolderLock.take(file)).isInstanceOf(UnsafePath.class);
        assertThat(file).hasContent("mine ".repeat(100));
    }

    @Test
    @DisplayName(
            "a lock that nobody has made cannot be taken as one that is there, and what stands in one is not shown")
    void existing() throws Exception {
        assertThatThrownBy(() -> FolderLock.takeExisting(file)).isInstanceOf(NoSuchFileException.class);
        assertThat(FolderLock.isHeld(file)).isFalse();
        assertThat(file).doesNotExist();

        Files.writeString(file, "\u001b[2J");
        assertThat(FolderLock.holder(file)).isEqualTo("unknown");
        FolderLock.takeExisting(file).orElseThrow().closeAndDelete();
        assertThat(file).doesNotExist();
    }
}
