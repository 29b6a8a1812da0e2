package io.github.cumulusmaven.smart;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.cumulusmaven.http.NamedUrl;
import io.github.cumulusmaven.http.Origin;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any text as a SMART configuration. */
class SmartConfigurationFuzz {
    private static final URI BASE = URI.create("https://ehr.example/fhir/");

    @ValueSource(
            strings = {
                "{\"token_endpoint\":\"https://ehr.example/token\",\"scopes_supported\":[\"system/*.read\"],\"capabilities\":[\"permission-v2\"]}",
                "{\"token_endpoint\":\"auth/token\",\"scopes_supported\":[1,null,{}]}",
                "{\"token_endpoint\":1E99999999999}",
                "<html>",
                "{\"token_endpoint\":\"ftp://h/x\"}"
            })
    @FuzzTest
    void read(String text) {
        if (text == null) {
            return;
        }
        try {
            SmartConfiguration found =
                    SmartConfiguration.parse(text, BASE, named -> NamedUrl.resolve(BASE, named), Duration.ZERO);
            if (!Origin.isWeb(found.tokenEndpoint())) {
                throw new AssertionError("no URL of the web");
            }
        } catch (SmartFailure other) {
            return;
        }
    }
}
