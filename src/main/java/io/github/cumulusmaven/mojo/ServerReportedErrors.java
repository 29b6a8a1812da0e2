package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportSummary;
import java.nio.file.Path;

/** All files are here, and some of them say that the server could not export everything. */
final class ServerReportedErrors extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ExportSummary summary;
    private final transient Path folder;

    ServerReportedErrors(ExportSummary summary, Path folder) {
        this.summary = summary;
        this.folder = folder;
    }

    ExportSummary summary() {
        return summary;
    }

    Path folder() {
        return folder;
    }
}
