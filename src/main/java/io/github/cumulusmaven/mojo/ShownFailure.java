package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A failure as {@code -e} and {@code -X} may show it: where it came from, all the way down. Messages of others'
 * exceptions are left out; they may quote a patient's data or a signed URL.
 */
final class ShownFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private static final String OURS = "io.github.cumulusmaven.";

    private ShownFailure(String text, @Nullable ShownFailure cause, StackTraceElement[] trace) {
        super(text, cause);
        setStackTrace(trace);
    }

    /** The secrets are replaced in its messages. */
    static ShownFailure of(Throwable failure, Secrets secrets) {
        return copy(failure, secrets, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static ShownFailure copy(Throwable failure, Secrets secrets, Set<Throwable> seen) {
        seen.add(failure);
        Throwable cause = failure.getCause();
        ShownFailure copied = cause == null || seen.contains(cause) ? null : copy(cause, secrets, seen);
        ShownFailure shown = new ShownFailure(secrets.redact(text(failure)), copied, failure.getStackTrace());
        for (Throwable suppressed : failure.getSuppressed()) {
            if (!seen.contains(suppressed)) {
                shown.addSuppressed(copy(suppressed, secrets, seen));
            }
        }
        return shown;
    }

    private static String text(Throwable failure) {
        String type = failure.getClass().getName();
        String message = failure.getMessage();
        return message != null && isSafe(failure) ? type + ": " + Consoles.printable(message) : type;
    }

    /** Whether the message was made by us, or by Java about a file or a connection. */
    static boolean isSafe(Throwable failure) {
        String type = failure.getClass().getName();
        if (!type.startsWith(OURS)) {
            return failure instanceof IOException && type.startsWith("java.");
        }
        Throwable cause = failure.getCause();
        return cause == null || !Objects.equals(cause.getMessage(), failure.getMessage()) || isSafe(cause);
    }
}
