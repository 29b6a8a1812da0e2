package io.github.cumulusmaven.run;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the parameter {@code urlRewrites}, and proposes it where a server calls itself by a name that leads nowhere. */
public final class UrlRewriting {
    /** Names the parameter. */
    public static final String SETTING = "urlRewrites";

    private UrlRewriting() {}

    /** Reads what a user gives. */
    public static UrlRewrites parse(List<String> items) throws InvalidSetting {
        Map<URI, URI> bases = new LinkedHashMap<>();
        for (String item : items) {
            if (!item.isBlank()) {
                String[] sides = item.trim().split("\\s*=\\s*(?=https?://)", 2);
                URI from = base(item, sides[0]);
                URI to = base(item, sides.length < 2 ? "" : sides[1]);
                if (Origin.of(to).isExposed()) {
                    throw invalid(item);
                }
                bases.putIfAbsent(from, to);
            }
        }
        return new UrlRewrites(bases);
    }

    /** Reads what a folder remembers of it, which was checked when it was written. */
    public static UrlRewrites remembered(Map<String, String> client) throws InvalidSetting {
        return parse(Arrays.asList(client.getOrDefault(SETTING, "").split(",")));
    }

    private static URI base(String item, String url) throws InvalidSetting {
        return web(url).filter(base -> base.getRawQuery() == null && base.getRawFragment() == null)
                .orElseThrow(() -> invalid(item));
    }

    /** Reads a URL of the web; nothing where it is none. */
    public static Optional<URI> web(String url) {
        try {
            return Optional.of(URI.create(url)).filter(Origin::isWeb);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static InvalidSetting invalid(String item) {
        return new InvalidSetting(SETTING, RedactedUrl.of(item), InvalidSetting.Kind.NO_REWRITE);
    }

    /** The setting under which a URL that a server named would lead to the FHIR server; nothing where it is there. */
    public static Optional<String> proposal(String named, String fhirUrl) {
        return web(named)
                .filter(url ->
                        !Origin.of(url).hostAndPort().equals(server(fhirUrl).hostAndPort()))
                .map(url -> origin(url) + "=" + origin(URI.create(fhirUrl)));
    }

    /** The same URL at the FHIR server. */
    public static String atServer(String named, String fhirUrl) {
        return named.replaceFirst("^[^:/]+://[^/?#]*", origin(URI.create(fhirUrl)));
    }

    private static Origin server(String fhirUrl) {
        return Origin.of(URI.create(fhirUrl));
    }

    private static String origin(URI url) {
        Origin origin = Origin.of(url);
        return origin.scheme() + "://" + origin.hostAndPort();
    }
}
