package io.github.cumulusmaven.deid.codebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.deid.codebook.CodebookFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.Attacks;
import io.github.cumulusmaven.files.Rights;
import io.github.cumulusmaven.files.UnsafePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhiFolderTest {
    private static final String SALT = "5c1f9e0a7b3d24c68810ef45d2a96b370c7e51f84a9d3b26e1c80f5a42d7963b";

    /** As Python computes it. */
    private static final String DIGEST = "a55ae30ccb1204ea5a90087e4deb4cfee8ede71622a8aef2619b84a3105316c8";

    @TempDir
    Path temporary;

    private Path phi() {
        return temporary.resolve("phi");
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(phi());
        Files.writeString(phi().resolve(file), content);
    }

    private JsonNode json(String file) throws IOException {
        return FhirJson.mapper().readTree(Files.readString(phi().resolve(file)));
    }

    private String rights(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(phi().resolve(file)));
    }

    private CodebookFailure failure() {
        return catchThrowableOfType(CodebookFailure.class, () -> PhiFolder.open(phi()));
    }

    @Test
    @DisplayName("a new folder gets a codebook as Cumulus ETL makes one, for its owner's eyes only")
    void createsCodebook() throws Exception {
        String id;
        String hash;
        try (PhiFolder folder = PhiFolder.open(phi())) {
            id = folder.codebook().id();
            hash = folder.anonymousIds().other("1");
        }

        JsonNode codebook = json("codebook.json");
        assertThat(codebook.path("version").intValue()).isEqualTo(1);
        assertThat(codebook.path("codebook_id").asText())
                .isEqualTo(id)
                .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(codebook.path("id_salt").asText()).matches("[0-9a-f]{64}");
        assertThat(codebook.size()).isEqualTo(3);
        assertThat(rights("")).isEqualTo("rwx------");
        assertThat(rights("codebook.json")).isEqualTo("rw-------");
        assertThat(phi().resolve(".gitignore")).hasContent("*");
        try (PhiFolder folder = PhiFolder.open(phi())) {
            assertThat(folder.codebook().id()).isEqualTo(id);
            assertThat(folder.anonymousIds().other("1")).isEqualTo(hash);
        }
    }

    @Test
    @DisplayName("a folder and files that others could read are its owner's only, once opened; what is not ours stays")
    void tightens() throws Exception {
        try (PhiFolder folder = PhiFolder.open(phi())) {
            folder.anonymousIds().patient("p");
            folder.finish();
            folder.noteSuccess(Instant.EPOCH, "/in", "/out");
            write("notes.txt", "");
        }
        for (String file : List.of("codebook.json", "codebook-cached-mappings.json", "context.json", "notes.txt")) {
            Files.setPosixFilePermissions(phi().resolve(file), PosixFilePermissions.fromString("rw-r--r--"));
        }
        Files.setPosixFilePermissions(phi(), PosixFilePermissions.fromString("rwxr-xr-x"));

        PhiFolder.open(phi()).close();

        assertThat(rights("")).isEqualTo("rwx------");
        assertThat(rights("codebook.json")).isEqualTo("rw-------");
        assertThat(rights("codebook-cached-mappings.json")).isEqualTo("rw-------");
        assertThat(rights("context.json")).isEqualTo("rw-------");
        assertThat(rights("notes.txt")).isEqualTo("rw-r--r--");
    }

    @Test
    @DisplayName("two folders have different salts")
    void saltsDiffer() throws Exception {
        try (PhiFolder one = PhiFolder.open(temporary.resolve("one"));
                PhiFolder other = PhiFolder.open(temporary.resolve("other"))) {
            assertThat(one.anonymousIds().other("1"))
                    .isNotEqualTo(other.anonymousIds().other("1"));
        }
    }

    @Test
    @DisplayName("an id becomes HMAC-SHA256 of it with the salt")
    void hashes() throws Exception {
        write("codebook.json", "{\"version\": 1, \"codebook_id\": \"c\", \"id_salt\": \"" + SALT + "\"}");
        try (PhiFolder folder = PhiFolder.open(phi())) {
            AnonymousIds ids = folder.anonymousIds();
            assertThat(List.of(ids.other("Hi There"), ids.patient("Hi There"), ids.of("Encounter", "Hi There")))
                    .containsOnly(DIGEST);
            assertThat(ids.other("Hi There")).isEqualTo(DIGEST);
        }
    }

    @Test
    @DisplayName(
            "old random ids win over the hash, for their type, and are no cached mappings; what else is stored stays")
    void oldIds() throws Exception {
        String stored =
                """
                {"version": 1, "codebook_id": "c", "id_salt": "%s", "site": {"x": 1.50},
                 "Patient": {"p": "random-p"}, "Encounter": {"e": "random-e"}}"""
                        .formatted(SALT);
        write("codebook.json", stored);
        try (PhiFolder folder = PhiFolder.open(phi())) {
            AnonymousIds ids = folder.anonymousIds();
            assertThat(ids.patient("p")).isEqualTo("random-p");
            assertThat(ids.encounter("e")).isEqualTo("random-e");
            assertThat(ids.encounter("p")).hasSize(64);
            assertThat(ids.other("p")).hasSize(64);
            folder.finish();
        }
        assertThat(phi().resolve("codebook.json")).hasContent(stored);
        assertThat(json("codebook-cached-mappings.json").path("Patient")).isEmpty();
        assertThat(json("codebook-cached-mappings.json").path("Encounter").has("p"))
                .isTrue();
    }

    @Test
    @DisplayName("a codebook of version 0 becomes one of version 1, and is kept beside it")
    void version0() throws Exception {
        String stored =
                "{\"mrn\": {\"p\": {\"deid\": \"P\", \"encounter\": {\"e\": {\"deid\": \"E\"}, \"f\": {\"deid\": \"F\"}}}, \"q\": {\"deid\": \"Q\"}}}";
        write("codebook.json", stored);

        String hash;
        try (PhiFolder folder = PhiFolder.open(phi())) {
            AnonymousIds ids = folder.anonymousIds();
            assertThat(List.of(ids.patient("p"), ids.patient("q"), ids.encounter("e"), ids.encounter("f")))
                    .containsExactly("P", "Q", "E", "F");
            hash = ids.patient("r");
        }

        assertThat(json("codebook.json").path("version").intValue()).isEqualTo(1);
        assertThat(json("codebook.json").path("Encounter").path("f").asText()).isEqualTo("F");
        assertThat(phi().resolve("codebook.version-0.json")).hasContent(stored);
        try (PhiFolder folder = PhiFolder.open(phi())) {
            assertThat(folder.anonymousIds().patient("p")).isEqualTo("P");
            assertThat(folder.anonymousIds().patient("r")).isEqualTo(hash);
        }
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("a codebook that cannot be understood is left as it is")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
            {"version": 2, "codebook_id": "c"}                     | UNKNOWN_VERSION
            {"version": "1", "codebook_id": "c"}                   | UNKNOWN_VERSION
            {"codebook_id": "c"}                                   | NO_PATIENTS
            {"version": 1, "codebook_id": "c", "id_salt": ""}      | SALT_NOT_HEX
            {"version": 1, "codebook_id": "c", "id_salt": "00ff"}  | SALT_NOT_HEX
            {"version": 1, "codebook_id": "c", "id_salt": null}    | SALT_NOT_HEX
            {"version": 1, "id_salt": "zz"}                        | SALT_NOT_HEX
            {"version": 1, "codebook_id": "c", "id_salt": "zz0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"} | SALT_NOT_HEX
            {"version": 1,                                         | NOT_JSON
            []                                                     | NOT_JSON
            {"mrn": {"p": {}}}                                     | NO_ANONYMOUS_ID
            """)
    void refuses(String stored, Kind kind) throws Exception {
        write("codebook.json", stored);

        CodebookFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.where()).endsWith("codebook.json");
        assertThat(phi().resolve("codebook.json")).hasContent(stored);
    }

    @ParameterizedTest
    @DisplayName("a salt that is a pattern is refused, however long: everybody could compute the ids")
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "ffffffffffffffffffffffffffffffff",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                "f0efeeedecebeae9e8e7e6e5e4e3e2e1",
                "00000000000000000000000000000000000000000000000000000000deadbeef"
            })
    void patternForSalt(String salt) throws Exception {
        String stored = "{\"version\": 1, \"codebook_id\": \"c\", \"id_salt\": \"" + salt + "\"}";
        write("codebook.json", stored);

        assertThat(failure().kind()).isEqualTo(Kind.WEAK_SALT);
        assertThat(failure()).hasMessageNotContaining(salt);
        assertThat(phi().resolve("codebook.json")).hasContent(stored);
    }

    @ParameterizedTest
    @DisplayName("no random salt is refused, from the shortest length to long ones")
    @ValueSource(ints = {16, 17, 20, 32, 64, 255, 256, 257, 1000})
    void randomSalts(int bytes) {
        Random random = new Random(bytes);
        for (int attempt = 0; attempt < 100_000 / bytes; attempt++) {
            byte[] salt = new byte[bytes];
            random.nextBytes(salt);
            assertThat(CodebookFile.isRandomLooking(salt)).isTrue();
        }
    }

    @ParameterizedTest
    @DisplayName(
            "a folder, or a file in it, that others can write is refused with the chmod to run, and nothing changed")
    @ValueSource(strings = {"", "codebook.json", "codebook-cached-mappings.json", ".lock"})
    void writableByOthers(String file) throws Exception {
        makeFolder();
        for (String rights : List.of("rwxrwx---", "rwx----w-", "rwxrwxrwx")) {
            Attacks.rights(phi().resolve(file), rights);

            CodebookFailure failure = failure();

            assertThat(failure.kind()).isEqualTo(Kind.NOT_OURS);
            assertThat(failure.where()).isEqualTo(phi().resolve(file).toString());
            assertThat(failure.getCause())
                    .isInstanceOfSatisfying(UnsafePath.class, unsafe -> assertThat(unsafe.remedy())
                            .isEqualTo("chmod go-w " + phi().resolve(file)));
            assertThat(rights(file)).isEqualTo(rights);
            assertThat(catchThrowableOfType(CodebookFailure.class, () -> PhiFolder.check(phi(), false))
                            .kind())
                    .isEqualTo(Kind.NOT_OURS);
        }
    }

    private void makeFolder() throws Exception {
        try (PhiFolder folder = PhiFolder.open(phi())) {
            folder.anonymousIds().patient("p");
            folder.finish();
        }
    }

    @ParameterizedTest
    @DisplayName(
            "a folder of another user, or with his codebook, is refused with the chown to run, also while it is empty")
    @ValueSource(strings = {"", "codebook.json"})
    void anotherUsers(String file) throws Exception {
        if (file.isEmpty()) {
            Files.createDirectory(phi());
        } else {
            makeFolder();
        }
        Attacks.giveAway(phi().resolve(file));

        assertThat(failure().kind()).isEqualTo(Kind.NOT_OURS);
        assertThat(((UnsafePath) failure().getCause()).remedy()).startsWith("chown ");
        assertThat(catchThrowableOfType(CodebookFailure.class, () -> PhiFolder.check(phi(), false))
                        .kind())
                .isEqualTo(Kind.NOT_OURS);
    }

    @Test
    @DisplayName("a folder that a group shares on purpose is used where the user says so, and keeps its rights")
    void trusted() throws Exception {
        makeFolder();
        String id = json("codebook.json").path("codebook_id").asText();
        Attacks.rights(phi(), "rwxrwx---");
        Attacks.rights(phi().resolve("codebook.json"), "rw-rw----");
        Attacks.giveAway(phi());

        assertThat(PhiFolder.check(phi(), true).map(Codebook::id)).contains(id);
        try (PhiFolder folder = PhiFolder.open(phi(), true)) {
            assertThat(folder.codebook().id()).isEqualTo(id);
        }
        assertThat(rights("")).isEqualTo("rwxrwx---");
        assertThat(rights("codebook.json")).isEqualTo("rw-rw----");
    }

    @Test
    @DisplayName(
            "what a run writes into a shared folder has the rights of what it replaces, and else the folder's group's")
    void groupWrites() throws Exception {
        Files.createDirectory(phi());
        Attacks.rights(phi(), "rwxrwx---");
        try (PhiFolder folder = PhiFolder.open(phi(), true)) {
            folder.anonymousIds().patient("p");
            folder.saveMappings();
            assertThat(rights(CachedMappings.JOURNAL)).isEqualTo("rw-rw----");
            folder.finish();
            folder.noteSuccess(Instant.EPOCH, "/in", "/out");
        }
        for (String file : List.of("codebook.json", CachedMappings.NAME, "context.json", ".lock", ".gitignore")) {
            assertThat(rights(file)).as(file).isEqualTo("rw-rw----");
        }

        Attacks.rights(phi().resolve(CachedMappings.NAME), "rw-r-----");
        Attacks.rights(phi().resolve("context.json"), "rw-rw-r--");
        try (PhiFolder folder = PhiFolder.open(phi(), true)) {
            folder.anonymousIds().patient("q");
            folder.finish();
            folder.noteSuccess(Instant.EPOCH, "/in", "/out");
        }
        assertThat(rights(CachedMappings.NAME)).isEqualTo("rw-r-----");
        assertThat(rights("context.json")).isEqualTo("rw-rw-r--");
    }

    @Test
    @DisplayName("a shared folder's files are its group's, and a replaced file stays its group's")
    void groupOwns() throws Exception {
        Files.createDirectory(phi());
        Attacks.rights(phi(), "rwxrwx---");
        Attacks.giveToGroup(phi(), 5001);
        try (PhiFolder folder = PhiFolder.open(phi(), true)) {
            folder.anonymousIds().patient("p");
            folder.finish();
        }
        assertThat(group("codebook.json")).isEqualTo(5001);
        assertThat(group(CachedMappings.NAME)).isEqualTo(5001);
        assertThat(group(".lock")).isEqualTo(5001);

        Attacks.giveToGroup(phi().resolve(CachedMappings.NAME), 5002);
        try (PhiFolder folder = PhiFolder.open(phi(), true)) {
            folder.anonymousIds().patient("q");
            folder.finish();
        }
        assertThat(group(CachedMappings.NAME)).isEqualTo(5002);
    }

    private Object group(String file) throws IOException {
        return Files.getAttribute(phi().resolve(file), "unix:gid");
    }

    @Test
    @DisplayName("a folder that is not shared stays its owner's, also where the user trusts it")
    void trustedAndPrivate() throws Exception {
        try (PhiFolder folder = PhiFolder.open(phi(), true)) {
            folder.anonymousIds().patient("p");
            folder.finish();
        }
        assertThat(rights("")).isEqualTo("rwx------");
        assertThat(rights("codebook.json")).isEqualTo("rw-------");
        assertThat(rights(CachedMappings.NAME)).isEqualTo("rw-------");
    }

    @ParameterizedTest
    @Timeout(60)
    @DisplayName("links and pipes among its files are refused, also in a trusted folder; what a link leads to stays")
    @CsvSource({
        ".lock,false", "codebook.json,false", "codebook-cached-mappings.json,false", "context.json,false",
        ".lock,true", "codebook.json,true", "codebook-cached-mappings.journal,true", "context.json,true"
    })
    void linksAndPipes(String file, boolean trusted) throws Exception {
        makeFolder();
        Path thesis = Files.writeString(temporary.resolve("thesis.txt"), "{}");
        Files.deleteIfExists(phi().resolve(file));
        Files.createSymbolicLink(phi().resolve(file), thesis);
        assertRefused(file, trusted);
        assertThat(thesis).hasContent("{}");

        Files.delete(phi().resolve(file));
        Files.createSymbolicLink(phi().resolve(file), temporary.resolve("nowhere"));
        assertRefused(file, trusted);

        Files.delete(phi().resolve(file));
        Attacks.pipe(phi().resolve(file));
        assertRefused(file, trusted);
    }

    private void assertRefused(String file, boolean trusted) {
        CodebookFailure failure = catchThrowableOfType(CodebookFailure.class, () -> PhiFolder.open(phi(), trusted));
        assertThat(failure.kind()).isEqualTo(Kind.DISK);
        assertThat(failure.getCause()).isInstanceOfSatisfying(UnsafePath.class, unsafe -> assertThat(unsafe.getFile())
                .endsWith(file));
    }

    @Test
    @DisplayName("a codebook too large to be one is not read")
    void hugeCodebook() throws Exception {
        makeFolder();
        Attacks.huge(phi().resolve("codebook.json"), 1L << 40);
        assertThat(failure().getCause()).isInstanceOf(UnsafePath.class);
    }

    @Test
    @DisplayName("an empty codebook is damaged, not new")
    void emptyFile() throws Exception {
        write("codebook.json", "");
        assertThat(failure().kind()).isEqualTo(Kind.NOT_JSON);
    }

    @Test
    @DisplayName("no new codebook is made where the old one is missed")
    void lostCodebook() throws Exception {
        write("codebook-cached-mappings.json", "{\"Patient\": {\"1\": \"2\"}}");
        assertThat(failure().kind()).isEqualTo(Kind.CODEBOOK_MISSING);
        assertThat(phi().resolve("codebook.json")).doesNotExist();
    }

    @ParameterizedTest
    @DisplayName("no new salt is made where the old one is missed")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"version\": 1, \"codebook_id\": \"c\"} | codebook-cached-mappings.json | {}",
                "{\"version\": 1, \"codebook_id\": \"c\"} | codebook-cached-mappings.journal | [\"Patient\",\"1\",\"2\"]",
                "{\"mrn\": {\"p\": {\"deid\": \"P\"}}} | codebook-cached-mappings.json | {}"
            })
    void lostSalt(String codebook, String file, String mappings) throws Exception {
        write("codebook.json", codebook);
        write(file, mappings);

        CodebookFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.SALT_MISSING);
        assertThat(failure.where()).endsWith("codebook.json");
        assertThat(phi().resolve("codebook.json")).hasContent(codebook);
        assertThat(phi().resolve("codebook.version-0.json")).doesNotExist();
        assertThat(phi().resolve(file)).hasContent(mappings);
    }

    @Test
    @DisplayName("the folder is of one run at a time, and free after it")
    void locks() throws Exception {
        try (PhiFolder folder = PhiFolder.open(phi())) {
            assertThat(failure().kind()).isEqualTo(Kind.IN_USE);
            assertThat(failure().what())
                    .isEqualTo(String.valueOf(ProcessHandle.current().pid()));
            assertThat(folder.codebook().id()).isNotEmpty();
        }
        PhiFolder.open(phi()).close();
    }

    @Test
    @DisplayName("a folder that cannot be read is free after the attempt")
    void unlocksAfterFailure() throws Exception {
        write("codebook.json", "{");
        failure();
        Files.delete(phi().resolve("codebook.json"));
        PhiFolder.open(phi()).close();
    }

    @Test
    @DisplayName("a file in the folder's place")
    void notAFolder() throws Exception {
        Files.writeString(phi(), "x");
        assertThat(failure().kind()).isEqualTo(Kind.DISK);
    }

    @Test
    @DisplayName("real ids of Patients and Encounters are on the disk once saved, each once, whatever thread met them")
    void savesMappings() throws Exception {
        try (PhiFolder folder = PhiFolder.open(phi())) {
            AnonymousIds one = folder.anonymousIds();
            AnonymousIds other = folder.anonymousIds();
            String anonymous = one.patient("p\"é\n");
            other.patient("p\"é\n");
            one.encounter("e");
            one.other("o");
            folder.codebook().anonymousIds().patient("unrecorded");
            folder.saveMappings();

            assertThat(journal())
                    .containsExactly(
                            "[\"Patient\",\"p\\\"é\\n\",\"" + anonymous + "\"]",
                            "[\"Encounter\",\"e\",\"" + other.encounter("e") + "\"]");
            assertThat(rights(CachedMappings.JOURNAL)).isEqualTo("rw-------");

            long size = Files.size(phi().resolve(CachedMappings.JOURNAL));
            one.patient("p\"é\n");
            folder.saveMappings();
            assertThat(Files.size(phi().resolve(CachedMappings.JOURNAL))).isEqualTo(size);

            folder.finish();
            assertThat(phi().resolve(CachedMappings.JOURNAL)).doesNotExist();
            assertThat(rights(CachedMappings.NAME)).isEqualTo("rw-------");
            assertThat(json(CachedMappings.NAME))
                    .isEqualTo(FhirJson.mapper()
                            .readTree("{\"Encounter\":{\"e\":\"" + other.encounter("e")
                                    + "\"},\"Patient\":{\"p\\\"é\\n\":\"" + anonymous + "\"}}"));
        }
    }

    private List<String> journal() throws IOException {
        return Files.readAllLines(phi().resolve(CachedMappings.JOURNAL));
    }

    @Test
    @DisplayName(
            "a run that was killed loses no id: the next one finds them, and a last line that was cut off is ignored")
    void survivesACrash() throws Exception {
        String anonymous;
        try (PhiFolder killed = PhiFolder.open(phi())) {
            anonymous = killed.anonymousIds().patient("p");
            killed.saveMappings();
        }
        Files.writeString(phi().resolve(CachedMappings.JOURNAL), "[\"Patient\",\"q\",\"12", StandardOpenOption.APPEND);
        Files.writeString(phi().resolve(CachedMappings.NAME + ".tmp"), "{\"Pat");

        PhiFolder.open(phi()).close();

        assertThat(phi().resolve(CachedMappings.JOURNAL)).doesNotExist();
        assertThat(json(CachedMappings.NAME).toString())
                .isEqualTo("{\"Encounter\":{},\"Patient\":{\"p\":\"" + anonymous + "\"}}");
    }

    @Test
    @Timeout(60)
    @DisplayName("memory: an endless line of the journal is ignored like one that was cut off")
    void endlessLine() throws Exception {
        try (PhiFolder killed = PhiFolder.open(phi())) {
            killed.anonymousIds().patient("p");
            killed.saveMappings();
        }
        Attacks.endlessLine(phi().resolve(CachedMappings.JOURNAL), "[\"Patient\",\"q\",\"" + DIGEST + "\"]");

        PhiFolder.open(phi()).close();

        assertThat(json(CachedMappings.NAME).path("Patient")).hasSize(2);
    }

    @Test
    @DisplayName("a last line of the journal that was cut off within a character is ignored, too")
    void survivesACutWithinACharacter() throws Exception {
        String anonymous;
        try (PhiFolder killed = PhiFolder.open(phi())) {
            anonymous = killed.anonymousIds().patient("p");
            killed.saveMappings();
        }
        byte[] line = "[\"Patient\",\"é".getBytes(StandardCharsets.UTF_8);
        Files.write(
                phi().resolve(CachedMappings.JOURNAL), Arrays.copyOf(line, line.length - 1), StandardOpenOption.APPEND);

        PhiFolder.open(phi()).close();

        assertThat(phi().resolve(CachedMappings.JOURNAL)).doesNotExist();
        assertThat(json(CachedMappings.NAME).toString())
                .isEqualTo("{\"Encounter\":{},\"Patient\":{\"p\":\"" + anonymous + "\"}}");
    }

    @Test
    @DisplayName("what Cumulus ETL stored stays, in its order; known ids are not added again")
    void addsToWhatIsThere() throws Exception {
        PhiFolder.open(phi()).close();
        String p;
        String e;
        try (PhiFolder folder = PhiFolder.open(phi())) {
            p = folder.anonymousIds().patient("p");
            e = folder.anonymousIds().encounter("e");
        }
        write(
                CachedMappings.NAME,
                "{\"Patient\": {\"z\": \"zz\", \"p\": \"" + p + "\", \"a\": \"aa\"}, \"Other\": {\"x\": [1]}}");

        for (int run = 0; run < 2; run++) {
            try (PhiFolder folder = PhiFolder.open(phi())) {
                folder.anonymousIds().patient("p");
                folder.anonymousIds().patient("q");
                folder.anonymousIds().encounter("e");
                folder.finish();
            }
        }

        String q;
        try (PhiFolder folder = PhiFolder.open(phi())) {
            q = folder.anonymousIds().patient("q");
        }
        assertThat(Files.readString(phi().resolve(CachedMappings.NAME)))
                .isEqualTo("{\"Patient\":{\"z\":\"zz\",\"p\":\"" + p + "\",\"a\":\"aa\",\"q\":\"" + q
                        + "\"},\"Other\":{\"x\":[1]},\"Encounter\":{\"e\":\"" + e + "\"}}");
    }

    @ParameterizedTest
    @DisplayName("mappings that cannot be read are left as they are, and so is the journal")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {"{\"Patient\": {\"p\"", "{\"Patient\": []}", "{} {}", "[]", "x", "\0\0\0\0"})
    void damagedMappings(String stored) throws Exception {
        try (PhiFolder killed = PhiFolder.open(phi())) {
            killed.anonymousIds().patient("p");
            killed.saveMappings();
        }
        write(CachedMappings.NAME, stored);

        assertThat(failure().kind()).isEqualTo(Kind.MAPPINGS_DAMAGED);
        assertThat(phi().resolve(CachedMappings.NAME)).hasContent(stored);
        assertThat(phi().resolve(CachedMappings.NAME + ".tmp")).doesNotExist();
        assertThat(journal()).hasSize(1);
    }

    @Test
    @DisplayName("damaged mappings are noticed at the beginning, though nothing is to be added yet")
    void damagedMappingsWithoutJournal() throws Exception {
        PhiFolder.open(phi()).close();
        write(CachedMappings.NAME, "{\"Patient\": {\"p\"");

        assertThat(failure().kind()).isEqualTo(Kind.MAPPINGS_DAMAGED);
        assertThat(catchThrowableOfType(CodebookFailure.class, () -> PhiFolder.check(phi(), false))
                        .kind())
                .isEqualTo(Kind.MAPPINGS_DAMAGED);
    }

    @Test
    @DisplayName("mappings that are damaged while a run goes on are left as they are, with nothing half-written beside")
    void damagedMappingsAtTheEnd() throws Exception {
        try (PhiFolder folder = PhiFolder.open(phi())) {
            folder.anonymousIds().patient("p");
            write(CachedMappings.NAME, "{\"Patient\": {\"p\"");
            assertThat(catchThrowableOfType(CodebookFailure.class, folder::finish)
                            .kind())
                    .isEqualTo(Kind.MAPPINGS_DAMAGED);
        }
        assertThat(phi().resolve(CachedMappings.NAME + ".tmp")).doesNotExist();
    }

    @Test
    @DisplayName("many ids, from several threads: all are there, once")
    void manyIds() throws Exception {
        int count = 30_000;
        try (PhiFolder folder = PhiFolder.open(phi())) {
            List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                threads.add(new Thread(() -> {
                    AnonymousIds ids = folder.anonymousIds();
                    for (int id = 0; id < count; id++) {
                        ids.patient("patient-" + id);
                        ids.encounter("encounter-" + id / 2);
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            folder.saveMappings();
            assertThat(journal()).hasSize(count + count / 2).doesNotHaveDuplicates();
            folder.finish();
        }
        assertThat(json(CachedMappings.NAME).path("Patient")).hasSize(count);
        assertThat(json(CachedMappings.NAME).path("Encounter")).hasSize(count / 2);
    }

    @Test
    @DisplayName("more ids than are told apart in memory: all are there, once, beside what was there")
    void moreIdsThanFitIntoMemory() throws Exception {
        int count = 500;
        Files.createDirectory(phi());
        for (int run = 0; run < 2; run++) {
            CachedMappings mappings = new CachedMappings(phi(), Rights.OWNER_ONLY, 16);
            for (int id = 0; id < 2 * count; id++) {
                String real = "id-" + (run * count / 2 + id % count);
                long hash = real.hashCode() * 0x9e3779b97f4a7c15L;
                mappings.add("Patient", real, String.format("%016x%048x", hash, 0));
                mappings.add("Encounter", real, String.format("%016x%048x", hash * 31, 0));
            }
            mappings.save();
            assertThat(journal()).hasSizeGreaterThan(2 * count);
            mappings.fold();
        }
        String folded = Files.readString(phi().resolve(CachedMappings.NAME));
        assertThat(folded.split("\"id-")).hasSize(1 + 2 * (count + count / 2));
        assertThat(json(CachedMappings.NAME).path("Patient")).hasSize(count + count / 2);
        assertThat(json(CachedMappings.NAME).path("Encounter")).hasSize(count + count / 2);
    }

    @Test
    @DisplayName("a run's success is noted as Cumulus ETL notes it")
    void context() throws Exception {
        write("context.json", "{\"last_successful_datetime\": \"2020\", \"more\": 1}");
        try (PhiFolder folder = PhiFolder.open(phi())) {
            folder.noteSuccess(Instant.parse("2024-01-02T03:04:05.678Z"), "/in", "/out");
        }
        assertThat(json("context.json").toString())
                .isEqualTo(
                        "{\"last_successful_datetime\":\"2024-01-02T03:04:05+00:00\",\"more\":1,\"last_successful_input_dir\":\"/in\",\"last_successful_output_dir\":\"/out\"}");
    }

    @Test
    @DisplayName("nothing of the secret is in what can be printed")
    void printsNoSecret() throws Exception {
        write("codebook.json", "{\"version\": 1, \"codebook_id\": \"c\", \"id_salt\": \"" + SALT + "\"}");
        try (PhiFolder folder = PhiFolder.open(phi())) {
            assertThat(folder.codebook()).hasToString("codebook c");
        }
    }
}
