package io.github.cumulusmaven.http;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Decides which requests carry a credential, and which. */
public interface Authorizer {
    /** Sends every request bare. */
    Authorizer NONE = new Authorizer() {
        @Override
        public Optional<String> authorization(URI target) {
            return Optional.empty();
        }

        @Override
        public boolean renew(String refused) {
            return false;
        }
    };

    /**
     * Returns the value of the {@code Authorization} header for a request to this URL, or nothing if the request must
     * go without.
     */
    Optional<String> authorization(URI target) throws IOException, InterruptedException;

    /**
     * Renews a credential that the server refused with 401. Returns true when another header may now do better, and the
     * request is worth repeating once.
     */
    boolean renew(String refused) throws IOException, InterruptedException;

    /** Tells whether the credential's owner lets an origin see it that is not the FHIR server's. */
    default boolean isTrusted(Origin origin) {
        return false;
    }

    /**
     * Names the server that the credential is for, where a request to this URL goes to another server and so has no
     * credential.
     */
    default Optional<Origin> withheldFor(URI target) {
        return Optional.empty();
    }
}
