package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.InvalidSetting.Kind;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user's FHIR URL, taken apart.
 *
 * @param base the FHIR base, without a slash at its end
 * @param level whose data
 * @param query the URL's own export parameters, decoded, by name
 */
public record ExportTarget(URI base, ExportLevel level, Map<String, List<String>> query) {
    private static final String SETTING = "fhirUrl";
    private static final Pattern SLASHES = Pattern.compile("/+$");
    private static final Pattern OPERATION = Pattern.compile("/(\\$|%24)export$");
    private static final Pattern GROUP = Pattern.compile("^(?<base>.*)/Group/(?<id>[^/]+)$");
    private static final Pattern PATIENTS = Pattern.compile("^(?<base>.*)/Patient$");

    /**
     * Reads {@code https://host/fhir}, {@code …/Patient} or {@code …/Group/ID}, each with or without {@code /$export}
     * and a query.
     *
     * @throws InvalidSetting naming {@code fhirUrl} when it is none of these
     */
    public static ExportTarget parse(String fhirUrl) throws InvalidSetting {
        URI url = url(fhirUrl);
        String path = trimmed(OPERATION.matcher(trimmed(url.getRawPath())).replaceFirst(""));
        Map<String, List<String>> query = query(url.getRawQuery());
        Matcher group = GROUP.matcher(path);
        if (group.matches()) {
            return new ExportTarget(base(url, group.group("base")), new ExportLevel.Group(group.group("id")), query);
        }
        if (path.endsWith("/Group")) {
            throw refused(fhirUrl, Kind.NO_GROUP);
        }
        Matcher patients = PATIENTS.matcher(path);
        if (!patients.matches()) {
            refuseOther(url, path);
        }
        boolean operation = !path.equals(trimmed(url.getRawPath()));
        if (patients.matches() && !operation && !ExportParameters.unknown(query).isEmpty()) {
            throw refused(
                    fhirUrl,
                    Kind.SEARCH,
                    RedactedUrl.of(base(url, path)),
                    ExportParameters.unknown(query).iterator().next());
        }
        return patients.matches()
                ? new ExportTarget(base(url, patients.group("base")), new ExportLevel.Patients(), query)
                : new ExportTarget(base(url, path), new ExportLevel.WholeSystem(), query);
    }

    /** Refuses what people paste that is no base of a server: a job there would be of something else, or of everything. */
    private static void refuseOther(URI url, String path) throws InvalidSetting {
        List<String> segments = List.of(path.split("/"));
        String shown = RedactedUrl.of(base(url, path));
        for (int index = 1; index < segments.size(); index++) {
            String segment = segments.get(index);
            String right = RedactedUrl.of(base(url, String.join("/", segments.subList(0, index))));
            boolean last = index == segments.size() - 1;
            if (segment.startsWith("$") || segment.toLowerCase(Locale.ROOT).startsWith("%24")) {
                throw segment.contains("status")
                        ? refused(shown, Kind.STATUS_URL)
                        : refused(shown, Kind.OTHER_OPERATION, segment, withoutId(segments.subList(0, index), url));
            }
            if ((last && segment.equals("metadata")) || segment.equals(".well-known")) {
                throw refused(shown, Kind.SERVER_DESCRIPTION, right);
            }
            if (index >= segments.size() - 2 && ResourceType.isKnown(segment)) {
                throw refused(shown, last ? Kind.ALL_OF_ONE_TYPE : Kind.ONE_RESOURCE, right);
            }
        }
    }

    /** The base, or the group or patients, in front of an operation. */
    private static String withoutId(List<String> segments, URI url) {
        int types = segments.indexOf("Patient");
        boolean ofOne = types >= 0 && types == segments.size() - 2;
        return RedactedUrl.of(base(url, String.join("/", ofOne ? segments.subList(0, types + 1) : segments)));
    }

    private static InvalidSetting refused(String shown, Kind kind, Object... about) {
        return new InvalidSetting(SETTING, RedactedUrl.of(shown), kind, about);
    }

    private static URI url(String fhirUrl) throws InvalidSetting {
        URI url;
        try {
            url = new URI(fhirUrl.trim());
        } catch (URISyntaxException malformed) {
            throw fhirUrl.contains("://")
                    ? refused(fhirUrl, Kind.MALFORMED_URL, malformed.getReason())
                    : refused(fhirUrl, Kind.NO_SCHEME);
        }
        if (Origin.hasUnderscore(url)) {
            throw refused(fhirUrl, Kind.UNDERSCORE_IN_HOST);
        }
        if (!Origin.isWeb(url)) {
            throw refused(fhirUrl, Kind.NOT_WEB);
        }
        if (Origin.of(url).isExposed()) {
            throw refused(fhirUrl, Kind.EXPOSED);
        }
        if (url.getRawFragment() != null) {
            throw refused(fhirUrl, Kind.FRAGMENT);
        }
        if (url.getRawUserInfo() != null) {
            throw new InvalidSetting(SETTING, "…", Kind.USER_INFO);
        }
        return url;
    }

    private static String trimmed(String path) {
        return SLASHES.matcher(path).replaceFirst("");
    }

    private static URI base(URI url, String path) {
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + path);
    }

    private static Map<String, List<String>> query(String raw) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters
                        .computeIfAbsent(decoded(pair.substring(0, equals)), name -> new ArrayList<>())
                        .add(decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    /** A plus stays a plus: in a query of FHIR it is far more often a time zone's than a blank. */
    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The URL that starts an export, without parameters. */
    public URI exportUrl() {
        return URI.create(base + level.path() + "/$export");
    }
}
