package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.files.TemporaryFolder;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The key of a client of the sandbox, in a file that goes when it is closed, at the latest with the JVM; that of a JVM that
 * was killed goes when the next one is made.
 *
 * @param folder of the file alone
 * @param publicJwks its public part
 */
record TemporaryKey(TemporaryFolder folder, String publicJwks) implements AutoCloseable {
    private static final String PREFIX = "cumulus-sandbox-key-";

    static TemporaryKey make() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        TemporaryFolder.deleteLeftOver(parent, PREFIX);
        TemporaryFolder folder = TemporaryFolder.in(parent, PREFIX);
        folder.createForAll();
        SigningKey key = SigningKey.generate(KeyAlgorithm.ES384, Optional.empty());
        TemporaryKey made = new TemporaryKey(folder, key.publicJwks());
        JwksFile.write(made.file(), key);
        return made;
    }

    /** The private JWKS. */
    Path file() {
        return folder.path().resolve("sandbox.jwks");
    }

    @Override
    public void close() throws IOException {
        folder.delete();
    }
}
