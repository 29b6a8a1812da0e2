package io.github.cumulusmaven.redact;

import io.github.cumulusmaven.fhir.ResourceType;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes URLs and request parameters as others may see them: without user and fragment, and with the values of those
 * parameters only that are known to be harmless, and have the form that their harmless values have.
 */
public final class RedactedUrl {
    /** Stands where a value was. */
    public static final String HIDDEN = "REDACTED";

    private static final String TYPE_FILTER = "_typeFilter";
    private static final int LONGEST = 4000;
    private static final int LONGEST_SEGMENT = 64;

    private static final String MONTH =
            "\\d{4}-\\d\\d(-\\d\\d(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?+)?+(Z|[+-]\\d\\d:\\d\\d)?+)?+)?+";

    private static final Predicate<String> TYPES = eachOf(ResourceType::isKnown);
    private static final Predicate<String> ELEMENTS = eachOf(RedactedUrl::isElement);
    private static final Predicate<String> TIME = matching(MONTH);

    /** Matches a media type; a plus that is not encoded stands for a space. */
    private static final Predicate<String> MEDIA_TYPE =
            matching("(application/)?+(fhir[+ ])?+(nd)?+json|(application/)?+(fhir[+ ])?+xml|(text/)?+csv"
                    + "|(application/vnd\\.apache\\.)?+parquet");

    private static final Predicate<String> ASSOCIATED_DATA =
            eachOf(Set.of("LatestProvenanceResources", "RelevantProvenanceResources")::contains);
    private static final Predicate<String> NUMBER = matching("\\d{1,6}");

    /**
     * The parameters that say what is exported, and which page or part of an answer a link leads to, each with the
     * values that may be shown: without them, a message could not be understood. None of them names a person or grants
     * access.
     */
    private static final Map<String, Predicate<String>> HARMLESS = Map.ofEntries(
            Map.entry("_type", TYPES),
            Map.entry("_elements", ELEMENTS),
            Map.entry("organizeoutputby", TYPES),
            Map.entry("includeassociateddata", ASSOCIATED_DATA),
            Map.entry("_since", TIME),
            Map.entry("_until", TIME),
            Map.entry("_outputformat", MEDIA_TYPE),
            Map.entry("_format", MEDIA_TYPE),
            Map.entry("allowpartialmanifests", matching("true|false")),
            // HAPI FHIR's status URLs have it; it grants no access, as a job's status needs a token.
            Map.entry("_jobid", matching("[0-9A-Fa-f-]{1,36}+")),
            Map.entry("_count", NUMBER),
            Map.entry("_offset", NUMBER),
            Map.entry("_page", NUMBER),
            Map.entry("offset", NUMBER),
            Map.entry("page", NUMBER),
            Map.entry("part", NUMBER),
            Map.entry("chunk", NUMBER));

    /** The names of parameters by which servers identify a job in its status URL, without punctuation. */
    private static final Set<String> JOB_NAMES =
            Set.of("job", "jobid", "id", "export", "exportid", "exportjobid", "request", "requestid", "taskid");

    private static final Predicate<String> JOB_ID = matching("(?!eyJ)[A-Za-z0-9._~=+-]{1,64}+");

    /** Parts of names whose values let somebody in. */
    private static final Set<String> SECRET_PARTS = Set.of(
            "token",
            "secret",
            "passw",
            "signature",
            "assertion",
            "jwt",
            "apikey",
            "subscriptionkey",
            "credential",
            "authorization");

    private static final Set<String> SECRET_NAMES = Set.of("sig", "sas", "key", "pwd", "auth", "code");

    private static final Pattern PUNCTUATION = Pattern.compile("[^a-z0-9]++");

    private static final Pattern ELEMENT =
            Pattern.compile("[a-z][A-Za-z]{0,40}+(\\.[a-z][A-Za-z]{0,40}+){0,4}+(\\[x])?+");
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._~%-]*+(\\[[0-9A-Fa-f:.]*+])?+(:\\d{0,5})?+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_$%][A-Za-z0-9_.:$%\\[\\]-]{0,39}+");
    private static final Pattern LETTERS = Pattern.compile("[A-Za-z]{0,40}+");
    private static final Pattern RESOURCE_TYPE = Pattern.compile("[A-Z][A-Za-z]{1,39}+");

    /** Search parameters that bound the data in time; the dates of a person do not. */
    private static final Pattern DATE_NAME = Pattern.compile(
            "(?!birth|death)[a-z-]{0,30}date|_lastUpdated|issued|period|authored|authoredon|sent|received");

    private static final Predicate<String> DATE = matching("(eq|ne|gt|lt|ge|le|sa|eb|ap)?+(\\d{4}|" + MONTH + ")");

    private static final Pattern ORDINARY = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*+|\\d{1,2}(\\.\\d{1,2}){1,2}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,200}+(:\\d{1,3})?+");
    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{8,}+");
    private static final int MOST_DIGITS = 3;

    private final BiPredicate<String, String> shown;

    private RedactedUrl(BiPredicate<String, String> shown) {
        this.shown = shown;
    }

    private static Predicate<String> matching(String pattern) {
        return Pattern.compile(pattern).asMatchPredicate();
    }

    private static Predicate<String> eachOf(Predicate<String> element) {
        return list -> Arrays.stream(list.split(",", -1)).allMatch(element);
    }

    /** Tells whether a name is written as an element's name is, with or without its type. */
    private static boolean isElement(String name) {
        int dot = name.indexOf('.');
        boolean typed = dot > 0 && ResourceType.isKnown(name.substring(0, dot));
        return ELEMENT.matcher(typed ? name.substring(dot + 1) : name).matches();
    }

    /** Returns the URL with all values hidden that must not be shown. */
    public static String of(URI url) {
        return of(url.toString());
    }

    /** Redacts a URL as a server or a user wrote it, well-formed or not. */
    public static String of(String url) {
        return new RedactedUrl(RedactedUrl::isShown).whole(url);
    }

    /** Redacts a job's status URL, but keeps the job's id in the query, so that another run can be given it. */
    public static String ofStatus(URI url) {
        return new RedactedUrl((name, value) ->
                        isShown(name, value) || (JOB_NAMES.contains(withoutPunctuation(name)) && JOB_ID.test(value)))
                .whole(url.toString());
    }

    private String whole(String url) {
        String beginning = url.length() > LONGEST ? url.substring(0, LONGEST) : url;
        int fragment = beginning.indexOf('#');
        String whole = fragment < 0 ? beginning : beginning.substring(0, fragment);
        int question = whole.indexOf('?');
        String place = place(question < 0 ? whole : whole.substring(0, question));
        return question < 0 ? place : place + "?" + query(whole.substring(question + 1));
    }

    /** Redacts scheme, host and path. Hides what may be the half of a password, and everything after it. */
    private String place(String place) {
        int slashes = place.startsWith("//") ? 0 : place.indexOf("://") + 1;
        if (slashes == 0 && !place.startsWith("//")) {
            return path(place);
        }
        int host = slashes + 2;
        int slash = place.indexOf('/', host);
        int end = slash < 0 ? place.length() : slash;
        int user = place.substring(host, end).lastIndexOf('@') + 1;
        String authority = place.substring(host + user, end);
        return place.substring(0, host)
                + (AUTHORITY.matcher(authority).matches() ? authority + path(place.substring(end)) : HIDDEN);
    }

    /** Segments may have parameters of their own (RFC 3986, section 3.3), or be a token. */
    private String path(String path) {
        if (path.indexOf(';') < 0 && !path.contains("eyJ")) {
            return path;
        }
        return Arrays.stream(path.split("/", -1)).map(this::segment).collect(Collectors.joining("/"));
    }

    private String segment(String segment) {
        int semicolon = segment.indexOf(';');
        String name = semicolon < 0 ? segment : segment.substring(0, semicolon);
        String safe = name.startsWith("eyJ") && name.indexOf('.') > 0 ? HIDDEN : name;
        return semicolon < 0 ? safe : safe + ";" + query(segment.substring(semicolon + 1));
    }

    /** Redacts each pair of a query; some servers separate pairs by semicolons. */
    private String query(String query) {
        StringBuilder safe = new StringBuilder();
        int start = 0;
        for (int end = 0; end <= query.length(); end++) {
            if (end == query.length() || query.charAt(end) == '&' || query.charAt(end) == ';') {
                safe.append(pair(query.substring(start, end)));
                safe.append(end == query.length() ? "" : query.charAt(end));
                start = end + 1;
            }
        }
        return safe.toString();
    }

    private String pair(String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            return pair.isEmpty() || HARMLESS.containsKey(lower(decoded(pair))) ? pair : HIDDEN;
        }
        String name = pair.substring(0, equals);
        String value = pair.substring(equals + 1);
        return name(name) + "=" + (shown.test(decoded(name), decoded(value)) ? value : HIDDEN);
    }

    private static boolean isShown(String name, String value) {
        return parameter(name, value).equals(value);
    }

    /** Hides a parameter's name that has an unusual form: a server may make up any name. */
    private static String name(String name) {
        return NAME.matcher(name).matches() && !name.startsWith("eyJ") ? name : HIDDEN;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Returns the value of a request's parameter if it may be shown, else its replacement. */
    public static String parameter(String name, String value) {
        if (name.equalsIgnoreCase(TYPE_FILTER)) {
            return filters(value);
        }
        Predicate<String> form = HARMLESS.get(lower(name));
        return form != null && form.test(value) ? value : HIDDEN;
    }

    /**
     * Redacts the filters of a {@code _typeFilter}: types and names stay; of the values, only dates that bound the data
     * in time. The other values may be ids or record numbers.
     */
    public static String filters(String filters) {
        StringBuilder shown = new StringBuilder();
        for (String part : filters.split(",", -1)) {
            int question = part.indexOf('?');
            String type = question < 0 ? "" : part.substring(0, question);
            boolean isFilter = question >= 0 && LETTERS.matcher(type).matches();
            shown.append(shown.isEmpty() ? "" : ",");
            shown.append(isFilter ? type + "?" + search(part.substring(question + 1)) : HIDDEN);
        }
        return shown.toString();
    }

    private static String search(String query) {
        return Arrays.stream(query.split("[&;]", -1))
                .map(RedactedUrl::criterion)
                .collect(Collectors.joining("&"));
    }

    private static String criterion(String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            return pair.isEmpty() ? "" : HIDDEN;
        }
        String name = pair.substring(0, equals);
        String value = pair.substring(equals + 1);
        boolean bound = DATE_NAME.matcher(name).matches() && DATE.test(value);
        return name(name) + "=" + (bound ? value : HIDDEN);
    }

    /** Lists the values that {@link #parameter} hides, decoded, and their parts. */
    public static Stream<String> hiddenValues(String name, String value) {
        Stream<String> hidden = name.equalsIgnoreCase(TYPE_FILTER)
                ? Arrays.stream(value.split("[,?&;]", -1))
                        .filter(pair -> pair.contains("="))
                        .filter(pair -> !criterion(pair).equals(pair))
                        .map(pair -> pair.substring(pair.indexOf('=') + 1))
                : Stream.of(value).filter(whole -> !parameter(name, whole).equals(whole));
        return hidden.map(RedactedUrl::decoded)
                .flatMap(whole -> Stream.concat(Stream.of(whole), Arrays.stream(whole.split("[|,$]", -1))))
                .distinct();
    }

    /** Tells whether a parameter of this name, percent-encoded or not, may grant access by its value. */
    public static boolean isSecret(String name) {
        String plain = withoutPunctuation(decoded(name));
        return SECRET_NAMES.contains(plain) || SECRET_PARTS.stream().anyMatch(plain::contains);
    }

    private static String withoutPunctuation(String name) {
        return PUNCTUATION.matcher(lower(name)).replaceAll("");
    }

    /** Decodes percent-encoding, if every percent sign begins one; a plus stays a plus. */
    public static String decoded(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return value;
        }
    }

    /**
     * Reduces the URL of an extension to a form without ids: host and path; segments that look like ids, that follow
     * the name of a resource type, or that have unusual characters are replaced. Of other schemes than http, nothing
     * but {@code urn:} is shown.
     */
    public static String ofExtension(String url) {
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : lower(url.substring(0, colon));
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return scheme.equals("urn") ? "urn:" + HIDDEN : HIDDEN;
        }
        String place = url.length() > LONGEST ? "" : withoutQuery(url).substring(colon + 1);
        String[] segments = place.startsWith("//") ? place.substring(2).split("/", -1) : new String[] {""};
        if (!HOST.matcher(segments[0]).matches()
                || Arrays.stream(segments[0].split("[.:]", -1)).anyMatch(RedactedUrl::hasManyDigits)) {
            return scheme + "://" + HIDDEN;
        }
        StringBuilder shown = new StringBuilder(scheme).append("://").append(segments[0]);
        for (int index = 1; index < segments.length; index++) {
            boolean ordinary = isOrdinary(segments[index]) && !isResource(segments[index - 1]);
            shown.append('/').append(ordinary ? segments[index] : HIDDEN);
        }
        return shown.toString();
    }

    private static String withoutQuery(String url) {
        int end = 0;
        while (end < url.length() && url.charAt(end) != '?' && url.charAt(end) != '#') {
            end++;
        }
        return url.substring(0, end);
    }

    private static boolean isOrdinary(String segment) {
        return segment.isEmpty()
                || (segment.length() <= LONGEST_SEGMENT
                        && ORDINARY.matcher(segment).matches()
                        && !hasManyDigits(segment)
                        && !HEX.matcher(segment).matches());
    }

    private static boolean hasManyDigits(String part) {
        return part.chars().filter(Character::isDigit).count() > MOST_DIGITS;
    }

    /**
     * Tells whether the next segment is the id of a resource; a StructureDefinition has the name of what it defines.
     */
    private static boolean isResource(String segment) {
        return RESOURCE_TYPE.matcher(segment).matches()
                && !segment.equals("StructureDefinition")
                && !segment.equals(HIDDEN);
    }
}
