package io.github.cumulusmaven.run;

import java.net.URI;
import java.util.Optional;

/**
 * A server that a run may ask, and as which client.
 *
 * @param base of its FHIR API
 * @param vouched whether more than an unsealed folder names it, so that it may be at a local address
 */
public record KnownServer(URI base, Optional<ServerAccess.Client> client, boolean vouched) {}
