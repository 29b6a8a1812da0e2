package io.github.cumulusmaven.smart;

import java.time.Instant;
import java.util.Set;

/**
 * An access token of the server, held in memory only (SM-21).
 *
 * @param value the secret
 * @param expiresAt when it ends, by our clock
 * @param scopes as granted, which may be less than was asked for (SM-12)
 */
public record AccessToken(String value, Instant expiresAt, Set<String> scopes) {
    public AccessToken {
        scopes = Set.copyOf(scopes);
    }

    /** Leaves the token itself out. */
    @Override
    public String toString() {
        return "AccessToken[expiresAt=" + expiresAt + ", scopes=" + scopes + "]";
    }
}
