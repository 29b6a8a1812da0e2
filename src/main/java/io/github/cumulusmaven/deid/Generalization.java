package io.github.cumulusmaven.deid;

import java.util.Set;
import java.util.regex.Pattern;

/** Makes values less exact, so that many people share them. */
final class Generalization {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");

    /** Prefixes of postal codes for areas in which too few people live. */
    private static final Set<String> SMALL_ZIPS =
            Set.of("036", "059", "102", "203", "205", "369", "556", "692", "821", "823", "878", "879", "884", "893");

    /** Matches the postal codes of all countries; the longest are those of the USA and Iran. */
    private static final Pattern POSTAL_CODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 -]{0,9}");

    private static final int KEPT_DIGITS = 3;
    private static final int YEAR_DIGITS = 4;

    private Generalization() {}

    /** Returns the year of a date, with or without a time. */
    static String year(String date) {
        return date.substring(0, YEAR_DIGITS);
    }

    /**
     * Masks a postal code so that many people share it; of any other text, a street for instance, keeps only the
     * beginning.
     */
    static String zip3(String code) {
        int split = code.offsetByCodePoints(0, Math.min(KEPT_DIGITS, code.codePointCount(0, code.length())));
        String area = code.substring(0, split);
        String rest = POSTAL_CODE.matcher(code).matches() ? code.substring(split) : "";
        String masked = rest.replaceAll("[A-Za-z]", "").replaceAll("[1-9]", "0");
        return ((SMALL_ZIPS.contains(area) ? "000" : area) + masked).strip();
    }

    static boolean isInteger(String code) {
        return INTEGER.matcher(code).matches();
    }
}
