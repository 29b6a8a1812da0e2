package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ScrubResult;
import java.util.Locale;

/** Why a line of the input is not a row. */
public enum LineProblem {
    NOT_JSON,
    NOT_UTF8,
    CUT_OFF,
    NOT_A_RESOURCE,
    OTHER_TYPE,
    OPERATION_OUTCOME,
    TOO_COMPLEX,
    TOO_LONG,
    NO_ID,
    UNEXPECTED_VALUE,
    MODIFIER_EXTENSION;

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

    /** As it stands in the report. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a resource is lost; leaving out what a modifier extension changes, or what is no data, is as it should be. */
    public boolean isError() {
        return this != MODIFIER_EXTENSION && this != OPERATION_OUTCOME;
    }
}
