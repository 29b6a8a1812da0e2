package io.github.cumulusmaven.etl.canary;

import java.util.List;

/**
 * What the PHI canary looked at, and found nothing in but what was acknowledged.
 *
 * @param mode how many rows it was to compare
 * @param counts of what it looked for
 * @param rows that were written
 * @param rowsChecked that it looked at: those that a later one replaced, too
 * @param acknowledged what it found, and a person calls harmless
 * @param unused lines of acknowledged findings that stand for nothing it found
 */
public record CanaryReport(
        CanaryMode mode,
        Counts counts,
        long rows,
        long rowsChecked,
        List<Acknowledged> acknowledged,
        List<String> unused) {
    /** What the canary cannot see. */
    public static final List<String> NOT_COMPARED = List.of(
            "parts of longer texts",
            "single names and names of fewer than 6 letters",
            "numbers without the system or type that they belong to",
            "street lines without a number",
            "dates other than Patient.birthDate",
            "ids of other resources than Patient",
            "what more than ten Patients share",
            "what deidRules keep of a Patient on purpose");

    /**
     * How much it looked for.
     *
     * @param patients of the input
     * @param values that identify them
     * @param tooCommon values that it did not look for, as they might be in a row for another reason
     * @param shared spellings that it did not look for, as more than ten Patients share them
     * @param unreadFiles files of Patients that could not be read to their end
     * @param unreadLines lines of such files that could not be read
     */
    public record Counts(long patients, long values, long tooCommon, long shared, long unreadFiles, long unreadLines) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

        Counts withShared(long all) {
            return new Counts(patients, values, tooCommon, all, unreadFiles, unreadLines);
        }
    }

    /**
     * A finding that does not keep tables from being published.
     *
     * @param place where it is
     * @param rows how many at least
     * @param reason why it is harmless, as the person wrote it
     */
    public record Acknowledged(PhiPlace place, long rows, String reason) {}

    public CanaryReport {
        acknowledged = List.copyOf(acknowledged);
        unused = List.copyOf(unused);
    }

    static CanaryReport off(long rows) {
        return new CanaryReport(CanaryMode.OFF, Counts.NONE, rows, 0, List.of(), List.of());
    }
}
