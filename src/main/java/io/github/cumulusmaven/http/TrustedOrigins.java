package io.github.cumulusmaven.http;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hands a credential on to known origins only, and never to a URL that carries its own permission.
 *
 * @param credentials where the credential comes from
 * @param home the origin of the server that the credential is for
 * @param others further origins that may see it, beside those that the credentials themselves allow
 */
public record TrustedOrigins(Authorizer credentials, Origin home, Set<Origin> others) implements Authorizer {
    public TrustedOrigins {
        others = Set.copyOf(others);
    }

    /** Trusts the origin of a server, and those of the other URLs, of which several may have the same. */
    public static TrustedOrigins of(Authorizer credentials, URI home, URI... others) {
        return new TrustedOrigins(
                credentials,
                Origin.of(home),
                Arrays.stream(others).map(Origin::of).collect(Collectors.toSet()));
    }

    @Override
    public Optional<String> authorization(URI target) throws IOException, InterruptedException {
        return isTrusted(Origin.of(target)) && !SignedUrl.isSigned(target)
                ? credentials.authorization(target)
                : Optional.empty();
    }

    @Override
    public boolean renew(String refused) throws IOException, InterruptedException {
        return credentials.renew(refused);
    }

    @Override
    public boolean isTrusted(Origin origin) {
        return origin.equals(home) || others.contains(origin) || credentials.isTrusted(origin);
    }

    @Override
    public Optional<Origin> withheldFor(URI target) {
        boolean withheld = credentials != NONE && !isTrusted(Origin.of(target)) && !SignedUrl.isSigned(target);
        return withheld ? Optional.of(home) : Optional.empty();
    }
}
