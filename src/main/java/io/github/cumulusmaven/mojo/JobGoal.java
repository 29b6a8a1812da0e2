package io.github.cumulusmaven.mojo;

import static io.github.cumulusmaven.mojo.AbstractCumulusMojo.text;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.ServerJob;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.KnownServer;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Asks the server of a job for a goal.
 *
 * @param parameters name the job, or the folder of its export
 * @param server gives access to it
 */
record JobGoal(AbstractJobMojo parameters, ServerGoal server) {
    JobGoal(AbstractJobMojo parameters, GoalFrame frame, Failures.Terms terms) throws InvalidSetting {
        this(
                parameters,
                new ServerGoal(parameters, frame, new ServerGoal.Role(terms, parameters.exportDirectory, false, "")));
    }

    /** Tells whether a status URL names the job, and not a folder. */
    boolean isNamed() {
        return !text(parameters.statusUrl).isEmpty();
    }

    /** Works on a job. */
    @FunctionalInterface
    interface JobWork {
        void on(ServerJob job) throws IOException, InterruptedException;
    }

    /** Works on the job of the status URL, which no folder knows. */
    void connect(JobWork work) throws Exception {
        URI url = StatusUrl.parse("statusUrl", text(parameters.statusUrl));
        if (fhirUrl().isEmpty()) {
            throw SettingMessages.refused("fhirUrl", "", "must name the server of the job, where statusUrl is given");
        }
        ExportTarget target = ExportTarget.parse(fhirUrl());
        ExportParameters what = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        connect(target, what, Optional.empty(), export -> {
            work.on(export.job(url));
            return url;
        });
    }

    /** Works with the server of a folder's export. */
    <T> T connect(ExportState folder, ExportRun.Work<T> work) throws Exception {
        ExportTarget target = ExportTarget.parse(folder.request().fhirUrl());
        return connect(target, new ExportParameters(folder.request().parameters()), Optional.of(folder), work);
    }

    private <T> T connect(
            ExportTarget target, ExportParameters what, Optional<ExportState> folder, ExportRun.Work<T> work)
            throws Exception {
        ExportConfig config = new ExportConfig(
                        target, what, server.directory(), 1, false, Patience.DEFAULT, Validation.LINES, false)
                .with(server.vouching().remembered(folder));
        KnownServer known = server.server(target.base(), folder, fhirUrl());
        try (Progress shown = server.progress()) {
            return server.exportRun(server.exportConsole(shown)).connect(config, known, work);
        }
    }

    private String fhirUrl() {
        return text(parameters.fhirUrl);
    }
}
