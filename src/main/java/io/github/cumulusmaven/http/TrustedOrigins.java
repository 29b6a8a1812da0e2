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
 * @param origins who may see it
 */
public record TrustedOrigins(Authorizer credentials, Set<Origin> origins) implements Authorizer {
    public TrustedOrigins {
        origins = Set.copyOf(origins);
    }

    /** Trusts the origins of these URLs, of which several may have the same. */
    public static TrustedOrigins of(Authorizer credentials, URI... urls) {
        return new TrustedOrigins(
                credentials, Arrays.stream(urls).map(Origin::of).collect(Collectors.toSet()));
    }

    @Override
    public Optional<String> authorization(URI target) throws IOException, InterruptedException {
        boolean trusted = origins.contains(Origin.of(target)) && !SignedUrl.isSigned(target);
        return trusted ? credentials.authorization(target) : Optional.empty();
    }

    @Override
    public boolean renew(String refused) throws IOException, InterruptedException {
        return credentials.renew(refused);
    }
}
