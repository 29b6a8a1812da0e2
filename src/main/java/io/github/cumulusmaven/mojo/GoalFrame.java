package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.run.Outcome;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.project.MavenProject;

/** Tells the user and the rest of the build how a goal ended. The goal says here how it would go on. */
final class GoalFrame {
    private static final String OUTCOME = "cumulus.outcome";

    private final Log log;
    private final Secrets secrets;
    private final String version;
    private List<MavenProject> projects = List.of();
    private Failures.Terms terms = Failures.Terms.OF_EXPORT;
    private Supplier<String> resumeCommand = () -> "";
    private Supplier<String> afterFailure = () -> "";
    private boolean mayPause;

    /**
     * Makes the frame of one run.
     *
     * @param log shows nothing that is secret
     * @param secrets that no message shows
     * @param version of this plugin
     */
    GoalFrame(Log log, Secrets secrets, String version) {
        this.log = log;
        this.secrets = secrets;
        this.version = version;
    }

    /** Tells the projects of a build how the goal ends: as failed, until more is known. */
    void tellBuild(MavenSession session) {
        projects = Objects.requireNonNullElse(session.getProjects(), List.of());
        tellBuild(Outcome.FAILED);
    }

    private void tellBuild(String outcome) {
        projects.forEach(project -> project.getProperties().setProperty(OUTCOME, outcome));
    }

    /**
     * Describes the goal for its messages.
     *
     * @param named what messages call its parameters
     * @param resume the command line that goes on with the goal's work in another run; empty where there is none
     */
    void describe(Failures.Terms named, Supplier<String> resume) {
        terms = named;
        resumeCommand = resume;
    }

    /** Has failures say what became of the work, and how it goes on; nothing where none was begun. */
    void afterFailure(Supplier<String> said) {
        afterFailure = said;
    }

    String afterFailure() {
        return afterFailure.get();
    }

    /** Lets the build go on when the goal pauses. */
    void allowPause() {
        mayPause = true;
    }

    /** Tells the build the outcome, and fails it where that is not what the user wants. */
    void conclude(Outcome outcome) throws MojoFailureException {
        tellBuild(outcome.word());
        if (outcome instanceof Outcome.Paused paused && mayPause) {
            log.warn(Failures.paused(paused, "waitUpTo", afterFailure()));
            return;
        }
        Optional<String> refusal = failures().refusal(outcome);
        if (refusal.isPresent()) {
            throw new MojoFailureException(refusal.get());
        }
    }

    /** Fails the build, and says why. */
    void fail(Throwable failure) throws MojoExecutionException, MojoFailureException {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        ShownFailure shown = ShownFailure.of(failure, secrets);
        log.debug("Where the failure came from:", shown);
        try {
            failures().rethrow(failure);
        } catch (MojoFailureException told) {
            throw new MojoFailureException(secrets.redact(String.valueOf(told.getMessage())));
        } catch (MojoExecutionException told) {
            throw new MojoExecutionException(
                    secrets.redact(String.valueOf(told.getMessage())), told.getCause() == null ? null : shown);
        }
    }

    private Failures failures() {
        return new Failures(goal -> new CommandLine(version, goal), terms, resumeCommand.get(), afterFailure());
    }
}
