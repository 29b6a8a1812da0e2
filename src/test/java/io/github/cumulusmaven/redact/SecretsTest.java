package io.github.cumulusmaven.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final String TOKEN = "op4que/t0ken+of/this=run~Zz09";

    private final Secrets secrets = new Secrets();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "op4que/t0ken+of/this=run~Zz09",
                "op4que\\/t0ken+of\\/this=run~Zz09",
                "op4que\\u002ft0ken\\u002Bof/this=run~Zz09",
                "op4que%2Ft0ken%2bof%2Fthis%3Drun~Zz09",
                "op4que%252Ft0ken%252Bof%252Fthis%253Drun~Zz09",
                "op4que&#x2F;t0ken&#43;of/this=run~Zz09",
            })
    @DisplayName("LG-04 a secret is replaced however it is written")
    void writings(String written) {
        secrets.addRenewed(TOKEN);

        assertThat(secrets.redact("a " + written + " b" + written)).isEqualTo("a [secret] b[secret]");
    }

    @Test
    @DisplayName("LG-04 any text that a URL encoder makes of a secret is found")
    void encoded() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            String secret = random.ints(20, '!', '~' + 1)
                    .mapToObj(character -> String.valueOf((char) character))
                    .collect(Collectors.joining());
            Secrets one = new Secrets();
            one.add(secret);
            assertThat(one.redact("<" + URLEncoder.encode(secret, StandardCharsets.UTF_8) + "> <" + secret + ">"))
                    .isEqualTo("<[secret]> <[secret]>");
        }
    }

    @Test
    @DisplayName("LG-04 a long secret that is cut is replaced as far as it goes")
    void cut() {
        String secret = "abcdefghij".repeat(20);
        secrets.add(secret);

        assertThat(secrets.redact("x" + secret.substring(0, 150))).isEqualTo("x[secret]");
        assertThat(secrets.words("y ".repeat(8_150) + secret, 100_000)).doesNotContain("abcdefghij");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bad token 0123456789abcdef0123",
                "the end 456789abcdefghijklmn",
                "the middle 89abcdefghijklmn of it",
                "in JSON {\"t\":\"a456789\\u0061bcdefghijk\"}",
                "in a URL https://h/f?x=456789abcdef%67hijk&y=1",
            })
    @DisplayName("LG-04 sixteen characters in a row of a secret are replaced, wherever it was cut")
    void cutAnywhere(String text) {
        secrets.add("x0123456789abcdef0123456789abcdefghijklmnop");

        assertThat(secrets.redact(text)).contains("[secret]").doesNotContain("789", "abc");
        assertThat(secrets.redactWords(text)).contains("[secret]").doesNotContain("789", "abc");
    }

    @Test
    @DisplayName("LG-04 fewer characters than sixteen are no secret")
    void shortPieces() {
        secrets.add("x0123456789abcdefghijklmnop");

        assertThat(secrets.redact("0123456789abcde")).isEqualTo("0123456789abcde");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "got HEADER.eyJzdWIiOiJKYW5lIn0.c2lnbmF0dXJl-_here, why? | got [secret], why?",
                "{\"t\":\"HEADER.eyJzdWIiOiJKYW5lIn0.c2ln\",\"n\":1} | {\"t\":\"[secret]\",\"n\":1}",
                "https://h/f?t=HEADER%2EeyJzdWIiOiJKYW5lIn0%2Ec2ln&page=1 | https://h/f?t=[secret]&page=1",
                "HEADER\\u002eeyJzdWIiOiJKYW5lIn0.c2ln\\n | [secret]\\n",
            })
    @DisplayName("LG-04 another token of the same issuer, which begins as ours does, is replaced to its end")
    void othersOfTheIssuer(String text, String safe) {
        String header = "eyJhbGciOiJSUzM4NCIsImtpZCI6ImN1bXVsdXMtMjAyNiIsInR5cCI6IkpXVCJ9";
        secrets.addRenewed(header + ".eyJzdWIiOiJ0aGlzIHJ1biJ9.b3VycyBvZiB0aGlzIHJ1bg");
        String quoted = text.replace("HEADER", header);

        assertThat(secrets.redact(quoted)).isEqualTo(safe);
        assertThat(secrets.words(quoted, 300)).doesNotContain("eyJ", "c2ln", "JKYW5l");
    }

    @Test
    @DisplayName("LG-04 what follows a whole secret stays")
    void whole() {
        secrets.add("a-lasting-key-of-some-length");

        assertThat(secrets.redact("/a-lasting-key-of-some-length/status=1")).isEqualTo("/[secret]/status=1");
    }

    @Test
    @DisplayName("LG-04 the latest tokens are known, the oldest forgotten; keys are never forgotten")
    void renewed() {
        secrets.add("a-lasting-key");
        IntStream.range(0, 1000).forEach(number -> secrets.addRenewed("token-number-" + number + "."));

        assertThat(secrets.redact("a-lasting-key token-number-999. token-number-950. token-number-1."))
                .isEqualTo("[secret] [secret] [secret] token-number-1.");
    }

    @Test
    @DisplayName("LG-04 what may be of a person is hidden in a server's words, and only as a word of its own")
    void privateValues() {
        secrets.addPrivateValue("4711");

        assertThat(secrets.redactWords("4711, x-4711, 14711")).isEqualTo("[secret], x-[secret], 14711");
        assertThat(secrets.redact("4711 files")).isEqualTo("4711 files");
    }

    @Test
    @DisplayName("a word is no secret because a password is short")
    void tooShort() {
        secrets.add("export");

        assertThat(secrets.redact("the export")).isEqualTo("the export");
    }
}
