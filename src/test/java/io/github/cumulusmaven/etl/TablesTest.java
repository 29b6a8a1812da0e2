package io.github.cumulusmaven.etl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.canary.AcknowledgedFindings;
import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built-in sample through the real rules, seen with the eyes of those who query the tables. */
class TablesTest {
    private static final Path SAMPLE = Path.of("src/main/resources/io/github/cumulusmaven/sandbox/sample");

    @TempDir
    static Path temp;

    private static Path output;
    private static EtlSummary summary;
    private static long planned;
    private static long read;
    private static Connection database;

    @BeforeAll
    static void makeTables() throws Exception {
        output = temp.resolve("output");
        summary = run(output, temp.resolve("phi"));
        database = DriverManager.getConnection("jdbc:duckdb:");
    }

    private static EtlSummary run(Path target, Path phi) throws Exception {
        EtlFolders folders = new EtlFolders(SAMPLE.toAbsolutePath(), target, phi, Optional.empty());
        EtlConfig config = EtlConfigs.ofCohort(
                folders.validated(Optional.empty()),
                Selection.of(List.of(), List.of(), false),
                2,
                new CanaryConfig(CanaryMode.FULL, AcknowledgedFindings.NONE, Optional.empty()));
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-03-04T05:06:07Z"));
        EtlListener told = new EtlListener() {
            @Override
            public void planned(long bytes) {
                planned = bytes;
                read = 0;
            }

            @Override
            public void readOnDisk(long bytes) {
                read += bytes;
            }
        };
        return new EtlJob(config, ScrubRules.builtIn(), clock, told).run();
    }

    @Test
    @DisplayName("what there is to read is known before, and in the end all of it was read")
    void progress() {
        assertThat(planned).isPositive();
        assertThat(read).isEqualTo(planned);
    }

    @AfterAll
    static void close() throws SQLException {
        database.close();
    }

    @Test
    @DisplayName("ETL-tables: every table can be queried, and has as many rows as were written, no id twice")
    void everyTable() throws SQLException {
        assertThat(summary.tables()).hasSize(20);
        for (TableSummary table : summary.tables()) {
            if (table.written() > 0) {
                String rows =
                        "select count(distinct id) from " + read(table.task().table());
                assertThat(query(rows)).as(table.task().table()).containsExactly(List.of(table.written()));
            }
        }
        assertThat(summary.errors()).isZero();
    }

    @Test
    @DisplayName("ETL-codebook: references are hashed as the ids they point to")
    void joins() throws SQLException {
        long encounters = count("select count(*) from " + read("encounter"));
        long joined = count("select count(*) from " + read("encounter") + " e join " + read("patient")
                + " p on e.subject.reference = 'Patient/' || p.id");
        assertThat(joined).isEqualTo(encounters).isPositive();
    }

    @Test
    @DisplayName("ETL-completion: one row a table, one row an Encounter, of this group and time")
    void completion() throws SQLException {
        assertThat(query("select distinct group_name, export_time, etl_version from " + completionRows()))
                .containsExactly(List.of("cohort", "2024-01-01T00:00:00+00:00", "1.2.3"));
        assertThat(query("select table_name from " + completionRows()))
                .containsExactlyElementsOf(
                        EtlTask.tables().stream().map(List::<Object>of).toList());
        assertThat(count("select count(*) from " + read("encounter") + " e join " + read("etl__completion_encounters")
                        + " c on e.id = c.encounter_id"))
                .isEqualTo(count("select count(*) from " + read("encounter")));
    }

    @Test
    @DisplayName("ETL-deid: no name, address, number or exact birth date of a Patient is in its row")
    void patients() throws IOException {
        try (Stream<Path> files = Files.list(output.resolve("patient"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".ndjson")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode patient = FhirJson.mapper().readTree(line);
                    assertThat(patient.has("name")).isFalse();
                    assertThat(patient.has("telecom")).isFalse();
                    assertThat(patient.path("birthDate").asText()).matches("\\d{4}|");
                    assertThat(patient.path("id").asText()).matches("[0-9a-f]{64}");
                }
            }
        }
    }

    @Test
    @DisplayName("ETL-codebook: the same PHI folder gives the same ids, so the same bytes")
    void sameSecretsSameTables() throws Exception {
        Path again = temp.resolve("again");
        run(again, temp.resolve("phi"));
        assertThat(again.resolve("observation/observation.000.ndjson"))
                .hasSameBinaryContentAs(output.resolve("observation/observation.000.ndjson"));
    }

    @Test
    @DisplayName("ETL-report: counts by table, extension and element; no values")
    void report() throws IOException {
        JsonNode report = FhirJson.mapper()
                .readTree(Files.readAllBytes(output.resolve("JobConfig/2026-03-04__05.06.07/report.json")));
        assertThat(report.at("/tables/patient/read").asLong()).isPositive();
        assertThat(report.at("/tables/patient/complete").asBoolean()).isTrue();
        assertThat(report.path("elements").path("Patient.name").path("dropped").asLong())
                .isPositive();
    }

    /** As texts, which is how consumers compare times. */
    private static String completionRows() {
        return "read_json('" + output.resolve("etl__completion") + "/*.ndjson', format='newline_delimited', columns={"
                + "table_name: 'VARCHAR', group_name: 'VARCHAR', export_time: 'VARCHAR', etl_version: 'VARCHAR'})";
    }

    private static String read(String table) {
        return "read_json('" + output.resolve(table) + "/*.ndjson', format='newline_delimited', maximum_depth=4)";
    }

    private static long count(String sql) throws SQLException {
        return ((Number) query(sql).get(0).get(0)).longValue();
    }

    private static List<List<Object>> query(String sql) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<Object> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(result.getObject(column));
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
