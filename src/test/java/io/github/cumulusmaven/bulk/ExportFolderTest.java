package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportFolderTest {
    private static final ExportJob JOB = new ExportJob(
            "id", "https://h/fhir", Map.of(), false, "2026-11-23T04:00:00Z", URI.create("https://h/status"));

    @TempDir
    private Path temporary;

    private Path path;

    @BeforeEach
    void name() {
        path = temporary.resolve("a/b/export");
    }

    private List<String> content() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertRefused(Kind kind, ThrowingCallable taking) {
        assertThatThrownBy(taking).isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                .isEqualTo(kind));
    }

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private void leave(ExportState state) throws Exception {
        try (ExportFolder folder = ExportFolder.forNewExport(path)) {
            folder.writeState(state);
        }
    }

    @Test
    void aNewOneIsItsOwnersAlone() throws Exception {
        try (ExportFolder folder = ExportFolder.forNewExport(path)) {
            assertThat(folder.path()).isEqualTo(path);
            assertThat(folder.readState()).isEmpty();
            assertThat(content()).containsExactly(".gitignore", ".lock");
            assertThat(rights(path)).isEqualTo("rwx------");
            assertThat(rights(path.resolve(".gitignore"))).isEqualTo("rw-------");
            assertThat(rights(path.resolve(".lock"))).isEqualTo("rw-------");
            assertThat(path.resolve(".gitignore")).hasContent("*");
        }
    }

    @Test
    void aFolderThatExistsKeepsItsRightsAndItsGitignore() throws Exception {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-x---"));
        Files.writeString(path.resolve(".gitignore"), "mine\n");

        ExportFolder.forNewExport(path).close();

        assertThat(rights(path)).isEqualTo("rwxr-x---");
        assertThat(path.resolve(".gitignore")).hasContent("mine");
    }

    @Test
    void aLinkToAFolderIsAFolder() throws Exception {
        Path real = Files.createDirectories(temporary.resolve("real"));
        path = Files.createSymbolicLink(temporary.resolve("link"), real);

        ExportFolder.forNewExport(path).close();

        assertThat(real.resolve(".lock")).exists();
    }

    @Test
    void aForeignOneIsRefusedAndLeftAsItIs() throws Exception {
        Files.createDirectories(path);
        Files.writeString(path.resolve("thesis.txt"), "x");

        assertRefused(Kind.FOLDER_NOT_EMPTY, () -> ExportFolder.forNewExport(path));
        assertRefused(Kind.NOTHING_TO_RESUME, () -> ExportFolder.forResumption(path));

        assertThat(content()).containsExactly("thesis.txt");
    }

    @Test
    void oneWithAnothersStateIsRefusedAndLeftAsItIs() throws Exception {
        Files.createDirectories(path);
        Files.writeString(path.resolve("export.json"), "{\"exports\":[]}");

        assertRefused(Kind.DISK, () -> ExportFolder.forNewExport(path));
        assertRefused(Kind.DISK, () -> ExportFolder.forResumption(path));

        assertThat(content()).containsExactly("export.json");
    }

    @Test
    void aFileInItsPlaceIsRefused() throws Exception {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "x");

        assertRefused(Kind.DISK, () -> ExportFolder.forNewExport(path));
    }

    @Test
    void anUnfinishedOneIsNotBegunAnew() throws Exception {
        leave(new ExportState.Accepted(JOB));

        assertRefused(Kind.FOLDER_UNFINISHED, () -> ExportFolder.forNewExport(path));
        try (ExportFolder folder = ExportFolder.forResumption(path)) {
            assertThat(folder.readState()).contains(new ExportState.Accepted(JOB));
        }
    }

    @Test
    void aFinishedOneIsNotWrittenOver() throws Exception {
        leave(new ExportState.Done(JOB, "f", "t", List.of(), List.of(), true));

        assertRefused(Kind.FOLDER_FINISHED, () -> ExportFolder.forNewExport(path));
    }

    @Test
    void whatARefusedKickOffLeftStandsInNobodysWay() throws Exception {
        try (ExportFolder folder = ExportFolder.forNewExport(path)) {
            Files.writeString(folder.log(), "{}\n");
        }

        ExportFolder.forNewExport(path).close();
    }

    @Test
    void oneRunAtATime() throws Exception {
        try (ExportFolder first = ExportFolder.forNewExport(path)) {
            first.writeState(new ExportState.Accepted(JOB));

            assertRefused(Kind.FOLDER_IN_USE, () -> ExportFolder.forNewExport(path));
            assertRefused(Kind.FOLDER_IN_USE, () -> ExportFolder.forResumption(path));
            assertThatThrownBy(() -> ExportFolder.forResumption(path))
                    .hasMessage("process " + ProcessHandle.current().pid());
        }
        ExportFolder.forResumption(path).close();
    }

    @Test
    void aRefusalLetsGoOfTheFolder() throws Exception {
        leave(new ExportState.Accepted(JOB));

        assertRefused(Kind.FOLDER_UNFINISHED, () -> ExportFolder.forNewExport(path));

        ExportFolder.forResumption(path).close();
    }

    @Test
    void thereIsNothingToResumeWhereNothingIs() {
        assertRefused(Kind.NOTHING_TO_RESUME, () -> ExportFolder.forResumption(path));
        assertThat(path).doesNotExist();
    }
}
