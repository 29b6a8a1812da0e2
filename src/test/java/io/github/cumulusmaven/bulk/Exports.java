package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.http.Sleeper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** What tests of exports have in common. */
final class Exports {
    static final String TIME = "2026-11-23T04:03:48+00:00";

    /** A credential that is never renewed. */
    static final Authorizer TOKEN = new Authorizer() {
        @Override
        public Optional<String> authorization(URI target) {
            return Optional.of("Bearer s3cret-token");
        }

        @Override
        public boolean renew(String refused) {
            return false;
        }
    };

    private Exports() {}

    static HttpGateway gateway(InstantSource clock) {
        return gateway(clock, Duration.ofSeconds(20));
    }

    static HttpGateway gateway(InstantSource clock, Duration stall) {
        return new HttpGateway(
                        new HttpGateway.Limits(Duration.ofSeconds(20), Duration.ofSeconds(20), stall), "test/1", clock)
                .allow(URI.create("http://127.0.0.1/"));
    }

    static ExportConfig config(URI fhirUrl, Path directory, boolean compress) throws InvalidSetting {
        ExportTarget target = ExportTarget.parse(fhirUrl.toString());
        ExportParameters parameters = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        return new ExportConfig(target, parameters, directory, 3, compress, Patience.DEFAULT, Validation.LINES, false)
                .validated();
    }

    static TimeLimits limits(HandClock clock) {
        Instant far = clock.instant().plus(Duration.ofDays(30));
        return new TimeLimits(far, far, clock, clock);
    }

    static Retries retries(int attempts, Sleeper sleeper, ExportListener listener) {
        return new Retries(
                new RetryPolicy(attempts, Duration.ofSeconds(1), Duration.ofMinutes(1)), sleeper, listener, () -> 0);
    }

    /** Makes an export of a client that keeps its seals in this home. */
    static BulkExport export(
            ExportConfig config, HttpGateway gateway, Path home, HandClock clock, ExportListener... listeners) {
        return new BulkExport(config, gateway, TOKEN, FolderSeal.in(home), clock, clock, List.of(listeners));
    }

    /** Someone who wants a file of this URL, and counts what comes. */
    static FileDownload.Requester requester(URI url, LongConsumer received) {
        return new FileDownload.Requester() {
            @Override
            public URI url() {
                return url;
            }

            @Override
            public void answered() {
                // It is expected.
            }

            @Override
            public IOException refused(HttpRefusal refusal) {
                return refusal;
            }

            @Override
            public void received(long bytes) {
                received.accept(bytes);
            }
        };
    }

    /** A manifest of one page, as a folder keeps it. */
    static List<ManifestPage> page(Map<String, Object> json) {
        return List.of(FhirJson.mapper().convertValue(json, ManifestPage.class));
    }

    static Answer manifest(boolean token, String output) {
        return manifest(token, output, "");
    }

    static Answer manifest(boolean token, String output, String more) {
        return Answer.of(
                200,
                "application/json",
                """
                {"transactionTime":"%s","request":"x","requiresAccessToken":%s,"output":[%s]%s,"error":[]}"""
                        .formatted(TIME, token, output, more));
    }

    static String entry(URI url, String type, long count) {
        return "{\"type\":\"" + type + "\",\"url\":\"" + url + "\",\"count\":" + count + "}";
    }

    static String resource(String type, int id) {
        return "{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"}";
    }

    static List<String> names(List<FileState> files) {
        return files.stream().map(FileState::path).toList();
    }
}
