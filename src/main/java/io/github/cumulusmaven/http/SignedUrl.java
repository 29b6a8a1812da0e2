package io.github.cumulusmaven.http;

import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * URLs that carry their own permission, as storage services hand out: whoever holds one can read the file. They get no
 * token (some services refuse a request with two credentials), and their query is not kept.
 */
public final class SignedUrl {
    private static final Set<String> SIGNATURES =
            Set.of("x-amz-signature", "x-goog-signature", "x-oss-signature", "signature", "sig");

    private SignedUrl() {}

    /** Whether the query holds a signature. */
    public static boolean isSigned(URI url) {
        return url.getRawQuery() != null
                && names(url.getRawQuery())
                        .map(name -> RedactedUrl.decoded(name).toLowerCase(Locale.ROOT))
                        .anyMatch(SIGNATURES::contains);
    }

    /**
     * The URL as an export's own files keep it, to know a file again when its link is renewed: user and fragment dropped, and
     * all values of a query replaced that holds a secret. What is shown to others goes through {@link RedactedUrl}.
     */
    public static String kept(URI url) {
        return kept(url.toString());
    }

    /** The same for a URL as a server sent it, well-formed or not. */
    public static String kept(String url) {
        String whole = url.contains("://") && url.indexOf('#') >= 0 ? url.substring(0, url.indexOf('#')) : url;
        String withoutUser = whole.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@", "$1");
        int question = withoutUser.indexOf('?');
        String query = withoutUser.substring(question + 1);
        boolean harmless = question < 0 || names(query).noneMatch(RedactedUrl::isSecret);
        if (harmless) {
            return withoutUser;
        }
        return withoutUser.substring(0, question + 1)
                + Arrays.stream(query.split("&", -1))
                        .map(pair -> name(pair) + "=" + RedactedUrl.HIDDEN)
                        .collect(Collectors.joining("&"));
    }

    private static Stream<String> names(String query) {
        return Arrays.stream(query.split("[&;]", -1)).map(SignedUrl::name);
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair : pair.substring(0, equals);
    }
}
