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
}
