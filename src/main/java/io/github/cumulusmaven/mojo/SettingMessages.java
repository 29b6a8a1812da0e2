package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.fhir.InvalidSetting;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what is wrong with a value of the configuration, as a clause: "must be …". */
final class SettingMessages {
    /** Says a reason that a goal found itself. */
    private record Clause(String text) implements InvalidSetting.Reason {
        @Override
        public String toString() {
            return text;
        }
    }

    private SettingMessages() {}

    /**
     * Refuses a value for a reason that a goal found itself.
     *
     * @param clause what would be right: "must be …"
     */
    static InvalidSetting refused(String setting, String value, String clause) {
        return new InvalidSetting(setting, value, new Clause(clause));
    }

    /** Says of a URL why it cannot be asked; see {@link io.github.cumulusmaven.http.Origin#hasUnderscore}. */
    static String underscore() {
        return "names a host with an underscore, which is no valid host name, and which Java"
                + " cannot connect to: use another name of this server, or its IP address";
    }

    /** Writes the clause that follows the parameter and its value. */
    static String clause(InvalidSetting invalid) {
        return invalid.reason() instanceof InvalidSetting.Kind kind
                ? clause(kind, new About(invalid))
                : invalid.reason().toString();
    }

    /** What a refusal is about besides the value; in a text, it reads as the first of that. */
    private record About(InvalidSetting invalid) {
        @Override
        public String toString() {
            return text(0);
        }

        String text(int index) {
            return invalid.about().get(index).toString();
        }

        String list() {
            return ((Collection<?>) invalid.about().get(0))
                    .stream().map(Object::toString).collect(Collectors.joining(", "));
        }

        Optional<?> optional() {
            return (Optional<?>) invalid.about().get(0);
        }
    }

    private static String clause(InvalidSetting.Kind kind, About about) {
        return switch (kind) {
            case OUT_OF_RANGE -> "must be from " + about + " to " + about.text(1);
            case TOO_SMALL -> "must be " + about + " or more";
            case BELOW_A_SECOND -> "must be a second (PT1S) or more";
            case NEGATIVE -> "must not be negative";
            case BEYOND_TEN_YEARS -> "must be ten years (P3650D) or less";
            case NOT_ONE_OF -> "must be one of " + about.list();
            case NOT_AMONG -> "must be one or more of " + about.list();
            case NOT_AMONG_NOR_NONE -> "must be one or more of " + about.list() + ", or none";
            case NO_VALIDATION -> "must be none, lines or json";
            case MALFORMED_URL ->
                "is not a URL: " + about + "; a blank is written %20, a bar %7C, and nothing stands around it";
            case NO_SCHEME -> "is not a URL: it does not begin with https://";
            case UNDERSCORE_IN_HOST -> underscore();
            case NOT_WEB -> "must be an https:// URL with a proper host name, for example https://ehr.example/fhir";
            case EXPOSED -> "must begin with https://: over plain http, data and tokens can be read by others";
            case FRAGMENT -> "must not have a #: servers do not get to see what follows it";
            case USER_INFO -> "must not hold a user or password; they belong into settings.xml";
            case NO_GROUP -> "names no group: it must end in /Group/ID";
            case SEARCH ->
                "is a search; exports are narrowed by <types>, <since> and <typeFilters>: give " + about
                        + " and, for example, <typeFilter>Patient?" + about.text(1) + "=…</typeFilter>";
            case STATUS_URL -> "is the status URL of a job; the resume goal takes it, as <resume>";
            case OTHER_OPERATION ->
                "names the operation " + about + "; exports are asked for by $export: give " + about.text(1);
            case SERVER_DESCRIPTION ->
                "describes the server; give its base, " + about + ", or a group, " + about + "/Group/ID";
            case ALL_OF_ONE_TYPE -> "names all resources of one type" + level(about);
            case ONE_RESOURCE -> "names one resource" + level(about);
            case MIXED_FILES -> "is not supported: the files must hold one resource type each";
            case PARTIAL_MANIFESTS -> "is not supported";
            case SINGLE_PATIENTS -> "is not supported: it needs a kick-off by POST";
            case SECRET -> "must hold no secret; see <serverId>";
            case NOT_NDJSON -> "must ask for NDJSON";
            case NOT_A_ROOT_ELEMENT -> "must be an element at the root of a resource, for example Patient.name";
            case NO_ASSOCIATED_DATA ->
                "must be LatestProvenanceResources, RelevantProvenanceResources, or a value of the server's own"
                        + " that begins with an underscore";
            case UNKNOWN_TYPE ->
                "names no FHIR resource type"
                        + about.optional()
                                .map(close -> "; did you mean " + close + "?")
                                .orElse(", for example Patient or Observation");
            case GIVEN_TWICE -> "is given twice; remove one";
            case NOT_BEFORE_UNTIL -> "must be before <until>, which is " + about;
            case NOT_A_TIME ->
                "must be a date, or a time with seconds and a zone, for example 2024-01-31T00:00:00Z or"
                        + " 2024-01-31T00:00:00-05:00";
            case NO_TYPE_FILTER -> "must be a search on one type, for example Observation?category=laboratory";
            case RESULT_PARAMETER -> "must not hold " + about + ": it shapes search results";
            case NO_REWRITE ->
                "must say what the server calls itself, and where it is:"
                        + " http://localhost:8080/fhir=https://ehr.example/fhir";
            case PINNED_ELSEWHERE ->
                "has credentials for " + about.list()
                        + " only, as <fhirUrl> in its <configuration> in settings.xml says, and not for "
                        + about.text(1);
            case NO_MEDIA_TYPES -> "must be media types, for example text/plain";
            case NOT_EXPORTED -> "are not among the <types> to export: add them there, or leave <types> out";
            case NOTHING_LEFT -> "leave nothing to do";
            case NOT_BUILT -> "must be among <tasks>, if these are said, and not in <excludeResources>";
            case IN_OUTPUT -> "must not lie in the outputDirectory, which others will see";
            case IN_PHI -> "must not lie in the phiDirectory, which nobody else may see";
            case IN_INPUT -> "must not lie in the input";
            case IN_OTHER_INPUT -> "must not lie in another folder of the input: that one is read with all below it";
            case IN_BUILD -> "must not lie in the build directory, which mvn clean deletes";
            case IN_EXPORT -> "must not lie in the exportDirectory, whose files are taken for data";
            case UNREADABLE -> "must be a text file in UTF-8, of at most 16 MB, that can be read";
            case NO_ACKNOWLEDGEMENT ->
                "must be an element, the kind of what was found (" + about.list()
                        + ") and the reason behind #, as in: ServiceRequest.code.text name  # our test patient";
        };
    }

    private static String level(About base) {
        return "; whose data is exported is said by " + base + ", " + base + "/Patient or " + base
                + "/Group/ID, and of which types by <types>";
    }
}
