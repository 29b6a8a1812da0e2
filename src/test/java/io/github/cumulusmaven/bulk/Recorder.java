package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.HttpRefusal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes down what an export tells, in few words. */
final class Recorder implements ExportListener {
    private final List<String> events = new ArrayList<>();
    private long received;
    private long resources;

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    List<String> events(String kind) {
        return events().stream().filter(event -> event.startsWith(kind)).toList();
    }

    synchronized long received() {
        return received;
    }

    synchronized long resources() {
        return resources;
    }

    private synchronized void note(String event) {
        events.add(event);
    }

    @Override
    public void accepted(ExportJob job, KickOffAnswer answer) {
        note("accepted " + job.fhirUrl());
    }

    @Override
    public void refused(URI exportUrl, Map<String, String> parameters, KickOffAnswer answer) {
        note("refused " + answer.status());
    }

    @Override
    public void resumed(ExportJob job, ExportState from) {
        note("resumed from " + from.getClass().getSimpleName());
    }

    @Override
    public void working(String progress, String retryAfter, Duration wait) {
        note("working '" + progress + "' '" + retryAfter + "' " + wait);
    }

    @Override
    public void statusRefused(HttpRefusal refusal) {
        note("statusRefused " + refusal.status());
    }

    @Override
    public void finished(String transactionTime) {
        note("finished " + transactionTime);
    }

    @Override
    public void pageRead(String transactionTime, long output, long deleted, long error) {
        note("pageRead " + output + " " + deleted + " " + error);
    }

    @Override
    public void manifestRead(String transactionTime, List<FileState> files, int pages) {
        note("manifestRead " + files.size() + " files on " + pages + " pages");
    }

    @Override
    public void downloading(FileState file, URI url) {
        note("downloading " + file.path());
    }

    @Override
    public synchronized void received(long bytes) {
        received += bytes;
    }

    @Override
    public synchronized void resourcesReceived(long count) {
        resources += count;
    }

    @Override
    public void downloaded(FileState file, URI url) {
        note("downloaded " + file.path());
    }

    @Override
    public void downloadFailed(FileState file, URI url, Exception reason) {
        note("downloadFailed " + file.path() + ": " + reason.getMessage());
    }

    @Override
    public void exported(ExportSummary summary) {
        note("exported " + summary.files().size());
    }

    @Override
    public void jobDeleted(boolean taken) {
        note(taken ? "jobDeleted" : "jobUnknown");
    }

    @Override
    public void jobNotDeleted(Exception reason) {
        note("jobNotDeleted " + reason.getMessage());
    }

    @Override
    public void unsealedJobNotDeleted(Exception reason) {
        note("unsealedJobNotDeleted " + reason.getMessage());
    }

    @Override
    public void jobLeftBehind(ExportJob job, Exception reason) {
        note("jobLeftBehind " + job.statusUrl() + " " + reason.getMessage());
    }

    @Override
    public void warned(ExportWarning warning, List<Object> about) {
        note("warned " + warning + " " + about);
    }

    @Override
    public void retrying(String what, int attempt, int attempts, Exception reason, Duration wait) {
        note("retrying " + what + " " + attempt + "/" + attempts + " " + wait);
    }
}
