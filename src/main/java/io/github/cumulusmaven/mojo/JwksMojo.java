package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import io.github.cumulusmaven.smart.SmartFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Makes the key pair of a SMART client: a private JWKS for its owner only, and beside it the public JWKS to register with
 * the EHR. Where the private file exists, only its public part is written. Nothing is ever overwritten.
 *
 * @since 0.1.0
 */
@Mojo(name = "jwks", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class JwksMojo extends AbstractCumulusMojo {
    /**
     * The private JWKS to make, or to take the public part of. The public one is put beside it: for
     * {@code cumulus.jwks} it is {@code cumulus.public.jwks}.
     *
     * <pre>{@code
     * <smartJwks>/secure/cumulus.jwks</smartJwks>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.smartJwks", defaultValue = "${user.home}/.cumulus/cumulus.jwks")
    @Nullable
    File smartJwks;

    /**
     * {@code RS384} (an RSA key of 3072 bits) or {@code ES384} (an EC key on P-384). SMART servers know both.
     *
     * <pre>{@code
     * <algorithm>ES384</algorithm>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.algorithm", defaultValue = "RS384")
    String algorithm = "RS384";

    /**
     * The key's id ({@code kid}); its RFC 7638 thumbprint, if not said.
     *
     * <pre>{@code
     * <keyId>cumulus-2026</keyId>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.keyId")
    @Nullable
    String keyId;

    @Override
    Outcome run(GoalFrame frame) throws Exception {
        if (smartJwks == null) {
            throw SettingMessages.refused("smartJwks", "", "must name a file");
        }
        Path privateFile = smartJwks.toPath().toAbsolutePath().normalize();
        Path publicFile = publicFile(privateFile);
        Optional<String> kid = Optional.ofNullable(keyId).map(String::trim).filter(id -> !id.isEmpty());
        boolean exists = Files.exists(privateFile);
        SigningKey key = exists ? JwksFile.read(privateFile, kid) : SigningKey.generate(algorithm(), kid);
        if (exists) {
            JwksFile.writePublic(publicFile, key);
        } else {
            writeBoth(privateFile, publicFile, key);
        }
        tell(privateFile, publicFile, key, exists);
        return new Outcome.Done();
    }

    /** The private file first: cut off between the two, another run makes the public one out of it. */
    private static void writeBoth(Path privateFile, Path publicFile, SigningKey key) throws IOException {
        JwksFile.write(privateFile, key);
        try {
            JwksFile.writePublic(publicFile, key);
        } catch (SmartFailure unwritable) {
            Files.delete(privateFile); // nobody knows it yet
            throw unwritable;
        }
    }

    private KeyAlgorithm algorithm() throws InvalidSetting {
        return Arrays.stream(KeyAlgorithm.values())
                .filter(known -> known.name().equals(algorithm))
                .findAny()
                .orElseThrow(() -> SettingMessages.refused("algorithm", algorithm, "must be RS384 or ES384"));
    }

    private static Path publicFile(Path privateFile) {
        String name = String.valueOf(privateFile.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String ending = dot > 0 ? name.substring(dot) : ".jwks";
        return privateFile.resolveSibling(stem + ".public" + ending);
    }

    private void tell(Path privateFile, Path publicFile, SigningKey key, boolean existed) {
        getLog().info((existed ? "Private key, as it was: " : "Private key, for nobody else: ") + privateFile);
        getLog().info("Public key, to register:      " + publicFile);
        getLog().info("Key id " + key.keyId() + ", algorithm " + key.algorithm());
        getLog().info("Next: register the public file with the EHR, which gives you a client id; then put into"
                + " settings.xml:");
        getLog().info("  <server><id>ehr</id><username>CLIENT-ID</username><privateKey>" + privateFile
                + "</privateKey>");
        getLog().info("    <configuration><fhirUrl>https://…</fhirUrl></configuration></server>");
        getLog().info("where <fhirUrl> is the FHIR server, the only one that this client's credentials are for;");
        getLog().info("and export: " + new CommandLine(version, "export").with("serverId", "ehr")
                + " -Dcumulus.fhirUrl=https://…");
    }
}
