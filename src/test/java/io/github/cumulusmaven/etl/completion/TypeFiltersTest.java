package io.github.cumulusmaven.etl.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeFiltersTest {
    @ParameterizedTest(name = "{0} slices {1}: {2}")
    @DisplayName("ETL-completion: date-bounded filters are fine, other _typeFilters slice")
    @CsvSource(
            delimiter = '|',
            value = {
                "Observation?date=ge2020-01-01|Observation|false",
                "Observation?date=ge2020|Observation|false",
                "Observation?_lastUpdated=gt2020-01-01T00:00:00Z&date=lt2024|Observation|false",
                "Observation?category=laboratory|Observation|true",
                "Observation?category=laboratory&date=ge2020-01-01|Observation|true",
                "Observation?category=laboratory|Condition|false",
                "Observation?category=a,b|Observation|true",
                "Encounter?date=ge2020-01-01,Condition?clinical-status=active|Condition|true",
                "Encounter?date=ge2020-01-01,Condition?clinical-status=active|Encounter|false",
                "Patient?birthdate=ge2000-01-01|Patient|true",
                "Observation?patient.birthdate=ge2000-01-01|Observation|true",
                "Observation?subject:Patient.death-date=ge2020-01-01|Observation|true",
                "Patient?_has:Encounter:patient:date=ge2020-01-01|Patient|true",
                "Observation?encounter.date=ge2020-01-01|Observation|true",
                "Observation?value-quantity=gt2000|Observation|true",
            })
    void slicing(String filters, String type, boolean sliced) {
        assertThat(TypeFilters.of(List.of(filters)).slicing(type).isPresent()).isEqualTo(sliced);
    }

    private static final String FOUR = "social-history,vital-signs,imaging,laboratory";
    private static final String FIVE = "procedure,survey,exam,therapy,activity";
    private static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/observation-category|";

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName(
            "ETL-completion: filters that ask for Observations of all nine categories, as smart-fetch's, do not slice")
    @CsvSource(
            delimiter = ' ',
            value = {
                "Observation?category=FOUR,FIVE false",
                "Observation?category=FIVE,FOUR false",
                "Observation?category=FOUR%2CFIVE false",
                "Observation?category=FOUR,Observation?category=FIVE false",
                "Observation?category=FIVE,SYSTEMsocial-history,SYSTEMvital-signs,SYSTEMimaging,SYSTEMlaboratory false",
                "Observation?category=FOUR,FIVE,local false",
                "Observation?category=FOUR&date=ge2020-01-01,Observation?_lastUpdated=gt2020-01-01&category=FIVE false",
                "Condition?category=FOUR,FIVE false",
                "Observation?category=FOUR true",
                "Observation?category=FOUR,procedure,survey,exam,therapy true",
                "Observation?category=FOUR,FIVE&status=final true",
                "Observation?category=FOUR&category=FIVE true",
                "Observation?category:not=FOUR,FIVE true",
                "Observation?category=FIVE,https://x.example|social-history,vital-signs,imaging,laboratory true",
            })
    void allCategories(String filters, boolean sliced) {
        String given = filters.replace("FOUR", FOUR).replace("FIVE", FIVE).replace("SYSTEM", SYSTEM);
        assertThat(TypeFilters.of(List.of(given)).slicing("Observation").isPresent())
                .isEqualTo(sliced);
        assertThat(TypeFilters.of(List.of(given.replace("|", "%7C").split("(?<=[a-z]),(?=Observation)")))
                        .slicing("Observation")
                        .isPresent())
                .as("a list of filters")
                .isEqualTo(sliced);
        assertThat(TypeFilters.of(List.of("Condition?category=" + FOUR + "," + FIVE))
                        .slicing("Condition"))
                .as("categories of another type")
                .isPresent();
    }
}
