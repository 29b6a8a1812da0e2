package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.completion.CumulusLibrary;
import io.github.cumulusmaven.etl.completion.ExportTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run called complete without seeing all of it, and what Cumulus Library makes of its Encounters.
 *
 * @param time as of when tables are complete
 * @param encounters rows of the table of Encounters
 * @param encountersShown how many of them {@link CumulusLibrary} will show, as far as these tables go: none while it waits
 *     for a table; then those that are not entered in error and whose Patient is in the tables
 * @param gaps the tables that {@link CumulusLibrary} needs and that are not complete, each with what is in the way
 * @param vouched tables that are complete because the user says so
 * @param noneCame tables that are complete and empty, as the export asked for their type and none came
 * @param namedInExport whether the export named the types of these, rather than ask for all
 */
public record CompletionReport(
        ExportTime time,
        long encounters,
        long encountersShown,
        Map<String, Gap> gaps,
        List<String> vouched,
        List<String> noneCame,
        boolean namedInExport) {
    /** Why a table is not complete. */
    public enum Gap {
        /** There are no files of its type, and nothing tells that the export was asked for it. */
        NO_FILES,
        /** The export was not asked for it. */
        NOT_ASKED_FOR,
        /** A filter took some of it away. */
        FILTERED,
        /** The user selected other tables. */
        NOT_SELECTED,
        /** The user excluded it. */
        EXCLUDED,
        /** It is complete only for another group than that of the Encounters, or as of an earlier time. */
        OTHER_EXPORT,
        /** Something is lost, or may be. */
        LOST;

        /** As it stands in the report. */
        String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public CompletionReport {
        gaps = new TreeMap<>(gaps);
        vouched = List.copyOf(vouched);
        noneCame = List.copyOf(noneCame);
    }
}
