package io.github.cumulusmaven.http;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Scheme, host and port: the unit of trust for tokens (RFC 6454).
 *
 * @param scheme lower case
 * @param host lower case, an IPv6 address in brackets
 * @param port the scheme's default where the URL named none
 */
public record Origin(String scheme, String host, int port) {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]");

    /** Returns the origin of an absolute http or https URL. */
    public static Origin of(URI url) {
        String scheme = lower(url.getScheme());
        int defaultPort = scheme.equals("https") ? 443 : 80;
        return new Origin(scheme, lower(url.getHost()), url.getPort() < 0 ? defaultPort : url.getPort());
    }

    private static String lower(String part) {
        return part == null ? "" : part.toLowerCase(Locale.ROOT);
    }

    /** Tells whether a URL is of the web and has a host; no other URL can be requested. */
    public static boolean isWeb(URI url) {
        String scheme = lower(url.getScheme());
        return url.getHost() != null && (scheme.equals("https") || scheme.equals("http"));
    }

    /**
     * Tells whether the host's name has an underscore: no name of a host may (RFC 952), and {@link URI} finds no host
     * in it, so that the URL cannot be requested.
     */
    public static boolean hasUnderscore(URI url) {
        String authority = url.getRawAuthority();
        return url.getHost() == null
                && authority != null
                && authority.substring(authority.indexOf('@') + 1).contains("_");
    }

    /** Tells whether bytes sent to this origin can be read on the way: plain http to another machine (KO-01). */
    public boolean isExposed() {
        return !scheme.equals("https") && !isLoopback();
    }

    /** Tells whether the host is this machine, by its name alone: no name is looked up. */
    public boolean isLoopback() {
        return LOOPBACK.matcher(host).matches();
    }

    /** Names the host as a URL would, with its port only where that is not the scheme's own. */
    public String hostAndPort() {
        int defaultPort = scheme.equals("https") ? 443 : 80;
        return port == defaultPort ? host : host + ":" + port;
    }

    @Override
    public String toString() {
        return scheme + "://" + host + ":" + port;
    }
}
