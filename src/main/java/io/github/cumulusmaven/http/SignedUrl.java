package io.github.cumulusmaven.http;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * URLs that carry their own permission, as storage services hand out: whoever holds one can read the file. They get no
 * token (some services refuse a request with two credentials), and their query never reaches a log.
 */
public final class SignedUrl {
    private static final Set<String> SIGNATURES =
            Set.of("x-amz-signature", "x-goog-signature", "x-oss-signature", "signature", "sig");

    /** Not signatures, but nothing to show either. */
    private static final Set<String> SECRETS = Set.of(
            "token",
            "access_token",
            "refresh_token",
            "id_token",
            "client_secret",
            "client_assertion",
            "password",
            "code",
            "apikey",
            "api_key",
            "subscription-key",
            "x-amz-security-token");

    private SignedUrl() {}

    /** Whether the query holds a signature. */
    public static boolean isSigned(URI url) {
        return url.getRawQuery() != null && names(url.getRawQuery()).anyMatch(SIGNATURES::contains);
    }

    /** Whether the value of a query's parameter is not to be shown, nor to be given where it is. */
    public static boolean isSecret(String parameter) {
        String name = parameter.toLowerCase(Locale.ROOT);
        return SIGNATURES.contains(name) || SECRETS.contains(name);
    }

    /** The URL as it may be shown: user info dropped, and all values of a signed query replaced. */
    public static String redact(URI url) {
        return redact(url.toString());
    }

    /** The same for a URL as a server sent it, well-formed or not. */
    public static String redact(String url) {
        String withoutUser = url.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@", "$1");
        int question = withoutUser.indexOf('?');
        String query = withoutUser.substring(question + 1);
        boolean harmless = question < 0 || names(query).noneMatch(SignedUrl::isSecret);
        if (harmless) {
            return withoutUser;
        }
        return withoutUser.substring(0, question + 1)
                + Arrays.stream(query.split("&", -1))
                        .map(pair -> name(pair) + "=REDACTED")
                        .collect(Collectors.joining("&"));
    }

    private static Stream<String> names(String query) {
        return Arrays.stream(query.split("&", -1)).map(pair -> name(pair).toLowerCase(Locale.ROOT));
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair : pair.substring(0, equals);
    }
}
