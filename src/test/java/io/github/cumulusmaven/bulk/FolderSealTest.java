package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.files.Attacks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The seal of export.json")
class FolderSealTest {
    private static final URI STATUS = URI.create("https://ehr.example/jobs/1");
    private static final ExportRequest REQUEST = request("https://ehr.example/fhir", Map.of("serverId", "ehr"));

    @TempDir
    private Path home;

    private static ExportRequest request(String fhirUrl, Map<String, String> client) {
        return new ExportRequest("0123456789abcdef0123", fhirUrl, Map.of(), false, "2026-11-23T04:00:00Z", client);
    }

    private FolderSeal seal() {
        return FolderSeal.in(home.resolve(".cumulus"));
    }

    private Path keyFile() {
        return home.resolve(".cumulus/seal.key");
    }

    private ExportJob sealed() {
        return sealed(REQUEST, STATUS, seal().seal(REQUEST, STATUS.toString()).orElseThrow());
    }

    private static ExportJob sealed(ExportRequest request, URI statusUrl, String seal) {
        return new ExportJob(request, statusUrl, null, seal);
    }

    @Test
    @DisplayName("is known again by other runs of the same user")
    void again() {
        assertThat(seal().covers(new Accepted(sealed()))).isTrue();
        assertThat(seal().covers(new KickingOff(
                        REQUEST, null, seal().seal(REQUEST).orElseThrow())))
                .isTrue();
    }

    @Test
    @DisplayName("stands in the file, and is still good when that is read")
    void inTheFile() throws IOException {
        ExportStateFile file = new ExportStateFile(home.resolve("export.json"));
        file.write(new Accepted(sealed()));

        assertThat(Files.readString(file.path())).contains("\"seal\" : \"" + sealed().seal() + "\"");
        assertThat(seal().covers(file.read().orElseThrow())).isTrue();
    }

    @Test
    @DisplayName("of today is good tomorrow: these stand in users' folders")
    void golden() throws IOException {
        seal().problem();
        byte[] key = new byte[32];
        for (int index = 0; index < key.length; index++) {
            key[index] = (byte) index;
        }
        Files.write(keyFile(), key);

        assertThat(seal().seal(REQUEST)).contains("4e0d310e10c6fef85423b2500008cb8e40eef75f3b4250e1b5c8dbda9df1fc34");
        assertThat(seal().seal(REQUEST, STATUS.toString()))
                .contains("8c6c92666fbc1bef7b729fef9c46a4122a128152ad4a626f624d2b8025af1b51");
        assertThat(seal().sealTyped(REQUEST, STATUS.toString()))
                .contains("ad2c734502548cbfd056800960d9f39ed1dda194ca80d3c47d1059399314346d");
    }

    static Stream<ExportJob> others() {
        String of = "";
        return Stream.of(
                sealed(request("https://ehr.example/fhir/", REQUEST.client()), STATUS, of),
                sealed(request("https://thief.example/fhir", REQUEST.client()), STATUS, of),
                sealed(REQUEST, URI.create("https://ehr.example/jobs/2"), of),
                sealed(request("https://ehr.example/fhir", Map.of("serverId", "other")), STATUS, of),
                sealed(request("https://ehr.example/fhir", Map.of()), STATUS, of),
                sealed(request("https://ehr.example/fhir", Map.of("serverI", "dehr")), STATUS, of),
                sealed(request("https://ehr.example/fhir", Map.of("serverId", "ehr", "smartJwks", "/k")), STATUS, of));
    }

    @ParameterizedTest
    @MethodSource("others")
    @DisplayName("covers server, status URL and client: none can be moved under it")
    void covers(ExportJob other) {
        String seal = String.valueOf(sealed().seal());

        assertThat(seal().covers(sealed(other.request(), other.statusUrl(), seal)))
                .isFalse();
    }

    @Test
    @DisplayName("of a kick-off is none of a job, and of another key none at all")
    void notOfAnother() {
        String ofKickOff = seal().seal(REQUEST).orElseThrow();
        FolderSeal other = FolderSeal.in(home.resolve("other"));
        String ofOther = other.seal(REQUEST, STATUS.toString()).orElseThrow();

        assertThat(seal().covers(sealed(REQUEST, STATUS, ofKickOff))).isFalse();
        assertThat(seal().covers(sealed(REQUEST, STATUS, ofOther))).isFalse();
        assertThat(seal().covers(new ExportJob(REQUEST, STATUS))).isFalse();
        assertThat(FolderSeal.NONE.covers(sealed())).isFalse();
        assertThat(FolderSeal.NONE.seal(REQUEST)).isEmpty();
    }

    @Test
    @DisplayName("needs a key that only its owner can read, which is made once")
    void key() throws IOException {
        sealed();
        byte[] key = Files.readAllBytes(keyFile());

        sealed();

        assertThat(key).hasSize(32).isEqualTo(Files.readAllBytes(keyFile()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())))
                .isEqualTo("rw-------");
        assertThat(home.resolve(".cumulus")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    @DisplayName("to look at one makes no key")
    void looking() {
        assertThat(seal().covers(sealed(REQUEST, STATUS, "x"))).isFalse();
        assertThat(keyFile()).doesNotExist();
    }

    @Test
    @DisplayName("runs that begin at the same time agree on one key")
    void concurrent() throws Exception {
        int runs = 16;
        CountDownLatch all = new CountDownLatch(runs);
        ExecutorService threads = Executors.newFixedThreadPool(runs);
        try {
            List<Future<String>> seals = new ArrayList<>();
            for (int run = 0; run < runs; run++) {
                seals.add(threads.submit(() -> {
                    all.countDown();
                    all.await();
                    return seal().seal(REQUEST).orElseThrow();
                }));
            }
            Set<String> different = seals.stream().map(FolderSealTest::get).collect(Collectors.toSet());
            assertThat(different).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private static String get(Future<String> future) {
        try {
            return future.get();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    @DisplayName("a key that others can read is used for nothing: they could seal what they like")
    void readableKey() throws IOException {
        ExportJob before = sealed();
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(seal().covers(before)).isFalse();
        assertThat(seal().seal(REQUEST)).isEmpty();
        assertThat(seal().problem()).get().asString().contains("chmod 600");
    }

    @Test
    @DisplayName("nor one behind a link, nor what is no key")
    void otherThings() throws IOException {
        Path elsewhere = Files.write(home.resolve("elsewhere"), new byte[32]);
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-------"));
        Files.createDirectories(keyFile().getParent());
        Files.createSymbolicLink(keyFile(), elsewhere);
        assertThat(seal().seal(REQUEST)).isEmpty();

        Files.delete(keyFile());
        Files.write(keyFile(), new byte[31]);
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-------"));
        assertThat(seal().seal(REQUEST)).isEmpty();
        assertThat(seal().problem().map(Exception::getMessage)).isNotEqualTo(Optional.empty());
    }

    @Test
    @DisplayName("of a status URL that the user typed is good for a local address, and no other is")
    void typed() {
        ExportJob typed = sealed(
                REQUEST, STATUS, seal().sealTyped(REQUEST, STATUS.toString()).orElseThrow());

        assertThat(seal().covers(typed)).isTrue();
        assertThat(seal().coversTyped(typed)).isTrue();
        assertThat(seal().coversTyped(sealed())).isFalse();
        assertThat(seal().coversTyped(new ExportJob(REQUEST, STATUS))).isFalse();
        assertThat(seal().covers(sealed(REQUEST, URI.create("https://ehr.example/jobs/2"), typed.seal())))
                .isFalse();
    }

    private void assertNoKey(String because) {
        assertThat(seal().seal(REQUEST)).isEmpty();
        assertThat(seal().problem()).get().asString().contains(because);
    }

    @Test
    @DisplayName("a key of another user, or in a folder of one, is used for nothing")
    void anotherUsers() throws IOException {
        ExportJob before = sealed();
        Path folder = keyFile().getParent();
        Attacks.giveAway(folder);
        assertThat(seal().covers(before)).isFalse();
        assertNoKey("it belongs to ");

        Files.setAttribute(folder, "unix:uid", Files.getAttribute(home, "unix:uid"));
        assertThat(seal().covers(before)).isTrue();
        Attacks.giveAway(keyFile());
        assertThat(seal().covers(before)).isFalse();
        assertNoKey("it belongs to ");
    }

    @Test
    @DisplayName("nor one in a folder that others may write")
    void writableFolder() throws IOException {
        ExportJob before = sealed();
        Attacks.rights(keyFile().getParent(), "rwxrwx---");

        assertThat(seal().covers(before)).isFalse();
        assertNoKey("other users may write it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "?"})
    @DisplayName("a home that is not there, or that a container does not know, has no key, and gets none")
    void noHome(String name) throws IOException {
        Path nowhere = home.resolve(name);
        if (name.equals("?")) {
            Files.createDirectory(nowhere);
        }
        FolderSeal seal = FolderSeal.in(nowhere.resolve(".cumulus"));

        assertThat(seal.seal(REQUEST)).isEmpty();
        assertThat(seal.problem()).get().asString().contains("there is no home folder of this user");
        assertThat(nowhere.resolve(".cumulus")).doesNotExist();
    }

    @Test
    @DisplayName("nor has one that is named from wherever Maven runs")
    void relativeHome() {
        FolderSeal seal = FolderSeal.in(Path.of("target/.cumulus"));

        assertThat(seal.seal(REQUEST)).isEmpty();
        assertThat(seal.problem()).get().asString().contains("there is no home folder of this user");
        assertThat(Path.of("target/.cumulus")).doesNotExist();
    }
}
