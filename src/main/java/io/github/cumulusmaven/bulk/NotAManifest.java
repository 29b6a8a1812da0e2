package io.github.cumulusmaven.bulk;

/** Signals a body that ends a job and is no manifest (ST-14). Holds nothing of its content. */
public final class NotAManifest extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what the body is. */
    public enum Kind {
        EMPTY,
        NOT_JSON,
        /** JSON with a text, number or nesting that nobody needs. */
        ABSURD_JSON,
        OPERATION_OUTCOME,
        NO_OUTPUT,
        /** Its next page has no URL that can be used. */
        NO_NEXT_URL,
        TOO_MANY_FILES,
        TOO_MANY_PAGES,
        /** Its pages lead back to one another. */
        CIRCLE
    }

    private final Kind kind;
    private final int most;

    NotAManifest(Kind kind) {
        this(kind, 0);
    }

    NotAManifest(Kind kind, int most) {
        super(kind.name());
        this.kind = kind;
        this.most = most;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns how many there may be of what there are too many. */
    public int most() {
        return most;
    }
}
