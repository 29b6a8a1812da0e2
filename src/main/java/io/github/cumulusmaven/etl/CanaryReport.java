package io.github.cumulusmaven.etl;

import java.util.List;

/**
 * What the PHI canary looked at, and found nothing in.
 *
 * @param mode how much it was to look at
 * @param patients whose identifiers it looked for
 * @param values how many these are
 * @param tooCommon values that it did not look for, as they might be in a row for another reason
 * @param rows that were written
 * @param rowsChecked that it looked at
 */
public record CanaryReport(CanaryMode mode, long patients, long values, long tooCommon, long rows, long rowsChecked) {
    /** What the canary cannot see, in whatever mode. */
    public static final List<String> NOT_COMPARED = List.of(
            "parts of longer texts",
            "single names and names of fewer than 6 letters",
            "numbers without the system or type that they belong to",
            "street lines without a number",
            "dates other than Patient.birthDate",
            "ids of other resources than Patient",
            "what deidRules keep of a Patient on purpose");

    static CanaryReport off(long rows) {
        return new CanaryReport(CanaryMode.OFF, 0, 0, 0, rows, 0);
    }
}
