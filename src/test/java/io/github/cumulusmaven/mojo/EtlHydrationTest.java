package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code cumulus:etl} with Medications that its input refers to and lacks. */
class EtlHydrationTest {
    private static final String LOG =
            """
            {"exportId":"1","eventId":"kickoff","eventDetail":{"exportUrl":"https://ehr.example/fhir/Group/cohort/$export?_type=Patient,MedicationRequest"}}
            {"exportId":"1","eventId":"status_complete","eventDetail":{"transactionTime":"2026-01-02T03:04:05Z"}}
            """;

    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();
    private FhirServer server;
    private Path input;
    private Path output;

    @BeforeEach
    void start() throws IOException {
        server = new FhirServer();
        input = Files.createDirectory(temp.resolve("input"));
        output = temp.resolve("output");
        Files.writeString(input.resolve("log.ndjson"), LOG);
        Files.writeString(input.resolve("Patient.000.ndjson"), "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n");
        Files.writeString(
                input.resolve("MedicationRequest.000.ndjson"),
                request("zebedee-1") + request("zebedee-2") + request("zebedee-1"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static String request(String medication) {
        return "{\"resourceType\":\"MedicationRequest\",\"id\":\"r-" + medication
                + "\",\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/p1\"},"
                + "\"medicationReference\":{\"reference\":\"Medication/" + medication + "\"}}\n";
    }

    private void serve(String... ids) {
        for (String id : ids) {
            server.on(
                    "GET /fhir/Medication/" + id,
                    200,
                    "{\"resourceType\":\"Medication\",\"id\":\"" + id + "\",\"status\":\"active\"}");
        }
    }

    private EtlMojo etl() {
        EtlMojo etl = Goals.etl(log, temp);
        etl.fhirUrl = server.url("/fhir").toString();
        return etl;
    }

    private long rows(String table) throws IOException {
        Path file = output.resolve(table).resolve(table + ".000.ndjson");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    private List<String> complete() throws IOException {
        return Files.readAllLines(output.resolve("etl__completion/etl__completion.000.ndjson")).stream()
                .map(line -> FhirJson.parseObject(line)
                        .orElseThrow()
                        .path("table_name")
                        .asText())
                .toList();
    }

    @Test
    @DisplayName("FL-14 ETL-medications: those under a name that the server gives itself are found, and join")
    void ownName() throws Exception {
        serve("zebedee-1", "zebedee-2");
        Path requests = input.resolve("MedicationRequest.000.ndjson");
        Files.writeString(
                requests,
                Files.readString(requests).replace("Medication/zeb", "http://fhir-0.invalid/inner/Medication/zeb"));
        EtlMojo etl = etl();
        etl.urlRewrites = List.of("http://fhir-0.invalid/inner=" + server.url("/fhir"));

        etl.execute();

        assertThat(server.requests())
                .containsExactlyInAnyOrder("GET /fhir/Medication/zebedee-1", "GET /fhir/Medication/zebedee-2");
        assertThat(rows("medication")).isEqualTo(2);
        assertThat(Files.readString(output.resolve("medicationrequest/medicationrequest.000.ndjson")))
                .containsPattern("\"reference\":\"Medication/[0-9a-f]{64}\"");
        assertThat(log.warnings()).noneMatch(line -> line.contains("References that join no row"));
    }

    private void assertNothingTemporary() throws IOException {
        try (Stream<Path> content = Files.list(temp.resolve("phi"))) {
            assertThat(content).noneMatch(file -> file.getFileName().toString().startsWith("on-the-fly"));
        }
        try (Stream<Path> content = Files.list(input)) {
            assertThat(content.map(file -> file.getFileName().toString()))
                    .as("the input stays as it is")
                    .containsExactlyInAnyOrder("log.ndjson", "Patient.000.ndjson", "MedicationRequest.000.ndjson");
        }
    }

    @Test
    @DisplayName(
            "ETL-medications: with fhirUrl, those that a folder lacks become rows; the table is complete though not exported")
    void folder() throws Exception {
        serve("zebedee-1", "zebedee-2");

        etl().execute();

        assertThat(rows("medication")).isEqualTo(2);
        assertThat(Files.readString(output.resolve("medication/medication.000.ndjson")))
                .contains("\"status\":\"active\"")
                .doesNotContain("zebedee");
        assertThat(complete()).containsExactlyInAnyOrder("patient", "medication", "medicationrequest");
        assertThat(server.requests()).hasSize(2);
        assertThat(log.lines())
                .anyMatch(line -> line.startsWith("INFO Medications: 2 referred to, 0 here already, 2 fetched"))
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("zebedee"));
        assertNothingTemporary();
    }

    @Test
    @DisplayName(
            "ETL-medications: one that does not come is counted and listed; the build fails when all else is written")
    void missing() throws Exception {
        serve("zebedee-1");
        EtlMojo etl = etl();
        etl.errorsTo = temp.resolve("errors").toFile();

        MojoFailureException failure = catchThrowableOfType(MojoFailureException.class, etl::execute);

        assertThat(failure).hasMessageStartingWith("1 resource or file could not become rows");
        assertThat(rows("medication")).isEqualTo(1);
        assertThat(rows("medicationrequest")).isEqualTo(2);
        assertThat(complete()).containsExactlyInAnyOrder("patient", "medicationrequest");
        assertThat(temp.resolve("errors/medicationrequest/fetch-error.ndjson"))
                .hasContent("{\"id\":\"r-zebedee-2\",\"reference\":\"Medication/zebedee-2\",\"problem\":\"not-found\","
                        + "\"detail\":\"the server does not have it\"}");
        assertThat(log.warnings())
                .contains("WARN medication is not called complete: some that are referred to could not be fetched.");
        assertNothingTemporary();
    }

    @Test
    @DisplayName(
            "SM-03 where the server calls itself otherwise, the folder of the export knows: tokens come, and references join")
    void rememberedRewrites() throws Exception {
        String inner = "http://fhir-0.invalid/inner/";
        server.exporting()
                .on(
                        "GET /jobs/1",
                        200,
                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":["
                                + "{\"type\":\"Patient\",\"url\":\"BASE/files/p\"},"
                                + "{\"type\":\"MedicationRequest\",\"url\":\"BASE/files/m\"}],\"error\":[]}")
                .on("GET /files/m", 200, request("zebedee-1").replaceAll("(?=(Patient|Medication)/)", inner))
                .on(
                        "GET /fhir/.well-known/smart-configuration",
                        200,
                        "{\"token_endpoint\":\"http://fhir-0.invalid/inner/token\"}")
                .on(
                        "POST /fhir/token",
                        200,
                        "{\"access_token\":\"t0k3n\",\"token_type\":\"bearer\",\"expires_in\":300}");
        Path key = temp.resolve("my.jwks");
        JwksFile.write(key, SigningKey.generate(KeyAlgorithm.ES384, Optional.of("key-1")));
        Path folder = temp.resolve("export");
        ExportMojo export = Goals.export(log, server.url("/fhir"), folder);
        export.smartClientId = "client-1";
        export.smartJwks = key.toFile();
        export.urlRewrites = List.of("http://fhir-0.invalid/inner=" + server.url("/fhir"));
        export.execute();
        serve("zebedee-1");
        EtlMojo etl = etl();
        etl.input = List.of(folder.toString());

        etl.execute();

        assertThat(server.requests()).endsWith("POST /fhir/token", "GET /fhir/Medication/zebedee-1");
        assertThat(rows("medication")).isEqualTo(1);
        assertThat(Files.readString(output.resolve("medicationrequest/medicationrequest.000.ndjson")))
                .containsPattern("\"reference\":\"Medication/[0-9a-f]{64}\"")
                .containsPattern("\"reference\":\"Patient/[0-9a-f]{64}\"");
        assertThat(log.warnings()).noneMatch(line -> line.contains("References that join no row"));
    }

    @Test
    @DisplayName("ETL-medications: a fraction may be missing; then the table is complete")
    void allowed() throws Exception {
        serve("zebedee-1");
        EtlMojo etl = etl();
        etl.maxErrorRate = 0.5;

        etl.execute();

        assertThat(rows("medication")).isEqualTo(1);
        assertThat(complete()).contains("medication");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_type=Patient", "_type=MedicationRequest&_typeFilter=MedicationRequest?status=active"})
    @DisplayName("ETL-completion: Medications of some or none of those that refer to them are not all")
    void ofSome(String query) throws Exception {
        serve("zebedee-1", "zebedee-2");
        Files.writeString(input.resolve("log.ndjson"), LOG.replace("_type=Patient,MedicationRequest", query));
        EtlMojo etl = etl();
        etl.allowMissingResources = true;

        etl.execute();

        assertThat(rows("medication")).isEqualTo(2);
        assertThat(complete()).doesNotContain("medication", "medicationrequest");
    }

    @Test
    @DisplayName(
            "ETL-completion: Medications on another server are no errors, but not there: the table is not complete")
    void elsewhere() throws Exception {
        serve("zebedee-1", "zebedee-2");
        Files.writeString(
                input.resolve("MedicationRequest.001.ndjson"),
                request("zebedee-3").replace("Medication/zebedee", "https://formulary.example/Medication/zebedee"));

        etl().execute();

        assertThat(rows("medication")).isEqualTo(2);
        assertThat(complete()).containsExactlyInAnyOrder("patient", "medicationrequest");
        assertThat(log.warnings()).contains("WARN medication is not called complete: the export was not asked for it.");
    }

    @Test
    @DisplayName("hydrate=none: nothing is asked, and there is no such table")
    void none() throws Exception {
        EtlMojo etl = etl();
        etl.hydrate = List.of("none");

        etl.execute();

        assertThat(server.requests()).isEmpty();
        assertThat(output.resolve("medication")).doesNotExist();
        assertThat(complete()).containsExactlyInAnyOrder("patient", "medicationrequest");
    }

    @Test
    @DisplayName("without fhirUrl, nobody is asked")
    void noServer() throws Exception {
        EtlMojo etl = etl();
        etl.fhirUrl = null;

        etl.execute();

        assertThat(output.resolve("medication")).doesNotExist();
    }

    @Test
    @DisplayName("offline: the tables are made without them, with a warning")
    void offline() throws Exception {
        EtlMojo etl = etl();
        etl.session.getRequest().setOffline(true);

        etl.execute();

        assertThat(server.requests()).isEmpty();
        assertThat(log.warnings())
                .contains("WARN Maven is offline: Medications that the folder lacks are not fetched.");
        assertThat(complete()).containsExactlyInAnyOrder("patient", "medicationrequest");
    }

    @Test
    @DisplayName("ETL-again: run again without a network, tables are as up to date, with what was fetched then")
    void offlineAgain() throws Exception {
        serve("zebedee-1", "zebedee-2");
        etl().execute();
        int asked = server.requests().size();
        EtlMojo etl = etl();
        etl.session.getRequest().setOffline(true);

        etl.execute();

        assertThat(log.lines()).last().asString().startsWith("INFO Up to date: ");
        assertThat(log.warnings()).noneMatch(line -> line.contains("offline"));
        assertThat(server.requests()).hasSize(asked);
    }

    @Test
    @DisplayName("ETL-again: tables that were made without a network lack what can be fetched with one")
    void onlineAgain() throws Exception {
        for (int run = 0; run < 2; run++) {
            EtlMojo etl = etl();
            etl.session.getRequest().setOffline(true);
            etl.execute();
        }
        assertThat(log.lines()).last().asString().startsWith("INFO Up to date: ");
        assertThat(catchThrowableOfType(MojoFailureException.class, etl()::execute))
                .hasMessageContaining("they were made with another hydrate");
    }

    @Test
    @DisplayName("ETL-again: what the server could not give may come now; what it does not have will not")
    void couldNotGive() throws Exception {
        serve("zebedee-1");
        for (int run = 0; run < 2; run++) {
            EtlMojo missing = etl();
            missing.maxErrorRate = 0.5;
            missing.execute();
        }
        assertThat(log.lines()).last().asString().startsWith("INFO Up to date: ");

        server.on("GET /fhir/Medication/zebedee-2", 500, "");
        EtlMojo outage = etl();
        outage.maxErrorRate = 0.5;
        outage.outputDirectory = temp.resolve("other").toFile();
        outage.execute();
        EtlMojo again = etl();
        again.maxErrorRate = 0.5;
        again.outputDirectory = temp.resolve("other").toFile();
        assertThat(catchThrowableOfType(MojoFailureException.class, again::execute))
                .hasMessageContaining("its tables are not those of this run: 1 Medication could not be fetched. Name");
        EtlMojo offline = etl();
        offline.maxErrorRate = 0.5;
        offline.outputDirectory = temp.resolve("other").toFile();
        offline.session.getRequest().setOffline(true);
        offline.execute();
        assertThat(log.lines()).last().asString().startsWith("INFO Up to date: ");
    }

    @Test
    @DisplayName("an unknown kind is refused before anything is asked or made, whether a server is known or not")
    void unknownKind() {
        EtlMojo etl = etl();
        etl.fhirUrl = null;
        etl.hydrate = List.of("medicines");

        assertThat(catchThrowableOfType(MojoFailureException.class, etl::execute))
                .hasMessageStartingWith("<hydrate> 'medicines' must be one or more of medications, notes, or none");
        assertThat(output).doesNotExist();
    }

    @Test
    @DisplayName("where the tables fail for another reason, what was fetched is deleted, too")
    void fails() throws Exception {
        serve("zebedee-1", "zebedee-2");
        Files.writeString(input.resolve("Patient.000.ndjson"), "{\n");

        assertThat(catchThrowableOfType(MojoFailureException.class, etl()::execute))
                .hasMessageStartingWith("1 resource or file could not become rows");

        assertThat(rows("medication")).isEqualTo(2);
        assertNothingTemporary();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Medication/zebedee-2", "Medication/missing", "https://formulary.example/Medication/zebedee-2"})
    @DisplayName(
            "ETL-completion: a folder that was hydrated before has all its Medications, whatever the export was asked for")
    void hydratedBefore(String second) throws Exception {
        boolean all = second.equals("Medication/zebedee-2");
        Path export = temp.resolve("export");
        server.exporting()
                .on(
                        "GET /jobs/1",
                        200,
                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":["
                                + "{\"type\":\"MedicationRequest\",\"url\":\"BASE/files/m\"}],\"error\":[]}")
                .on(
                        "GET /files/m",
                        200,
                        request("zebedee-1") + request("zebedee-2").replace("Medication/zebedee-2", second));
        ExportMojo exported = Goals.export(log, server.url("/fhir"), export);
        exported.types = List.of("MedicationRequest");
        exported.execute();
        serve("zebedee-1", "zebedee-2");
        HydrateMojo hydrate = Goals.hydrate(log, export);
        hydrate.maxErrorRate = 1;
        hydrate.execute();
        EtlMojo etl = etl();
        etl.fhirUrl = null;
        etl.input = List.of(export.toString());
        etl.exportGroup = "";

        etl.execute();

        assertThat(rows("medication")).isEqualTo(all ? 2 : 1);
        assertThat(complete())
                .containsExactlyInAnyOrder(
                        all ? new String[] {"medication", "medicationrequest"} : new String[] {"medicationrequest"});
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("ETL-medications: the tables of the sample join: every medicationReference has its row in medication")
    void join(boolean onTheFly) throws Exception {
        EtlMojo etl = Goals.etl(log, temp);
        if (onTheFly) {
            etl.input = List.of("sandbox:");
            etl.types = List.of("Patient", "MedicationRequest", "MedicationDispense");
        } else {
            ExportMojo export = Goals.export(log, "sandbox:", temp.resolve("sample"));
            export.types = List.of("Patient", "MedicationRequest", "MedicationDispense");
            export.execute();
            etl.input = List.of(temp.resolve("sample").toString());
            etl.fhirUrl = "sandbox:";
        }

        etl.execute();

        String references = "(select distinct medicationReference.reference as reference from "
                + read("medicationrequest") + " where medicationReference is not null)";
        assertThat(count("select count(*) from " + references)).isEqualTo(42);
        assertThat(count("select count(*) from " + references + " r join " + read("medication")
                        + " m on r.reference = 'Medication/' || m.id"))
                .isEqualTo(42);
        assertThat(complete()).contains("medication", "medicationrequest");
    }

    private String read(String table) {
        return "read_json('" + output.resolve(table) + "/*.ndjson', format='newline_delimited', maximum_depth=4)";
    }

    private static long count(String sql) throws SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
