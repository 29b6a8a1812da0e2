package io.github.cumulusmaven.sandbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kick-off that was understood.
 *
 * @param url as the client called it
 * @param transactionTime of the kick-off
 * @param access of the client
 * @param patients whose resources; nothing for an export of the whole system
 * @param types asked for; nothing for all
 * @param changed when
 * @param ignored parameters that the client allowed to be ignored
 */
record ExportRequest(
        String url,
        Instant transactionTime,
        Access access,
        Optional<PatientSelection> patients,
        Optional<Set<String>> types,
        ChangeWindow changed,
        List<String> ignored) {

    /** Binaries are read one by one, and are never in an export. */
    boolean canHold(String type) {
        return patients.isPresent() ? PatientCompartment.covers(type) : !type.equals("Binary");
    }

    boolean holds(String type) {
        return canHold(type)
                && types.map(asked -> asked.contains(type)).orElse(true)
                && access.scopes().allowsExport(type);
    }
}
