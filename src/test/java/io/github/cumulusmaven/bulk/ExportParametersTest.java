package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.ExportParameters.Wishes;
import io.github.cumulusmaven.fhir.InvalidSetting;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportParametersTest {
    private static Wishes types(String... types) {
        return new Wishes(List.of(types), "", "", List.of(), List.of(), List.of());
    }

    private static Wishes since(String since) {
        return new Wishes(List.of(), since, "", List.of(), List.of(), List.of());
    }

    private static Wishes filters(String... filters) {
        return new Wishes(List.of(), "", "", List.of(filters), List.of(), List.of());
    }

    private static Wishes elements(String... elements) {
        return new Wishes(List.of(), "", "", List.of(), List.of(elements), List.of());
    }

    private static Wishes associated(String... kinds) {
        return new Wishes(List.of(), "", "", List.of(), List.of(), List.of(kinds));
    }

    private static String query(Wishes wishes, String urlQuery) throws InvalidSetting {
        Map<String, List<String>> query =
                ExportTarget.parse("https://h/fhir/$export" + urlQuery).query();
        return ExportParameters.of(wishes, query).query();
    }

    private static String query(Wishes wishes) throws InvalidSetting {
        return query(wishes, "");
    }

    @Test
    @DisplayName("KO-12 nothing asked for is no query: no _type, no _outputFormat")
    void nothing() throws InvalidSetting {
        assertThat(query(Wishes.NONE)).isEmpty();
        assertThat(query(types("", " "))).isEmpty();
        assertThat(query(Wishes.NONE, "?_type=&_since=&_typeFilter=&_elements=,"))
                .isEmpty();
    }

    @Test
    @DisplayName("KO-12 KO-19 types are joined by commas, each once")
    void joinedTypes() throws InvalidSetting {
        assertThat(query(types("Patient", " Condition ", "Patient"))).isEqualTo("?_type=Patient,Condition");
    }

    @Test
    @DisplayName("KO-12 KO-19 those of the URL join in, in either of its forms")
    void typesOfUrl() throws InvalidSetting {
        assertThat(query(types("Patient"), "?_type=Condition,Patient&_type=Device"))
                .isEqualTo("?_type=Patient,Condition,Device");
        assertThat(query(Wishes.NONE, "?_type=Condition%2CDevice")).isEqualTo("?_type=Condition,Device");
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-31,                    2024-01-31T00%3A00%3A00Z",
        "2024-01-31T10:20:30Z,          2024-01-31T10%3A20%3A30Z",
        "2024-01-31T10:20:30.5+02:00,   2024-01-31T10%3A20%3A30.5%2B02%3A00",
    })
    @DisplayName("KO-10 KO-11 a plus is escaped")
    void times(String given, String sent) throws InvalidSetting {
        assertThat(query(since(given))).isEqualTo("?_since=" + sent);
        assertThat(query(new Wishes(List.of(), "", given, List.of(), List.of(), List.of())))
                .isEqualTo("?_until=" + sent);
        assertThat(query(Wishes.NONE, "?_since=" + given)).isEqualTo("?_since=" + sent);
    }

    @Test
    @DisplayName("KO-10 a time may be given twice, if it is the same")
    void sameTimeTwice() throws InvalidSetting {
        assertThat(query(since("2024-01-31"), "?_since=2024-01-31T00:00:00Z"))
                .isEqualTo("?_since=2024-01-31T00%3A00%3A00Z");
        assertThatThrownBy(() -> query(since("2024-01-31"), "?_since=2024-02-01"))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("since '2024-01-31T00:00:00Z' and '2024-02-01T00:00:00Z' GIVEN_TWICE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2024", "2024-01-31T10:20:30", "2024-01-31T10:20Z"})
    @DisplayName("KO-10 what is no instant is refused")
    void noInstant(String given) {
        assertThatThrownBy(() -> query(since(given)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("since '" + given + "' NOT_A_TIME");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Patient?active=true; Patient%3Factive%3Dtrue",
                "Observation?category=lab,vitals; Observation%3Fcategory%3Dlab%252Cvitals",
                "Condition?code=http://loinc.org|1; Condition%3Fcode%3Dhttp%3A%2F%2Floinc.org%7C1",
                "Encounter?date=ge2024&date=lt2025; Encounter%3Fdate%3Dge2024%26date%3Dlt2025",
                "Encounter?date=ge2024-01-01T00:00:00+02:00; Encounter%3Fdate%3Dge2024-01-01T00%3A00%3A00%252B02%3A00",
                "Condition?code:text=high blood; Condition%3Fcode%3Atext%3Dhigh%20blood",
                "Condition?code=a%2Cb; Condition%3Fcode%3Da%252Cb",
            })
    @DisplayName("KO-17 KO-19 a filter is a query inside the query")
    void filter(String given, String sent) throws InvalidSetting {
        assertThat(query(filters(given))).isEqualTo("?_typeFilter=" + sent);
    }

    @Test
    @DisplayName("KO-19 several filters are joined by commas; those of the URL stay as they are")
    void filtersJoined() throws InvalidSetting {
        assertThat(query(
                        filters("Patient?active=true", "Condition?code=a,b"),
                        "?_typeFilter=Device%3Ftype%3Dx%252Cy&_typeFilter=Goal?a=1"))
                .isEqualTo("?_typeFilter=Patient%3Factive%3Dtrue,Condition%3Fcode%3Da%252Cb,"
                        + "Device%3Ftype%3Dx%252Cy,Goal%3Fa%3D1");
    }

    @ParameterizedTest
    @CsvSource({
        "active=true, REDACTED",
        "?active=true, ?active=REDACTED",
        "Patient, REDACTED",
        "Patient?, Patient?",
        "Foo?x=1, Foo?x=REDACTED",
        "patient?x=1, patient?x=REDACTED"
    })
    @DisplayName("KO-17 LG-04 a filter is a search on one known type; its values are not repeated")
    void filterWithoutType(String given, String shown) {
        assertThatThrownBy(() -> query(filters(given)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("typeFilters '" + shown + "' ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_sort",
                "_count",
                "_include",
                "_revinclude",
                "_summary",
                "_total",
                "_elements",
                "_contained",
                "_containedType",
                "_include:iterate"
            })
    @DisplayName("KO-16 a filter has no result parameters")
    void resultParameters(String name) {
        assertThatThrownBy(() -> query(filters("Patient?active=true&" + name + "=x")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("RESULT_PARAMETER");
    }

    @ParameterizedTest
    @CsvSource({
        "Patients,  [Optional[Patient]]",
        "patient,   [Optional[Patient]]",
        "Xyzzy,     [Optional.empty]",
        "../x,      [Optional.empty]",
    })
    @DisplayName("KO-12 unknown types are refused here, with what may have been meant")
    void unknownType(String type, String hint) {
        assertThatThrownBy(() -> query(types(type)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageEndingWith("UNKNOWN_TYPE " + hint);
        assertThatThrownBy(() -> query(Wishes.NONE, "?_type=" + type)).isInstanceOf(InvalidSetting.class);
    }

    @Test
    @DisplayName("KO-13 elements at the root, of one type or all")
    void rootElements() throws InvalidSetting {
        assertThat(query(elements("id", "Patient.name", "Observation.value[x]")))
                .isEqualTo("?_elements=id,Patient.name,Observation.value%5Bx%5D");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Patient.name.family", "Patient.", ".name", "Foo.name", "na me", "*"})
    @DisplayName("KO-13 no others")
    void otherElements(String given) {
        assertThatThrownBy(() -> query(elements(given)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("elements '" + given + "' ");
    }

    @Test
    @DisplayName("KO-15 the specification's associated data, the server's own, and codings")
    void associatedData() throws InvalidSetting {
        assertThat(query(associated(
                        "LatestProvenanceResources", "RelevantProvenanceResources", "_custom", "http://x.org|y")))
                .isEqualTo("?includeAssociatedData=LatestProvenanceResources,RelevantProvenanceResources,_custom,"
                        + "http%3A%2F%2Fx.org%7Cy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Provenance", "latestProvenanceResources", "_", "|x"})
    @DisplayName("KO-15 no others")
    void otherAssociatedData(String given) {
        assertThatThrownBy(() -> query(associated(given)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("includeAssociatedData '" + given + "' ");
    }

    @Test
    @DisplayName("the URL's other parameters are sent along, safely")
    void others() throws InvalidSetting {
        String query =
                query(types("Patient"), "?_custom=a%20b%26c&_outputFormat=application/fhir%2Bndjson&o%20d%26d=1");

        assertThat(query)
                .isEqualTo("?_type=Patient&_custom=a%20b%26c&_outputFormat=application%2Ffhir%2Bndjson&o%20d%26d=1");
        assertThat(URI.create("https://h/$export" + query)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "organizeOutputBy=Patient",
                "access_token=s3cret",
                "X-Amz-Signature=s3cret",
                "allowPartialManifests=true",
                "patient=Patient/1",
                "_outputFormat=csv",
                "_outputFormat=application/parquet"
            })
    @DisplayName("what would need files or requests of another shape is refused")
    void unsupported(String parameter) {
        assertThatThrownBy(() -> query(Wishes.NONE, "?" + parameter))
                .isInstanceOfSatisfying(InvalidSetting.class, setting -> assertThat(setting.setting())
                        .isEqualTo("fhirUrl"));
    }

    @Test
    void allInOneOrder() throws InvalidSetting {
        Wishes all = new Wishes(
                List.of("Patient"),
                "2024-01-01",
                "2024-02-01",
                List.of("Patient?active=true"),
                List.of("id"),
                List.of("LatestProvenanceResources"));

        ExportParameters parameters = ExportParameters.of(all, Map.of());

        assertThat(parameters.values().keySet())
                .containsExactly("_type", "_since", "_until", "_typeFilter", "_elements", "includeAssociatedData");
        assertThat(parameters.types()).containsExactly("Patient");
        assertThat(ExportParameters.of(Wishes.NONE, Map.of()).types()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Foo%3Fa=1", "Observation%3F_sort=date", "Observation", "Patient%3Factive=true,Foo%3Fx=y"})
    @DisplayName("KO-16 KO-17 a filter in the URL is checked as one of the parameter is")
    void filtersOfTheUrl(String filter) {
        assertThatThrownBy(() -> query(Wishes.NONE, "?_typeFilter=" + filter))
                .isInstanceOfSatisfying(InvalidSetting.class, setting -> assertThat(setting.setting())
                        .isEqualTo("typeFilters"));
    }

    @Test
    @DisplayName("KO-19 a comma within a value of such a filter separates no filters")
    void commaInAFilterOfTheUrl() throws Exception {
        assertThat(query(
                        Wishes.NONE,
                        "?_typeFilter=Observation%3Fcategory=laboratory,vital-signs,Patient%3Factive=true"))
                .isEqualTo("?_typeFilter=Observation%3Fcategory%3Dlaboratory%252Cvital-signs,Patient%3Factive%3Dtrue");
    }

    @Test
    @DisplayName("a parameter of the URL that no export has is found, with what may be meant")
    void unknownParameters() throws Exception {
        assertThat(ExportParameters.unknown(ExportTarget.parse(
                                "https://h/fhir/$export?_typ=Patient&x=1&_since=2024-01-01&_outputFormat=ndjson")
                        .query()))
                .containsExactly("_typ", "x");
        assertThat(ExportParameters.closest("_typ")).contains("_type");
        assertThat(ExportParameters.closest("x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2026-01-02, 2026-01-01", "2026-01-01, 2026-01-01", "2026-01-01T00:00:00Z, 2026-01-01T01:00:00+01:00"})
    @DisplayName("a time that begins when it is over is refused, wherever the two were said")
    void emptyTime(String since, String until) {
        Wishes both = new Wishes(List.of(), since, until, List.of(), List.of(), List.of());

        assertThatThrownBy(() -> query(both))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("NOT_BEFORE_UNTIL");
        assertThatThrownBy(() -> query(since(since), "?_until=" + until)).hasMessageContaining("NOT_BEFORE_UNTIL");
    }

    @Test
    @DisplayName("times are compared, not their letters")
    void orderOfTimes() throws InvalidSetting {
        Wishes both = new Wishes(List.of(), "2026-01-01T01:00:00+02:00", "2026-01-01", List.of(), List.of(), List.of());

        assertThat(query(both)).contains("_since=2026-01-01T01").contains("_until=2026-01-01T00");
    }
}
