package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Reason;
import io.github.cumulusmaven.bulk.Named;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What went wrong in an export, word for word. */
class ExportMessagesTest {
    private static final String T = "2026-03-04T05:06:07.891Z";

    private static String words(Reason reason, Object... about) {
        return ExportMessages.words(new ExportFailure(Kind.DISK, "/data/export", reason, about));
    }

    @Test
    @DisplayName("of the folder")
    void folder() {
        assertThat(words(Reason.NO_STATE)).isEqualTo("there is no export.json");
        assertThat(words(Reason.FOREIGN_FILES)).isEqualTo("it is not empty, and holds no export of this plugin");
        assertThat(words(Reason.KICKED_OFF, T)).isEqualTo("kicked off 2026-03-04T05:06:07Z");
        assertThat(words(Reason.FILE_GONE, T, "Patient.000.ndjson"))
                .isEqualTo("kicked off 2026-03-04T05:06:07Z; Patient.000.ndjson is not there any more as it was"
                        + " downloaded");
        assertThat(words(Reason.OTHER_REQUEST, "A", "B")).isEqualTo("it holds A, and this is B");
        assertThat(words(Reason.OTHER_JOB, "A", "B")).isEqualTo("it holds the job A, and this is B");
        assertThat(words(Reason.PROCESS, "4711")).isEqualTo("process 4711");
        assertThat(words(Reason.KEPT_FILE_GONE))
                .isEqualTo("it is not there any more as it was brought, and the server has forgotten the job that it is"
                        + " from; put it back, or export anew");
    }

    @Test
    @DisplayName("of the job")
    void job() {
        assertThat(words(Reason.CANCELLED, T)).isEqualTo("at 2026-03-04T05:06:07Z");
        assertThat(words(Reason.ANSWER_NOT_NOTED, T))
                .isEqualTo("the kick-off of " + T + " was sent, and its answer never noted");
        assertThat(words(Reason.NO_CONTENT_LOCATION)).isEqualTo("it has no Content-Location");
        assertThat(words(Reason.NAMED_URL, "https://h/1")).isEqualTo("https://h/1");
        assertThat(words(Reason.SANDBOX_ENDED)).isEqualTo("the sandbox had ended");
    }

    @Test
    @DisplayName("of the manifest and its files")
    void files() {
        assertThat(words(Reason.OTHER_TIME, "a", "b")).isEqualTo("it was as of a before, and is as of b now");
        assertThat(words(Reason.OTHER_TIME, "a", "")).isEqualTo("it was as of a before, and is without a time now");
        assertThat(words(Reason.OTHER_FILES, 7, 8))
                .isEqualTo("it listed 7 files before, and lists 8 now, or other ones");
        assertThat(words(Reason.NO_FILE, "HTTP 403"))
                .isEqualTo("none of its files can be had, the first for this reason: HTTP 403");
        assertThat(words(Reason.COUNT, "Goal.000.ndjson", 1L, 138L, 0))
                .isEqualTo("Goal.000.ndjson holds 1 resources, the manifest announces 138");
        assertThat(words(Reason.COUNT, "Goal.000.ndjson", 1L, 138L, 2))
                .isEqualTo("Goal.000.ndjson holds 1 resources, the manifest announces 138 (and 2 more files)");
        assertThat(ExportMessages.words(Named.notAManifest())).isEqualTo("a body that is not JSON");
    }

    @Test
    @DisplayName("of its cause, in the cause's words, however deep these lie")
    void cause() {
        ExportFailure none = new ExportFailure(Kind.NOT_A_MANIFEST, "https://h/1", Named.notAManifest());

        assertThat(ExportMessages.words(none)).isEqualTo("a body that is not JSON");
        assertThat(ExportMessages.words(new IOException(none.getMessage(), none)))
                .isEqualTo("a body that is not JSON");
        assertThat(ExportMessages.words(new ExportFailure(Kind.DISK, "/d", new IOException())))
                .isEqualTo("IOException");
        assertThat(ExportMessages.words(new IOException("x", none))).isEqualTo("a body that is not JSON");
    }

    @Test
    @DisplayName("of a job that is gone: what there is of its files")
    void remains() {
        assertThat(ExportMessages.words(Named.gone(new IOException("HTTP 404"))))
                .isEqualTo("HTTP 404, after its files expired 2026-03-04T05:06:07Z; 1 of 2 files are here, and stay");
    }
}
