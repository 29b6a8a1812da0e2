package io.github.cumulusmaven.etl.completion;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.etl.EtlFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any text as the log of an export. */
class ExportLogFuzz {
    private static final Path FOLDER = folder();

    private static Path folder() {
        try {
            return Files.createTempDirectory("cumulus-fuzz");
        } catch (IOException disk) {
            throw new IllegalStateException(disk);
        }
    }

    @ValueSource(
            strings = {
                "{\"exportId\":\"1\",\"eventId\":\"kickoff\",\"eventDetail\":{\"exportUrl\":\"https://h/Group/7/$export?_type=Patient\",\"requestParameters\":{\"_typeFilter\":[\"Patient?x=1\"]},\"responseHeaders\":{\"content-location\":\"https://h/s\"}}}\n{\"exportId\":\"1\",\"eventId\":\"status_complete\",\"eventDetail\":{\"transactionTime\":\"2026-11-23T04:00:00Z\"}}\n",
                "{\"eventId\":\"download_request\",\"eventDetail\":{\"fileUrl\":\"x\"}}\n"
            })
    @FuzzTest
    void read(String log) throws IOException {
        if (log == null) {
            return;
        }
        Files.writeString(FOLDER.resolve("log.ndjson"), log.replaceAll("\\p{Cs}", "?"));
        ExportFolder.logged(FOLDER);
        try {
            ExportOrigin.of(FOLDER, Optional.empty(), Optional.empty());
        } catch (EtlFailure unknown) {
            return;
        }
    }
}
