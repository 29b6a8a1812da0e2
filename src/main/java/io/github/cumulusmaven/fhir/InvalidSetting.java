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
        BELOW_A_SECOND,
        NEGATIVE,
        BEYOND_TEN_YEARS,
        /** Is none of some words (all of them). */
        NOT_ONE_OF,
        /** Has a part that is none of some words (all of them). */
        NOT_AMONG,
        /** Has a part that is none of some words, and is not the word for nothing (all of them). */
        NOT_AMONG_NOR_NONE,
        NO_VALIDATION,
        /** Is no URL (what Java says of it). */
        MALFORMED_URL,
        /** Is no URL, as it has no scheme. */
        NO_SCHEME,
        UNDERSCORE_IN_HOST,
        NOT_WEB,
        /** Is plain http to another machine. */
        EXPOSED,
        FRAGMENT,
        USER_INFO,
        /** Ends before the group's id. */
        NO_GROUP,
        /** Is a search (the URL without its query, the first parameter). */
        SEARCH,
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
        SECRET,
        NOT_NDJSON,
        NOT_A_ROOT_ELEMENT,
        NO_ASSOCIATED_DATA,
        /** Names no resource type of FHIR (the closest one, where there is one). */
        UNKNOWN_TYPE,
        GIVEN_TWICE,
        /** Does not lie before the end of what is asked for (that end, as it was given). */
        NOT_BEFORE_UNTIL,
        NOT_A_TIME,
        NO_TYPE_FILTER,
        /** Shapes the result of a search (the parameter). */
        RESULT_PARAMETER,
        /** Does not say what the server calls itself and where it is. */
        NO_REWRITE,
        /** Has credentials for other servers (their bases, the base that was to be asked). */
        PINNED_ELSEWHERE,
        NO_MEDIA_TYPES,
        /** Names tables whose resources are not exported. */
        NOT_EXPORTED,
        /** Takes away all tables. */
        NOTHING_LEFT,
        /** Is a type of no table that is built. */
        NOT_BUILT,
        IN_OUTPUT,
        IN_PHI,
        IN_INPUT,
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
