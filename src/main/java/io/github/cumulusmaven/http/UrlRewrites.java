package io.github.cumulusmaven.http;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Replaces the beginning of URLs in which a server behind a proxy calls itself by an address of its own.
 *
 * @param bases by what the server writes, in the order in which they are tried: scheme, host and port, and the beginning of
 *     a path, if one is given, up to a slash
 */
public record UrlRewrites(Map<URI, URI> bases) {
    /** Leaves every URL as servers write it. */
    public static final UrlRewrites NONE = new UrlRewrites(Map.of());

    public UrlRewrites {
        bases = new LinkedHashMap<>(bases);
    }

    /**
     * Replaces the URL's beginning by the real address; returns the URL unchanged where none of the bases is its
     * beginning.
     */
    URI apply(URI url) {
        if (bases.isEmpty()) {
            return url;
        }
        return bases.entrySet().stream()
                .flatMap(base -> replaced(url, base.getKey(), base.getValue()).stream())
                .findFirst()
                .orElse(url);
    }

    /** Lists a server's base under its real address and under the server's own names for it. */
    public List<String> basesOf(String base) {
        return Stream.concat(Stream.of(base), namesOf(base).stream()).toList();
    }

    /** Lists the server's own names for a base, given by its real address. */
    List<String> namesOf(String base) {
        String real = base.replaceFirst("/+$", "") + "/";
        return bases.entrySet().stream()
                .filter(rewrite -> real.startsWith(withSlash(rewrite.getValue())))
                .map(rewrite -> withSlash(rewrite.getKey())
                        + real.substring(withSlash(rewrite.getValue()).length()))
                .toList();
    }

    private static String withSlash(URI base) {
        return base.toString().replaceFirst("/*$", "/");
    }

    /**
     * Replaces one base, whether the URL has http or https: a server that does not know its host may not know its
     * scheme.
     */
    private static Optional<URI> replaced(URI url, URI from, URI to) {
        String path = path(url);
        String start = path(from).replaceFirst("/+$", "");
        boolean fits = Origin.isWeb(url)
                && Origin.of(url).host().equals(Origin.of(from).host())
                && (url.getPort() == from.getPort()
                        || Origin.of(url).port() == Origin.of(from).port())
                && path.startsWith(start)
                && (path.length() == start.length() || "/?#".indexOf(path.charAt(start.length())) >= 0);
        return fits
                ? Optional.of(URI.create(to.toString().replaceFirst("/+$", "") + path.substring(start.length())))
                : Optional.empty();
    }

    /** Returns the part of the URL after the host and port. */
    private static String path(URI url) {
        return url.toString().replaceFirst("^[^:/]+://[^/?#]*", "");
    }
}
