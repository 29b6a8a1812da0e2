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
