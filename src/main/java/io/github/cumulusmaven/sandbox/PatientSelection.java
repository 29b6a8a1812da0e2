package io.github.cumulusmaven.sandbox;

import java.util.Optional;
import java.util.Set;

/**
 * Whose resources an export holds.
 *
 * @param ids of the patients; nothing for all of them
 */
record PatientSelection(Optional<Set<String>> ids) {
    static final PatientSelection ALL = new PatientSelection(Optional.empty());

    static PatientSelection of(Set<String> ids) {
        return new PatientSelection(Optional.of(Set.copyOf(ids)));
    }

    boolean has(String patient) {
        return ids.isEmpty() || ids.get().contains(patient);
    }
}
