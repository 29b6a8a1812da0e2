package io.github.cumulusmaven.run;

import io.github.cumulusmaven.http.Authorizer;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gets its access when the first request needs it: where there is nothing to ask for, nobody is asked for a token. */
final class DeferredAuthorizer implements Authorizer {
    private final Access access;
    private @Nullable Authorizer authorizer;
    private @Nullable IOException refused;

    DeferredAuthorizer(Access access) {
        this.access = access;
    }

    /** How to get it. */
    @FunctionalInterface
    interface Access {
        Authorizer get() throws IOException, InterruptedException;
    }

    /** Asked for once: a server that refuses a client goes on doing so. */
    private synchronized Authorizer authorizer() throws IOException, InterruptedException {
        if (refused != null) {
            throw refused;
        }
        if (authorizer == null) {
            try {
                authorizer = access.get();
            } catch (IOException failure) {
                refused = failure;
                throw failure;
            }
        }
        return authorizer;
    }

    @Override
    public Optional<String> authorization(URI target) throws IOException, InterruptedException {
        return authorizer().authorization(target);
    }

    @Override
    public boolean renew(String credential) throws IOException, InterruptedException {
        return authorizer().renew(credential);
    }
}
