package io.github.cumulusmaven.redact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
