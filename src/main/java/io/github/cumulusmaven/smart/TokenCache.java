package io.github.cumulusmaven.smart;

import io.github.cumulusmaven.http.Authorizer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds one access token for all threads, in memory only, and replaces it shortly before it expires or when it is
 * refused. However many threads need a token at a time, the server is asked once; if that fails, it fails for all of
 * them.
 */
public final class TokenCache implements Authorizer {
    private static final Duration EARLIEST_RENEWAL = Duration.ofMinutes(1);

    private final TokenEndpoint endpoint;
    private final List<String> scopes;
    private final InstantSource clock;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile Optional<Held> held = Optional.empty();
    private volatile @Nullable IOException failure;

    private record Held(AccessToken token, Instant renewAt) {
        private String header() {
            return "Bearer " + token.value();
        }
    }

    /** Asks for nothing yet. */
    public TokenCache(TokenEndpoint endpoint, Collection<String> scopes, InstantSource clock) {
        this.endpoint = endpoint;
        this.scopes = List.copyOf(scopes);
        this.clock = clock;
    }

    @Override
    public Optional<String> authorization(URI target) throws IOException, InterruptedException {
        return Optional.of(obtain(this::isFresh).header());
    }

    /** Replaces the refused token, unless another thread already did. */
    @Override
    public boolean renew(String refused) throws IOException, InterruptedException {
        Held current = obtain(token -> !token.header().equals(refused));
        return !current.header().equals(refused);
    }

    /** Returns the scopes of the current token; requests a token if there is none. */
    public Set<String> grantedScopes() throws IOException, InterruptedException {
        return obtain(this::isFresh).token().scopes();
    }

    private boolean isFresh(Held token) {
        return clock.instant().isBefore(token.renewAt());
    }

    /** Returns the current token if it is good, else a new one. */
    private Held obtain(Predicate<Held> good) throws IOException, InterruptedException {
        Optional<Held> current = held.filter(good);
        if (current.isPresent()) {
            return current.get();
        }
        IOException old = failure;
        asking.lockInterruptibly();
        try {
            Optional<Held> meanwhile = held.filter(good);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            IOException shared = failure;
            if (shared != null && shared != old) {
                throw shared;
            }
            return ask();
        } finally {
            asking.unlock();
        }
    }

    private Held ask() throws IOException, InterruptedException {
        failure = null;
        try {
            AccessToken token = endpoint.request(scopes);
            Held fresh = new Held(token, renewAt(token.expiresAt()));
            held = Optional.of(fresh);
            return fresh;
        } catch (IOException refusal) {
            failure = refusal;
            throw refusal;
        }
    }

    /** Returns when to renew a token: a minute before its end, or at four fifths of a short life. */
    private Instant renewAt(Instant end) {
        Duration fifth = Duration.between(clock.instant(), end).dividedBy(5);
        return end.minus(fifth.compareTo(EARLIEST_RENEWAL) < 0 ? fifth : EARLIEST_RENEWAL);
    }
}
