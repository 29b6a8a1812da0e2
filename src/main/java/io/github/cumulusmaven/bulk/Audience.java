package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Retries;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * All who listen to an export.
 *
 * @param listeners told in this order
 */
record Audience(List<ExportListener> listeners) implements Retries.Listener, AutoCloseable {
    Audience {
        listeners = List.copyOf(listeners);
    }

    void tell(Consumer<ExportListener> event) {
        listeners.forEach(event);
    }

    @Override
    public void close() {
        tell(ExportListener::close);
    }

    @Override
    public void retrying(String what, int attempt, int attempts, String reason, Duration wait) {
        tell(listener -> listener.retrying(what, attempt, attempts, reason, wait));
    }
}
