package io.github.cumulusmaven.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.cumulusmaven.files.Attacks;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.table.OutputFormat.Use;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NdjsonFormatTest {
    @TempDir
    Path temp;

    private Path output;

    @BeforeEach
    void folder() {
        output = temp.resolve("output");
    }

    @Test
    @DisplayName("ETL-tables: <table>/<table>.000.ndjson, .001. …, one file a batch, rows in order")
    void batches() throws Exception {
        publish(2, List.of("a", "b", "c", "d", "e"), Set.of());
        assertThat(files()).containsExactly("patient.000.ndjson", "patient.001.ndjson", "patient.002.ndjson");
        assertThat(rows("patient.000.ndjson")).containsExactly(row("a", 0), row("b", 1));
        assertThat(rows("patient.002.ndjson")).containsExactly(row("e", 4));
    }

    @Test
    @DisplayName("ETL-tables: a table of a selected task exists at the end even where it got no row")
    void emptyTable() throws Exception {
        publish(2, List.of(), Set.of());
        assertThat(output.resolve("patient/patient.000.ndjson")).isEmptyFile();
    }

    @Test
    @DisplayName("ETL-tables: the first table comes in sight last: no Encounter without what tells whether to count it")
    void firstTableIsPublishedLast() throws Exception {
        OutputRun run = new NdjsonFormat().begin(output, 10).orElseThrow();
        run.table("encounter").finish();
        run.table("etl__completion").finish();
        Path foreign = Files.createDirectories(output.resolve("etl__completion/in-the-way"));

        assertThatThrownBy(run::publish).isInstanceOf(IOException.class);
        assertThat(output.resolve("encounter")).doesNotExist();
        assertThatThrownBy(run::close).hasMessageContaining(".staging");
        assertThat(foreign).exists();
    }

    @Test
    @DisplayName("ETL-tables: the later row wins over the whole table, and batches stay full")
    void duplicatesOverBatches() throws Exception {
        publish(2, List.of("a", "b", "c", "a", "d", "b"), Set.of());
        assertThat(rows("patient.000.ndjson")).containsExactly(row("c", 2), row("a", 3));
        assertThat(rows("patient.001.ndjson")).containsExactly(row("d", 4), row("b", 5));
        assertThat(files()).hasSize(2);
    }

    @Test
    @DisplayName("ETL-tables: rows longer than what is copied at a time go, or stay, as a whole")
    void longRows() throws Exception {
        List<String> ids = Stream.of("a", "b", "a", "c", "b", "d")
                .map(id -> id.repeat(50_000))
                .toList();
        publish(2, ids, Set.of());
        assertThat(rows("patient.000.ndjson")).containsExactly(row(ids.get(2), 2), row(ids.get(3), 3));
        assertThat(rows("patient.001.ndjson")).containsExactly(row(ids.get(4), 4), row(ids.get(5), 5));
    }

    @Test
    @DisplayName("ETL-tables: deleted ids go to <table>.meta, sorted, and their rows go")
    void deletions() throws Exception {
        publish(10, List.of("a", "b", "c"), Set.of("z", "b"));
        assertThat(rows("patient.000.ndjson")).containsExactly(row("a", 0), row("c", 2));
        assertThat(Files.readString(output.resolve("patient/patient.meta")).replaceAll("\\s", ""))
                .isEqualTo("{\"deleted\":[\"b\",\"z\"]}");
    }

    @Test
    @DisplayName("ETL-tables: the output folder must be empty at start, and stays as it was")
    void refusesUsedFolder() throws Exception {
        Files.createDirectories(output);
        Files.writeString(output.resolve("thesis.txt"), "mine");
        assertThat(new NdjsonFormat().check(output)).isEqualTo(Use.NOT_EMPTY);
        assertThat(new NdjsonFormat().begin(output, 10)).isEmpty();
        assertThat(output).isDirectoryContaining("glob:**thesis.txt");
        assertThat(output.resolve(Staging.NAME)).doesNotExist();
    }

    @Test
    @DisplayName(
            "ETL-interrupted: until publication nothing has its final name, and nothing stays of a run that failed")
    void nothingInSightBefore() throws Exception {
        try (OutputRun run = new NdjsonFormat().begin(output, 10).orElseThrow()) {
            TableWriter table = run.table("patient");
            table.write(buffer(List.of("a")));
            assertThat(output.resolve("patient")).doesNotExist();
        }
        assertThat(Files.list(output)).containsExactly(output.resolve(".gitignore"));
    }

    @Test
    @DisplayName("ETL-interrupted: until publication nobody else can look, and then as many as may see new files")
    void privateUntilPublication() throws Exception {
        assumeTrue(temp.getFileSystem().supportedFileAttributeViews().contains("posix"), "no rights here");
        try (OutputRun run = new NdjsonFormat().begin(output, 10).orElseThrow()) {
            run.table("patient").finish();
            assertThat(Files.getPosixFilePermissions(output.resolve(Staging.NAME)))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            run.publish();
        }
        assertThat(Files.getPosixFilePermissions(output.resolve("patient")))
                .isEqualTo(Files.getPosixFilePermissions(Files.createDirectory(temp.resolve("new"))));
    }

    @Test
    @DisplayName("ETL-interrupted: a second run starts clean after a kill at any instant")
    void clearsAwayLeftovers() throws Exception {
        Path staging = staging();
        Path encounter = Files.createDirectories(output.resolve("encounter"));
        Path patient = Files.createDirectories(staging.resolve("patient"));
        list(staging, entry(encounter) + entry(patient));
        Files.writeString(encounter.resolve("encounter.000.ndjson"), "{}");
        assertThat(new NdjsonFormat().check(output)).isEqualTo(Use.FREE);
        publish(10, List.of("a"), Set.of());
        assertThat(output.resolve("encounter")).doesNotExist();
        assertThat(rows("patient.000.ndjson")).containsExactly(row("a", 0));
        assertThat(staging).doesNotExist();
    }

    /** The folder that a killed run of this user has left. */
    private Path staging() throws IOException {
        Path staging = output.resolve(".staging");
        PrivateFiles.createFolder(staging);
        return staging;
    }

    private static void list(Path staging, String entries) throws IOException {
        PrivateFiles.replace(staging.resolve("publishing"), entries.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @DisplayName(
            "ETL-interrupted: a list that others own or can write, or in such a folder, deletes nothing; it is named")
    @CsvSource({
        ".staging,rwxrwx---",
        ".staging,rwx----w-",
        ".staging/publishing,rw-rw----",
        ".staging,",
        ".staging/publishing,"
    })
    void foreignList(String planted, @Nullable String rights) throws Exception {
        Path thesis = Files.createDirectories(output.resolve("thesis"));
        Files.writeString(thesis.resolve("1.txt"), "mine");
        list(staging(), entry(thesis));
        if (rights == null) {
            Attacks.giveAway(output.resolve(planted));
        } else {
            Attacks.rights(output.resolve(planted), rights);
        }

        assertThatThrownBy(() -> new NdjsonFormat().check(output)).hasMessageContaining("remove it by hand");
        assertThatThrownBy(() -> new NdjsonFormat().begin(output, 10)).hasMessageContaining("remove it by hand");
        assertThat(thesis.resolve("1.txt")).hasContent("mine");
    }

    /** A line of the list, which says which folder is moved. */
    private static String entry(Path folder) throws IOException {
        return folder.getFileName() + " " + Staging.identity(folder) + "\n";
    }

    @Test
    @DisplayName("ETL-interrupted: a planted list deletes no folder beside it, whatever its name, old tables neither")
    void plantedList() throws Exception {
        Path staging = staging();
        for (String name : List.of("thesis", "patient", "JobConfig")) {
            Files.writeString(Files.createDirectories(output.resolve(name)).resolve("1.txt"), "mine");
        }
        Path moved = Files.createDirectories(staging.resolve("encounter"));
        for (String list : List.of(
                "thesis\npatient\nJobConfig\n",
                "thesis 1\n",
                entry(moved).replace("encounter", "patient"),
                "JobConfig 99999999999999999999\n")) {
            list(staging, list);

            assertThatThrownBy(() -> new NdjsonFormat().check(output)).hasMessageContaining("damaged");
            assertThatThrownBy(() -> new NdjsonFormat().begin(output, 10)).hasMessageContaining("damaged");
        }
        for (String name : List.of("thesis", "patient", "JobConfig")) {
            assertThat(output.resolve(name).resolve("1.txt")).hasContent("mine");
        }
    }

    @Test
    @Timeout(60)
    @DisplayName("ETL-interrupted: a list that is a pipe, a link to a device or huge is refused at once")
    void endlessList() throws Exception {
        Path list = staging().resolve("publishing");
        for (Path planted : List.of(
                Attacks.pipe(temp.resolve("pipe")),
                Path.of("/dev/zero"),
                Attacks.huge(temp.resolve("huge"), 1L << 40))) {
            Files.createSymbolicLink(list, planted);
            assertThatThrownBy(() -> new NdjsonFormat().begin(output, 10)).hasMessageContaining("damaged");
            Files.delete(list);
        }
        Attacks.pipe(list);
        assertThatThrownBy(() -> new NdjsonFormat().check(output)).hasMessageContaining("damaged");
        Files.delete(list);
        Attacks.huge(list, 1L << 40);
        assertThatThrownBy(() -> new NdjsonFormat().check(output)).hasMessageContaining("damaged");
    }

    /** Publishes a table in another JVM. */
    static final class Publisher {
        private Publisher() {}

        public static void main(String[] arguments) throws Exception {
            NdjsonFormatTest test = new NdjsonFormatTest();
            test.output = Path.of(arguments[0]);
            try (OutputRun run = new NdjsonFormat().begin(test.output, 2).orElseThrow()) {
                TableWriter table = run.table("patient");
                table.write(buffer(List.of("a", "b", "a")));
                table.delete(new TreeSet<>(Set.of("z")));
                table.announceDeleted(table.finish().deletedIds());
                run.bookkeeping(Path.of("JobConfig", "now", "report.json"), new byte[0]);
                run.publish();
            }
        }
    }

    @ParameterizedTest
    @DisplayName("ETL-tables: nobody else can write the tables whatever the umask; a narrower one is kept")
    @CsvSource({"000,rw-r--r--,rwxr-xr-x", "027,rw-r-----,rwxr-x---", "077,rw-------,rwx------"})
    void umask(String umask, String ofFiles, String ofFolders) throws Exception {
        Attacks.assumePosix(temp);
        assertThat(Attacks.java("umask " + umask + ";", Publisher.class, output.resolve("deep"))
                        .start()
                        .waitFor())
                .isZero();
        try (Stream<Path> made = Files.walk(output)) {
            List<Path> all = made.toList();
            assertThat(all)
                    .extracting(path -> path.getFileName().toString())
                    .contains("patient.000.ndjson", "patient.meta", "report.json", ".gitignore");
            assertThat(all)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? ofFolders : ofFiles));
        }
    }

    @Test
    @DisplayName("ETL-tables: the output folder stays out of Git, unless its user has decided otherwise")
    void ignoredByGit() throws Exception {
        publish(10, List.of("a"), Set.of());
        assertThat(output.resolve(".gitignore")).hasContent("*");

        output = Files.createDirectory(temp.resolve("other"));
        Files.writeString(output.resolve(".gitignore"), "*.meta");
        publish(10, List.of("a"), Set.of());
        assertThat(output.resolve(".gitignore")).hasContent("*.meta");
    }

    @ParameterizedTest
    @DisplayName("ETL-interrupted: a list of what to take back that leads elsewhere is refused, and nothing deleted")
    @ValueSource(
            strings = {"../foreign", "..", ".", "", "patient/../../foreign", "/", "ABSOLUTE", ".gitignore", "a\\b"})
    void damagedList(String line) throws Exception {
        Path foreign = Files.createDirectories(temp.resolve("foreign"));
        Files.writeString(foreign.resolve("thesis.txt"), "mine");
        Path staging = staging();
        list(staging, "patient 1\n" + line.replace("ABSOLUTE", foreign.toString()) + " 1\n");
        Files.writeString(output.resolve(".gitignore"), "*");
        Files.createDirectories(output.resolve("patient"));

        assertThatThrownBy(() -> new NdjsonFormat().check(output)).hasMessageContaining("damaged");
        assertThatThrownBy(() -> new NdjsonFormat().begin(output, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
        assertThat(foreign.resolve("thesis.txt")).hasContent("mine");
        assertThat(output.resolve("patient")).isDirectory();
        assertThat(output.resolve(".gitignore")).hasContent("*");
        assertThat(staging.resolve("publishing")).exists();
    }

    @Test
    @DisplayName("ETL-interrupted: links are taken back, but not what they lead to; a list behind a link is refused")
    void links() throws Exception {
        Path foreign = Files.createDirectories(temp.resolve("foreign"));
        Files.writeString(foreign.resolve("publishing"), "");
        Path staging = staging();
        Path link = Files.createSymbolicLink(output.resolve("patient"), foreign);
        list(staging, entry(link));
        new NdjsonFormat().begin(output, 10).orElseThrow().close();
        assertThat(foreign.resolve("publishing")).exists();
        assertThat(Files.list(output)).containsExactly(output.resolve(".gitignore"));

        Files.createSymbolicLink(staging, foreign);
        assertThatThrownBy(() -> new NdjsonFormat().begin(output, 10)).hasMessageContaining("damaged");
        assertThat(foreign.resolve("publishing")).exists();
    }

    @Test
    @DisplayName("ETL-folders: a folder is of one run at a time, which another one leaves alone, and free after it")
    void oneRunAtATime() throws Exception {
        try (OutputRun run = new NdjsonFormat().begin(output, 10).orElseThrow()) {
            TableWriter table = run.table("patient");
            table.write(buffer(List.of("a")));
            assertThat(new NdjsonFormat().check(output)).isEqualTo(Use.IN_USE);
            assertThat(new NdjsonFormat().begin(output, 10)).isEmpty();
            table.finish();
            run.publish();
        }
        assertThat(rows("patient.000.ndjson")).containsExactly(row("a", 0));
        assertThat(output.resolve(Staging.LOCK)).doesNotExist();
    }

    @Test
    @DisplayName("ETL-interrupted: the lock that a killed run has left is in nobody's way")
    void leftLock() throws Exception {
        Files.createDirectories(output);
        Files.createFile(output.resolve(Staging.LOCK));
        assertThat(new NdjsonFormat().check(output)).isEqualTo(Use.FREE);
        publish(10, List.of("a"), Set.of());
        assertThat(output.resolve(Staging.LOCK)).doesNotExist();
    }

    private void publish(int batchSize, List<String> ids, Set<String> deleted) throws Exception {
        try (OutputRun run = new NdjsonFormat().begin(output, batchSize).orElseThrow()) {
            TableWriter table = run.table("patient");
            table.write(buffer(ids));
            table.delete(new TreeSet<>(deleted));
            TableCounts counts = table.finish();
            if (!deleted.isEmpty()) {
                table.announceDeleted(counts.deletedIds());
            }
            run.publish();
        }
        assertThat(output.resolve(Staging.NAME)).doesNotExist();
    }

    private static RowBuffer buffer(List<String> ids) throws IOException {
        RowBuffer buffer = new RowBuffer();
        for (int index = 0; index < ids.size(); index++) {
            buffer.out().write(row(ids.get(index), index).getBytes(StandardCharsets.UTF_8));
            buffer.endRow(ids.get(index));
            buffer.out().write('x');
            buffer.dropUnfinishedRow();
        }
        return buffer;
    }

    private static String row(String id, int number) {
        return "{\"id\":\"" + id + "\",\"n\":" + number + "}";
    }

    private List<String> rows(String file) throws IOException {
        return Files.readAllLines(output.resolve("patient").resolve(file));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(output.resolve("patient"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
