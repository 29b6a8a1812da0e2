package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Retries;
import java.io.IOException;
import java.util.Optional;

/** What came, if anything, is not the whole file. Fetching it again, from its beginning, may help. */
final class DamagedFile extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    private final String content;
    private final boolean passing;

    /** The reason, without content. */
    DamagedFile(String reason) {
        this(reason, "", true);
    }

    private DamagedFile(String reason, String content, boolean passing) {
        super(reason);
        this.content = content;
        this.passing = passing;
    }

    /** Makes one that no further attempt mends. */
    static DamagedFile forGood(String reason) {
        return new DamagedFile(reason, "", false);
    }

    /** Says whether it is about the file with this SHA-256. */
    boolean isOf(String sha256) {
        return content.equals(sha256);
    }

    /** The same with the SHA-256 of what is wrong about it: when the very same comes again, no third time will help. */
    DamagedFile in(String sha256) {
        return new DamagedFile(reason(), sha256, passing);
    }

    /** This failure, or the end of all attempts when the one before was about the same content. */
    DamagedFile after(Optional<DamagedFile> before) {
        boolean again = !content.isEmpty()
                && before.filter(other -> other.content.equals(content)).isPresent();
        return again ? new DamagedFile(reason() + ", and so when it was fetched again", content, false) : this;
    }

    private String reason() {
        return String.valueOf(getMessage());
    }

    @Override
    public boolean isPassing() {
        return passing;
    }
}
