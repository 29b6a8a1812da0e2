package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import java.io.IOException;

/** A link was refused, and there is a fresh one now. */
final class StaleLink extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    StaleLink(HttpRefusal refusal) {
        super(refusal.getMessage() + "; the manifest was read again for a fresh link", refusal);
    }

    @Override
    public boolean isPassing() {
        return true;
    }
}
