package io.github.cumulusmaven.run;

import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.smart.ClientCredentials;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

/** Hears how a run gets access to a server. */
public interface AccessListener extends Retries.Listener {
    /** No client is configured: the server is asked without authorization. */
    default void withoutClient() {}

    /** A token is about to be asked for. */
    default void client(ClientCredentials client, URI tokenEndpoint, URI fhirBase) {}

    /** The server's clock differs from this machine's; tokens are asked for by the server's time. */
    default void clockDiffers(Duration difference) {}

    /** The server has granted a token without some of the scopes that were asked for. */
    default void scopesNotGranted(Collection<String> missing) {}

    /** What the server said when it refused a token was written into the log of the export's folder. */
    default void refusalNoted(Path log) {}
}
