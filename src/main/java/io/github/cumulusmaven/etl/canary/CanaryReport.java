package io.github.cumulusmaven.etl.canary;

import java.util.List;

/**
 * The PHI canary's report on tables in which it found nothing that is not acknowledged.
 *
 * @param mode which rows it was to compare
 * @param counts the values that it searched for
 * @param rows how many rows were written
 * @param rowsChecked how many rows it compared, also those that a later row replaced
 * @param acknowledged the findings that a person declared harmless
 * @param unused lines of acknowledged findings that match no finding
 */
public record CanaryReport(
        CanaryMode mode,
        Counts counts,
        long rows,
        long rowsChecked,
        List<Acknowledged> acknowledged,
        List<String> unused) {
    /** The values that the canary cannot recognize. */
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
     * The numbers of Patients and of the values searched for.
     *
     * @param patients how many Patients the input has
     * @param values how many values identify them
     * @param tooCommon how many values it did not search for, as they might be in a row for another reason
     * @param shared how many spellings it did not search for, as more than ten Patients share them
     * @param unreadFiles how many files of Patients could not be read to their end
     * @param unreadLines how many lines of such files could not be read
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
     * @param place the element and kind of the finding
     * @param rows how many rows have it, at least
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
