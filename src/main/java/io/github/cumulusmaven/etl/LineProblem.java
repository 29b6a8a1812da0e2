package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ScrubResult;
import io.github.cumulusmaven.fhir.ndjson.LineLimit;
import java.util.Locale;

/** Why a line of the input is not a row. */
public enum LineProblem {
    NOT_JSON("is not JSON"),
    NOT_UTF8("is not UTF-8"),
    CUT_OFF("is the last and cut off"),
    NOT_A_RESOURCE("is not a FHIR resource"),
    OTHER_TYPE("is a resource of another type than its file"),
    OPERATION_OUTCOME("is an OperationOutcome, in which the server says something of the export"),
    TOO_COMPLEX("is nested too deeply, of too many parts, or has too long a number or name"),
    TOO_LONG("is longer than " + LineLimit.LONGEST / (1024 * 1024) + " MB, more than can be held in memory"),
    NO_ID("has no id"),
    UNEXPECTED_VALUE("has an object or list where FHIR has a primitive value, or the reverse"),
    MODIFIER_EXTENSION("has a modifier extension that the rules do not know");

    private final String words;

    LineProblem(String words) {
        this.words = words;
    }

    /** Says why a scrubber has left a line out. */
    static LineProblem of(ScrubResult.Skipped skipped) {
        return switch (skipped.reason()) {
            case NOT_JSON -> NOT_JSON;
            case TOO_COMPLEX -> TOO_COMPLEX;
            case NOT_A_RESOURCE -> NOT_A_RESOURCE;
            case OTHER_TYPE -> skipped.element().equals("OperationOutcome") ? OPERATION_OUTCOME : OTHER_TYPE;
            case NO_ID -> NO_ID;
            case WRONG_SHAPE -> UNEXPECTED_VALUE;
            case MODIFIER_EXTENSION -> MODIFIER_EXTENSION;
        };
    }

    /** What is wrong, as the rest of a sentence. */
    public String words() {
        return words;
    }

    /** As it stands in the report. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a resource is lost; leaving out what a modifier extension changes, or what is no data, is as it should be. */
    public boolean isError() {
        return this != MODIFIER_EXTENSION && this != OPERATION_OUTCOME;
    }
}
