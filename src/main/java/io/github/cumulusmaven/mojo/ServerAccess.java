package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.Scopes;
import io.github.cumulusmaven.smart.SmartConfiguration;
import io.github.cumulusmaven.smart.TokenCache;
import io.github.cumulusmaven.smart.TokenEndpoint;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gets a goal its access to a server: discovery, and a first token before anything else is asked. */
record ServerAccess(HttpGateway gateway, Sleeper sleeper, InstantSource clock, ExportConsole console) {
    private static final RetryPolicy POLICY = new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(30));

    /**
     * A SMART client, with what the user fixed about its server.
     *
     * @param credentials who we are
     * @param tokenUrl instead of discovery (SM-05)
     * @param scopes instead of those that follow from the types
     */
    record Client(ClientCredentials credentials, Optional<URI> tokenUrl, List<String> scopes) {}

    Authorizer authorizer(URI fhirBase, Collection<String> types, Optional<Client> client)
            throws IOException, InterruptedException {
        if (client.isEmpty()) {
            console.withoutClient();
            return Authorizer.NONE;
        }
        Retries retries = new Retries(POLICY, sleeper, console);
        Client ours = client.get();
        SmartConfiguration server = ours.tokenUrl().isPresent()
                ? new SmartConfiguration(ours.tokenUrl().get(), Set.of(), Set.of(), Duration.ZERO)
                : SmartConfiguration.discover(gateway, retries, fhirBase, clock);
        console.client(ours.credentials(), server.tokenEndpoint());
        if (!server.clockSkew().isZero()) {
            console.warned("The server's clock differs from this machine's by "
                    + server.clockSkew().toSeconds() + " s; tokens are asked for by the server's time.");
        }
        Collection<String> scopes = ours.scopes().isEmpty() ? Scopes.forTypes(types, server) : ours.scopes();
        TokenCache tokens =
                new TokenCache(new TokenEndpoint(gateway, retries, server, ours.credentials(), clock), scopes, clock);
        Set<String> missing = Scopes.missing(scopes, tokens.grantedScopes());
        if (!missing.isEmpty()) {
            console.warned("The server did not grant " + String.join(" ", missing)
                    + ": expect these types to be refused or missing. Ask its administrators to add the scopes.");
        }
        return tokens;
    }
}
