package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.FileState.Kind;
import io.github.cumulusmaven.http.SignedUrl;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("files of a manifest that is read again")
class EarlierFilesTest {
    private static FileState file(String path, @Nullable String type, String url, long count) {
        return new FileState(path, Kind.OUTPUT, type, url, count, null);
    }

    private static FileState patient(int number, String url) {
        return file("Patient.00" + number + ".ndjson", "Patient", url, 7);
    }

    private static Optional<List<String>> matched(List<FileState> before, FileState... now) {
        return new EarlierFiles(before).matching(Arrays.asList(now)).map(files -> files.stream()
                .map(match -> match.file().path() + (match.certain() ? "" : "?"))
                .toList());
    }

    @Test
    void keepTheirNamesInAnotherOrder() {
        List<FileState> before = List.of(patient(0, "a"), patient(1, "b"), patient(2, "c"));

        assertThat(matched(before, patient(0, "c"), patient(1, "a"), patient(2, "b")))
                .contains(List.of("Patient.002.ndjson", "Patient.000.ndjson", "Patient.001.ndjson"));
    }

    @Test
    void areKnownByTheirPlaceWhereTheUrlsAreNew() {
        List<FileState> before = List.of(patient(0, "a"), patient(1, "b"));

        assertThat(matched(before, patient(0, "x"), patient(1, "y")))
                .contains(List.of("Patient.000.ndjson?", "Patient.001.ndjson?"));
    }

    @Test
    @DisplayName("FL-07 a link's query may be new, and its path above the file's name")
    void areKnownByWhatHasNotChangedOfTheirUrls() {
        List<FileState> before = List.of(patient(0, "https://h/f/a?x=1"), patient(1, "https://h/f/b?x=1"));

        assertThat(matched(before, patient(0, "https://h/f/b?x=2"), patient(1, "https://h/f/a?x=2")))
                .contains(List.of("Patient.001.ndjson", "Patient.000.ndjson"));
        assertThat(matched(before, patient(0, "https://h/g/b?x=2"), patient(1, "https://h/g/a?x=2")))
                .contains(List.of("Patient.001.ndjson", "Patient.000.ndjson"));
    }

    @Test
    void theOnlyOneOfItsTypeAndCountIsCertain() {
        List<FileState> before = List.of(patient(0, "a"), file("Goal.000.ndjson", "Goal", "b", 7));

        assertThat(matched(before, patient(0, "x"), file("Goal.000.ndjson", "Goal", "y", 7)))
                .contains(List.of("Patient.000.ndjson", "Goal.000.ndjson"));
    }

    @Test
    void areKnownByTheirPlaceWhereTheUrlsDifferOnlyInWhatIsNotKept() {
        List<FileState> before = List.of(patient(0, "f?sig=REDACTED"), patient(1, "f?sig=REDACTED"));

        assertThat(matched(before, patient(0, "f?sig=REDACTED"), patient(1, "f?sig=REDACTED")))
                .contains(List.of("Patient.000.ndjson?", "Patient.001.ndjson?"));
    }

    @Test
    @DisplayName("FL-07 links that an earlier version kept in full are those that are kept without their values now")
    void areKnownByLinksThatWereKeptInFull() {
        List<FileState> before = List.of(patient(0, "https://h/f?key=a"), patient(1, "https://h/f?key=b"));

        assertThat(matched(
                        before,
                        patient(0, SignedUrl.identity("https://h/f?key=b")),
                        patient(1, SignedUrl.identity("https://h/f?key=a"))))
                .contains(List.of("Patient.001.ndjson", "Patient.000.ndjson"));
    }

    @Test
    void mayHaveGotTheirTypeInTheMeantime() {
        assertThat(matched(List.of(patient(0, "a")), file("Untyped.000.ndjson", null, "a", 7)))
                .contains(List.of("Patient.000.ndjson"));
    }

    @Test
    void areOthersWhereTypeCountOrNumberDiffer() {
        List<FileState> before = List.of(patient(0, "a"));

        assertThat(matched(before, patient(0, "a"), patient(1, "b"))).isEmpty();
        assertThat(matched(before)).isEmpty();
        assertThat(matched(before, file("Goal.000.ndjson", "Goal", "a", 7))).isEmpty();
        assertThat(matched(before, file("Patient.000.ndjson", "Patient", "a", 8)))
                .isEmpty();
    }
}
