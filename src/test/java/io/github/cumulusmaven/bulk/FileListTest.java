package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.FileList.Item;
import io.github.cumulusmaven.bulk.FileState.Kind;
import io.github.cumulusmaven.bulk.Manifest.Announced;
import io.github.cumulusmaven.bulk.Manifest.Entry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileListTest {
    private final List<Entry> entries = new ArrayList<>();

    private FileListTest add(Kind kind, String type) {
        URI url = URI.create("https://h/" + entries.size() + "?sig=s3cret");
        entries.add(new Entry(
                kind,
                url,
                type.isEmpty() ? Optional.empty() : Optional.of(type),
                OptionalLong.of(entries.size()),
                Announced.NOTHING));
        return this;
    }

    private List<String> paths(boolean compress) {
        return Exports.names(FileList.plan(entries, compress, List.of()).stream()
                .map(Item::state)
                .toList());
    }

    @Test
    @DisplayName("FL-09 names tell type and number, in the manifest's order")
    void names() {
        add(Kind.OUTPUT, "Patient").add(Kind.OUTPUT, "Observation").add(Kind.OUTPUT, "Patient");
        add(Kind.DELETED, "Bundle").add(Kind.ERROR, "OperationOutcome").add(Kind.ERROR, "OperationOutcome");

        assertThat(paths(false))
                .containsExactly(
                        "Patient.000.ndjson",
                        "Observation.000.ndjson",
                        "Patient.001.ndjson",
                        "deleted/Bundle.000.ndjson",
                        "error/OperationOutcome.000.ndjson",
                        "error/OperationOutcome.001.ndjson");
        assertThat(paths(true)).first().isEqualTo("Patient.000.ndjson.gz");
    }

    @Test
    @DisplayName("MF-05 MF-06 deletions and outcomes are what they are, whatever type the server gives them")
    void typesOfOtherLists() {
        add(Kind.DELETED, "").add(Kind.DELETED, "Patient").add(Kind.ERROR, "").add(Kind.ERROR, "../../x");

        assertThat(paths(false))
                .containsExactly(
                        "deleted/Bundle.000.ndjson",
                        "deleted/Bundle.001.ndjson",
                        "error/OperationOutcome.000.ndjson",
                        "error/OperationOutcome.001.ndjson");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../x", "/etc/passwd", "Patient/../../x", "patient", "Untyped", "a b", "."})
    @DisplayName("MF-10 MF-03 a name that is none never becomes part of a path: the first line will tell")
    void unsafe(String type) {
        add(Kind.OUTPUT, type);

        assertThat(paths(false)).containsExactly("Untyped.000.ndjson");
        assertThat(FileList.plan(entries, false, List.of()).get(0).state().type())
                .isNull();
    }

    @Test
    @DisplayName("MF-03 types found later clash with no other name")
    void untypedBesideTyped() {
        add(Kind.OUTPUT, "").add(Kind.OUTPUT, "Patient").add(Kind.OUTPUT, "").add(Kind.OUTPUT, "Patient");

        List<Item> items = FileList.plan(entries, false, List.of());

        assertThat(items.stream().map(item -> item.path("Patient")))
                .containsExactly(
                        "Patient.002.ndjson", "Patient.000.ndjson", "Patient.003.ndjson", "Patient.001.ndjson");
    }

    @Test
    @DisplayName("MF-10 names differ also where a file system knows no capitals")
    void capitals() {
        add(Kind.OUTPUT, "Patient").add(Kind.OUTPUT, "PATIENT");

        assertThat(paths(false)).containsExactly("Patient.000.ndjson", "PATIENT.001.ndjson");
    }

    @Test
    void aTypeThatBeginsLikeThePlaceholderKeepsItsName() {
        add(Kind.OUTPUT, "UntypedThing");

        Item item = FileList.plan(entries, false, List.of()).get(0);

        assertThat(item.path("UntypedThing")).isEqualTo("UntypedThing.000.ndjson");
    }

    @Test
    @DisplayName("LG-04 the plan that is kept has no signed query, the one that is followed has")
    void redacted() {
        add(Kind.OUTPUT, "Patient");

        Item item = FileList.plan(entries, false, List.of()).get(0);

        assertThat(item.state().url()).isEqualTo("https://h/0?sig=REDACTED");
        assertThat(item.url()).hasQuery("sig=s3cret");
        assertThat(item.state().count()).isZero();
    }

    @Test
    void manyFiles() {
        for (int number = 0; number < 20_000; number++) {
            add(Kind.OUTPUT, "Patient");
        }

        assertThat(paths(false)).doesNotHaveDuplicates().last().isEqualTo("Patient.19999.ndjson");
    }
}
