package io.github.cumulusmaven.bulk;

/** Names what a user should know, and what stops nothing; in brackets stands what it is about. */
public enum ExportWarning {
    /** A download does not stop; its half file may stay behind. */
    DOWNLOAD_NOT_STOPPED,
    /** A file is not UTF-8, and is kept as it came (its path, the first such line). */
    NOT_UTF8,
    /** Points to what the server says of its own fault, in the log (the log). */
    FAULT_IN_LOG,
    /** The kick-off was answered in another way than the specification's (the HTTP status). */
    IRREGULAR_KICK_OFF,
    /** The server may be waiting for an unfinished export of the same (its URL, its folder). */
    UNFINISHED_BESIDE,
    /** The server has forgotten the job, and is asked anew (the failure, the types). */
    ASKED_ANEW,
    /** A file is not there any more as it came, and is asked for again (its path). */
    FILE_GONE,
    /** The manifest has no time at which a later export could begin. */
    NO_TRANSACTION_TIME,
    /** The manifest is of a later time than before, which does not count (the time before, the time now). */
    LATER_TIME,
    /** The disk does not take the export's state (its failure). */
    STATE_LAGS_BEHIND
}
