package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.Retries;
import java.io.IOException;

/** A host that the server itself has named is not found: it is the network that is down, and may come back. */
final class NetworkDown extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    NetworkDown(HttpFailure unknownHost) {
        super(unknownHost.getMessage(), unknownHost);
    }

    @Override
    public boolean isPassing() {
        return true;
    }
}
