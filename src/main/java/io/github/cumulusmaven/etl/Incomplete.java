package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.CompletionReport.Gap;

/**
 * Tells why a table is not called complete.
 *
 * @param value what the reason tells more: a number or a filter; empty where there is nothing
 */
public record Incomplete(Reason reason, String value) {
    /** Names what keeps a table from being complete, with the words that {@code report.json} has for it. */
    public enum Reason {
        FILE_CUT_OFF(Gap.LOST, "a file could not be read to its end"),
        RESOURCES_LOST(Gap.LOST, "resources were lost"),
        MISPLACED(Gap.LOST, "resources of it are in files of another type"),
        UNREAD_FILE(Gap.LOST, "a file that is not read names it"),
        FEWER_THAN_BROUGHT(Gap.LOST, "the export brought % more than the folder holds"),
        NOT_FETCHED(Gap.LOST, "some that are referred to could not be fetched"),
        ENDED_WITHOUT(Gap.LOST, "the export ended without some of it, as export.json says"),
        UNTOLD_FILE(Gap.LOST, "a file that cannot be read, and whose name tells no type, may belong to it"),
        DELETIONS_LOST(Gap.LOST, "what was deleted of it could not be read"),
        DELETIONS_UNREAD(Gap.LOST, "a file among the deleted ones is not read"),
        UNTOLD_LINES(Gap.LOST, "lines that cannot be read, in files whose name tells no type, may belong to it"),
        NOT_ASKED_FOR(Gap.NOT_ASKED_FOR, "the export was not asked for it"),
        FILTERED(Gap.FILTERED, "the export was limited by a _typeFilter (%)");

        private final Gap gap;
        private final String words;

        Reason(Gap gap, String words) {
            this.gap = gap;
            this.words = words;
        }
    }

    public Incomplete(Reason reason) {
        this(reason, "");
    }

    Gap gap() {
        return reason.gap;
    }

    /** Returns the reason as it stands in {@code report.json}, where later versions must find the same words. */
    public String words() {
        return reason.words.replace("%", value);
    }
}
