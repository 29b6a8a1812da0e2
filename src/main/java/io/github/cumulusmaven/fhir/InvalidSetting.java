package io.github.cumulusmaven.fhir;

import java.util.List;

/** Refuses a value of the configuration; nothing was done yet. */
public final class InvalidSetting extends Exception {
    private static final long serialVersionUID = 1L;

    /** Tells what is wrong with a value: a {@link Kind}, or what a user reads of it where that is written. */
    public interface Reason {}

    /** Names what is wrong with a value; in brackets stands what the exception is {@link #about} besides. */
    public enum Kind implements Reason {
        /** Lies outside a range (the least, the most). */
        OUT_OF_RANGE,
        /** Lies below the least (the least). */
        TOO_SMALL,
        /** Is shorter than a second. */
        BELOW_A_SECOND,
        /** Is less than nothing. */
        NEGATIVE,
        /** Is longer than can be reckoned with. */
        BEYOND_TEN_YEARS,
        /** Is none of some words (all of them). */
        NOT_ONE_OF,
        /** Has a part that is none of some words (all of them). */
        NOT_AMONG,
        /** Has a part that is none of some words, and is not the word for nothing (all of them). */
        NOT_AMONG_NOR_NONE,
        /** Is no validation of files. */
        NO_VALIDATION,
        /** Is no URL (what Java says of it). */
        MALFORMED_URL,
        /** Is no URL, as it has no scheme. */
        NO_SCHEME,
        /** Names a host that Java cannot connect to, because of an underscore. */
        UNDERSCORE_IN_HOST,
        /** Is no https URL, or has no proper host. */
        NOT_WEB,
        /** Is plain http to another machine. */
        EXPOSED,
        /** Has a fragment. */
        FRAGMENT,
        /** Holds a user or a password. */
        USER_INFO,
        /** Ends before the group's id. */
        NO_GROUP,
        /** Is a search (the URL without its query, the first parameter). */
        SEARCH,
        /** Is the status URL of a job. */
        STATUS_URL,
        /** Names an operation other than the export (the operation, the URL in front of it). */
        OTHER_OPERATION,
        /** Names a description of the server (its base). */
        SERVER_DESCRIPTION,
        /** Names all resources of one type (the server's base). */
        ALL_OF_ONE_TYPE,
        /** Names one resource (the server's base). */
        ONE_RESOURCE,
        /** Asks for files that do not hold one resource type each. */
        MIXED_FILES,
        /** Asks for a manifest in parts. */
        PARTIAL_MANIFESTS,
        /** Asks for single patients, for which a kick-off by POST would be needed. */
        SINGLE_PATIENTS,
        /** Holds a secret. */
        SECRET,
        /** Asks for another format than NDJSON. */
        NOT_NDJSON,
        /** Is no element at the root of a resource. */
        NOT_A_ROOT_ELEMENT,
        /** Is no kind of associated data. */
        NO_ASSOCIATED_DATA,
        /** Names no resource type of FHIR (the closest one, where there is one). */
        UNKNOWN_TYPE,
        /** Is given twice, with other values. */
        GIVEN_TWICE,
        /** Does not lie before the end of what is asked for (that end, as it was given). */
        NOT_BEFORE_UNTIL,
        /** Is neither a date nor a time with a zone. */
        NOT_A_TIME,
        /** Is no search on one type. */
        NO_TYPE_FILTER,
        /** Shapes the result of a search (the parameter). */
        RESULT_PARAMETER,
        /** Does not say what the server calls itself and where it is. */
        NO_REWRITE,
        /** Has credentials for other servers (their bases, the base that was to be asked). */
        PINNED_ELSEWHERE,
        /** Are no media types. */
        NO_MEDIA_TYPES,
        /** Names tables whose resources are not exported. */
        NOT_EXPORTED,
        /** Takes away all tables. */
        NOTHING_LEFT,
        /** Is a type of no table that is built. */
        NOT_BUILT,
        /** Lies in the folder of the tables. */
        IN_OUTPUT,
        /** Lies in the PHI folder. */
        IN_PHI,
        /** Lies in the input. */
        IN_INPUT,
        /** Lies in another folder of the input. */
        IN_OTHER_INPUT,
        /** Lies in what {@code mvn clean} deletes. */
        IN_BUILD,
        /** Lies in the export that is hydrated. */
        IN_EXPORT,
        /** Is no text file that can be read. */
        UNREADABLE,
        /** Is no line that acknowledges a finding (the kinds of findings). */
        NO_ACKNOWLEDGEMENT
    }

    private final String setting;
    private final String value;
    private final transient Reason reason;
    private final transient List<Object> about;

    /**
     * Collects what a user needs to mend it.
     *
     * @param setting the parameter's name, for example {@code since}
     * @param value what was given, as it may be shown
     * @param about see {@link Kind}
     */
    public InvalidSetting(String setting, String value, Reason reason, Object... about) {
        super(setting + " '" + value + "' " + reason + (about.length == 0 ? "" : " " + List.of(about)));
        this.setting = setting;
        this.value = value;
        this.reason = reason;
        this.about = List.of(about);
    }

    /** Names the same value by another parameter. */
    public InvalidSetting of(String parameter) {
        return new InvalidSetting(parameter, value, reason, about.toArray());
    }

    public String setting() {
        return setting;
    }

    public String value() {
        return value;
    }

    public Reason reason() {
        return reason;
    }

    /** Returns the values that belong to the reason. */
    public List<Object> about() {
        return about;
    }
}
