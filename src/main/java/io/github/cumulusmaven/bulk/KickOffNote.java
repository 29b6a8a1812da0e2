package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.SignedUrl;
import java.io.IOException;
import java.util.Optional;

/** Notes in the folder what becomes of a kick-off while that is under way, so that no later run begins a second job blindly. */
class KickOffNote {
    private final ExportFolder folder;
    private final StateKeeper state;
    private final ExportListeners listeners;
    private final KickingOff asking;
    private final Optional<ExportState> before;

    KickOffNote(ExportFolder folder, StateKeeper state, ExportListeners listeners, KickingOff asking)
            throws ExportFailure {
        this.folder = folder;
        this.state = state;
        this.listeners = listeners;
        this.asking = asking;
        this.before = folder.readState();
    }

    /** From here on, the server may have begun. */
    void sending() throws IOException {
        state.write(asking);
    }

    /** The server has not begun. */
    void notTaken() throws IOException {
        if (before.isPresent()) {
            state.write(before.get());
        } else {
            folder.deleteState();
        }
    }

    /** A gateway answered in the server's place: whether that has begun is not known. */
    void lost(HttpRefusal answer) {
        listeners.tell(listener -> listener.kickOffLost(answer));
    }

    /** The server is too busy, for the first time. */
    void busy() {
        String data = asking.request().fhirUrl();
        folder.unfinishedBeside(data).forEach(other -> listeners.warn(ExportWarning.UNFINISHED_BESIDE, data, other));
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
