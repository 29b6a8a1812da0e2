package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.run.ServerAccess;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import io.github.cumulusmaven.smart.SmartFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real settings.xml files, read and decrypted by Maven's own classes. */
@MojoTest
class ServerCredentialsTest {
    /** Made for this test by {@code mvn --encrypt-master-password} and {@code mvn --encrypt-password}. */
    private static final String MASTER = "{caV6RliTLtUHHhWWt4DT1Wsc/h7kLTO1oAzbjeNY1+w=}";

    private static final String ENCRYPTED = "{ddw+tUhR1U8HTB4kuQCXpnxJfumd901oFYxHjOU2Lz0=}";

    private static final String WHERE_THE_MASTER_IS = "settings.security";

    @TempDir
    Path folder;

    @Inject
    SettingsDecrypter decrypter;

    private String masterBefore;
    private String key;
    private String otherKey;

    @BeforeEach
    void makeKeys() throws Exception {
        masterBefore = System.getProperty(WHERE_THE_MASTER_IS);
        System.setProperty(
                WHERE_THE_MASTER_IS, folder.resolve("no-security.xml").toString());
        key = key("of-the-server");
        otherKey = key("other");
    }

    @AfterEach
    void restoreMaster() {
        if (masterBefore == null) {
            System.clearProperty(WHERE_THE_MASTER_IS);
        } else {
            System.setProperty(WHERE_THE_MASTER_IS, masterBefore);
        }
    }

    private String key(String id) throws IOException {
        Path file = folder.resolve(id + ".jwks");
        JwksFile.write(file, SigningKey.generate(KeyAlgorithm.ES384, Optional.of(id)));
        return file.toString();
    }

    /** Settings with one server, of which this is the inside. */
    private ServerCredentials settings(String server, Map<String, String> environment) throws Exception {
        Path file = Files.writeString(
                folder.resolve("settings.xml"),
                "<settings><servers><server><id>ehr</id>" + server + "</server></servers></settings>");
        Settings settings = new DefaultSettingsBuilderFactory()
                .newInstance()
                .build(new DefaultSettingsBuildingRequest().setUserSettingsFile(file.toFile()))
                .getEffectiveSettings();
        return new ServerCredentials(settings, decrypter, environment, secrets);
    }

    private final Secrets secrets = new Secrets();

    private ServerCredentials settings(String server) throws Exception {
        return settings(server, Map.of());
    }

    private String full() {
        return "<username>me</username><privateKey>" + key + "</privateKey>";
    }

    private String full(String configuration) {
        return full() + "<configuration>" + configuration + "</configuration>";
    }

    private static void assertIs(Optional<ServerAccess.Client> client, String id, String keyId) {
        assertThat(client).hasValueSatisfying(found -> {
            assertThat(found.credentials().clientId()).isEqualTo(id);
            assertThat(found.credentials().key().keyId()).isEqualTo(keyId);
        });
    }

    private static InvalidSetting refusal(ServerCredentials credentials, String server, String id, String key) {
        InvalidSetting refusal = catchThrowableOfType(InvalidSetting.class, () -> credentials.client(server, id, key));
        assertThat(refusal).as("was accepted").isNotNull();
        return refusal;
    }

    @Nested
    class Where {
        @Test
        @DisplayName("a <server> gives client and key, found by its id")
        void server() throws Exception {
            Optional<ServerAccess.Client> client = settings(full()).client("ehr", "", "");

            assertIs(client, "me", "of-the-server");
            assertThat(client.orElseThrow().tokenUrl()).isEmpty();
            assertThat(client.orElseThrow().scopes()).isEmpty();
        }

        @Test
        @DisplayName("parameters win over the <server>, each by itself")
        void parametersWin() throws Exception {
            assertIs(settings(full()).client("ehr", "another", ""), "another", "of-the-server");
            assertIs(settings(full()).client("ehr", "", otherKey), "me", "other");
            assertIs(settings(full()).client("ehr", "another", otherKey), "another", "other");
        }

        @Test
        @DisplayName("parameters do without settings.xml")
        void parametersAlone() throws Exception {
            assertIs(settings(full()).client("", "another", otherKey), "another", "other");
        }

        @Test
        @DisplayName("the environment fills what neither parameter nor <server> gives")
        void environment() throws Exception {
            Map<String, String> ci = Map.of("CUMULUS_SMART_CLIENT_ID", "of-ci", "CUMULUS_SMART_JWKS", otherKey);

            assertIs(settings(full(), ci).client("", "", ""), "of-ci", "other");
            assertIs(settings(full(), ci).client("ehr", "", ""), "me", "of-the-server");
            assertIs(settings("<username>me</username>", ci).client("ehr", "", ""), "me", "other");
            assertIs(settings("", ci).client("", "another", ""), "another", "other");
        }

        @Test
        @DisplayName("nothing said, nothing sent: the server is asked without authorization")
        void nothing() throws Exception {
            assertThat(settings(full()).client("", "", "")).isEmpty();
        }

        @Test
        @DisplayName("authentication none is a <server> without authorization, whatever else there is")
        void none() throws Exception {
            Map<String, String> ci = Map.of("CUMULUS_SMART_CLIENT_ID", "of-ci", "CUMULUS_SMART_JWKS", otherKey);
            String open = "<configuration><authentication>none</authentication></configuration>";

            assertThat(settings(open, ci).client("ehr", "", "")).isEmpty();
        }
    }

    @Nested
    class ClientId {
        @Test
        @DisplayName("may be in a file")
        void inFile() throws Exception {
            Path file = Files.writeString(folder.resolve("client-id"), "  4f0c6a52-cumulus\n");

            assertIs(settings("").client("", file.toString(), key), "4f0c6a52-cumulus", "of-the-server");
        }

        @ParameterizedTest
        @ValueSource(strings = {"https://app.example/cumulus", "a@b.example", "no/such/file"})
        @DisplayName("may look like a path without being one")
        void likeAPath(String id) throws Exception {
            assertIs(settings("").client("", id, key), id, "of-the-server");
        }

        @ParameterizedTest
        @CsvSource({
            "'',              is a file that is empty",
            "' \n',           is a file that is empty",
            "two words,       is a file that holds several words or lines",
            "'a\nb',          is a file that holds several words or lines",
            "{a},             is a file that holds characters that no client id has",
        })
        @DisplayName("a file that holds no client id is refused, with the reason")
        void otherFile(String content, String reason) throws Exception {
            Path file = Files.writeString(folder.resolve("client-id"), content);

            InvalidSetting refusal = refusal(settings(""), "", file.toString(), key);

            assertThat(refusal.setting()).isEqualTo("smartClientId");
            assertThat(refusal.value()).isEqualTo(file.toString());
            assertThat(SettingMessages.clause(refusal))
                    .startsWith(reason)
                    .endsWith("it must be a client id, or a file that holds one and nothing else");
        }

        @Test
        @DisplayName("a binary file is refused, not shown")
        void binary() throws Exception {
            Path file = Files.write(folder.resolve("client-id"), new byte[] {(byte) 0xc3, 0x28, (byte) 0xff});

            InvalidSetting refusal = refusal(settings(""), "", file.toString(), key);

            assertThat(refusal).hasMessage("smartClientId '" + file + "' is a file that holds no text");
        }

        @ParameterizedTest
        @ValueSource(strings = {"cid\r\n", "\uFEFFcid\n", "CLIENT_ID=cid\n", "export CUMULUS_SMART_CLIENT_ID='cid'"})
        @DisplayName("a file is read as editors and shells write it")
        void asWritten(String content) throws Exception {
            for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
                Path file = Files.write(folder.resolve("client-id"), content.getBytes(charset));

                assertIs(settings("").client("", file.toString(), key), "cid", "of-the-server");
            }
        }

        @Test
        @DisplayName("may be a signed token of 4,096 characters, by file, settings, parameter and environment")
        void asLongAsATokenIs() throws Exception {
            String id = "eyJhbGciOiJIUzI1NiJ9." + "x".repeat(4096 - 21 - 44) + "." + "A".repeat(43);
            assertThat(id).hasSize(4096);
            Path file = Files.writeString(folder.resolve("client-id"), id + "\n");

            assertIs(settings("").client("", file.toString(), key), id, "of-the-server");
            assertIs(settings("").client("", id, key), id, "of-the-server");
            assertIs(settings(full().replace(">me<", ">" + id + "<")).client("ehr", "", ""), id, "of-the-server");
            assertIs(settings("", Map.of("CUMULUS_SMART_CLIENT_ID", id)).client("", "", key), id, "of-the-server");
        }

        @Test
        @DisplayName("one that is too long is told so, and where it was given")
        void tooLong() throws Exception {
            String id = "x".repeat(4097);
            String reason = "is no client id: it has 4097 characters, and a client id has at most 4096";

            assertThat(SettingMessages.clause(refusal(settings(""), "", id, key)))
                    .startsWith(reason + "; it must be");
            assertThat(SettingMessages.clause(refusal(settings(full().replace(">me<", ">" + id + "<")), "ehr", "", "")))
                    .startsWith(reason + " (from the <username> of the <server> ehr in settings.xml)");
            assertThat(SettingMessages.clause(
                            refusal(settings("", Map.of("CUMULUS_SMART_CLIENT_ID", id)), "", "", key)))
                    .startsWith(reason + " (from CUMULUS_SMART_CLIENT_ID in the environment)");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"/secure/nosuch", "./client-id", "../client", "~/client-id", "client.txt", "C:\\id", "src/no"
                })
        @DisplayName("what looks like a path and is not there is said to be missing")
        void missingFile(String path) throws Exception {
            InvalidSetting refusal = refusal(settings(""), "", path, key);

            assertThat(refusal.value()).isEqualTo(path);
            assertThat(SettingMessages.clause(refusal))
                    .isEqualTo("looks like the path of a file with the client id, and there is none");
        }

        @Test
        @DisplayName("a folder is none")
        void inFolder() throws Exception {
            assertThat(SettingMessages.clause(refusal(settings(""), "", folder.toString(), key)))
                    .startsWith("is a folder");
        }

        @Test
        @DisplayName("SM-17 the private key, given as the client id by mistake, is neither sent nor shown")
        void keyInstead() throws Exception {
            InvalidSetting refusal = refusal(settings(""), "", key, key);

            assertThat(refusal).hasMessageContaining(key).hasMessageNotContaining(secret());
            assertThat(refusal(settings(""), "", Files.readString(Path.of(key)), key))
                    .hasMessageNotContaining(secret());
        }
    }

    private String secret() throws IOException {
        String text = Files.readString(Path.of(key));
        String secret = text.replaceFirst("(?s).*\"d\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        assertThat(secret).hasSize(64);
        return secret;
    }

    @Nested
    class Key {
        @Test
        @DisplayName("SM-17 a key that stands where its path should is not shown")
        void keyInsteadOfPath() throws Exception {
            InvalidSetting refusal = refusal(settings(""), "", "me", Files.readString(Path.of(key)));

            assertThat(refusal)
                    .hasMessageContaining("must be the path of a file that holds the key, not the key itself")
                    .hasMessageNotContaining(secret());
        }

        @Test
        @DisplayName("a key file that is not there is named")
        void missing() {
            assertThatExceptionOfType(SmartFailure.class)
                    .isThrownBy(() -> settings("")
                            .client("", "me", folder.resolve("gone.jwks").toString()))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(SmartFailure.Kind.KEY_FILE_MISSING))
                    .satisfies(failure -> assertThat(failure.where()).endsWith("gone.jwks"));
        }

        @Test
        @DisplayName("keyId chooses one of several, and must be there")
        void keyId() throws Exception {
            assertIs(settings(full("<keyId>of-the-server</keyId>")).client("ehr", "", ""), "me", "of-the-server");
            assertThatExceptionOfType(SmartFailure.class)
                    .isThrownBy(() -> settings(full("<keyId>x</keyId>")).client("ehr", "", ""))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(SmartFailure.Kind.KEY_ID_UNKNOWN));
        }
    }

    @Nested
    class Incomplete {
        @Test
        @DisplayName(
                "a key without a client id, a client id without a key: both are named with all places to give them")
        void half() throws Exception {
            InvalidSetting noId = refusal(settings(""), "", "", key);
            assertThat(noId.setting()).isEqualTo("smartClientId");
            assertThat(SettingMessages.clause(noId)).contains("<username>", "CUMULUS_SMART_CLIENT_ID");

            InvalidSetting noKey = refusal(settings(""), "", "me", "");
            assertThat(noKey.setting()).isEqualTo("smartJwks");
            assertThat(SettingMessages.clause(noKey)).contains("<privateKey>", "CUMULUS_SMART_JWKS");
        }

        @Test
        @DisplayName("a <server> with half a client")
        void halfServer() throws Exception {
            assertThat(refusal(settings("<username>me</username>"), "ehr", "", "")
                            .setting())
                    .isEqualTo("smartJwks");
            assertThat(refusal(settings("<privateKey>" + key + "</privateKey>"), "ehr", "", "")
                            .setting())
                    .isEqualTo("smartClientId");
            assertThat(refusal(settings(""), "ehr", "", "").setting()).isEqualTo("smartClientId");
        }

        @Test
        @DisplayName("an id that no <server> has")
        void unknownServer() throws Exception {
            InvalidSetting refusal = refusal(settings(full()), "ehr-test", "", "");

            assertThat(refusal).hasMessage("serverId 'ehr-test' is not the <id> of a <server> in settings.xml");
        }
    }

    @Nested
    class Passwords {
        @Test
        @DisplayName("SM-19 a <password> without a key is refused: it would be ignored")
        void withoutKey() throws Exception {
            InvalidSetting refusal =
                    refusal(settings("<username>me</username><password>s3cret</password>"), "ehr", "", "");

            assertThat(refusal)
                    .hasMessage(
                            "serverId 'ehr' has a <password>, which is not supported; SMART Backend Services needs a"
                                    + " <privateKey>");
        }

        @Test
        @DisplayName("with a key from elsewhere, the <password> is for somebody else")
        void withKeyFromElsewhere() throws Exception {
            String server = "<username>me</username><password>s3cret</password>";

            assertIs(settings(server).client("ehr", "", key), "me", "of-the-server");
        }

        @Test
        @DisplayName("one that Maven cannot decrypt stops it, with what to do")
        void undecryptable() throws Exception {
            InvalidSetting refusal =
                    refusal(settings(full() + "<password>" + ENCRYPTED + "</password>"), "ehr", "", "");

            assertThat(refusal)
                    .hasMessageContaining("serverId 'ehr'")
                    .hasMessageContaining("settings-security.xml")
                    .hasMessageContaining("mvn --encrypt-password")
                    .hasMessageNotContaining(ENCRYPTED);
        }

        @Test
        @DisplayName("one that Maven can decrypt is no trouble")
        void decryptable() throws Exception {
            Path security = Files.writeString(
                    folder.resolve("security.xml"),
                    "<settingsSecurity><master>" + MASTER + "</master></settingsSecurity>");
            System.setProperty(WHERE_THE_MASTER_IS, security.toString());

            Optional<ServerAccess.Client> client =
                    settings(full() + "<password>" + ENCRYPTED + "</password>").client("ehr", "", "");

            assertIs(client, "me", "of-the-server");
        }
    }

    @Nested
    class Configuration {
        @Test
        @DisplayName("SM-05 tokenUrl stands in for discovery, scopes for those of the types")
        void tokenUrlAndScopes() throws Exception {
            ServerAccess.Client client = settings(full("<authentication>smart</authentication>"
                            + "<tokenUrl> https://ehr.example/oauth2/token </tokenUrl>"
                            + "<scopes>system/Patient.rs,\n system/Encounter.rs</scopes>"))
                    .client("ehr", "", "")
                    .orElseThrow();

            assertThat(client.tokenUrl()).contains(URI.create("https://ehr.example/oauth2/token"));
            assertThat(client.scopes()).isEqualTo(List.of("system/Patient.rs", "system/Encounter.rs"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"not a url", "ehr.example/token", "/oauth2/token", "https:/ehr.example"})
        void badTokenUrl(String url) throws Exception {
            InvalidSetting refusal = refusal(settings(full("<tokenUrl>" + url + "</tokenUrl>")), "ehr", "", "");

            assertThat(refusal).hasMessageStartingWith("serverId 'ehr' has a <tokenUrl> that is not a URL");
        }

        @ParameterizedTest
        @CsvSource({"basic", "bearer", "client-secret", "SMART"})
        @DisplayName("a kind of authentication that is not supported is refused, with those that are")
        void otherAuthentication(String kind) throws Exception {
            InvalidSetting refusal =
                    refusal(settings(full("<authentication>" + kind + "</authentication>")), "ehr", "", "");

            assertThat(refusal)
                    .hasMessage("serverId 'ehr' asks for authentication '" + kind + "'; supported are smart and none");
        }

        @Test
        @DisplayName("an element that is not known is refused: it may be a misspelt one")
        void unknownElement() throws Exception {
            InvalidSetting refusal = refusal(settings(full("<tokenURL>https://x.example</tokenURL>")), "ehr", "", "");

            assertThat(refusal)
                    .hasMessageContaining("has <tokenURL> in its <configuration>, which is not supported; known are"
                            + " <authentication>, <fhirUrl>, <keyId>, <scopes>, <tokenUrl> and <trustedHosts>");
        }
    }
}
