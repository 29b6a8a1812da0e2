package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Retries;
import java.io.IOException;

/** What came, if anything, is not the whole file. Fetching it again may help. */
final class DamagedFile extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    /** The reason, without content. */
    DamagedFile(String reason) {
        super(reason);
    }

    @Override
    public boolean isPassing() {
        return true;
    }
}
