package io.github.cumulusmaven.mojo;

import java.net.URI;
import java.util.Optional;

/** A folder names a server, or a client, for which credentials are wanted, and nothing proves that this user wrote that. */
final class UnsealedFolder extends Exception {
    private static final long serialVersionUID = 1L;

    private final URI base;
    private final transient Optional<Exception> sealProblem;

    /**
     * For one folder.
     *
     * @param base the server that it names
     * @param sealProblem why this user has no key for seals, where that is so
     */
    UnsealedFolder(URI base, Optional<Exception> sealProblem) {
        super("export.json is not sealed");
        this.base = base;
        this.sealProblem = sealProblem;
    }

    URI base() {
        return base;
    }

    Optional<Exception> sealProblem() {
        return sealProblem;
    }
}
