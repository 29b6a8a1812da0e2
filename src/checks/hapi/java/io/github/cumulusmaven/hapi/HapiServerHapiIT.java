package io.github.cumulusmaven.hapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.http.Sleeper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** That the server is worth testing against: what it was given comes out of it by plain HTTP, and soon. */
@ExtendWith(HapiServerExtension.class)
@Timeout(120)
class HapiServerHapiIT {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void aSystemExportHoldsWhatWasStored(HapiServer server) throws Exception {
        SortedMap<String, Integer> expected = new TreeMap<>(server.counts());
        expected.remove("Binary");

        JsonNode manifest = export(URI.create(server.fhirBase() + "/$export"));

        assertThat(countLines(manifest)).isEqualTo(expected);
        assertThat(manifest.path("error")).isEmpty();
    }

    @Test
    void theCohortIsAPartOfThePatients(HapiServer server) throws Exception {
        JsonNode manifest = export(URI.create(server.fhirBase() + "/Group/cohort/$export?_type=Patient"));

        assertThat(countLines(manifest)).containsOnlyKeys("Patient");
        assertThat(countLines(manifest).get("Patient"))
                .isBetween(1, server.counts().get("Patient") - 1);
    }

    private JsonNode export(URI url) throws IOException, InterruptedException {
        HttpResponse<String> kickOff = client.send(
                HttpRequest.newBuilder(url)
                        .header("Accept", "application/fhir+json")
                        .header("Prefer", "respond-async")
                        .build(),
                BodyHandlers.ofString());
        assertThat(kickOff.statusCode()).isEqualTo(202);
        URI status = URI.create(kickOff.headers().firstValue("Content-Location").orElseThrow());
        HttpResponse<String> poll = get(status, "application/json");
        while (poll.statusCode() == 202) {
            Sleeper.REAL.sleep(POLL_INTERVAL);
            poll = get(status, "application/json");
        }
        assertThat(poll.statusCode()).isEqualTo(200);
        return FhirJson.mapper().readTree(poll.body());
    }

    private SortedMap<String, Integer> countLines(JsonNode manifest) throws IOException, InterruptedException {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (JsonNode file : manifest.path("output")) {
            String body = get(URI.create(file.path("url").asText()), "application/fhir+ndjson")
                    .body();
            counts.merge(file.path("type").asText(), (int) body.lines().count(), Integer::sum);
        }
        return counts;
    }

    private HttpResponse<String> get(URI url, String accept) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(url).header("Accept", accept).build(), BodyHandlers.ofString());
    }
}
