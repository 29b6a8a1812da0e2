package io.github.cumulusmaven.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RegularFilesTest {
    @TempDir
    Path temp;

    @Test
    @DisplayName("our own file is not read through a link, a user's is")
    void links() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "content");
        Path link = Files.createSymbolicLink(temp.resolve("link"), file);

        assertThat(RegularFiles.read(file, 7)).asString(StandardCharsets.UTF_8).isEqualTo("content");
        assertThatThrownBy(() -> RegularFiles.read(link, 7)).isInstanceOf(UnsafePath.class);
        assertThat(RegularFiles.readTarget(link, 7))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("content");
    }

    @Test
    @DisplayName("an interrupted thread can still read how far it got")
    void interrupted() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "content");
        Thread.currentThread().interrupt();
        try {
            assertThat(RegularFiles.read(file, 7)).hasSize(7);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    @DisplayName("pipes, devices and folders are refused, without waiting, also behind a user's link")
    void noRegularFiles() throws Exception {
        Path pipe = Attacks.pipe(temp.resolve("pipe"));
        for (Path path : new Path[] {pipe, Path.of("/dev/zero"), temp}) {
            Path link = Files.createSymbolicLink(temp.resolve("to-" + path.getFileName()), path);
            assertThatThrownBy(() -> RegularFiles.open(path, 1000)).isInstanceOf(UnsafePath.class);
            assertThatThrownBy(() -> RegularFiles.openTarget(link, 1000)).isInstanceOf(UnsafePath.class);
            assertThatThrownBy(() -> RegularFiles.openTarget(link)).isInstanceOf(UnsafePath.class);
        }
    }

    @Test
    @DisplayName("a file larger than expected is not read")
    void tooLarge() throws Exception {
        Path huge = Attacks.huge(temp.resolve("huge"), 1L << 40);
        assertThatThrownBy(() -> RegularFiles.read(huge, 1000))
                .isInstanceOfSatisfying(UnsafePath.class, unsafe -> assertThat(unsafe.getReason())
                        .isEqualTo("it is larger than the 1000 bytes that are read of it"));
        try (InputStream in = RegularFiles.open(huge, 1L << 40)) {
            assertThat(in.read()).isZero();
        }
        assertThatThrownBy(() -> RegularFiles.open(temp.resolve("none"), 1)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    @DisplayName("a folder below another is none where a link leads there; the upper one may be a link itself")
    void foldersBehindLinks() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Path root = Files.createDirectory(temp.resolve("root"));
        Files.createDirectory(root.resolve("deleted"));
        Files.createSymbolicLink(root.resolve("error"), elsewhere);
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);

        RegularFiles.refuseLinks(link, link.resolve("deleted"));
        RegularFiles.refuseLinks(link, link);
        assertThatThrownBy(() -> RegularFiles.refuseLinks(root, root.resolve("error")))
                .isInstanceOf(UnsafePath.class);
        assertThatThrownBy(() -> PrivateFiles.createFolderIn(root, root.resolve("error/deep")))
                .isInstanceOf(UnsafePath.class);
        assertThatThrownBy(() -> RegularFiles.refuseLinks(root, elsewhere)).isInstanceOf(UnsafePath.class);
        assertThat(elsewhere).isEmptyDirectory();
    }
}
