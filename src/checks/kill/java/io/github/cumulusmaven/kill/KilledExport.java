package io.github.cumulusmaven.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.kill.SlowServer.Asked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One export on its way through several runs, and what must hold of it.
 *
 * @param number the server's number of it
 * @param folder where it goes
 * @param files that the server has
 */
record KilledExport(int number, Path folder, List<SourceFile> files) {
    /** Smaller ones are rather fetched again. */
    private static final int WORTH_CONTINUING = 1024 * 1024;

    /** What is in the pipe when its end dies: the server has written it, and nobody will read it. */
    private static final int IN_THE_PIPE = 512 * 1024;

    /** What of it lies on the disk between two runs. */
    record Remains(List<SourceFile> whole, Map<String, Long> parts) {}

    Optional<ExportState> state() throws ExportFailure {
        return ExportFolder.look(folder);
    }

    Remains remains() throws IOException {
        List<SourceFile> whole = new ArrayList<>();
        Map<String, Long> parts = new HashMap<>();
        for (SourceFile file : files) {
            Path part = folder.resolve(file.plannedPath() + ".part");
            if (Files.exists(folder.resolve(file.path()))) {
                whole.add(file);
            } else if (Files.exists(part.resolveSibling(part.getFileName() + ".json")) && Files.exists(part)) {
                parts.put(file.name(), withoutZeros(Files.readAllBytes(part)));
            }
        }
        return new Remains(whole, parts);
    }

    /** Zeros at the end may be a crash's, and are fetched again; a compressed file's last byte is one. */
    private static long withoutZeros(byte[] part) {
        int end = part.length;
        while (end > 0 && part[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** Whole files are left alone, half ones are gone on with. */
    void verifyRun(Remains before, List<Asked> run) {
        for (SourceFile file : before.whole()) {
            assertThat(run).as(file.path() + " was whole").noneMatch(asked -> asked.is("GET", file.name()));
        }
        before.parts().forEach((name, size) -> run.stream()
                .filter(asked -> asked.is("GET", name))
                .findFirst()
                .ifPresent(first -> assertThat(first.from())
                        .as(name + ", of which a part was there")
                        .isEqualTo(size)));
    }

    /** All is here as the server has it, nothing else is, and the server was not asked for more than was missing. */
    void verifyDone(List<Asked> requests, int runs) throws Exception {
        assertThat(state()).get().isInstanceOf(Done.class);
        Done done = (Done) state().orElseThrow();
        assertThat(done.jobDeleted()).isTrue();
        assertThat(done.transactionTime()).isEqualTo(SlowServer.TRANSACTION_TIME);
        verifyFiles(done);
        verifyLog(done.request().exportId());
        assertThat(requests.stream().filter(asked -> asked.is("GET", "$export")))
                .as("kick-offs")
                .hasSize(1);
        for (SourceFile file : files) {
            long sent = sent(requests, file);
            long again = file.sent().length < WORTH_CONTINUING ? file.sent().length : IN_THE_PIPE;
            assertThat(sent)
                    .as("bytes sent of " + file.name())
                    .isBetween((long) file.sent().length, file.sent().length + again * (runs - 1));
        }
    }

    private static long sent(List<Asked> requests, SourceFile file) {
        return requests.stream()
                .filter(asked -> asked.is("GET", file.name()))
                .mapToLong(Asked::sent)
                .sum();
    }

    private void verifyFiles(Done done) throws IOException {
        List<String> expected = new ArrayList<>(List.of(".gitignore", ".lock", "export.json", "log.ndjson"));
        for (SourceFile file : files) {
            expected.add(file.path());
            assertThat(SourceFile.sha256(Files.readAllBytes(folder.resolve(file.path()))))
                    .as("SHA-256 of " + file.path())
                    .isEqualTo(file.sha256());
            assertThat(done.files())
                    .filteredOn(noted -> noted.path().equals(file.path()))
                    .singleElement()
                    .satisfies(noted -> {
                        assertThat(noted.kind()).isEqualTo(file.kind());
                        assertThat(noted.proof())
                                .isEqualTo(new FileState.Proof(file.resources(), file.plain().length, file.sha256()));
                    });
        }
        assertThat(done.files()).hasSameSizeAs(files);
        assertThat(names()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }

    private void verifyLog(String exportId) throws IOException {
        String log = Files.readString(folder.resolve("log.ndjson"), StandardCharsets.UTF_8);
        assertThat(log).endsWith("\n");
        List<JsonNode> events = new ArrayList<>();
        for (String line : log.split("\n")) {
            events.add(FhirJson.mapper().readTree(line));
        }
        assertThat(events)
                .allSatisfy(event -> assertThat(event.path("exportId").asText()).isEqualTo(exportId));
        assertThat(events.get(0).path("eventId").asText()).isEqualTo("kickoff");
        assertThat(of(events, "kickoff")).singleElement().satisfies(event -> assertThat(
                        event.at("/eventDetail/exportUrl").asText())
                .endsWith("/fhir/" + number + "/$export"));
        assertThat(of(events, "status_complete")).isNotEmpty().allSatisfy(event -> assertThat(
                        event.at("/eventDetail/transactionTime").asText())
                .isEqualTo(SlowServer.TRANSACTION_TIME));
        assertThat(of(events, "export_complete")).singleElement().satisfies(event -> assertThat(
                        event.at("/eventDetail/files").asInt())
                .isEqualTo(files.size()));
    }

    private static List<JsonNode> of(List<JsonNode> events, String id) {
        return events.stream()
                .filter(event -> event.path("eventId").asText().equals(id))
                .toList();
    }
}
