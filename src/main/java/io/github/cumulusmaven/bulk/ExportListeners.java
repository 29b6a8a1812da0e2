package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Retries;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Tells all who listen to an export.
 *
 * @param listeners told in this order
 */
record ExportListeners(List<ExportListener> listeners) implements Retries.Listener, AutoCloseable {
    ExportListeners {
        listeners = List.copyOf(listeners);
    }

    ExportListeners with(ExportListener last) {
        return new ExportListeners(
                Stream.concat(listeners.stream(), Stream.of(last)).toList());
    }

    void tell(Consumer<ExportListener> event) {
        listeners.forEach(event);
    }

    void warn(ExportWarning warning, Object... about) {
        tell(listener -> listener.warned(warning, List.of(about)));
    }

    @Override
    public void close() {
        tell(ExportListener::close);
    }

    @Override
    public void retrying(String what, int attempt, int attempts, Exception reason, Duration wait) {
        tell(listener -> listener.retrying(what, attempt, attempts, reason, wait));
    }
}
