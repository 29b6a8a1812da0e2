package io.github.cumulusmaven.etl;

/**
 * Tells in what the tables of an earlier run differ from those that a new run would make.
 *
 * @param what the version, parameters, folder or table; empty where the kind tells all
 * @param then how much there was, where that counts
 * @param now how much there is
 */
public record Difference(Kind kind, String what, Amount then, Amount now) {
    /** Names what differs. */
    public enum Kind {
        /** Another version of the plugin has made them. */
        VERSION,
        /** Their ids come from another codebook. */
        CODEBOOK,
        /** Names the other parameters that they were made with, with commas. */
        PARAMETERS,
        /** Names a folder that they were made of, too, and that is not read now. */
        FOLDER_GONE,
        /** Names a folder that they were made without, and that is read now. */
        FOLDER_ADDED,
        /** A folder's files have changed, though they are as many and as large. */
        FOLDER_CHANGED,
        /** A folder then held more or less. */
        FOLDER_RESIZED,
        /** The folders of the input had another order. */
        ORDER,
        /** A table is not as it was written. */
        TABLE,
        /** Medications could not be fetched then. */
        UNFETCHED,
        /** Resources were lost then. */
        LOST
    }

    /**
     * Counts files, or what could not be fetched.
     *
     * @param bytes of all files
     */
    public record Amount(long count, long bytes) {
        static final Amount NONE = new Amount(0, 0);
    }

    Difference(Kind kind, String what) {
        this(kind, what, Amount.NONE, Amount.NONE);
    }
}
