package io.github.cumulusmaven.http;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Credentials that their owner also lets hosts see which are not the FHIR server's.
 *
 * @param credentials where the credential comes from
 * @param hosts in lower case, each with a port ({@code files.example:8443}) or for all ports
 */
public record TrustedHosts(Authorizer credentials, Set<String> hosts) implements Authorizer {
    public TrustedHosts {
        hosts = Set.copyOf(hosts);
    }

    @Override
    public Optional<String> authorization(URI target) throws IOException, InterruptedException {
        return credentials.authorization(target);
    }

    @Override
    public boolean renew(String refused) throws IOException, InterruptedException {
        return credentials.renew(refused);
    }

    @Override
    public boolean isTrusted(Origin origin) {
        return hosts.contains(origin.host()) || hosts.contains(origin.host() + ":" + origin.port());
    }
}
