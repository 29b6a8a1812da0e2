package io.github.cumulusmaven.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A URL that a server names: a polling URL, a file, a next page, a redirect. It may be relative; a server behind a proxy
 * may write http for its own https; and none but a server on this machine may send us to this machine.
 */
public final class NamedUrl {
    private static final BitSet ALLOWED = allowed();

    private NamedUrl() {}

    /**
     * Resolves what a server named to an absolute URL; empty where it is no web address, or one that the server may not
     * name.
     */
    public static Optional<URI> resolve(URI source, String named) {
        return resolve(source, named, UrlRewrites.NONE);
    }

    /** Resolves a URL that a server named, with the user's own addresses in place of the server's. */
    static Optional<URI> resolve(URI source, String named, UrlRewrites rewrites) {
        try {
            URI url = rewrites.apply(source.resolve(escaped(named.trim())));
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

    /**
     * Percent-encodes the characters that no URL may hold (RFC 3986), or only its host; every other client does, so
     * that servers forget to. Encoded characters stay as they are.
     */
    static String escaped(String named) {
        int scheme = named.indexOf("://");
        boolean absolute = scheme > 0 && named.indexOf('/') > scheme && named.lastIndexOf('?', scheme) < 0;
        int path = absolute ? named.indexOf('/', scheme + 3) : 0;
        StringBuilder escaped = new StringBuilder(named.length());
        for (int index = 0; index < named.length(); ) {
            int point = named.codePointAt(index);
            boolean inHost = path < 0 || index < path;
            boolean allowed = point == '%'
                    ? isEncoded(named, index)
                    : point < 128 && (ALLOWED.get(point) || (inHost && (point == '[' || point == ']')));
            if (allowed) {
                escaped.appendCodePoint(point);
            } else {
                for (byte octet : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                    escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
                }
            }
            index += Character.charCount(point);
        }
        return escaped.toString();
    }

    private static boolean isEncoded(String named, int percent) {
        return percent + 2 < named.length()
                && HexFormat.isHexDigit(named.charAt(percent + 1))
                && HexFormat.isHexDigit(named.charAt(percent + 2));
    }

    private static BitSet allowed() {
        BitSet allowed = new BitSet(128);
        allowed.set('a', 'z' + 1);
        allowed.set('A', 'Z' + 1);
        allowed.set('0', '9' + 1);
        "-._~:/?#@!$&'()*+,;=".chars().forEach(allowed::set);
        return allowed;
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
