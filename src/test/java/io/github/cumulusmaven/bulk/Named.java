package io.github.cumulusmaven.bulk;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Failures over a status URL that a server has named, for tests of what is said of them. */
public final class Named {
    private Named() {}

    public static ExportFailure of(ExportFailure.Kind kind, String where, String url) {
        return ExportFailure.named(kind, where, url);
    }

    /** A body that is no JSON where a manifest should be. */
    public static NotAManifest notAManifest() {
        return new NotAManifest(NotAManifest.Kind.NOT_JSON);
    }

    /** A job that is gone, and of whose two files one is here. */
    public static ExportFailure gone(Exception cause) {
        FileState missing =
                new FileState("Patient.001.ndjson", FileState.Kind.OUTPUT, "Patient", "https://h/2", null, null);
        ExportFailure gone = new ExportFailure(ExportFailure.Kind.JOB_GONE, "https://h/1", cause);
        return new ExportFailure(
                gone,
                new ExportFailure.Remains(
                        Optional.of(Instant.parse("2026-03-04T05:06:07Z")),
                        List.of(
                                missing.whole("Patient.000.ndjson", "Patient", new FileState.Proof(1, 2, "ab")),
                                missing)));
    }
}
