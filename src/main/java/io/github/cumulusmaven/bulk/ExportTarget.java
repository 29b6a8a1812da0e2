package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    /** Says of a URL why it cannot be asked; see {@link Origin#hasUnderscore}. */
    public static final String UNDERSCORE =
            "names a host with an underscore, which is no valid host name, and which Java"
                    + " cannot connect to: use another name of this server, or its IP address";

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
            throw new InvalidSetting(SETTING, RedactedUrl.of(fhirUrl), "names no group: it must end in /Group/ID");
        }
        Matcher patients = PATIENTS.matcher(path);
        return patients.matches()
                ? new ExportTarget(base(url, patients.group("base")), new ExportLevel.Patients(), query)
                : new ExportTarget(base(url, path), new ExportLevel.WholeSystem(), query);
    }

    private static URI url(String fhirUrl) throws InvalidSetting {
        URI url;
        try {
            url = new URI(fhirUrl.trim());
        } catch (URISyntaxException malformed) {
            throw new InvalidSetting(SETTING, RedactedUrl.of(fhirUrl), "is not a URL: " + malformed.getReason());
        }
        if (Origin.hasUnderscore(url)) {
            throw new InvalidSetting(SETTING, RedactedUrl.of(fhirUrl), UNDERSCORE);
        }
        if (!Origin.isWeb(url)) {
            throw new InvalidSetting(
                    SETTING,
                    RedactedUrl.of(fhirUrl),
                    "must be an https:// URL with a proper host name, for example https://ehr.example/fhir");
        }
        if (Origin.of(url).isExposed()) {
            throw new InvalidSetting(
                    SETTING,
                    RedactedUrl.of(fhirUrl),
                    "must begin with https://: over plain http, data and tokens can be read by others");
        }
        if (url.getRawUserInfo() != null) {
            throw new InvalidSetting(SETTING, "…", "must not hold a user or password; they belong into settings.xml");
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
