package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.files.Attacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LoggedJobTest {
    @TempDir
    private Path folder;

    private Path log(String... lines) throws IOException {
        return Files.writeString(folder.resolve("log.ndjson"), String.join("\n", lines));
    }

    private static String kickOff(String location) {
        return "{\"eventId\":\"kickoff\",\"eventDetail\":{\"exportUrl\":"
                + "\"https://h/fhir/Group/1/$export?_type=Patient\",\"responseHeaders\":{" + location + "}}}";
    }

    private static String at(String url) {
        return kickOff("\"content-location\":\"" + url + "\"");
    }

    @Test
    @DisplayName("the last job that was accepted, with the server and group it is of")
    void last() throws IOException {
        assertThat(LoggedJob.last(log(at("https://h/jobs/1"), at("https://h/jobs/2"), kickOff(""))))
                .contains(new LoggedJob("https://h/jobs/2", "https://h/fhir/Group/1", false));
    }

    @Test
    @DisplayName("FL-15 a byte order mark, which some editors write, hides no job")
    void byteOrderMark() throws IOException {
        assertThat(LoggedJob.last(log("\ufeff" + at("https://h/jobs/1")))).isPresent();
    }

    @Test
    @DisplayName("finished is the job whose end follows")
    void finished() throws IOException {
        String end = "{\"eventId\":\"export_complete\",\"eventDetail\":{}}";

        assertThat(LoggedJob.last(log(at("https://h/jobs/1"), end))
                        .orElseThrow()
                        .finished())
                .isTrue();
        assertThat(LoggedJob.last(log(at("https://h/jobs/1"), end, at("https://h/jobs/2")))
                        .orElseThrow()
                        .finished())
                .isFalse();
    }

    @Test
    @DisplayName("a relative URL is the server's own; one of which the log has hidden a part is of no use")
    void urls() throws IOException {
        assertThat(LoggedJob.last(log(at("/jobs/1?page=2"))).orElseThrow().statusUrl())
                .isEqualTo("https://h/jobs/1?page=2");
        assertThat(LoggedJob.last(log(at("/jobs/1?job=REDACTED")))).isEmpty();
        assertThat(LoggedJob.last(log(at("/jobs/1?job=[secret]")))).isEmpty();
        assertThat(LoggedJob.last(log(at("/jobs/1?sig=s3cret")))).isEmpty();
        assertThat(LoggedJob.last(log(at("/jobs/1?job=\\u202e1")))).isEmpty();
        assertThat(LoggedJob.last(log(at("/jobs/1?sig=REDACTED")))).isEmpty();
    }

    @Test
    @DisplayName("ST-01 the job is named in the query, as some servers do: its URL is whole")
    void jobInTheQuery() throws IOException {
        assertThat(LoggedJob.last(log(at("https://u:s3cret@h/fhir/$bulkdata-status?job=b6p8t3yW&tenant=a%2Fb#s3cret")))
                        .orElseThrow()
                        .statusUrl())
                .isEqualTo("https://h/fhir/$bulkdata-status?job=b6p8t3yW&tenant=a%2Fb");
    }

    @Test
    @Timeout(60)
    @DisplayName("memory: an endless line is passed over like any that cannot be read")
    void endlessLine() throws IOException {
        Path log = log(at("https://h/jobs/1"));
        Attacks.endlessLine(log, at("https://h/jobs/2"));

        assertThat(LoggedJob.last(log).orElseThrow().statusUrl()).isEqualTo("https://h/jobs/2");
    }

    @Test
    @DisplayName("what is no log names no job")
    void none() throws IOException {
        assertThat(LoggedJob.last(folder.resolve("none"))).isEmpty();
        assertThat(LoggedJob.last(folder)).isEmpty();
        assertThat(LoggedJob.last(log("", "[]", "{\"eventId\":\"kick", "{\"eventId\":\"kickoff\"}", at("file:///x"))))
                .isEmpty();
    }
}
