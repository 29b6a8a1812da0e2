package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server says that means harm, or no good, and what of it the console, the exceptions of {@code -X} and the export's
 * files have: never a secret, never a patient on the console, and enough to mend the cause.
 */
class HostileWordsTest {
    private static final String TOKEN = "op4que/t0ken+of/this=run~Zz09";
    private static final String JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJKYW5lIn0.c2lnbmF0dXJl";
    private static final String SIGNATURE = "s1gnatureS1gnature";
    private static final String PERSON = "Jane Example";
    private static final String SQL = "SELECT mrn FROM pat";
    private static final String RECORD_NUMBER = "MRN4711";
    private static final String FILTER = "Patient?identifier=urn:mrn|" + RECORD_NUMBER;
    private static final String LONG = "eyJ" + "....".repeat(15_000);

    private static final List<String> SECRETS = List.of(
            TOKEN,
            TOKEN.replace("/", "\\/"),
            "op4que%2Ft0ken",
            "op4que\\u002ft0ken",
            JWT,
            SIGNATURE,
            "eyJ....",
            "\u001b");

    private static final List<String> NOT_FOR_THE_CONSOLE = List.of(PERSON, SQL, RECORD_NUMBER, "\u009b");

    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();

    /**
     * A line of the table.
     *
     * @param what is said
     * @param server says it, instead of what a good one would
     * @param console what the console has all the same
     * @param logged what {@code log.ndjson} has
     */
    record Case(String what, Consumer<FhirServer> server, List<String> console, List<String> logged) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static String outcome(String words) {
        var outcome = FhirJson.mapper().createObjectNode().put("resourceType", "OperationOutcome");
        outcome.putArray("issue")
                .addObject()
                .put("severity", "error")
                .put("code", "invalid")
                .put("diagnostics", words);
        return outcome.toString();
    }

    private static Case refusedKickOff(
            String what,
            int status,
            Map<String, String> headers,
            String body,
            List<String> console,
            List<String> logged) {
        return new Case(what, server -> server.on("GET /fhir/$export", status, headers, body), console, logged);
    }

    private static Case working(String what, String progress, List<String> console, List<String> logged) {
        return new Case(
                what,
                server -> server.before("GET /jobs/1", new Runnable() {
                    private boolean again;

                    @Override
                    public void run() {
                        if (again) {
                            server.exporting();
                        } else {
                            server.on("GET /jobs/1", 202, Map.of("X-Progress", progress, "Retry-After", "1"), "");
                        }
                        again = true;
                    }
                }),
                console,
                logged);
    }

    static Stream<Case> cases() {
        return Stream.of(
                refusedKickOff(
                        "a refusal that quotes the token",
                        400,
                        Map.of("X-Echo", TOKEN, "Server", "EHR " + TOKEN, "X-Request-Id", "req-17"),
                        outcome("no: " + TOKEN + " is unknown here"),
                        List.of("HTTP 400 (error invalid: no: [secret] is unknown here; X-Request-Id req-17)"),
                        List.of(
                                "\"x-echo\":\"REDACTED\"",
                                "\"server\":\"EHR [secret]\"",
                                "\"x-request-id\":\"req-17\"")),
                refusedKickOff(
                        "a refusal in another form, which quotes it escaped, encoded, and twice encoded",
                        401,
                        Map.of("Content-Type", "text/plain", "opc-request-id", "/A/B"),
                        TOKEN.replace("/", "\\/") + " or " + TOKEN.replace("/", "%2F") + " or "
                                + TOKEN.replace("/", "\\u002f") + " or " + TOKEN.replace("/", "%252F"),
                        List.of("HTTP 401 ([secret] or [secret] or [secret] or [secret]; opc-request-id /A/B)"),
                        List.of("[secret] or [secret]")),
                refusedKickOff(
                        "a refusal that quotes the filter, and a signed URL",
                        400,
                        Map.of("X-Correlation-Id", SIGNATURE.replace("S", "-")),
                        outcome("cannot search " + FILTER + " for " + RECORD_NUMBER + ", see https://h/x?%73ig="
                                + SIGNATURE + "#" + SIGNATURE + " or /y;sig=" + SIGNATURE + " or sas=" + SIGNATURE),
                        List.of(
                                "cannot search Patient?identifier=REDACTED for [secret], see https://h/x?%73ig=REDACTED",
                                "or /y;sig=REDACTED or sas=REDACTED; X-Correlation-Id"),
                        List.of("\"_typeFilter\":\"" + FILTER + "\"")),
                refusedKickOff(
                        "a fault that names a patient",
                        500,
                        Map.of("X-Amzn-RequestId", "a-1"),
                        outcome(SQL + " failed for " + PERSON),
                        List.of("HTTP 500 (X-Amzn-RequestId a-1). What the server says of it is in log.ndjson in the"
                                + " <exportDirectory>. Try again later"),
                        List.of(SQL + " failed for " + PERSON)),
                refusedKickOff(
                        "a gateway's fault that names a patient",
                        502,
                        Map.of("CF-Ray", "ray-1"),
                        PERSON + " " + TOKEN,
                        List.of("HTTP 502 (CF-Ray ray-1). What the server says of it is in log.ndjson"),
                        List.of("\"eventId\":\"client_error\"", PERSON + " [secret]")),
                refusedKickOff(
                        "60 kB that look like a token",
                        400,
                        Map.of(),
                        outcome(LONG),
                        List.of("HTTP 400 (error invalid: [JWT])"),
                        List.of("[JWT]")),
                refusedKickOff(
                        "what moves a terminal's cursor",
                        400,
                        Map.of(),
                        outcome("\u001b[2J\u001b[31mred\u001b[0m and \u009b5mmore\u202e\r\n[ERROR] forged"),
                        List.of("HTTP 400 (error invalid: red and 5mmore [ERROR] forged)"),
                        List.of("red")),
                working(
                        "progress with a signed URL and a token",
                        "5% of https://h/p?page=2&auth_token=" + SIGNATURE + " with " + JWT + " and " + TOKEN,
                        List.of("The server is at work"),
                        List.of("5% of https://h/p?page=2&auth_token=REDACTED with [JWT] and [secret]")),
                working(
                        "60 kB of progress",
                        LONG,
                        List.of("The server is at work"),
                        List.of("\"xProgress\":\"[JWT]\"")),
                new Case(
                        "a job that failed for a patient",
                        server -> server.on(
                                "GET /jobs/1",
                                500,
                                Map.of("X-Request-Id", "st-5", "Set-Cookie", SIGNATURE),
                                outcome(SQL + " failed for " + PERSON)),
                        List.of("/jobs/1: HTTP 500 (X-Request-Id st-5). What the server says of it is in log.ndjson"),
                        List.of(
                                "\"eventId\":\"status_error\",\"eventDetail\":{\"body\":\"error invalid: " + SQL,
                                "\"x-request-id\":\"st-5\"",
                                "\"set-cookie\":\"REDACTED\"")),
                new Case(
                        "an outcome in the manifest's place",
                        server -> server.on("GET /jobs/1", 200, outcome(SQL + " failed for " + PERSON)),
                        List.of("sent an OperationOutcome instead of the list of files"),
                        List.of(SQL + " failed for " + PERSON)),
                new Case(
                        "a file that cannot be given, for a patient",
                        server -> server.on(
                                "GET /files/p",
                                501,
                                Map.of("X-Request-Id", "f-9", "Location", "https://h/f?jwt=" + SIGNATURE),
                                SQL + " failed for " + PERSON + " " + TOKEN),
                        List.of("/files/p: HTTP 501 (X-Request-Id f-9). What the server says of it is in log.ndjson"),
                        List.of(
                                "\"eventId\":\"download_error\"",
                                SQL + " failed for " + PERSON + " [secret]",
                                "\"location\":\"https://h/f?jwt=REDACTED\"")),
                new Case(
                        "links with secrets of all names",
                        server -> server.on("GET /files/p", 404, "")
                                .on(
                                        "GET /jobs/1",
                                        200,
                                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,"
                                                + "\"output\":[{\"type\":\"Patient\",\"url\":\"BASE/files/p?part=1&auth_token="
                                                + SIGNATURE
                                                + "&jwt=" + SIGNATURE + "&key=" + SIGNATURE + "&sas=" + SIGNATURE
                                                + "&%73ig=" + SIGNATURE
                                                + ";sig=" + SIGNATURE + "&unheard-of=" + SIGNATURE + "#" + SIGNATURE
                                                + "\"}],\"error\":[]}"),
                        List.of("/files/p?part=1&auth_token=REDACTED&jwt=REDACTED&key=REDACTED&sas=REDACTED"
                                + "&%73ig=REDACTED;sig=REDACTED&unheard-of=REDACTED: HTTP 404"),
                        List.of("\"code\":404", "&unheard-of=REDACTED")),
                new Case(
                        "a clean-up that fails for a patient",
                        server -> server.on("DELETE /jobs/1", 500, outcome(PERSON)),
                        List.of("The server could not be told to delete its copies: DELETE"),
                        List.of("export_complete")),
                new Case(
                        "a token endpoint that quotes the assertion",
                        server -> server.on(
                                "POST /token",
                                400,
                                Map.of("X-Request-Id", "t-3"),
                                "{\"error\":\"invalid_client\",\"error_description\":\"ASSERTION is not of BASE/x?jwt=ASSERTION\"}"),
                        List.of("HTTP 400, invalid_client: [secret] is not of", "/x?jwt=REDACTED; X-Request-Id t-3"),
                        List.of()),
                new Case(
                        "60 kB that a token endpoint describes an error with",
                        server -> server.on(
                                "POST /token",
                                400,
                                "{\"error\":\"invalid_client\",\"error_description\":\"" + LONG + "\"}"),
                        List.of("HTTP 400, invalid_client: [JWT]"),
                        List.of()),
                new Case(
                        "a fault of a token endpoint, for a patient",
                        server -> server.on(
                                "POST /token",
                                501,
                                "{\"error\":\"" + PERSON + "\",\"error_description\":\"" + SQL + "\"}"),
                        List.of("no access token: HTTP 501"),
                        List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    @DisplayName("LG-04 what a hostile server says reaches nobody whom it is not for:")
    void says(Case said) throws Exception {
        Path folder = temp.resolve("export");
        Path key = temp.resolve("my.jwks");
        JwksFile.write(key, SigningKey.generate(KeyAlgorithm.ES384, Optional.of("key-1")));
        String privateNumber = FhirJson.mapper()
                .readTree(Files.readString(key))
                .at("/keys/0/d")
                .asText();
        try (FhirServer server = new FhirServer()) {
            server.exporting()
                    .on("GET /fhir/.well-known/smart-configuration", 200, "{\"token_endpoint\":\"BASE/token\"}")
                    .on(
                            "POST /token",
                            200,
                            "{\"access_token\":\"" + TOKEN + "\",\"token_type\":\"bearer\",\"expires_in\":300}");
            said.server().accept(server);
            ExportMojo export = Goals.export(log, server.url("/fhir"), folder);
            export.smartClientId = "client-1";
            export.smartJwks = key.toFile();
            export.typeFilters = List.of(FILTER);

            String console = console(export);

            String logged = read(folder.resolve("log.ndjson"));
            String state = read(folder.resolve("export.json"));
            assertThat(console).as("console").contains(said.console());
            said.logged().forEach(part -> assertThat(logged).as("log.ndjson").contains(part));
            assertThat(state.contains("\"kicking-off\""))
                    .as("export.json")
                    .isEqualTo(console.contains("The server may have begun it all the same"));
            for (String everywhere : List.of(console, logged, state)) {
                assertThat(everywhere).doesNotContain(SECRETS).doesNotContain(privateNumber);
                assertThat(server.assertion()).isNotEmpty();
                assertThat(everywhere).doesNotContain(server.assertion());
            }
            assertThat(console).doesNotContain(NOT_FOR_THE_CONSOLE);
            assertThat(logged.replace("\"_typeFilter\":\"" + FILTER + "\"", "")).doesNotContain(RECORD_NUMBER);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** All that {@code -X} shows. */
    private String console(ExportMojo export) {
        StringWriter text = new StringWriter();
        PrintWriter shown = new PrintWriter(text, true);
        try {
            export.execute();
        } catch (AbstractMojoExecutionException failure) {
            shown.println(failure.getMessage());
            failure.printStackTrace(shown);
        }
        log.everything().forEach(shown::println);
        log.failures().forEach(failure -> failure.printStackTrace(shown));
        return text.toString();
    }
}
