package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.SignedUrl;
import java.io.IOException;
import java.util.Optional;

/** What the folder says of a kick-off while that is under way, so that no later run begins a second job blindly. */
final class KickOffNote implements KickOff.Witness {
    private final ExportFolder folder;
    private final StateKeeper state;
    private final Audience audience;
    private final KickingOff asking;
    private final Optional<ExportState> before;

    KickOffNote(ExportFolder folder, StateKeeper state, Audience audience, KickingOff asking) throws ExportFailure {
        this.folder = folder;
        this.state = state;
        this.audience = audience;
        this.asking = asking;
        this.before = folder.readState();
    }

    @Override
    public void sending() throws IOException {
        state.write(asking);
    }

    @Override
    public void notTaken() throws IOException {
        if (before.isPresent()) {
            state.write(before.get());
        } else {
            folder.deleteState();
        }
    }

    @Override
    public void lost(HttpRefusal answer) {
        audience.tell(listener -> listener.kickOffLost(answer));
    }

    @Override
    public void busy() {
        String data = asking.request().fhirUrl();
        folder.unfinishedBeside(data)
                .forEach(other -> audience.tell(listener -> listener.warned("an unfinished export of " + data
                        + " is in " + other
                        + ": the server may be waiting for that one; resume it, or cancel it")));
    }

    /** The one moment at which only this run knows of a job that may last for days. */
    void accepted(ExportJob job) throws ExportFailure, InterruptedException {
        try {
            state.write(new Accepted(job));
        } catch (IOException failure) {
            throw new ExportFailure(Kind.ACCEPTED_NOT_NOTED, SignedUrl.kept(job.statusUrl()), failure);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("the server has begun the export, and the folder knows it");
        }
    }
}
