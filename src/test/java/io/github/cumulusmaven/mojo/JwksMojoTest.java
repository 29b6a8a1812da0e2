package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.sandbox.SandboxConfig;
import io.github.cumulusmaven.sandbox.SandboxData;
import io.github.cumulusmaven.sandbox.SandboxServer;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwksMojoTest {
    @TempDir
    Path folder;

    private final RecordingLog log = new RecordingLog();
    private Path privateFile;
    private Path publicFile;

    @BeforeEach
    void name() {
        privateFile = folder.resolve("secure/cumulus.jwks");
        publicFile = folder.resolve("secure/cumulus.public.jwks");
    }

    private JwksMojo jwks(String algorithm) {
        JwksMojo jwks = new JwksMojo();
        jwks.setLog(log);
        jwks.version = "1.2.3";
        jwks.smartJwks = privateFile.toFile();
        jwks.algorithm = algorithm;
        return jwks;
    }

    private static JsonNode onlyKey(Path file) throws IOException {
        JsonNode keys = FhirJson.mapper().readTree(file.toFile()).path("keys");
        assertThat(keys).hasSize(1);
        return keys.get(0);
    }

    private static MojoFailureException failure(JwksMojo jwks) {
        MojoFailureException failure = catchThrowableOfType(MojoFailureException.class, jwks::execute);
        assertThat(failure).as("succeeded").isNotNull();
        return failure;
    }

    @ParameterizedTest
    @CsvSource({"RS384, RSA", "ES384, EC"})
    @DisplayName("SM-06 SM-18 both files, of which the public one holds nothing private")
    void makesBoth(String algorithm, String type) throws Exception {
        jwks(algorithm).execute();

        JsonNode ours = onlyKey(privateFile);
        JsonNode theirs = onlyKey(publicFile);
        assertThat(ours.path("kty").asText()).isEqualTo(type);
        assertThat(ours.path("d").asText()).hasSizeGreaterThan(60);
        assertThat(theirs.path("alg").asText()).isEqualTo(algorithm);
        assertThat(theirs.path("kid").asText())
                .isNotEmpty()
                .isEqualTo(ours.path("kid").asText());
        assertThat(theirs.fieldNames()).toIterable().doesNotContain("d", "p", "q", "dp", "dq", "qi", "k");
        assertThat(Files.readString(publicFile))
                .doesNotContain(ours.path("d").asText())
                .contains(ours.path(type.equals("EC") ? "x" : "n").asText());
    }

    @Test
    @DisplayName("says what is for whom, and the next two steps, without the key")
    void tells() throws Exception {
        JwksMojo jwks = jwks("ES384");
        jwks.keyId = "cumulus-2026";
        jwks.execute();

        assertThat(log.lines())
                .containsExactly(
                        "INFO Private key, for nobody else: " + privateFile,
                        "INFO Public key, to register:      " + publicFile,
                        "INFO Key id cumulus-2026, algorithm ES384",
                        "INFO Next: register the public file with the EHR, which gives you a client id; then put into"
                                + " settings.xml:",
                        "INFO   <server><id>ehr</id><username>CLIENT-ID</username><privateKey>" + privateFile
                                + "</privateKey>",
                        "INFO     <configuration><fhirUrl>https://…</fhirUrl></configuration></server>",
                        "INFO where <fhirUrl> is the FHIR server, the only one that this client's credentials are for;",
                        "INFO and export: mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:export"
                                + " -Dcumulus.serverId=ehr -Dcumulus.fhirUrl=https://…");
        assertThat(onlyKey(privateFile).path("kid").asText()).isEqualTo("cumulus-2026");
    }

    @Test
    @DisplayName("SM-17 the private file and its new folder are for their owner only; the public one is for everyone")
    void rights() throws Exception {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        jwks("ES384").execute();

        assertThat(rights(privateFile)).isEqualTo("rw-------");
        assertThat(rights(privateFile.getParent())).isEqualTo("rwx------");
        assertThat(rights(publicFile)).isEqualTo(rightsOfAnyFile());
    }

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** Those that this user gives to a file that everyone may read. */
    private String rightsOfAnyFile() throws IOException {
        return rights(Files.createFile(
                folder.resolve("any"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"))));
    }

    @Test
    @DisplayName("a second run refuses and changes nothing")
    void twice() throws Exception {
        jwks("ES384").execute();
        byte[] ours = Files.readAllBytes(privateFile);
        byte[] theirs = Files.readAllBytes(publicFile);

        assertThat(failure(jwks("ES384")))
                .hasMessage(
                        publicFile + ": exists already, and keys are never overwritten. Name another <smartJwks>, or"
                                + " move this file away.");
        assertThat(privateFile).hasBinaryContent(ours);
        assertThat(publicFile).hasBinaryContent(theirs);
    }

    @Test
    @DisplayName("a key that exists gives its public part again")
    void publicPartAgain() throws Exception {
        jwks("ES384").execute();
        byte[] ours = Files.readAllBytes(privateFile);
        byte[] theirs = Files.readAllBytes(publicFile);
        Files.delete(publicFile);

        jwks("RS384").execute();

        assertThat(privateFile).hasBinaryContent(ours);
        assertThat(publicFile).hasBinaryContent(theirs);
        assertThat(log.lines()).contains("INFO Private key, as it was: " + privateFile);
    }

    @Test
    @DisplayName("a public file without its private one is somebody's: nothing is made beside it")
    void publicFileInTheWay() throws Exception {
        Files.createDirectories(publicFile.getParent());
        Files.writeString(publicFile, "theirs");

        assertThat(failure(jwks("ES384"))).hasMessageStartingWith(publicFile + ": exists already");
        assertThat(privateFile).doesNotExist();
        assertThat(publicFile).hasContent("theirs");
    }

    @Test
    @DisplayName("where the folder cannot be made, nothing is made")
    void unwritable() throws Exception {
        Files.writeString(folder.resolve("secure"), "a file");

        MojoExecutionException failure = catchThrowableOfType(
                MojoExecutionException.class, () -> jwks("ES384").execute());

        assertThat(failure)
                .hasMessage(privateFile + ": cannot be written. Check the rights of the file's folder, and the space on"
                        + " the disk.");
        assertThat(folder).isDirectoryContaining("glob:**/secure").isDirectoryNotContaining("glob:**/cumulus*");
    }

    @Test
    @DisplayName("a private file that cannot be made leaves no public one")
    void noPrivateFile() throws Exception {
        Files.createDirectories(privateFile.getParent());
        // Exists for whoever wants to make it, but not for whoever looks: a link that leads nowhere.
        try {
            Files.createSymbolicLink(privateFile, folder.resolve("nowhere/key"));
        } catch (IOException | UnsupportedOperationException noLinks) {
            assumeTrue(false, "no symbolic links here");
        }

        assertThat(failure(jwks("ES384"))).hasMessageStartingWith(privateFile + ": exists already");
        assertThat(publicFile).doesNotExist();
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "rs384", "RS256", ""})
    @DisplayName("another algorithm is refused with the two that are known, before anything is made")
    void otherAlgorithm(String algorithm) {
        assertThat(failure(jwks(algorithm)))
                .hasMessageStartingWith("<algorithm>")
                .hasMessageContaining("must be RS384 or ES384 (in the pom, or -Dcumulus.algorithm=…).");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @DisplayName("a file that is no key is neither read as one nor touched")
    void otherFile() throws Exception {
        Files.createDirectories(privateFile.getParent());
        Files.writeString(privateFile, "my thesis");

        assertThat(failure(jwks("ES384")))
                .hasMessageStartingWith(privateFile + ": is neither a JWKS nor a JWK: not JSON at line 1, column 1.");
        assertThat(privateFile).hasContent("my thesis");
        assertThat(publicFile).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"key, key.public.jwks", "my.key.json, my.key.public.json", ".jwks, .jwks.public.jwks"})
    @DisplayName("the public file is named after the private one")
    void names(String ours, String theirs) throws Exception {
        privateFile = folder.resolve(ours);

        jwks("ES384").execute();

        assertThat(folder.resolve(theirs)).isRegularFile();
    }

    @Test
    @DisplayName("the way from a key to an export: make it, register the public file, export with the private one")
    void roundTrip() throws Exception {
        jwks("ES384").execute();
        Path target = folder.resolve("export");

        try (SandboxServer server =
                SandboxServer.start(new SandboxConfig(0, SandboxData.sample(), true), Clock.systemUTC())) {
            ExportMojo export = Goals.export(log, server.fhirBase() + "/Patient", target);
            export.smartClientId = server.register(Files.readString(publicFile));
            export.smartJwks = privateFile.toFile();
            export.types = List.of("Patient");

            export.execute();
        }

        assertThat(target.resolve("Patient.000.ndjson")).isNotEmptyFile();
    }
}
