package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportParameters.Wishes;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.etl.EtlFolders;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.Selection;
import io.github.cumulusmaven.etl.canary.AcknowledgedFindings;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.run.HydrationSettings;
import io.github.cumulusmaven.run.UrlRewriting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a value of the configuration, word for word. */
class SettingMessagesTest {
    @DisplayName("KO-01 KO-03 refuses what cannot be exported from, naming fhirUrl")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                             | must be an https:// URL",
                "ehr.example/fhir               | must be an https:// URL",
                "/fhir                          | must be an https:// URL",
                "ftp://ehr.example/fhir         | must be an https:// URL",
                "https:///fhir                  | must be an https:// URL",
                "https://ehr example/fhir       | is not a URL",
                "10.20.30.40:8443/fhir          | is not a URL: it does not begin with https://",
                "https://ehr.example/Group/a b  | is not a URL",
                "https://ehr.example/fhir?x=%zz | is not a URL",
                "http://ehr.example/fhir        | must begin with https://",
                "https://ehr.example/fhir/Group | names no group",
                "https://ehr.example/Group/     | names no group",
                "https://ehr.example/Group/$export | names no group",
                "https://u:p@ehr.example/fhir   | must not hold a user or password",
                "https://ehr.example/fhir#part  | must not have a #: servers do not get to see what follows it",
                "'https://ehr.example/Group/a|b' | a bar %7C",
                "https://h/fhir/Group/g/$davinci-data-export?exportType=x | names the operation $davinci-data-export; exports are asked for by $export: give https://h/fhir/Group/g",
                "https://h/fhir/Patient/1/$everything | names the operation $everything; exports are asked for by $export: give https://h/fhir/Patient",
                "https://h/fhir/%24everything   | names the operation %24everything; exports are asked for by $export: give https://h/fhir",
                "https://h/fhir/$export-poll-status?_jobId=1 | is the status URL of a job",
                "https://h/fhir/metadata        | describes the server; give its base, https://h/fhir, or a group",
                "https://h/fhir/.well-known/smart-configuration | describes the server; give its base, https://h/fhir, or",
                "https://h/fhir/Patient/123     | names one resource; whose data is exported is said by https://h/fhir, https://h/fhir/Patient or",
                "https://h/fhir/Observation     | names all resources of one type; whose data is exported is said by https://h/fhir,",
                "https://h/fhir/Encounter/1/$export | names one resource",
                "https://h/fhir/Patient?active=true | is a search; exports are narrowed by <types>, <since> and <typeFilters>: give https://h/fhir",
            })
    void refused(String given, String why) {
        assertThatThrownBy(() -> ExportTarget.parse(given)).isInstanceOfSatisfying(InvalidSetting.class, invalid -> {
            assertThat(invalid.setting()).isEqualTo("fhirUrl");
            assertThat(SettingMessages.clause(invalid)).contains(why);
        });
    }

    @ParameterizedTest
    @MethodSource
    @DisplayName("says of other settings what would be right")
    void clauses(ThrowingCallable reading, String clause) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(InvalidSetting.class, invalid -> assertThat(SettingMessages.clause(invalid))
                        .isEqualTo(clause));
    }

    static Stream<Arguments> clauses() {
        Path folder = Path.of("/a");
        Optional<Path> none = Optional.empty();
        return Stream.of(
                refused(
                        () -> since("2024"),
                        "must be a date, or a time with seconds and a zone, for example"
                                + " 2024-01-31T00:00:00Z or 2024-01-31T00:00:00-05:00"),
                refused(() -> url("?_since=2024-01-01&_since=2024-01-02"), "is given twice; remove one"),
                refused(
                        () -> url("?_since=2024-01-02&_until=2024-01-01"),
                        "must be before <until>, which is 2024-01-01T00:00:00Z"),
                refused(() -> url("?_type=Patients"), "names no FHIR resource type; did you mean Patient?"),
                refused(() -> url("?_type=Xyzzy"), "names no FHIR resource type, for example Patient or Observation"),
                refused(() -> url("?_typeFilter=Patient?_sort=x"), "must not hold _sort: it shapes search results"),
                refused(
                        () -> url("?_typeFilter=Patient"),
                        "must be a search on one type, for example Observation?category=laboratory"),
                refused(
                        () -> url("?_elements=a.b.c"),
                        "must be an element at the root of a resource, for example Patient.name"),
                refused(
                        () -> url("?includeAssociatedData=x"),
                        "must be LatestProvenanceResources, RelevantProvenanceResources, or a value of the server's own"
                                + " that begins with an underscore"),
                refused(
                        () -> url("?organizeOutputBy=Patient"),
                        "is not supported: the files must hold one resource type each"),
                refused(() -> url("?allowPartialManifests=true"), "is not supported"),
                refused(() -> url("?patient=1"), "is not supported: it needs a kick-off by POST"),
                refused(() -> url("?_outputFormat=csv"), "must ask for NDJSON"),
                refused(() -> url("?access_token=x"), "must hold no secret; see <serverId>"),
                refused(() -> Validation.parse("x"), "must be none, lines or json"),
                refused(() -> CanaryMode.parse("x"), "must be one of sampled, full, off"),
                refused(() -> HydrationSettings.ofMedications(0), "must be from 1 to 64"),
                refused(() -> HydrationSettings.requireRate(2), "must be from 0 to 1"),
                refused(
                        () -> HydrationSettings.kinds(List.of("x")),
                        "must be one or more of " + String.join(", ", HydrationKind.words()) + ", or none"),
                refused(
                        () -> HydrationSettings.of(List.of(), List.of("x"), 1, 1),
                        "must be media types, for example text/plain"),
                refused(
                        () -> UrlRewriting.parse(List.of("x")),
                        "must say what the server calls itself, and where it is:"
                                + " http://localhost:8080/fhir=https://ehr.example/fhir"),
                refused(
                        () -> Selection.of(List.of("x"), List.of(), false),
                        "must be one or more of " + String.join(", ", EtlTask.tables())),
                refused(() -> Selection.of(List.of(), EtlTask.tables(), false), "leave nothing to do"),
                refused(
                        () -> Selection.of(List.of("patient"), List.of(), false).vouchingFor(List.of("encounter")),
                        "must be among <tasks>, if these are said, and not in <excludeResources>"),
                refused(
                        () -> new EtlFolders(Path.of("/i"), Path.of("/a/o"), folder, none).validated(none),
                        "must not lie in the phiDirectory, which nobody else may see"),
                refused(
                        () -> new EtlFolders(Path.of("/i"), folder, Path.of("/a/p"), none).validated(none),
                        "must not lie in the outputDirectory, which others will see"),
                refused(
                        () -> new EtlFolders(folder, Path.of("/a/o"), Path.of("/p"), none).validated(none),
                        "must not lie in the input"),
                refused(
                        () -> new EtlFolders(Path.of("/i"), Path.of("/o"), Path.of("/a/p"), none)
                                .validated(Optional.of(folder)),
                        "must not lie in the build directory, which mvn clean deletes"),
                refused(
                        () -> AcknowledgedFindings.read(Path.of("/no/such")),
                        "must be a text file in UTF-8, of at most 16 MB, that can be read"));
    }

    private static Arguments refused(ThrowingCallable reading, String clause) {
        return Arguments.of(reading, clause);
    }

    private static void url(String query) throws InvalidSetting {
        ExportParameters.of(
                Wishes.NONE, ExportTarget.parse("https://h/fhir" + query).query());
    }

    private static void since(String since) throws InvalidSetting {
        ExportParameters.of(new Wishes(List.of(), since, "", List.of(), List.of(), List.of()), Map.of());
    }
}
