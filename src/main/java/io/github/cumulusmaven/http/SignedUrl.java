package io.github.cumulusmaven.http;

import io.github.cumulusmaven.files.Sha256;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * URLs that carry their own permission, as storage services hand out: whoever holds one can read the file. They get no
 * token (some services refuse a request with two credentials), and their query is not kept.
 */
public final class SignedUrl {
    private static final Set<String> SIGNATURES =
            Set.of("x-amz-signature", "x-goog-signature", "x-oss-signature", "signature", "sig");

    /** The parameters that storage services and OAuth renew in a link to the same file, beside the signature. */
    private static final Set<String> RENEWED = Set.of(
            ("expires awsaccesskeyid googleaccessid ossaccesskeyid security-token policy key-pair-id access_token"
                            // https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
                            + " sv ss srt sr sp se st spr sip skoid sktid skt ske sks skv saoid suoid scid sdd ses")
                    .split(" "));

    private static final Pattern RENEWED_PREFIX = Pattern.compile("(x-amz|x-goog|x-oss|q)-.*");
    private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*+://)[^/?#]*@");
    private static final Pattern PAIR = Pattern.compile("[^&;]++");
    private static final Pattern HIDDEN = Pattern.compile(RedactedUrl.HIDDEN + "(-[0-9a-f]{12})?+");
    private static final int DIGEST_LENGTH = 12;

    private SignedUrl() {}

    /** Tells whether the query holds a signature. */
    public static boolean isSigned(URI url) {
        return url.getRawQuery() != null
                && names(url.getRawQuery())
                        .map(name -> RedactedUrl.decoded(name).toLowerCase(Locale.ROOT))
                        .anyMatch(SIGNATURES::contains);
    }

    /**
     * Returns the URL for files that only the export's owner reads: user and fragment dropped, and all values of a
     * query replaced that holds a secret. What is shown to others goes through {@link RedactedUrl}.
     */
    public static String kept(URI url) {
        return kept(url.toString());
    }

    /** Returns {@link #kept(URI)} of a URL as a server sent it, well-formed or not. */
    public static String kept(String url) {
        return kept(url, (name, value) -> RedactedUrl.HIDDEN);
    }

    /** Returns {@link #identity(String)} of the URL. */
    public static String identity(URI url) {
        return identity(url.toString());
    }

    /**
     * Returns the URL for the export's own state, which recognizes a file when its link is renewed: as {@link
     * #kept(String)}, but each hidden value leaves its digest, which distinguishes it from others, unless it is a
     * renewed parameter. An identity, or the link in full, has the same identity again. The digest has no salt: the
     * state is for its owner only, and must be comparable from run to run; whoever can guess a value can check the
     * guess by its digest.
     */
    public static String identity(String url) {
        return kept(url, SignedUrl::distinct);
    }

    private static String distinct(String name, String value) {
        String plain = RedactedUrl.decoded(name).toLowerCase(Locale.ROOT);
        boolean renewed = SIGNATURES.contains(plain)
                || RENEWED.contains(plain)
                || RENEWED_PREFIX.matcher(plain).matches();
        if (renewed || value.isEmpty()) {
            return RedactedUrl.HIDDEN;
        }
        return HIDDEN.matcher(value).matches() ? value : RedactedUrl.HIDDEN + "-" + digest(value);
    }

    private static String digest(String value) {
        MessageDigest digest = Sha256.begin();
        digest.update(value.getBytes(StandardCharsets.UTF_8));
        return Sha256.hex(digest).substring(0, DIGEST_LENGTH);
    }

    private static String kept(String url, BinaryOperator<String> hidden) {
        String whole = url.contains("://") && url.indexOf('#') >= 0 ? url.substring(0, url.indexOf('#')) : url;
        String withoutUser =
                whole.indexOf('@') < 0 ? whole : USER.matcher(whole).replaceFirst("$1");
        int question = withoutUser.indexOf('?');
        String query = withoutUser.substring(question + 1);
        boolean harmless = question < 0 || names(query).noneMatch(RedactedUrl::isSecret);
        return harmless
                ? withoutUser
                : withoutUser.substring(0, question + 1)
                        + PAIR.matcher(query).replaceAll(pair -> Matcher.quoteReplacement(pair(pair.group(), hidden)));
    }

    private static String pair(String pair, BinaryOperator<String> hidden) {
        String name = name(pair);
        String value = pair.substring(Math.min(pair.length(), name.length() + 1));
        return name + "=" + hidden.apply(name, value);
    }

    private static Stream<String> names(String query) {
        return Arrays.stream(query.split("[&;]", -1)).map(SignedUrl::name);
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair : pair.substring(0, equals);
    }
}
