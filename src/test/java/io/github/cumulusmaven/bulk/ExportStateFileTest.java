package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.Cancelled;
import io.github.cumulusmaven.bulk.ExportState.Complete;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.ExportState.InProgress;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.bulk.FileState.Proof;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportStateFileTest {
    private static final ExportJob JOB = new ExportJob(
            new ExportRequest(
                    "0123456789abcdef0123",
                    "https://ehr.example/fhir/Group/a%20b",
                    new TreeMap<>(Map.of("_type", "Patient,Condition", "_typeFilter", "Condition?code=a%2Cb")),
                    true,
                    "2026-11-23T04:00:00.123456789Z",
                    Map.of("serverId", "ehr")),
            URI.create("https://ehr.example/$export-poll-status?_jobId=1"));
    private static final List<ManifestPage> MANIFEST = Exports.page(
            new TreeMap<>(Map.of("transactionTime", "t", "extension", Map.of("rate", new BigDecimal("1.50")))));
    private static final List<FileState> FILES = List.of(
            new FileState("Untyped.000.ndjson", FileState.Kind.OUTPUT, null, "https://h/1", null, null),
            new FileState(
                    "deleted/Bundle.000.ndjson.gz",
                    FileState.Kind.DELETED,
                    "Bundle",
                    "https://h/2",
                    7L,
                    new Proof(7, 5_000_000_000L, "ab", Map.of("OperationOutcome", 1L))));
    private static final List<FileState> SETTLED = List.of(FILES.get(0).lost("HTTP 403"), FILES.get(1));

    @TempDir
    private Path folder;

    private ExportStateFile file() {
        return new ExportStateFile(folder.resolve(ExportStateFile.NAME));
    }

    static Stream<ExportState> states() {
        KeptFiles kept =
                new KeptFiles("2026-11-22T04:03:48Z", List.of(FILES.get(1)), new TreeSet<>(Set.of("Condition")));
        return Stream.of(
                new KickingOff(JOB.request(), kept, "seal"),
                new Accepted(new ExportJob(JOB.request(), JOB.statusUrl(), kept, "seal")),
                new InProgress(JOB, "50% \"done\""),
                new Complete(JOB, MANIFEST),
                new Downloading(JOB, MANIFEST, FILES, "2026-11-24T04:00:00Z"),
                new Done(JOB, "2026-11-23T05:00:00Z", "2026-11-23T04:03:48+00:00", MANIFEST, SETTLED, true),
                hydrated("Medication.001.ndjson"),
                new Cancelled(JOB, "2026-11-23T05:00:00Z", FILES));
    }

    private static Done hydrated(String path) {
        AddedFile added = new AddedFile(path, "DocumentReference", new Proof(7, 8, "ab"));
        return new Done(JOB, "2026-11-23T05:00:00Z", "t", MANIFEST, SETTLED, true, new Hydration(List.of(added), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Medication.001.ndjson",
                "DocumentReference.000.notes.000.ndjson",
                "a/my notes..x/D.notes.000.ndjson"
            })
    void whatWasAddedComesBackAsItWas(String path) throws IOException {
        file().write(hydrated(path));

        assertThat(file().read()).contains(hydrated(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../x.ndjson", "/x.ndjson", "a/../../x.ndjson", "a\\..\\x.ndjson", "a//x.ndjson", "x.txt", ""})
    void whatWasAddedLiesInTheFolder(String path) throws IOException {
        file().write(hydrated(path));

        assertThatThrownBy(() -> file().read()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("states")
    void everyStateComesBackAsItWas(ExportState state) throws IOException {
        file().write(new Accepted(JOB));
        file().write(state);

        assertThat(file().read()).contains(state);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    /**
     * What is in users' folders. A name that changes here makes folders unreadable that were written before: then raise the
     * version, and keep the old file and its reader.
     */
    @ParameterizedTest
    @MethodSource("states")
    void everyStateIsWrittenAsInTheGoldenFile(ExportState state) throws IOException {
        boolean more = state instanceof Done done && done.hydration() != null;
        Path golden =
                Path.of("src/test/resources/export-state", "v1-" + state.code() + (more ? "-hydrated" : "") + ".json");

        file().write(state);

        assertThat(file().path()).hasSameTextualContentAs(golden);
    }

    @Test
    void howARunEndedIsWrittenAsInTheGoldenFile() throws IOException {
        Path golden = Path.of("src/test/resources/export-state", "v1-done-outcome.json");

        file().write(
                        new Done(JOB, "2026-11-23T05:00:00Z", "2026-11-23T04:03:48+00:00", MANIFEST, SETTLED, true),
                        "incomplete");

        assertThat(file().path()).hasSameTextualContentAs(golden);
        assertThat(file().outcome()).isEqualTo("incomplete");
    }

    @ParameterizedTest
    @CsvSource({"proof", "sha256"})
    void aFinishedFileWithoutProofIsDamage(String part) throws IOException {
        file().write(new Done(JOB, "2026-11-23T05:00:00Z", "t", MANIFEST, SETTLED, true));
        Files.writeString(
                file().path(), Files.readString(file().path()).replace("\"" + part + "\" : ", "\"another name\" : "));

        assertThatThrownBy(() -> file().read()).isInstanceOf(ExportStateFile.Damaged.class);
    }

    @Test
    void readersSeeItsNameAndVersion() throws IOException {
        file().write(new Downloading(JOB, MANIFEST, FILES, "2026-11-24T04:00:00Z"));

        assertThat(Files.readString(file().path()))
                .startsWith("{\n  \"version\" : 1,\n  \"state\" : \"downloading\",\n  \"job\" : {");
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        file().write(new Accepted(JOB));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
                .isEqualTo("rw-------");
    }

    @Test
    void noneIsNone() throws IOException {
        assertThat(file().read()).isEmpty();
    }

    @Test
    void whatALaterRunAddedDoesNotDisturb() throws IOException {
        file().write(new Accepted(JOB));
        String more = Files.readString(file().path()).replace("\"job\" : {", "\"x\" : 1, \"job\" : { \"y\" : 2,");
        Files.writeString(file().path(), more);

        assertThat(file().read()).contains(new Accepted(JOB));
    }

    @Test
    void aClientMayBeUnknown() throws IOException {
        file().write(new Accepted(JOB));
        String less = Files.readString(file().path()).replaceFirst("\"client\" : \\{[^}]*}", "\"client\" : null");
        Files.writeString(file().path(), less);

        assertThat(file().read().orElseThrow().request().client()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../x.000.ndjson",
                "/etc/passwd",
                "deleted/../x.000.ndjson",
                "log.ndjson",
                "Patient.000.ndjson.part"
            })
    void filesOutsideAreNotTouched(String path) throws IOException {
        file().write(new Downloading(JOB, MANIFEST, FILES, "2026-11-24T04:00:00Z"));
        Files.writeString(file().path(), Files.readString(file().path()).replace("Untyped.000.ndjson", path));

        assertThatThrownBy(() -> file().read()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"files\" : \\[|\"files\" : [ null, ",
                "\"path\" : \"[^\"]*\"|\"path\" : null",
                "\"kind\" : \"OUTPUT\"|\"kind\" : null",
                "\"manifest\" : \\[|\"manifest\" : [ null, ",
                "\"_type\" : \"[^\"]*\"|\"_type\" : null",
                "\"serverId\" : \"[^\"]*\"|\"serverId\" : null"
            })
    void whatHasHolesIsRefused(String part, String hole) throws IOException {
        file().write(new Downloading(JOB, MANIFEST, FILES, "2026-11-24T04:00:00Z"));
        String whole = Files.readString(file().path());
        String holed = whole.replaceFirst(part, Matcher.quoteReplacement(hole));
        assertThat(holed).isNotEqualTo(whole);
        Files.writeString(file().path(), holed);

        assertThatThrownBy(() -> file().read()).isInstanceOf(ExportStateFile.Damaged.class);
    }

    @Test
    void whatLooksLikeUtf32IsRefused() throws IOException {
        file().write(new Accepted(JOB));
        Files.writeString(file().path(), "\0\0\0{\0\0");

        assertThatThrownBy(() -> file().read()).isInstanceOf(ExportStateFile.Damaged.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "1e999999999"})
    void aKickOffAtNoTimeIsRefused(String time) throws IOException {
        file().write(new Accepted(JOB));
        Files.writeString(
                file().path(), Files.readString(file().path()).replace("2026-11-23T04:00:00.123456789Z", time));

        assertThatThrownBy(() -> file().read()).isInstanceOf(ExportStateFile.Damaged.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 100_000})
    void anEndlessPathIsRefused(int folders) throws IOException {
        file().write(hydrated("a/".repeat(folders) + "x.ndjson"));

        assertThatThrownBy(() -> file().read()).isInstanceOf(ExportStateFile.Damaged.class);
    }

    @Test
    void aNumberOfAMillionDigitsIsRefusedAtOnce() throws IOException {
        file().write(new Accepted(JOB));
        String number = "\"version\" : " + "7".repeat(1_000_000);
        Files.writeString(file().path(), Files.readString(file().path()).replace("\"version\" : 1", number));

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThatThrownBy(() -> file().read())
                .isInstanceOf(ExportStateFile.Damaged.class));
    }

    @Test
    void aTokenGoesToNoPlaceThatIsNoUrl() throws IOException {
        file().write(new Accepted(JOB));
        Files.writeString(file().path(), Files.readString(file().path()).replace("https://ehr.example/$", "file:///$"));

        assertThatThrownBy(() -> file().read()).isInstanceOf(IOException.class);
    }

    @Test
    void aPlantedLinkIsReplacedNotFollowed() throws IOException {
        Path elsewhere = folder.resolve("elsewhere");
        Files.createSymbolicLink(folder.resolve(ExportStateFile.NAME + ".tmp"), elsewhere);

        file().write(new Accepted(JOB));

        assertThat(elsewhere).doesNotExist();
        assertThat(file().read()).contains(new Accepted(JOB));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"version\":1,\"state\":\"accepted\"}",
                "{\"version\":2,\"state\":\"accepted\",\"job\":{}}",
                "{\"version\":1,\"state\":\"melted\",\"job\":{}}",
                "{\"version\":1,\"state\":\"accepted\",\"job\":{\"statusUrl\":{}}}",
                "{\"exports\":[]}"
            })
    void whatIsNotOursIsRefused(String content) throws IOException {
        Files.writeString(file().path(), content);

        assertThatThrownBy(() -> file().read()).isInstanceOf(IOException.class);
    }
}
