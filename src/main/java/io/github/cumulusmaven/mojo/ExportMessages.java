package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFailure.Remains;
import io.github.cumulusmaven.bulk.NotAManifest;
import io.github.cumulusmaven.fhir.FhirInstant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Says what went wrong in an export, as a clause: what to do about it is said around it. What is wrong with a file that was
 * downloaded is said by {@code bulk.DamagedFile.Kind}, as the export's log quotes it.
 */
final class ExportMessages {
    private ExportMessages() {}

    /** Says what happened; of what has words of its own, these. */
    static String words(Throwable failure) {
        if (failure instanceof ExportFailure export) {
            return export.remains().map(remains -> own(export) + words(remains)).orElseGet(() -> what(export));
        }
        return failure instanceof NotAManifest other ? what(other) : own(failure);
    }

    /** What only repeats its cause, or has one that only this class has words for, says what that says. */
    private static String own(Throwable failure) {
        return Optional.ofNullable(failure.getCause())
                .filter(cause ->
                        cause instanceof ExportFailure || Objects.equals(cause.getMessage(), failure.getMessage()))
                .map(ExportMessages::words)
                .orElseGet(() -> String.valueOf(failure.getMessage()));
    }

    private static String what(ExportFailure failure) {
        List<Object> about = failure.about();
        return switch (failure.reason()) {
            case CAUSE -> own(failure);
            case NO_STATE -> "there is no export.json";
            case FOREIGN_FILES -> "it is not empty, and holds no export of this plugin";
            case KICKED_OFF -> "kicked off " + seconds(about.get(0));
            case FILE_GONE ->
                "kicked off " + seconds(about.get(0)) + "; " + about.get(1)
                        + " is not there any more as it was downloaded";
            case OTHER_REQUEST -> "it holds " + about.get(0) + ", and this is " + about.get(1);
            case OTHER_JOB -> "it holds the job " + about.get(0) + ", and this is " + about.get(1);
            case PROCESS -> "process " + about.get(0);
            case CANCELLED -> "at " + seconds(about.get(0));
            case ANSWER_NOT_NOTED -> "the kick-off of " + about.get(0) + " was sent, and its answer never noted";
            case NO_CONTENT_LOCATION -> "it has no Content-Location";
            case NAMED_URL -> about.get(0).toString();
            case SANDBOX_ENDED -> "the sandbox had ended";
            case OTHER_TIME ->
                "it was as of " + about.get(0) + " before, and is "
                        + (about.get(1).equals("") ? "without a time" : "as of " + about.get(1)) + " now";
            case OTHER_FILES ->
                "it listed " + about.get(0) + " files before, and lists " + about.get(1) + " now, or other ones";
            case KEPT_FILE_GONE ->
                "it is not there any more as it was brought, and the server has forgotten the job that it is from;"
                        + " put it back, or export anew";
            case NO_FILE -> "none of its files can be had, the first for this reason: " + about.get(0);
            case COUNT ->
                about.get(0) + " holds " + about.get(1) + " resources, the manifest announces " + about.get(2)
                        + (about.get(3).equals(0) ? "" : " (and " + about.get(3) + " more files)");
        };
    }

    private static String seconds(Object instant) {
        return FhirInstant.toSeconds(instant.toString());
    }

    private static String words(Remains remains) {
        Optional<String> expired = remains.expired().map(end -> ", after its files expired " + end);
        return expired.orElse("") + "; " + remains.whole() + " of "
                + remains.files().size() + " files are here, and stay";
    }

    private static String what(NotAManifest other) {
        return switch (other.kind()) {
            case EMPTY -> "an empty body";
            case NOT_JSON -> "a body that is not JSON";
            case ABSURD_JSON -> "JSON with a text, number or nesting beyond all reason";
            case OPERATION_OUTCOME -> "an OperationOutcome";
            case NO_OUTPUT -> "JSON without an output array";
            case NO_NEXT_URL -> "a manifest whose next page has no usable URL";
            case TOO_MANY_FILES -> "a manifest of more than " + other.most() + " files";
            case TOO_MANY_PAGES -> "more than " + other.most() + " pages";
            case CIRCLE -> "pages that lead back to one another";
        };
    }
}
