package io.github.cumulusmaven.http;

import java.net.URI;
import java.util.Optional;

/**
 * A URL that a server names: a polling URL, a file, a next page, a redirect. It may be relative; a server behind a proxy
 * may write http for its own https; and none but a server on this machine may send us to this machine.
 */
public final class NamedUrl {
    private NamedUrl() {}

    /** The URL to ask, absolute, or nothing where what was named is no web address or none that may be named. */
    public static Optional<URI> resolve(URI source, String named) {
        return resolve(source, named, UrlRewrites.NONE);
    }

    /** The same where the user knows better by what address the server can be asked. */
    static Optional<URI> resolve(URI source, String named, UrlRewrites rewrites) {
        try {
            URI url = rewrites.apply(source.resolve(named.trim()));
            if (named.isBlank() || !Origin.isWeb(url)) {
                return Optional.empty();
            }
            Origin from = Origin.of(source);
            Origin to = Origin.of(url);
            boolean leadsHere = !to.host().equals(from.host()) && to.isLoopback() && !from.isLoopback();
            return leadsHere ? Optional.empty() : Optional.of(secured(from, to, url));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static URI secured(Origin from, Origin to, URI url) {
        boolean forgotTls = from.scheme().equals("https")
                && to.scheme().equals("http")
                && to.host().equals(from.host());
        if (!forgotTls) {
            return url;
        }
        String port = to.port() == 80 ? "" : ":" + to.port();
        String rest = url.toString().replaceFirst("^[^:]+://[^/?#]*", "");
        return URI.create("https://" + to.host() + port + rest);
    }
}
