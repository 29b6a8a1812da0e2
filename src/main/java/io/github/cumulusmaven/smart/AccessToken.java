package io.github.cumulusmaven.smart;

import java.time.Instant;
import java.util.Set;

/**
 * What the server gave, to be kept in memory only (SM-21).
 *
 * @param value the secret
 * @param expiresAt by our clock
 * @param scopes as granted, which may be less than was asked for (SM-12)
 */
public record AccessToken(String value, Instant expiresAt, Set<String> scopes) {
    public AccessToken {
        scopes = Set.copyOf(scopes);
    }

    /** All but the secret. */
    @Override
    public String toString() {
        return "AccessToken[expiresAt=" + expiresAt + ", scopes=" + scopes + "]";
    }
}
