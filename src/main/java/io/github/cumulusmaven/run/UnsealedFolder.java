package io.github.cumulusmaven.run;

import java.net.URI;
import java.util.Optional;

/** A folder names a server, or a client, for which credentials are wanted, and nothing proves that this user wrote that. */
public final class UnsealedFolder extends Exception {
    private static final long serialVersionUID = 1L;

    private final URI base;
    private final boolean namesServer;
    private final boolean namesClient;
    private final transient Optional<Exception> sealProblem;

    /**
     * For one folder.
     *
     * @param base the server
     * @param namesServer whether only the folder names the server
     * @param namesClient whether only the folder names the client
     * @param sealProblem why this user has no key for seals, where that is so
     */
    UnsealedFolder(URI base, boolean namesServer, boolean namesClient, Optional<Exception> sealProblem) {
        super("export.json is not sealed");
        this.base = base;
        this.namesServer = namesServer;
        this.namesClient = namesClient;
        this.sealProblem = sealProblem;
    }

    public URI base() {
        return base;
    }

    public boolean namesServer() {
        return namesServer;
    }

    public boolean namesClient() {
        return namesClient;
    }

    public Optional<Exception> sealProblem() {
        return sealProblem;
    }
}
