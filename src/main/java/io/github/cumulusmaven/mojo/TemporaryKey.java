package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The key of a client of the sandbox, in a file that goes when it is closed, at the latest with the JVM.
 *
 * @param file the private JWKS, in a folder of its own
 * @param publicJwks its public part
 */
record TemporaryKey(Path file, String publicJwks) implements AutoCloseable {
    static TemporaryKey make() throws IOException {
        Path folder = Files.createTempDirectory("cumulus-sandbox-key-");
        Path file = folder.resolve("sandbox.jwks");
        // Deleted in the reverse order.
        folder.toFile().deleteOnExit();
        file.toFile().deleteOnExit();
        SigningKey key = SigningKey.generate(KeyAlgorithm.ES384, Optional.empty());
        JwksFile.write(file, key);
        return new TemporaryKey(file, key.publicJwks());
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.resolveSibling(""));
    }
}
