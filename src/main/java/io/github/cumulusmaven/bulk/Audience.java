package io.github.cumulusmaven.bulk;

import java.util.List;
import java.util.function.Consumer;

/**
 * All who listen to an export.
 *
 * @param listeners told in this order
 */
record Audience(List<ExportListener> listeners) {
    Audience {
        listeners = List.copyOf(listeners);
    }

    void tell(Consumer<ExportListener> event) {
        listeners.forEach(event);
    }
}
