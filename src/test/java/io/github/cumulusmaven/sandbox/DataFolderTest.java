package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataFolderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "Patient.ndjson, Patient",
        "Patient.000.ndjson.gz, Patient",
        "1.Patient.ndjson, Patient",
        "Organization.1704067200000.ndjson, Organization",
        "my-Condition_export.ndjson, Condition",
        "MyPatient.ndjson, Observation",
        "patient.ndjson, Observation",
        "Patient-Group.ndjson, Observation",
        "data.ndjson.gz, Observation",
    })
    @DisplayName("The type is the one word of the name that is a type, else that of the first line")
    void type(String name, String type) throws IOException {
        SmallData.in(folder).file(name, "", SmallData.observation("o", "p"));

        assertThat(DataFolder.open(folder).types()).containsExactly(type);
    }

    @Test
    @DisplayName("The bookkeeping of an export, other files and empty ones are no data")
    void notData() throws IOException {
        SmallData.in(folder)
                .file("Patient.ndjson", SmallData.patient("p"))
                .file("log.ndjson", "{\"eventId\":\"kickoff\"}")
                .file("log.2.ndjson", "{\"eventId\":\"kickoff\"}")
                .file("error/OperationOutcome.000.ndjson", "{\"resourceType\":\"OperationOutcome\"}")
                .file("deleted/Bundle.000.ndjson", "{\"resourceType\":\"Bundle\"}")
                .file("export.json", "{}")
                .file("empty.ndjson");

        DataFolder data = DataFolder.open(folder);

        assertThat(data.types()).containsExactly("Patient");
        assertThat(data.deleted()).containsExactly(folder.resolve("deleted/Bundle.000.ndjson"));
    }

    @Test
    @DisplayName("A file of which nothing tells the type is named, without its content")
    void noType() {
        SmallData.in(folder).file("data.ndjson", "{\"secret\":1}");

        assertThatThrownBy(() -> DataFolder.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("data.ndjson: neither its name nor its first line tells the type of its resources");
    }

    @Test
    @DisplayName("The files of a type are in the order of their names")
    void order() throws IOException {
        SmallData.in(folder)
                .file("Patient.001.ndjson", SmallData.patient("p"))
                .file("Patient.000.ndjson.gz", SmallData.patient("p"));

        assertThat(DataFolder.open(folder).files("Patient"))
                .containsExactly(folder.resolve("Patient.000.ndjson.gz"), folder.resolve("Patient.001.ndjson"));
    }
}
