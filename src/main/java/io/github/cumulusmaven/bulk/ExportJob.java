package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server's job for us: all that another run needs to go on.
 *
 * @param request what was asked for
 * @param statusUrl the polling URL
 * @param kept what an earlier job of the same export has brought, or {@code null} where this is the first
 * @param seal by which this user's runs know the request and the polling URL, or {@code null} where there is none; see
 *     {@link FolderSeal}
 */
public record ExportJob(
        @JsonProperty("request") ExportRequest request,
        @JsonProperty("statusUrl") URI statusUrl,
        @JsonProperty("kept") @Nullable KeptFiles kept,
        @JsonProperty("seal") @Nullable String seal) {
    /** The first job of an export, without a seal. */
    public ExportJob(ExportRequest request, URI statusUrl) {
        this(request, statusUrl, null, null);
    }

    /** The same, where nothing of an earlier job counts any more. */
    ExportJob withoutKept() {
        return new ExportJob(request, statusUrl, null, seal);
    }

    /** Up to when the export is complete once this job is. */
    String until(String transactionTime) {
        return kept == null ? transactionTime : kept.until(transactionTime);
    }

    /** All files of the export, where these are the job's own. */
    List<FileState> with(List<FileState> files) {
        if (kept == null) {
            return files;
        }
        List<FileState> all = new ArrayList<>(kept.files());
        all.addAll(files);
        return all;
    }

    /** The id of the log's lines. */
    public String exportId() {
        return request.exportId();
    }

    /** The server and level, without parameters. */
    public String fhirUrl() {
        return request.fhirUrl();
    }

    /** Those of the kick-off. */
    public Map<String, String> parameters() {
        return request.parameters();
    }

    /** Whether files are kept as gzip. */
    public boolean compress() {
        return request.compress();
    }

    /** When, as an ISO instant. */
    public String kickedOff() {
        return request.kickedOff();
    }
}
