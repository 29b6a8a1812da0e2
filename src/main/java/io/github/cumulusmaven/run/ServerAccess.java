package io.github.cumulusmaven.run;

import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.http.TrustedHosts;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.Scopes;
import io.github.cumulusmaven.smart.SmartConfiguration;
import io.github.cumulusmaven.smart.TokenCache;
import io.github.cumulusmaven.smart.TokenEndpoint;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gets a goal its access to a server: discovery, and a first token before anything else is asked. */
public record ServerAccess(HttpGateway gateway, RunContext context, AccessListener listener) {
    private static final RetryPolicy POLICY = new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(30));

    /**
     * A SMART client, with what the user fixed about its server.
     *
     * @param credentials who we are
     * @param tokenUrl instead of discovery (SM-05)
     * @param scopes instead of those that follow from the types
     * @param pins the only FHIR bases that its credentials are for; empty where none is named
     * @param trustedHosts further hosts that may see its token, as in {@link TrustedHosts}
     */
    public record Client(
            ClientCredentials credentials,
            Optional<URI> tokenUrl,
            List<String> scopes,
            List<URI> pins,
            Set<String> trustedHosts) {
        /** A client of which nothing more is said. */
        public Client(ClientCredentials credentials) {
            this(credentials, Optional.empty(), List.of(), List.of(), Set.of());
        }

        /** Whether its owner has named this FHIR base for it. */
        public boolean isPinnedTo(URI base) {
            return pins.stream().anyMatch(pin -> isSameBase(pin, base));
        }
    }

    /** Whether two FHIR bases, without slashes at their ends, are one. */
    public static boolean isSameBase(URI one, URI other) {
        return Origin.of(one).equals(Origin.of(other)) && one.getRawPath().equals(other.getRawPath());
    }

    /** Asks for a first token, and tells what came of it; without a client, there is none to ask for. */
    Authorizer authorizer(URI fhirBase, Collection<String> types, Optional<Client> client)
            throws IOException, InterruptedException {
        if (client.isEmpty()) {
            listener.withoutClient();
            return Authorizer.NONE;
        }
        Retries retries = new Retries(POLICY, context.sleeper(), listener);
        Client ours = client.get();
        ours.tokenUrl().ifPresent(gateway::allow);
        SmartConfiguration server = ours.tokenUrl().isPresent()
                ? new SmartConfiguration(ours.tokenUrl().get(), Set.of(), Set.of(), Duration.ZERO)
                : SmartConfiguration.discover(gateway, retries, fhirBase, context.clock());
        listener.client(ours.credentials(), server.tokenEndpoint(), fhirBase);
        Collection<String> scopes = ours.scopes().isEmpty() ? Scopes.forTypes(types, server) : ours.scopes();
        TokenEndpoint endpoint = new TokenEndpoint(gateway, retries, server, ours.credentials(), context.clock());
        TokenCache tokens = new TokenCache(endpoint, scopes, context.clock());
        try {
            tokens.grantedScopes();
        } finally {
            if (!endpoint.clockSkew().isZero()) {
                listener.clockDiffers(endpoint.clockSkew());
            }
        }
        Set<String> missing = Scopes.missing(scopes, tokens.grantedScopes());
        if (!missing.isEmpty()) {
            listener.scopesNotGranted(missing);
        }
        return ours.trustedHosts().isEmpty() ? tokens : new TrustedHosts(tokens, ours.trustedHosts());
    }
}
