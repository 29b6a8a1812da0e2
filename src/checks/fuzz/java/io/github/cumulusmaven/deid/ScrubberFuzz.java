package io.github.cumulusmaven.deid;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Puts values of dropped elements into resources of any shape: none of them may come out. */
class ScrubberFuzz {
    private static final Scrubber SCRUBBER = LineFuzz.scrubber();

    @FuzzTest
    void scrub(FuzzedDataProvider data) throws IOException {
        byte[] line = new FuzzedPatient(data).line().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        SCRUBBER.scrub("Patient", line, 0, line.length, row);
        if (row.toString(StandardCharsets.UTF_8).contains(FuzzedPatient.SECRET)) {
            throw new AssertionError(
                    "a value of a dropped element came out: " + new String(line, StandardCharsets.UTF_8));
        }
    }
}
