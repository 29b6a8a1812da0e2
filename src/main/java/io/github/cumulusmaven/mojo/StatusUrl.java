package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A status URL as a user has it from a log or another tool, which may have percent-encoded it for a shell. */
final class StatusUrl {
    private StatusUrl() {}

    static URI parse(String setting, String given) throws InvalidSetting {
        String lower = given.toLowerCase(Locale.ROOT);
        boolean encoded = lower.startsWith("http%3a") || lower.startsWith("https%3a");
        String url = encoded ? decoded(setting, given) : given;
        try {
            URI known = new URI(url);
            if (Origin.hasUnderscore(known)) {
                throw SettingMessages.refused(setting, RedactedUrl.of(url), SettingMessages.underscore());
            }
            if (Origin.isWeb(known) && !Origin.of(known).isExposed()) {
                return known;
            }
        } catch (URISyntaxException malformed) {
            throw SettingMessages.refused(setting, RedactedUrl.of(url), "is not a URL: " + malformed.getReason());
        }
        throw SettingMessages.refused(setting, RedactedUrl.of(url), "must be the status URL of an export, https://…");
    }

    /** Where it cannot be decoded, what is secret in it cannot be told from the rest: none of it is shown. */
    private static String decoded(String setting, String given) throws InvalidSetting {
        try {
            return URLDecoder.decode(given.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw SettingMessages.refused(setting, "", "is not a URL: it has a percent sign that encodes nothing");
        }
    }
}
