package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.files.Attacks;
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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportFolderTest {
    private static final ExportJob JOB = new ExportJob(
            new ExportRequest("id", "https://h/fhir", Map.of(), false, "2026-11-23T04:00:00Z"),
            URI.create("https://h/status"));

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
        try (ExportFolder folder = ExportFolder.take(path)) {
            folder.writeState(state);
        }
    }

    @Test
    void aNewOneIsItsOwnersAlone() throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
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
    @Timeout(60)
    void aStateThatIsNoRegularFileOrTooLargeIsRefusedAtOnce() throws Exception {
        Files.createDirectories(path);
        Path state = path.resolve("export.json");
        for (Path planted : List.of(
                Attacks.pipe(temporary.resolve("pipe")),
                Path.of("/dev/zero"),
                Files.writeString(temporary.resolve("other.json"), "{}"))) {
            Files.createSymbolicLink(state, planted);
            assertStateRefused();
            Files.delete(state);
        }
        Attacks.pipe(state);
        assertStateRefused();
        Files.delete(state);
        Attacks.huge(state, 1L << 40);
        assertStateRefused();
    }

    private void assertStateRefused() {
        assertRefused(Kind.DISK, () -> ExportFolder.look(path));
        assertRefused(Kind.DISK, () -> ExportFolder.take(path));
        assertRefused(Kind.DISK, () -> ExportFolder.forResumption(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleted", "error"})
    void nothingIsWrittenOrDeletedThroughALinkedFolder(String name) throws Exception {
        leave(new ExportState.Accepted(JOB));
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("Bundle.000.ndjson"), "mine");
        Files.createSymbolicLink(path.resolve(name), elsewhere);

        assertRefused(Kind.DISK, () -> ExportFolder.take(path));
        assertRefused(Kind.DISK, () -> ExportFolder.forResumption(path));
        assertRefused(Kind.DISK, () -> ExportFolder.forHydration(path));
        assertThat(elsewhere.resolve("Bundle.000.ndjson")).hasContent("mine");
    }

    @Test
    @Timeout(60)
    void aLockThatIsALinkOrAPipeIsRefusedAndWhatItLeadsToStays() throws Exception {
        Files.createDirectories(path);
        Path thesis = Files.writeString(temporary.resolve("thesis.txt"), "mine");
        Files.createSymbolicLink(path.resolve(".lock"), thesis);
        assertRefused(Kind.DISK, () -> ExportFolder.take(path));
        assertThat(thesis).hasContent("mine");

        Files.delete(path.resolve(".lock"));
        Attacks.pipe(path.resolve(".lock"));
        assertRefused(Kind.DISK, () -> ExportFolder.take(path));
    }

    @Test
    @Timeout(60)
    void aLogThatIsAPipeHangsNobody() throws Exception {
        leave(new ExportState.Accepted(JOB));
        Attacks.pipe(path.resolve("log.ndjson"));
        assertThat(ExportFolder.logged(path)).isEmpty();
    }

    @Test
    void aFolderThatExistsKeepsItsRightsAndItsGitignore() throws Exception {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-x---"));
        Files.writeString(path.resolve(".gitignore"), "mine\n");

        ExportFolder.take(path).close();

        assertThat(rights(path)).isEqualTo("rwxr-x---");
        assertThat(path.resolve(".gitignore")).hasContent("mine");
    }

    @Test
    void aLinkToAFolderIsAFolder() throws Exception {
        Path real = Files.createDirectories(temporary.resolve("real"));
        path = Files.createSymbolicLink(temporary.resolve("link"), real);

        ExportFolder.take(path).close();

        assertThat(real.resolve(".lock")).exists();
    }

    @Test
    void aForeignOneIsRefusedAndLeftAsItIs() throws Exception {
        Files.createDirectories(path);
        Files.writeString(path.resolve("thesis.txt"), "x");

        assertRefused(Kind.FOLDER_NOT_EMPTY, () -> ExportFolder.take(path));
        assertRefused(Kind.NOTHING_TO_RESUME, () -> ExportFolder.forResumption(path));

        assertThat(content()).containsExactly("thesis.txt");
    }

    @Test
    void oneWithAnothersStateIsRefusedAndLeftAsItIs() throws Exception {
        Files.createDirectories(path);
        Files.writeString(path.resolve("export.json"), "{\"exports\":[]}");

        assertRefused(Kind.FOLDER_DAMAGED, () -> ExportFolder.take(path));
        assertRefused(Kind.FOLDER_DAMAGED, () -> ExportFolder.forResumption(path));

        assertThat(content()).containsExactly("export.json");
    }

    @Test
    void aFileInItsPlaceIsRefused() throws Exception {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "x");

        assertRefused(Kind.DISK, () -> ExportFolder.take(path));
    }

    @Test
    void anUnfinishedOneIsNotBegunAnew() throws Exception {
        leave(new ExportState.Accepted(JOB));

        ExportConfig other = Exports.config(URI.create("https://h/fhir?_type=Patient"), path, false);
        assertThatThrownBy(() -> ExportFolder.forExport(other, false))
                .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.FOLDER_OTHER_REQUEST))
                .hasMessage("OTHER_REQUEST [https://h/fhir, https://h/fhir _type=Patient]");
        try (ExportFolder folder = ExportFolder.forResumption(path)) {
            assertThat(folder.readState()).contains(new ExportState.Accepted(JOB));
        }
    }

    @Test
    void anUnfinishedOneOfTheSameRequestIsTaken() throws Exception {
        leave(new ExportState.Accepted(JOB));

        ExportFolder.forExport(same(), false).close();
    }

    @Test
    void anUnfinishedOneOfAnotherRequestMayBeGivenUp() throws Exception {
        leave(new ExportState.Accepted(JOB));

        ExportFolder.forExport(Exports.config(URI.create("https://h/other"), path, false), true)
                .close();
    }

    private ExportConfig same() throws Exception {
        return Exports.config(URI.create("https://h/fhir"), path, false);
    }

    @Test
    void whatAnExportBroughtIsDeletedAndNothingElse() throws Exception {
        leave(new ExportState.Accepted(JOB));
        for (String name : List.of(
                "Patient.000.ndjson",
                "Observation.012.ndjson.gz.part",
                "deleted/Bundle.000.ndjson",
                "log.ndjson",
                "notes.txt",
                "Patient.csv",
                "mine/Patient.000.ndjson")) {
            Files.createDirectories(path.resolve(name).getParent());
            Files.writeString(path.resolve(name), "x");
        }
        try (ExportFolder folder = ExportFolder.take(path)) {
            folder.clear();
        }
        assertThat(content())
                .containsExactly(".gitignore", ".lock", "Patient.csv", "deleted", "log.ndjson", "mine", "notes.txt");
        assertThat(path.resolve("deleted")).isEmptyDirectory();
        assertThat(path.resolve("mine/Patient.000.ndjson")).exists();
    }

    @Test
    void aFinishedOneIsNotWrittenOver() throws Exception {
        leave(new ExportState.Done(JOB, "f", "t", List.of(), List.of(), true));

        assertRefused(Kind.FOLDER_FINISHED, () -> ExportFolder.forExport(same(), true));
        try (ExportFolder folder = ExportFolder.forExport(same(), false)) {
            assertThat(folder.finished()).isPresent();
        }
    }

    @Test
    void whatARefusedKickOffLeftStandsInNobodysWay() throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            Files.writeString(folder.log(), "{}\n");
        }

        ExportFolder.take(path).close();
    }

    @Test
    void whatAKilledFirstMomentLeftStandsInNobodysWay() throws Exception {
        Files.createDirectories(path);
        Files.writeString(path.resolve(".gitignore.tmp"), "");

        ExportFolder.take(path).close();

        assertThat(content()).containsExactly(".gitignore", ".lock");
    }

    @Test
    void oneRunAtATime() throws Exception {
        try (ExportFolder first = ExportFolder.take(path)) {
            first.writeState(new ExportState.Accepted(JOB));

            assertRefused(Kind.FOLDER_IN_USE, () -> ExportFolder.take(path));
            assertRefused(Kind.FOLDER_IN_USE, () -> ExportFolder.forResumption(path));
            assertThatThrownBy(() -> ExportFolder.forResumption(path))
                    .hasMessage("PROCESS [" + ProcessHandle.current().pid() + "]");
        }
        ExportFolder.forResumption(path).close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_type=Patient,Condition|_type=Condition,Patient|true",
                "_type=Patient,Condition|_type=Condition|false",
                "_type=Patient&_elements=a,b|_type=Patient&_elements=b,a|true",
                "_since=2026-01-01T00:00:00Z|_since=2026-01-02T00:00:00Z|false",
                "_type=Patient|_until=2026-01-02T00:00:00Z|false"
            })
    @DisplayName("lists in another order ask for the same")
    void order(String before, String now, boolean same) throws Exception {
        ExportRequest begun = Exports.config(URI.create("https://h/fhir?" + before), path, false)
                .request("0123456789abcdef0123", JOB.kickedOff());
        ExportRequest asked =
                Exports.config(URI.create("https://h/fhir?" + now), path, false).request("", "");

        assertThat(begun.isSameAs(asked)).isEqualTo(same);
    }

    @Test
    void aRefusalLetsGoOfTheFolder() throws Exception {
        leave(new ExportState.Accepted(JOB));

        assertRefused(
                Kind.FOLDER_OTHER_REQUEST,
                () -> ExportFolder.forExport(Exports.config(URI.create("https://h/other"), path, false), false));

        ExportFolder.forResumption(path).close();
    }

    @Test
    void thereIsNothingToResumeWhereNothingIs() {
        assertRefused(Kind.NOTHING_TO_RESUME, () -> ExportFolder.forResumption(path));
        assertThat(path).doesNotExist();
    }
}
