package io.github.cumulusmaven.smart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.Attacks;
import io.github.cumulusmaven.smart.SmartFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwksFileTest {
    private static final URI TOKEN = URI.create("https://ehr.example/token");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private Path writtenKey() throws Exception {
        Path file = folder.resolve("key.jwks");
        JwksFile.write(file, SigningKey.generate(KeyAlgorithm.ES384, Optional.empty()));
        return file;
    }

    @ParameterizedTest
    @DisplayName("SM-06 a key that others can write is refused, with the chmod to run, also behind a link")
    @ValueSource(strings = {"rw-rw----", "rw-----w-", "rw-rw-rw-"})
    void writableByOthers(String rights) throws Exception {
        Path file = Attacks.rights(writtenKey(), rights);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        for (Path named : List.of(file, link)) {
            assertThatExceptionOfType(SmartFailure.class)
                    .isThrownBy(() -> JwksFile.read(named, Optional.empty()))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.KEY_FILE_UNSAFE))
                    .withMessageContaining("other users may write it (chmod go-w " + file.toRealPath() + ")");
        }
    }

    @Test
    @DisplayName("SM-06 a key of another user is refused, with the chown to run")
    void anotherUsers() throws Exception {
        Path file = Attacks.giveAway(writtenKey());
        assertThatExceptionOfType(SmartFailure.class)
                .isThrownBy(() -> JwksFile.read(file, Optional.empty()))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.KEY_FILE_UNSAFE))
                .withMessageContaining("chown ");
    }

    @Test
    @DisplayName(
            "SM-06 a link to a key is followed, as containers mount their secrets; what others can read is told of")
    void mountedSecret() throws Exception {
        Path file = writtenKey();
        Path data = Files.createSymbolicLink(folder.resolve("..data"), folder);
        Path link = Files.createSymbolicLink(folder.resolve("mounted"), data.resolve("key.jwks"));

        assertThat(JwksFile.read(link, Optional.empty())).isNotNull();
        assertThat(JwksFile.exposure(link)).isEmpty();
        Attacks.rights(file, "rw-r--r--");
        assertThat(JwksFile.read(link, Optional.empty())).isNotNull();
        assertThat(JwksFile.exposure(link)).contains("chmod go-r " + file.toRealPath());
    }

    @Test
    @Timeout(60)
    @DisplayName("SM-06 a pipe, a device or a huge file in a key's place is refused at once")
    void endless() throws Exception {
        Path device = Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/zero"));
        for (Path planted : List.of(Attacks.pipe(folder.resolve("pipe")), device)) {
            assertThat(failure(planted)).isEqualTo(Kind.KEY_FILE_NOT_REGULAR);
        }
        assertThat(failure(Attacks.huge(folder.resolve("huge"), 1L << 40))).isEqualTo(Kind.KEY_FILE_UNSAFE);
    }

    @Test
    @Timeout(60)
    @DisplayName("SM-06 what a shell passes as <(…) or /dev/stdin is there, and is called what it is")
    void ofAShell() throws Exception {
        Process reader = new ProcessBuilder("cat").start();
        try {
            Path stdin = Path.of("/proc/" + reader.pid() + "/fd/0");
            assumeTrue(Files.exists(stdin), "no /proc here");
            assertThat(failure(stdin)).isEqualTo(Kind.KEY_FILE_NOT_REGULAR);
        } finally {
            reader.destroy();
        }
    }

    @Test
    @DisplayName("SM-06 a key that was written is read again, and signs for the public JWKS that was written with it")
    void roundTrip() throws Exception {
        for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
            SigningKey made = SigningKey.generate(algorithm, Optional.empty());
            Path file = folder.resolve(algorithm + ".jwks");
            Path published = folder.resolve(algorithm + ".public.jwks");
            JwksFile.write(file, made);
            JwksFile.writePublic(published, made);

            SigningKey read = JwksFile.read(file, Optional.empty());

            assertThat(read).hasToString(made.toString());
            String assertion = ClientAssertion.sign(new ClientCredentials("c", read), TOKEN, NOW);
            new AssertionVerifier(Files.readString(published), "c", TOKEN).verify(assertion, NOW);
        }
    }

    @Test
    @DisplayName("SM-17 the private JWKS says kid, alg and key_ops sign, as Cumulus ETL looks for them")
    void privateFields() throws Exception {
        Path file = folder.resolve("rsa.jwks");
        JwksFile.write(file, new SigningKey(Keys.RSA, "2026", "RS384"));

        JsonNode key = FhirJson.mapper().readTree(Files.readString(file)).at("/keys/0");

        assertThat(key.path("kid").asText()).isEqualTo("2026");
        assertThat(key.path("alg").asText()).isEqualTo("RS384");
        assertThat(key.path("key_ops").toString()).isEqualTo("[\"sign\"]");
        assertThat(key.fieldNames()).toIterable().contains("n", "e", "d", "p", "q", "dp", "dq", "qi");
    }

    static List<SigningKey> keys() {
        return Keys.ofEveryAlgorithm().toList();
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName("SM-06 alg is taken from the key, in a JWKS and in a single JWK")
    void declaredAlgorithm(SigningKey key) throws Exception {
        String jwks = key.privateJwks();
        String single = FhirJson.mapper().readTree(jwks).at("/keys/0").toString();

        assertThat(read(jwks)).hasToString(key.toString());
        assertThat(read(single)).hasToString(key.toString());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"RSA,,RS384", "P-256,,ES256", "P-384,,ES384", "P-521,,ES512", "RSA,' ',RS384", "RSA,RS512,RS512"})
    @DisplayName("SM-06 a key without alg signs with what fits it, SMART's own for RSA")
    void impliedAlgorithm(String type, String declared, String expected) throws Exception {
        ObjectNode key = bare(
                switch (type) {
                    case "RSA" -> Keys.RSA;
                    case "P-256" -> Keys.P256;
                    case "P-384" -> Keys.P384;
                    default -> Keys.P521;
                });
        key.put("alg", declared);

        assertThat(read(key.toString()).algorithm()).isEqualTo(expected);
    }

    @Test
    @DisplayName("SM-07 a key without kid goes by its thumbprint, by which it can be chosen too")
    void impliedKeyId() throws Exception {
        String thumbprint = Keys.P384.computeThumbprint().toString();

        assertThat(read(bare(Keys.P384).toString()).keyId()).isEqualTo(thumbprint);
        assertThat(read(jwks(bare(Keys.RSA), bare(Keys.P384)), thumbprint).algorithm())
                .isEqualTo("ES384");
    }

    @Test
    @DisplayName("SM-20 of several private keys the one of the id asked for is used")
    void choosesById() throws Exception {
        String file = jwks(key(Keys.RSA, "a", "RS384"), key(Keys.P384, "b", "ES384"), key(Keys.P256, "c", "ES256"));

        assertThat(read(file, "c").algorithm()).isEqualTo("ES256");
        assertThat(read(file, "b").algorithm()).isEqualTo("ES384");
    }

    @Test
    @DisplayName("SM-20 without an id, the first key that may sign is used, RS384 and ES384 before others")
    void choosesByUse() throws Exception {
        ObjectNode onlyVerifies = key(Keys.RSA, "verify", "RS384");
        onlyVerifies.putArray("key_ops").add("verify");
        ObjectNode encrypts = key(Keys.RSA, "enc", "RS384").put("use", "enc");
        ObjectNode published = (ObjectNode) FhirJson.mapper()
                .readTree(new SigningKey(Keys.P384, "public", "ES384").publicJwks())
                .at("/keys/0");
        ObjectNode other = key(Keys.P256, "es256", "ES256");
        ObjectNode smart = key(Keys.P384, "es384", "ES384");
        smart.putArray("key_ops").add("sign");

        assertThat(read(jwks(onlyVerifies, encrypts, published, other, smart)).keyId())
                .isEqualTo("es384");
        assertThat(read(jwks(onlyVerifies, encrypts, published, other)).keyId()).isEqualTo("es256");
    }

    @Test
    @DisplayName("SM-06 odd fields around a good key do not matter: unknown key_ops, foreign certificates, other keys")
    void tolerates() throws Exception {
        ObjectNode key = key(Keys.P384, "good", "ES384").put("x5c", "none").put("exp", "never");
        key.putArray("key_ops").add("sign").add("dance");
        ObjectNode unknown = FhirJson.mapper().createObjectNode().put("kty", "QKD");

        assertThat(read("\uFEFF" + jwks(unknown, key)).keyId()).isEqualTo("good");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                                   | KEY_FILE_EMPTY
                    '  '                                                 | KEY_FILE_EMPTY
                    '-----BEGIN PRIVATE KEY-----MII-----END PRIVATE KEY-----' | KEY_FILE_PEM
                    'not json'                                           | KEY_FILE_NOT_JWKS
                    '[]'                                                 | KEY_FILE_NOT_JWKS
                    '{"client_id":"x"}'                                  | KEY_FILE_NOT_JWKS
                    '{"keys":"x"}'                                       | KEY_FILE_NOT_JWKS
                    '{"keys":[]}'                                        | KEY_UNUSABLE
                    '{"keys":[1,null]}'                                  | KEY_UNUSABLE
                    '{"kty":"RSA"}'                                      | KEY_UNUSABLE
                    '{"kty":"oct","k":"c2VjcmV0"}'                       | KEY_SYMMETRIC
                    """)
    @DisplayName("SM-17 what is no private JWKS is told by what it is, and not shown")
    void refuses(String content, Kind kind) {
        assertFails(content, Optional.empty(), kind)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("MII", "c2VjcmV0", "not json"));
    }

    @Test
    @DisplayName("SM-17 the public JWKS in place of the private one is told apart")
    void refusesPublic() {
        assertFails(Keys.ES384.publicJwks(), Optional.empty(), Kind.KEY_PUBLIC_ONLY);
    }

    @Test
    @DisplayName("SM-06 a key that is only to verify, or to encrypt, is not used, and its fields say why")
    void refusesOtherUses() {
        ObjectNode verifies = key(Keys.RSA, "verify", "RS384");
        verifies.putArray("key_ops").add("verify");
        assertFails(verifies.toString(), Optional.empty(), Kind.KEY_UNUSABLE)
                .withMessageContaining("its key_ops are verify, without sign");

        assertFails(key(Keys.RSA, "enc", "RS384").put("use", "enc").toString(), Optional.empty(), Kind.KEY_UNUSABLE)
                .withMessageContaining("its use is enc");
    }

    @Test
    @DisplayName("SM-06 a key that was registered for PS384 signs so")
    void probabilistic() throws Exception {
        SigningKey key = read(key(Keys.RSA, "a", "PS384").toString());

        assertThat(key.algorithm()).isEqualTo("PS384");
        String assertion = ClientAssertion.sign(new ClientCredentials("c", key), TOKEN, NOW);
        new AssertionVerifier(key.publicJwks(), "c", TOKEN).verify(assertion, NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[%s]", "{\"keys\":[%s,]}", "// ours\n%s", "{\"privateKey\":%s}", "{\"jwks\":{\"keys\":[%s]}}"})
    @DisplayName("SM-06 keys are found in an array, before a comma too many, after a comment, or within something else")
    void loosely(String around) throws Exception {
        String key = key(Keys.P384, "es384", "ES384").toString();

        assertThat(read(around.formatted(key)).keyId()).isEqualTo("es384");
        assertThat(read(FhirJson.mapper().writeValueAsString(around.formatted(key)))
                        .keyId())
                .as("as a JSON string")
                .isEqualTo("es384");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
    @DisplayName("SM-06 a file may be in UTF-16, as PowerShell writes it, with or without a byte-order mark")
    void encodings(String charset) throws Exception {
        String key = key(Keys.P384, "es384", "ES384").toString();
        for (String mark : List.of("", "\uFEFF")) {
            Path file =
                    Files.write(folder.resolve("read.jwks"), (mark + key + "\r\n").getBytes(Charset.forName(charset)));

            assertThat(JwksFile.read(file, Optional.empty()).keyId()).isEqualTo("es384");
        }
    }

    @Test
    @DisplayName("SM-17 what is not JSON is told by line and column, and not shown")
    void notJson() {
        assertFails("{\n  \"kty\": secret}", Optional.empty(), Kind.KEY_FILE_NOT_JWKS)
                .withMessageContaining("not JSON at line 2, column ")
                .satisfies(failure -> assertThat(failure).hasMessageNotContaining("secret"));
        assertFails("{\\\"kty\\\":1}", Optional.empty(), Kind.KEY_FILE_NOT_JWKS)
                .withMessageContaining("line 1, column ");
    }

    @Test
    @DisplayName("SM-20 an unknown key id fails with the ids that are there")
    void refusesUnknownId() {
        String file = jwks(key(Keys.RSA, "a", "RS384"), key(Keys.P384, "b", "ES384"));

        assertFails(file, Optional.of("z"), Kind.KEY_ID_UNKNOWN)
                .satisfies(failure -> assertThat(failure.getMessage()).contains("z", "a, b"));
    }

    @Test
    @DisplayName("SM-06 an RSA key of 1024 bits is too small")
    void refusesSmallRsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        var pair = generator.generateKeyPair();
        JWK small = new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .privateKey((RSAPrivateCrtKey) pair.getPrivate())
                .build();

        assertFails(bare(small).toString(), Optional.empty(), Kind.KEY_TOO_SMALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "RSA-OAEP", "ES384", "none"})
    @DisplayName("SM-06 a key made for an algorithm that it or we cannot sign with is not used")
    void refusesForeignAlgorithm(String algorithm) {
        assertFails(key(Keys.RSA, "a", algorithm).toString(), Optional.empty(), Kind.KEY_UNUSABLE)
                .withMessageContaining("its alg is " + algorithm);
    }

    @Test
    @DisplayName("SM-06 keys of other kinds are not used: Edwards curves, or damaged numbers, which are not shown")
    void refusesForeignKinds() throws Exception {
        JWK edwards = new OctetKeyPair.Builder(Curve.Ed25519, Keys.P256.getX())
                .d(Keys.P256.getD())
                .build();
        ObjectNode damaged = bare(Keys.P384).put("x", "AAAA");

        assertFails(bare(edwards).toString(), Optional.empty(), Kind.KEY_UNUSABLE)
                .withMessageContaining("its kty is OKP");
        assertFails(damaged.toString(), Optional.empty(), Kind.KEY_UNUSABLE)
                .satisfies(failure -> assertThat(failure.getMessage())
                        .doesNotContain(Keys.P384.getD().toString(), "AAAA"));
    }

    @Test
    @DisplayName("SM-17 a missing file, a folder and an unreadable path are told apart")
    void refusesPaths() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThat(failure(folder.resolve("none"))).isEqualTo(Kind.KEY_FILE_MISSING);
        assertThat(failure(folder)).isEqualTo(Kind.KEY_FILE_IS_FOLDER);
        assertThat(failure(file.resolve("inside"))).isEqualTo(Kind.KEY_FILE_UNREADABLE);
    }

    private static Kind failure(Path file) {
        try {
            JwksFile.read(file, Optional.empty());
            throw new AssertionError("was read");
        } catch (SmartFailure failure) {
            assertThat(failure.where()).isEqualTo(file.toString());
            return failure.kind();
        }
    }

    @Test
    @DisplayName("SM-17 the private file is 0600 and its new folders are 0700; the public file is 0644")
    void rights() throws Exception {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        Path secret = folder.resolve("new/secrets/key.jwks");
        Path published = folder.resolve("new/secrets/key.public.jwks");

        JwksFile.write(secret, Keys.ES384);
        JwksFile.writePublic(published, Keys.ES384);

        assertThat(rights(secret)).isEqualTo("rw-------");
        assertThat(rights(secret.getParent())).isEqualTo("rwx------");
        assertThat(rights(secret.getParent().getParent())).isEqualTo("rwx------");
        assertThat(rights(published)).startsWith("rw-").doesNotContain("x").matches(".{4}-.{2}-.");
    }

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    @DisplayName("SM-17 a file that is there is never overwritten, nor written through a dangling link")
    void neverOverwrites() throws Exception {
        Path file = Files.writeString(folder.resolve("key.jwks"), "precious");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));

        for (Path taken : List.of(file, link)) {
            assertThatExceptionOfType(SmartFailure.class)
                    .isThrownBy(() -> JwksFile.write(taken, Keys.ES384))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.KEY_FILE_EXISTS));
            assertThatExceptionOfType(SmartFailure.class)
                    .isThrownBy(() -> JwksFile.writePublic(taken, Keys.ES384))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.KEY_FILE_EXISTS));
        }
        assertThat(file).hasContent("precious");
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }

    @Test
    @DisplayName("SM-17 where no file can be made, that is said")
    void unwritable() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatExceptionOfType(SmartFailure.class)
                .isThrownBy(() -> JwksFile.write(file.resolve("key.jwks"), Keys.ES384))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.KEY_FILE_UNWRITABLE));
    }

    @Test
    @DisplayName("SM-17 a folder that is reached through a link will do")
    void throughLinkedFolder() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);

        JwksFile.write(link.resolve("key.jwks"), Keys.ES384);

        assertThat(real.resolve("key.jwks")).isRegularFile();
    }

    private SigningKey read(String content) throws IOException {
        return JwksFile.read(file(content), Optional.empty());
    }

    private SigningKey read(String content, String keyId) throws IOException {
        return JwksFile.read(file(content), Optional.of(keyId));
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("read.jwks"), content);
    }

    private ThrowableAssertAlternative<SmartFailure> assertFails(String content, Optional<String> keyId, Kind kind) {
        return assertThatExceptionOfType(SmartFailure.class)
                .isThrownBy(() -> JwksFile.read(file(content), keyId))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    private static ObjectNode bare(JWK key) {
        return FhirJson.mapper().valueToTree(key.toJSONObject());
    }

    private static ObjectNode key(JWK key, String keyId, String algorithm) {
        return bare(key).put("kid", keyId).put("alg", algorithm);
    }

    private static String jwks(ObjectNode... keys) {
        return Arrays.stream(keys).map(ObjectNode::toString).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }
}
