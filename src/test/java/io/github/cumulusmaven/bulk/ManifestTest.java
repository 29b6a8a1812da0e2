package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.cumulusmaven.bulk.FileState.Kind;
import io.github.cumulusmaven.bulk.Manifest.Announced;
import io.github.cumulusmaven.bulk.Manifest.Entry;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.http.Origin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final URI SOURCE = URI.create("https://ehr.example/fhir/status/1?page=1");

    private static Manifest parse(String json) throws NotAManifest {
        return parse(json, SOURCE);
    }

    private static Manifest parse(String json, URI source) throws NotAManifest {
        try {
            return Manifest.parse(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), source);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
    }

    private static Manifest parseOfThisMachine(String json) throws NotAManifest {
        return parse(json, URI.create("http://127.0.0.1:9443/fhir/status/1"));
    }

    private static Manifest withOutput(String entry) throws NotAManifest {
        return parse("{\"transactionTime\":\"t\",\"output\":[" + entry + "]}");
    }

    private static Entry entry(Kind kind, String url, String type, long count) {
        return new Entry(
                kind,
                URI.create(url),
                type.isEmpty() ? Optional.empty() : Optional.of(type),
                count < 0 ? OptionalLong.empty() : OptionalLong.of(count),
                Announced.NOTHING);
    }

    @Test
    @DisplayName("what looks like UTF-32 at first, and breaks off, is not JSON: found by fuzzing")
    void brokenUtf32() {
        assertThatThrownBy(() -> parse("\0\0\0{\0\0"))
                .isInstanceOf(NotAManifest.class)
                .hasMessage("NOT_JSON");
    }

    @Test
    @DisplayName("a number of a million digits is no count, and costs no time")
    void absurdNumber() {
        String json = "{\"output\":[{\"url\":\"https://h/1\",\"count\":" + "7".repeat(1_000_000) + "}]}";

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThatThrownBy(() -> parse(json))
                .isInstanceOf(NotAManifest.class)
                .hasMessage("ABSURD_JSON"));
    }

    @Test
    @DisplayName("what is nested too deeply to be kept is refused when it is read")
    void absurdDepth() {
        assertThatThrownBy(() -> parse("{\"output\":[],\"x\":" + "[".repeat(998) + "]".repeat(998) + "}"))
                .isInstanceOf(NotAManifest.class);
    }

    @Test
    @DisplayName("MF-01 MF-03 MF-05 MF-06 reads the lists of the reference server")
    void referenceServer() throws NotAManifest {
        Manifest manifest = parseOfThisMachine(
                """
                {"transactionTime":"2026-11-23T04:03:48+00:00","request":"http://h/fhir/Patient/$export",
                 "requiresAccessToken":false,"outputOrganizedBy":"",
                 "deleted":[{"type":"Bundle","count":1,"url":"http://127.0.0.1:9443/f/2.Device.deleted.ndjson"}],
                 "output":[{"url":"http://127.0.0.1:9443/f/2.Device.ndjson","count":4,"type":"Device"},
                           {"url":"http://127.0.0.1:9443/f/4.Patient.ndjson","count":100,"type":"Patient",
                            "continuesInFile":"5.Patient.ndjson"}],
                 "error":[{"url":"http://127.0.0.1:9443/f/2.Patient.ndjson","count":25,"type":"OperationOutcome"}]}""");

        assertThat(manifest.transactionTime()).isEqualTo("2026-11-23T04:03:48+00:00");
        assertThat(manifest.requiresAccessToken()).contains(false);
        assertThat(manifest.next()).isEmpty();
        assertThat(manifest.entries())
                .containsExactlyInAnyOrder(
                        entry(Kind.OUTPUT, "http://127.0.0.1:9443/f/2.Device.ndjson", "Device", 4),
                        entry(Kind.OUTPUT, "http://127.0.0.1:9443/f/4.Patient.ndjson", "Patient", 100),
                        entry(Kind.DELETED, "http://127.0.0.1:9443/f/2.Device.deleted.ndjson", "Bundle", 1),
                        entry(Kind.ERROR, "http://127.0.0.1:9443/f/2.Patient.ndjson", "OperationOutcome", 25));
        assertThat(manifest.count(Kind.OUTPUT)).isEqualTo(2);
    }

    @Test
    @DisplayName("MF-02 reads HAPI's, without counts, and with a message where it is empty")
    void hapi() throws NotAManifest {
        Manifest manifest = parse(
                """
                {"transactionTime":"2026-11-23T04:05:06.989+00:00","request":"x","requiresAccessToken":true,
                 "output":[{"type":"Patient","url":"https://h/fhir/Binary/aBcD"}],"error":[]}""");
        Manifest empty = parse("{\"transactionTime\":\"t\",\"requiresAccessToken\":true,\"output\":[],\"error\":[],"
                + "\"message\":\"Export produced no output\"}");

        assertThat(manifest.entries()).containsExactly(entry(Kind.OUTPUT, "https://h/fhir/Binary/aBcD", "Patient", -1));
        assertThat(empty.entries()).isEmpty();
    }

    @Test
    @DisplayName("MF-02 MF-06 reads the shape of version 4: outcome, no request, no types beside output")
    void version4() throws NotAManifest {
        Manifest manifest = parse(
                """
                {"transactionTime":"t","requiresAccessToken":true,"manifestType":"x","outputFormat":"ndjson",
                 "output":[{"type":"Patient","url":"https://h/1","count":2,"fileSize":12}],
                 "deleted":[{"url":"https://h/2","count":1}],
                 "outcome":[{"url":"https://h/3","countSeverity":[{"code":"error","count":1}]}],
                 "extension":[{"url":"https://x","valueString":"y"}]}""");

        assertThat(manifest.entries())
                .containsExactlyInAnyOrder(
                        new Entry(
                                Kind.OUTPUT,
                                URI.create("https://h/1"),
                                Optional.of("Patient"),
                                OptionalLong.of(2),
                                new Announced(OptionalLong.of(12), Optional.empty())),
                        entry(Kind.DELETED, "https://h/2", "", 1),
                        entry(Kind.ERROR, "https://h/3", "", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"transactionTime\":\"t\"}",
                "{\"outputs\":[]}",
                "{\"error\":[]}",
                "{\"transactionTime\":\"t\",\"output\":{}}",
                "{\"transactionTime\":\"t\",\"outputs\":[{\"url\":\"https://h/1\"}]}",
                "{\"transactionTime\":\"t\",\"output\":\"\",\"deleted\":[],\"error\":[]}",
            })
    @DisplayName(
            "ST-14 MF-11 where something else stands for the list of files, or nothing tells of an export, there is none")
    void withoutOutput(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(NotAManifest.class).hasMessage("NO_OUTPUT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"transactionTime\":\"t\",\"request\":\"x\",\"requiresAccessToken\":true}",
                "{\"transactionTime\":\"t\",\"output\":null,\"error\":null}",
                "{\"request\":\"x\",\"requiresAccessToken\":false,\"error\":[],\"extension\":[]}",
            })
    @DisplayName("MF-11 a manifest whose list of files is left out, or null, has no files")
    void nothingMatched(String json) throws NotAManifest {
        assertThat(parse(json).entries()).isEmpty();
    }

    @Test
    @DisplayName("MF-03 a URL that a list names twice is one file, and one of two lists are two")
    void twice() throws NotAManifest {
        String entry = "{\"type\":\"Patient\",\"url\":\"https://h/1\"}";

        assertThat(withOutput(entry + "," + entry).entries()).hasSize(1);
        assertThat(parse("{\"output\":[" + entry + "],\"error\":[" + entry + "]}")
                        .entries())
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"output\":[]}", "{\"output\":[],\"error\":null}"})
    @DisplayName("MF-02 MF-11 what else is missing is empty")
    void missing(String json) throws NotAManifest {
        assertThat(parse(json).entries()).isEmpty();
    }

    @Test
    @DisplayName("MF-01 a missing time is not invented")
    void missingTime() throws NotAManifest {
        assertThat(parse("{\"output\":[]}").transactionTime()).isEmpty();
        assertThat(parse("{\"output\":[],\"transactionTime\":1795407174966}").transactionTime())
                .isEqualTo("1795407174966");
    }

    @ParameterizedTest
    @CsvSource({
        "https://files.example/1.ndjson, https://files.example/1.ndjson",
        "/files/1.ndjson,                https://ehr.example/files/1.ndjson",
        "1.ndjson,                       https://ehr.example/fhir/status/1.ndjson",
        "//files.example/1,              https://files.example/1",
        "' /files/1 ',                   https://ehr.example/files/1",
    })
    @DisplayName("MF-03 a relative URL is resolved")
    void relative(String url, URI meant) throws NotAManifest {
        assertThat(URI.create(
                        withOutput("{\"url\":\"" + url + "\"}").entries().get(0).address()))
                .isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "{\"url\":\"\"}",
                "{\"url\":null}",
                "{\"url\":{}}",
                "{\"url\":\"file:///etc/passwd\"}",
                "{\"url\":\"ftp://h/x\"}",
                "{\"url\":\"mailto:x\"}",
                "null",
                "\"https://h/1\"",
            })
    @DisplayName("MF-03 an entry without a usable URL stays an entry, whose file cannot come")
    void unusable(String entry) throws NotAManifest {
        assertThat(withOutput(entry).entries())
                .singleElement()
                .matches(file -> !Origin.isWeb(Links.url(file.address())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "12|12",
                "\"12\"|12",
                "999999999999|999999999999",
                "-1|-1",
                "1.5|-1",
                "null|-1",
                "\"many\"|-1",
                "1e3|-1"
            })
    @DisplayName("MF-03 a count is a number, or none")
    void count(String sent, long meant) throws NotAManifest {
        assertThat(withOutput("{\"url\":\"https://h/1\",\"count\":" + sent + "}")
                        .entries()
                        .get(0)
                        .count())
                .isEqualTo(meant < 0 ? OptionalLong.empty() : OptionalLong.of(meant));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "",
            value = {
                "true, true",
                "false, false",
                "\"true\", true",
                "\"false\", false",
                "null,",
            })
    @DisplayName("MF-12 requiresAccessToken, if it is there")
    void requiresAccessToken(String sent, Boolean meant) throws NotAManifest {
        assertThat(parse("{\"output\":[],\"requiresAccessToken\":" + sent + "}").requiresAccessToken())
                .isEqualTo(Optional.ofNullable(meant));
        assertThat(parse("{\"output\":[]}").requiresAccessToken()).isEmpty();
    }

    @Test
    @DisplayName("MF-07 the next page")
    void next() throws NotAManifest {
        assertThat(parse("{\"output\":[],\"link\":[{\"relation\":\"self\",\"url\":\"https://h/1\"},"
                                + "{\"relation\":\"next\",\"url\":\"?page=2\"}]}")
                        .next())
                .contains(URI.create("https://ehr.example/fhir/status/?page=2"));
        assertThat(parse("{\"output\":[],\"link\":[{\"relation\":\"self\",\"url\":\"https://h/1\"}]}")
                        .next())
                .isEmpty();
        assertThatThrownBy(() -> parse("{\"output\":[],\"link\":[{\"relation\":\"next\"}]}"))
                .isInstanceOf(NotAManifest.class);
    }

    @Test
    @DisplayName("MF-08 MF-09 all that the server sent is kept, to the last digit")
    void raw() throws Exception {
        String json = "{\"transactionTime\":\"t\",\"output\":[{\"url\":\"https://h/1\",\"x\":{\"y\":[1,null,true]}}],"
                + "\"extension\":{\"https://e\":{\"rate\":1.50}},\"big\":12345678901234567890}";

        assertThat(FhirJson.mapper().writeValueAsString(parse(json).raw())).isEqualTo(json);
    }

    @Test
    @DisplayName("MF-08 a number that no decimal can be, in what is only kept, is no manifest and no accident")
    void endlessExponent() {
        assertThatThrownBy(() -> parse("{\"output\":[],\"extension\":{\"rate\":1e3" + "4".repeat(100) + "}}"))
                .isInstanceOf(NotAManifest.class);
    }

    @Test
    @DisplayName("LG-04 signed queries are kept nowhere, wherever they stand")
    void redacted() throws Exception {
        Manifest manifest = parse(
                """
                {"transactionTime":"t","request":"https://u:s3cret@h/x",
                 "output":[{"type":"Patient","url":"https://h/1?X-Amz-Signature=s3cret&id=1"},
                           {"type":"Patient","url":"/2?sig=s3cret"}],
                 "link":[{"relation":"next","url":"https://h/2?sig=s3cret"}],
                 "extension":[{"valueUrl":"3?token=s3cret"}]}""");

        assertThat(FhirJson.mapper().writeValueAsString(manifest.raw()))
                .doesNotContain("s3cret")
                .contains("https://h/1?X-Amz-Signature=REDACTED&id=REDACTED");
        assertThat(URI.create(manifest.entries().get(0).address())).hasQuery("X-Amz-Signature=s3cret&id=1");
    }

    @Test
    @DisplayName("FL-07 a page that was kept tells its files apart as the server's does")
    void keptLinks() throws Exception {
        Manifest manifest = parse("{\"transactionTime\":\"t\",\"output\":[{\"type\":\"Patient\",\"url\":\"/f?key=1\"},"
                + "{\"type\":\"Patient\",\"url\":\"f?key=2&a\"}]}");

        assertThat(urls(manifest.raw().parsed(SOURCE)))
                .isEqualTo(urls(manifest))
                .doesNotHaveDuplicates();
    }

    private static List<String> urls(Manifest manifest) {
        return FileList.plan(manifest.entries(), false, List.of()).stream()
                .map(item -> item.state().url())
                .toList();
    }

    @Test
    void absurdNumbersDoNoHarm() throws NotAManifest {
        assertThat(withOutput("{\"url\":\"https://h/1\",\"count\":1e999999999}")
                        .entries()
                        .get(0)
                        .count())
                .isEmpty();
    }
}
