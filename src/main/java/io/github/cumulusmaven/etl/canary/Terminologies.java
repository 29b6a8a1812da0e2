package io.github.cumulusmaven.etl.canary;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells the public terminologies, whose words may be somebody's name as well (ginger root), from all other systems. */
final class Terminologies {
    /** RxNorm is of nlm.nih.gov, ICD of who.int and cms.gov; CVX, NDC and other ICD are of hl7.org. */
    private static final Set<String> AUTHORITIES = Set.of(
            "snomed.info",
            "loinc.org",
            "hl7.org",
            "unitsofmeasure.org",
            "nlm.nih.gov",
            "www.nlm.nih.gov",
            "id.who.int",
            "www.cms.gov");

    /**
     * Matches HL7's OIDs for code systems and value sets, its own, of V2 and V3 and of others, and the NCI's thesaurus.
     * Below {@code 3} are organizations with the numbers of their patients, below {@code 4} numbers of persons, below
     * {@code 19} examples.
     */
    private static final Pattern HL7_OIDS =
            Pattern.compile("urn:oid:2\\.16\\.840\\.1\\.113883\\.(1\\.11|3\\.26|5|6|11|12|18|21)(\\..*)?");

    /** Numbers of persons, which HL7 only names. */
    private static final String PERSONAL_NUMBERS = "http://hl7.org/fhir/sid/us-";

    private Terminologies() {}

    /**
     * Tells whether a system is a public terminology, by its complete authority: {@code snomed.info.example} is
     * somebody else's.
     */
    static boolean isPublic(String system) {
        String lower = system.toLowerCase(Locale.ROOT);
        if (HL7_OIDS.matcher(lower).matches()) {
            return true;
        }
        int scheme = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (scheme < 0 || lower.startsWith(PERSONAL_NUMBERS)) {
            return false;
        }
        int end = scheme;
        while (end < lower.length() && "/?#".indexOf(lower.charAt(end)) < 0) {
            end++;
        }
        String authority = lower.substring(scheme, end);
        return AUTHORITIES.contains(authority) || (authority.endsWith(".hl7.org") && authority.matches("[a-z0-9.-]+"));
    }

    /** Tells whether a system's name says that its codes are numbers of patients. */
    static boolean isOfPatients(String system) {
        String lower = system.toLowerCase(Locale.ROOT);
        return lower.contains("mrn") || lower.contains("patient") || lower.contains("medical-record");
    }
}
