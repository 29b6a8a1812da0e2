package io.github.cumulusmaven.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerWordsTest {
    @ParameterizedTest
    @CsvSource({
        "Authorization: Bearer abcDEF123-_~+/=,  Authorization: Bearer [token]",
        "bearer abcdefgh12 is expired,           bearer [token] is expired",
        "no bearer token,                        no bearer token",
        "got eyJhbGciOi.eyJpc3Mi.c2ln here,      got [JWT] here",
        "Bearer eyJhbGciOi.eyJpc3Mi.c2ln,        Bearer [JWT]",
    })
    @DisplayName("LG-04 a token that a server quotes is not repeated")
    void tokens(String words, String safe) {
        assertThat(ServerWords.withoutTokens(words)).isEqualTo(safe);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "see https://h/f?page=2&sas=s3cret#x or (https://u:p@h/g?id=7) | see https://h/f?page=2&sas=REDACTED or (https://h/g?id=REDACTED",
                "{\"url\":\"https:\\/\\/h\\/f?sig=s3cret\"} | {\"url\":\"https://h/f?sig=REDACTED\"}",
                "no /Patient?identifier=urn:mrn:4711 here    | no /Patient?identifier=REDACTED here",
                "with ;sig=s3cret and a=1&access_token=s3cret,x=2 | with ;sig=REDACTED and a=1&access_token=REDACTED,x=2",
                "{\"access_token\":\"s3cret\",\"error\":\"invalid_token\"} | {\"access_token\":\"REDACTED\",\"error\":\"invalid_token\"}",
                "{\"access_token\" : 1}                     | {\"access_token\" : 1}",
                "text/html; charset=utf-8, why? really?      | text/html; charset=utf-8, why? really?",
                "_elements is unknown: error processing      | _elements is unknown: error processing",
            })
    @DisplayName("LG-04 URLs and parameters are found in the middle of words")
    void values(String words, String safe) {
        assertThat(ServerWords.withoutValues(words)).isEqualTo(safe);
    }

    @Test
    @DisplayName("ST-05 what moves a terminal's cursor is dropped, and so are breaks of lines")
    void terminals() {
        assertThat(ServerWords.shown("\u001b[2J\u001b[31mred\u001b[0m\u009b5m\u202e\r\n[ERROR] x"))
                .contains("red 5m [ERROR] x");
    }

    @Test
    @DisplayName("LG-04 no more than 300 characters are shown")
    void cut() {
        assertThat(ServerWords.shown("x".repeat(400)).orElseThrow())
                .hasSize(301)
                .endsWith("…");
        assertThat(ServerWords.shown("x".repeat(299) + "\uD83D\uDE00").orElseThrow())
                .isEqualTo("x".repeat(299) + "…");
        assertThat(ServerWords.shown(" \n ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJ....",
                "eyJ",
                "eyJa.eyJb.",
                "a",
                "a:",
                "://",
                "h://",
                "?",
                "&",
                ";",
                "=",
                "%",
                "%2",
                "Bearer ",
                "bearer\t",
                "\u001b[",
                "\u001b[0",
                "\"access_token\":",
                "\"",
                " ",
                "\\/",
                "@",
                "/@:",
                "_typeFilter=A?",
                ",A?b=",
                "&#x2F"
            })
    @DisplayName("texts of a megabyte are gone through once, whatever they repeat")
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void linear(String piece) {
        String shorter = piece.repeat(60_000 / piece.length());
        String longer = piece.repeat(1_920_000 / piece.length());
        Secrets secrets = new Secrets();
        secrets.add(piece.repeat(1 + 40 / piece.length()) + "!");

        run(shorter, secrets);
        Duration once = time(shorter, secrets);
        Duration more = time(longer, secrets);

        // 32 times as much; a square would take 1024 times as long.
        assertThat(more).isLessThan(once.multipliedBy(32).multipliedBy(8).plusSeconds(1));
    }

    private static Duration time(String text, Secrets secrets) {
        long began = System.nanoTime();
        run(text, secrets);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static void run(String text, Secrets secrets) {
        assertThat(ServerWords.withoutTokens(text)).isNotNull();
        assertThat(ServerWords.withoutValues(text)).isNotNull();
        assertThat(ServerWords.printable(text)).isNotNull();
        assertThat(ServerWords.shown(text, 300)).hasSizeLessThanOrEqualTo(301);
        assertThat(secrets.redact(text)).isNotNull();
        assertThat(secrets.words(text, 300)).hasSizeLessThanOrEqualTo(301);
        assertThat(RedactedUrl.of(text)).hasSizeLessThan(50_000);
        assertThat(RedactedUrl.filters(text)).isNotNull();
    }
}
