package io.github.cumulusmaven.deid;

/** Ends the work on a resource. Thrown often, so without a stack trace. */
final class Skip extends Exception {
    private static final long serialVersionUID = 1L;

    private final SkipReason reason;
    private final String element;

    Skip(SkipReason reason, String element) {
        super(null, null, false, false);
        this.reason = reason;
        this.element = element;
    }

    Skip(SkipReason reason) {
        this(reason, "");
    }

    ScrubResult.Skipped result() {
        return new ScrubResult.Skipped(reason, element);
    }
}
