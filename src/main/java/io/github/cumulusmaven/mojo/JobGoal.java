package io.github.cumulusmaven.mojo;

import static io.github.cumulusmaven.mojo.AbstractCumulusMojo.text;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.KnownServer;
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

    /** Names the job that no folder knows. */
    URI statusUrl() throws InvalidSetting {
        return StatusUrl.parse("statusUrl", text(parameters.statusUrl));
    }

    /** Works with the server of a job that no folder knows. */
    <T> T connect(ExportRun.Work<T> work) throws Exception {
        if (fhirUrl().isEmpty()) {
            throw SettingMessages.refused("fhirUrl", "", "must name the server of the job, where statusUrl is given");
        }
        ExportTarget target = ExportTarget.parse(fhirUrl());
        ExportParameters what = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        return connect(target, what, Optional.empty(), work);
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
