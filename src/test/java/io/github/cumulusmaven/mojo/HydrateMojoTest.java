package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.sandbox.SandboxConfig;
import io.github.cumulusmaven.sandbox.SandboxData;
import io.github.cumulusmaven.sandbox.SandboxServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code cumulus:hydrate}: what it notes, says and refuses. */
class HydrateMojoTest {
    private static final String REQUEST =
            "{\"resourceType\":\"MedicationRequest\",\"id\":\"zebedee-r\",\"medicationReference\":{\"reference\":\"Medication/zebedee-m\"}}";
    private static final String DOCUMENT =
            "{\"resourceType\":\"DocumentReference\",\"id\":\"zebedee-d\",\"content\":[{\"attachment\":{\"contentType\":\"text/plain\",\"url\":\"Binary/zebedee-n\"}}]}";
    private static final String MEDICATION = "{\"resourceType\":\"Medication\",\"id\":\"zebedee-m\"}";
    private static final Map<String, String> PLAIN = Map.of("Content-Type", "text/plain");

    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();
    private FhirServer server;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = new FhirServer();
        folder = temp.resolve("export");
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** A finished export of ours, of two resources that refer to what it lacks. */
    private void exported() throws Exception {
        server.exporting()
                .on(
                        "GET /jobs/1",
                        200,
                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":["
                                + "{\"type\":\"MedicationRequest\",\"url\":\"BASE/files/m\",\"count\":1},"
                                + "{\"type\":\"DocumentReference\",\"url\":\"BASE/files/d\",\"count\":1}],\"error\":[]}")
                .on("GET /files/m", 200, REQUEST + "\n")
                .on("GET /files/d", 200, DOCUMENT + "\n");
        Goals.export(log, server.url("/fhir"), folder).execute();
    }

    /** A folder of another tool. */
    private void foreign() throws IOException {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("MedicationRequest.000.ndjson"), REQUEST + "\n");
        Files.writeString(folder.resolve("DocumentReference.000.ndjson"), DOCUMENT + "\n");
    }

    private void serve() {
        server.on("GET /fhir/Medication/zebedee-m", 200, MEDICATION)
                .on("GET /fhir/Binary/zebedee-n", 200, PLAIN, "Zebedee feels fine.");
    }

    private HydrateMojo hydrate() {
        return Goals.hydrate(log, folder);
    }

    private MojoFailureException failure(AbstractCumulusMojo goal) {
        MojoFailureException failure = catchThrowableOfType(MojoFailureException.class, goal::execute);
        assertThat(failure).as("succeeded; said " + log.lines()).isNotNull();
        assertThat(failure.getMessage()).doesNotContainIgnoringCase("zebedee");
        return failure;
    }

    private JsonNode state() throws IOException {
        return FhirJson.parseObject(Files.readString(folder.resolve("export.json")))
                .orElseThrow();
    }

    private JsonNode lastLogged() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("log.ndjson"));
        return FhirJson.parseObject(lines.get(lines.size() - 1)).orElseThrow();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private List<String> asked() {
        return server.requests().stream()
                .filter(request -> request.contains("zebedee"))
                .sorted()
                .toList();
    }

    @Test
    @DisplayName(
            "FL-14 where the server calls itself otherwise, the folder of the export knows, if its seal is this user's")
    void rememberedRewrites() throws Exception {
        server.exporting()
                .on(
                        "GET /jobs/1",
                        200,
                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":["
                                + "{\"type\":\"DocumentReference\",\"url\":\"BASE/files/d\",\"count\":1}],\"error\":[]}")
                .on("GET /files/d", 200, DOCUMENT.replace("Binary/", "http://fhir-0.invalid/inner/Binary/") + "\n");
        ExportMojo export = Goals.export(log, server.url("/fhir"), folder);
        export.urlRewrites = List.of("http://fhir-0.invalid/inner=" + server.url("/fhir"));
        export.execute();
        serve();

        hydrate().execute();

        assertThat(asked()).containsExactly("GET /fhir/Binary/zebedee-n");
    }

    @Nested
    class Succeeds {
        @Test
        @DisplayName("all that the export lacks comes from its server, beside its files; its records tell of it")
        void both() throws Exception {
            exported();
            serve();

            hydrate().execute();

            assertThat(files())
                    .containsExactly(
                            ".gitignore",
                            ".lock",
                            "DocumentReference.000.ndjson",
                            "DocumentReference.000.notes.000.ndjson",
                            "Medication.000.ndjson",
                            "MedicationRequest.000.ndjson",
                            "export.json",
                            "log.ndjson");
            assertThat(folder.resolve("Medication.000.ndjson")).hasContent(MEDICATION);
            JsonNode hydration = state().path("hydration");
            assertThat(hydration.path("medications").asBoolean()).isTrue();
            assertThat(hydration.path("files").findValuesAsText("path"))
                    .containsExactly("Medication.000.ndjson", "DocumentReference.000.notes.000.ndjson");
            assertThat(hydration.path("files").findValuesAsText("type"))
                    .containsExactly("Medication", "DocumentReference");
            assertThat(lastLogged().path("eventId").asText()).isEqualTo("hydrate_complete");
            assertThat(lastLogged().path("exportId").asText()).isNotEmpty();
            assertThat(lastLogged().path("eventDetail").toString())
                    .isEqualTo("{\"medicationsFailed\":0,\"medicationsFetched\":1,\"medicationsPresent\":0,"
                            + "\"notesFailed\":0,\"notesFetched\":1,\"notesPresent\":0}");
            assertThat(log.lines())
                    .contains(
                            "INFO Medications: 1 referred to, 0 here already, 1 fetched into Medication.000.ndjson",
                            "INFO Notes: 1 referred to, 0 here already, 1 fetched into DocumentReference.000.notes.000.ndjson",
                            "INFO In " + folder)
                    .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("zebedee"));
        }

        @Test
        @DisplayName("a second run asks for nothing; the records keep what the first has added")
        void again() throws Exception {
            exported();
            serve();
            hydrate().execute();
            int requests = server.requests().size();

            hydrate().execute();

            assertThat(server.requests()).hasSize(requests);
            assertThat(state().at("/hydration/files")).hasSize(2);
            assertThat(state().at("/hydration/medications").asBoolean()).isTrue();
            assertThat(lastLogged().at("/eventDetail/medicationsPresent").asInt())
                    .isEqualTo(1);
            assertThat(log.lines()).contains("INFO Notes: 1 referred to, 1 here already, 0 fetched");
        }

        @ParameterizedTest
        @ValueSource(strings = {"Medication.ndjson.gz", "more/Medication.jsonl", "Medication.000.NDJSON"})
        @DisplayName("files that somebody has put into the export are read, and not noted: its state stays one of ours")
        void others(String name) throws Exception {
            exported();
            serve();
            Path other = folder.resolve(name);
            Files.createDirectories(other.resolveSibling(""));
            Files.writeString(other, MEDICATION + "\n");

            hydrate().execute();
            hydrate().execute();

            assertThat(lastLogged().at("/eventDetail/medicationsPresent").asInt())
                    .isEqualTo(1);
            assertThat(state().at("/hydration/files")).hasSize(1);
        }

        @Test
        @DisplayName("a run for notes only leaves it noted that all Medications are there")
        void notesOnly() throws Exception {
            exported();
            serve();
            HydrateMojo medications = hydrate();
            medications.hydrate = List.of("Medications");
            medications.execute();
            assertThat(asked()).containsExactly("GET /fhir/Medication/zebedee-m");
            HydrateMojo notes = hydrate();
            notes.hydrate = List.of("notes");

            notes.execute();

            assertThat(asked()).hasSize(2);
            assertThat(state().at("/hydration/medications").asBoolean()).isTrue();
            assertThat(state().at("/hydration/files")).hasSize(2);
        }

        @Test
        @DisplayName(
                "what lies deeper in the folder, under other names, is recorded such that the record can be read again")
        void deeper() throws Exception {
            exported();
            serve();
            Files.createDirectory(folder.resolve("sub"));
            Files.writeString(
                    folder.resolve("sub/my DocumentReference.ndjson"),
                    DOCUMENT.replace("zebedee-d", "zebedee-e") + "\n");

            hydrate().execute();
            hydrate().execute();

            assertThat(state().path("hydration").path("files").findValuesAsText("path"))
                    .contains("sub/my DocumentReference.notes.000.ndjson");
        }

        @Test
        @DisplayName("another tool's folder needs fhirUrl, and gets the new files, but no records of ours")
        void anothers() throws Exception {
            foreign();
            serve();
            assertThat(failure(hydrate()))
                    .hasMessageStartingWith("<fhirUrl> must name the server: the folder does not tell whose it is");
            HydrateMojo hydrate = hydrate();
            hydrate.fhirUrl = server.url("/fhir").toString();

            hydrate.execute();

            assertThat(files())
                    .containsExactly(
                            ".lock",
                            "DocumentReference.000.ndjson",
                            "DocumentReference.000.notes.000.ndjson",
                            "Medication.000.ndjson",
                            "MedicationRequest.000.ndjson");
        }

        @Test
        @DisplayName("a server that has moved: fhirUrl wins over the export's")
        void moved() throws Exception {
            exported();
            server.on("GET /new/Medication/zebedee-m", 200, MEDICATION)
                    .on("GET /new/Binary/zebedee-n", 200, PLAIN, "Zebedee feels fine.");
            HydrateMojo hydrate = hydrate();
            hydrate.fhirUrl = server.url("/new/Group/7").toString();

            hydrate.execute();

            assertThat(asked()).containsExactly("GET /new/Binary/zebedee-n", "GET /new/Medication/zebedee-m");
        }

        @Test
        @DisplayName("none: nothing is asked, nothing is made")
        void none() throws Exception {
            exported();
            List<String> before = files();
            HydrateMojo hydrate = hydrate();
            hydrate.hydrate = List.of("none");

            hydrate.execute();

            assertThat(log.lines()).endsWith("INFO Nothing to do: hydrate is none.");
            assertThat(asked()).isEmpty();
            assertThat(files()).isEqualTo(before);
        }

        @Test
        @DisplayName(
                "SM: the client that the folder knows is used; where nothing is missing, not even a token is asked for")
        void client() throws Exception {
            try (TemporaryKey key = TemporaryKey.make()) {
                try (SandboxServer sandbox =
                        SandboxServer.start(new SandboxConfig(0, SandboxData.sample(), true), Clock.systemUTC())) {
                    ExportMojo export = Goals.export(log, sandbox.fhirBase(), folder);
                    export.types = List.of("MedicationRequest", "DocumentReference", "DiagnosticReport");
                    export.smartClientId = sandbox.register(key.publicJwks());
                    export.smartJwks = key.file().toFile();
                    export.execute();

                    hydrate().execute();
                }
                assertThat(lastLogged().at("/eventDetail/medicationsFetched").asInt())
                        .isEqualTo(42);
                assertThat(lastLogged().at("/eventDetail/notesFetched").asInt()).isPositive();

                hydrate().execute();

                assertThat(lastLogged().at("/eventDetail/medicationsPresent").asInt())
                        .isEqualTo(42);
            }
        }
    }

    @Nested
    class Fails {
        @Test
        @DisplayName("ERR: when something does not come: the build fails after all else has come, and says what to do")
        void missing() throws Exception {
            exported();
            serve();
            server.on(
                    "GET /fhir/Medication/zebedee-m",
                    404,
                    "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":"
                            + "\"error\",\"code\":\"not-found\",\"diagnostics\":\"Medication/zebedee-m is not known\"}]}");
            HydrateMojo hydrate = hydrate();
            hydrate.errorsTo = temp.resolve("errors").toFile();

            assertThat(failure(hydrate))
                    .hasMessageStartingWith(
                            "1 thing could not be fetched (see above). All that came is in the folder, and"
                                    + " the same command tries only what is missing. <errorsTo> lists what lacks something");

            assertThat(folder.resolve("DocumentReference.000.notes.000.ndjson")).exists();
            assertThat(state().at("/hydration/medications").asBoolean(true)).isFalse();
            assertThat(lastLogged().at("/eventDetail/medicationsFailed").asInt())
                    .isEqualTo(1);
            assertThat(log.warnings())
                    .containsExactly(
                            "WARN Medications: not fetched, as the server does not have it (HTTP 404). More of the kind"
                                    + " are only counted.",
                            "WARN Medications: 1 not fetched; each because the server does not have it");
            assertThat(log.lines())
                    .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("zebedee"));
            Path list = temp.resolve("errors/medicationrequest/fetch-error.ndjson");
            assertThat(list)
                    .hasContent(
                            "{\"id\":\"zebedee-r\",\"reference\":\"Medication/zebedee-m\",\"problem\":\"not-found\","
                                    + "\"detail\":\"the server does not have it\"}");

            serve();
            hydrate.execute();
            assertThat(list).as("what it listed has come").doesNotExist();
            assertThat(state().at("/hydration/medications").asBoolean()).isTrue();
        }

        @Test
        @DisplayName("ERR: a fraction may be missing")
        void allowed() throws Exception {
            foreign();
            serve();
            Files.writeString(
                    folder.resolve("MedicationRequest.001.ndjson"), REQUEST.replace("zebedee-m", "zebedee-x") + "\n");
            HydrateMojo hydrate = hydrate();
            hydrate.fhirUrl = server.url("/fhir").toString();
            hydrate.maxErrorRate = 0.34;
            hydrate.execute();

            hydrate.maxErrorRate = 0.33;
            assertThat(failure(hydrate)).hasMessageStartingWith("1 thing could not be fetched");
        }

        @Test
        @DisplayName(
                "ERR: a server that gives no Medications at all is asked for notes all the same, and the reason is told")
        void oneKindRefused() throws Exception {
            foreign();
            StringBuilder lines = new StringBuilder();
            for (int number = 0; number < 40; number++) {
                server.on("GET /fhir/Medication/zebedee-" + number, 403, "");
                lines.append(REQUEST.replace("zebedee-m", "zebedee-" + number)).append('\n');
            }
            Files.writeString(folder.resolve("MedicationRequest.000.ndjson"), lines);
            server.on("GET /fhir/Binary/zebedee-n", 200, PLAIN, "Zebedee feels fine.");
            HydrateMojo hydrate = hydrate();
            hydrate.fhirUrl = server.url("/fhir").toString();

            assertThat(failure(hydrate))
                    .hasMessageContaining(
                            "Check the server (<fhirUrl> names another one) and the client's scopes first.");

            assertThat(folder.resolve("DocumentReference.000.notes.000.ndjson")).exists();
            assertThat(log.warnings()).contains("WARN Medications: gave up, as nothing came any more (last: HTTP 403)");
        }

        @Test
        @DisplayName("an export that is not finished is to be resumed first")
        void unfinished() throws Exception {
            server.exporting().on("GET /jobs/1", 202, Map.of("Retry-After", "1"), "");
            ExportMojo export = Goals.export(log, server.url("/fhir"), folder);
            export.waitUpTo = "PT1S";
            export.sleeper = wait -> Thread.onSpinWait();
            export.execute();

            assertThat(failure(hydrate()))
                    .hasMessageContaining("holds an export that is not finished; go on with the resume goal first");
        }

        @Test
        @DisplayName("offline: the server is not asked")
        void offline() throws Exception {
            exported();
            HydrateMojo hydrate = hydrate();
            hydrate.session.getRequest().setOffline(true);

            assertThat(failure(hydrate)).hasMessageContaining("cannot be asked: Maven is offline");
            assertThat(asked()).isEmpty();
        }

        @Test
        @DisplayName("a folder that is not there")
        void noFolder() {
            assertThat(failure(hydrate())).hasMessageContaining("must be the folder of an export");
            assertThat(folder).doesNotExist();
        }

        @Test
        @DisplayName("ERR: lists of errors in the folder of the export would be taken for data of it")
        void errorsInside() throws Exception {
            foreign();
            HydrateMojo hydrate = hydrate();
            hydrate.fhirUrl = server.url("/fhir").toString();
            hydrate.errorsTo = folder.resolve("errors").toFile();

            assertThat(failure(hydrate)).hasMessageContaining("must not lie in the exportDirectory");

            assertThat(server.requests()).isEmpty();
            assertThat(files()).containsExactly("DocumentReference.000.ndjson", "MedicationRequest.000.ndjson");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "hydrate | bodies | <hydrate> 'bodies' must be one or more of medications, notes, or none",
                    "noteTypes | plain | <noteTypes> 'plain' must be media types, for example text/plain",
                    "maxNoteSize | 0 | <maxNoteSize> '0' must be from 1 to 100000000",
                    "parallelDownloads | 65 | <parallelDownloads> '65' must be from 1 to 64",
                    "maxErrorRate | 1.5 | <maxErrorRate> '1.5' must be from 0 to 1",
                })
        @DisplayName("a wrong value stops it before anything is asked or made")
        void wrong(String setting, String value, String message) throws Exception {
            foreign();
            List<String> before = files();
            HydrateMojo hydrate = hydrate();
            hydrate.fhirUrl = server.url("/fhir").toString();
            switch (setting) {
                case "hydrate" -> hydrate.hydrate = List.of("notes", value);
                case "noteTypes" -> hydrate.noteTypes = List.of("text/html", value);
                case "maxNoteSize" -> hydrate.maxNoteSize = Long.parseLong(value);
                case "parallelDownloads" -> hydrate.parallelDownloads = Integer.parseInt(value);
                default -> hydrate.maxErrorRate = Double.parseDouble(value);
            }

            assertThat(failure(hydrate)).hasMessageStartingWith(message);

            assertThat(server.requests()).isEmpty();
            assertThat(files()).isEqualTo(before);
        }
    }
}
