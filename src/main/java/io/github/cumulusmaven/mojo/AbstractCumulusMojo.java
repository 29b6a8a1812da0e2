package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.redact.Secrets;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.plugins.annotations.Parameter;

/** What all goals do alike: skip, run, and turn failures into messages. */
abstract class AbstractCumulusMojo extends AbstractMojo {
    /**
     * Does nothing, with a word.
     *
     * <pre>{@code
     * <skip>true</skip>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.skip", defaultValue = "false")
    boolean skip;

    /** This plugin's version. */
    @Parameter(defaultValue = "${plugin.version}", readonly = true, required = true)
    String version = "";

    private List<String> warnings = List.of();
    private Optional<Exception> misconfiguration = Optional.empty();

    /** What this run must not show to anybody. */
    final Secrets secrets = new Secrets();

    /** The build's log, which gets no secret of the run to see. */
    @Override
    public final Log getLog() {
        return new RedactingLog(super.getLog(), secrets);
    }

    /**
     * Takes what {@link GoalConfigurator} found wrong.
     *
     * @param toSay warnings
     * @param refused why the goal cannot run, unless it is skipped
     */
    final void configured(List<String> toSay, Optional<Exception> refused) {
        warnings = List.copyOf(toSay);
        misconfiguration = refused;
    }

    final List<String> warnings() {
        return warnings;
    }

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("Skipped: cumulus.skip is set.");
            return;
        }
        warnings.forEach(getLog()::warn);
        try {
            if (misconfiguration.isPresent()) {
                throw misconfiguration.get();
            }
            run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            fail(stopped);
        } catch (Exception | Error failure) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) throws MojoExecutionException, MojoFailureException {
        ShownFailure shown = ShownFailure.of(failure, secrets);
        getLog().debug("Where the failure came from:", shown);
        try {
            failures().rethrow(failure);
        } catch (MojoFailureException told) {
            throw new MojoFailureException(secrets.redact(String.valueOf(told.getMessage())));
        } catch (MojoExecutionException told) {
            throw new MojoExecutionException(
                    secrets.redact(String.valueOf(told.getMessage())), told.getCause() == null ? null : shown);
        }
    }

    /** Runs the goal. */
    abstract void run() throws Exception;

    /** Makes what is said of this goal when it fails. */
    Failures failures() {
        return new Failures(this::command, Failures.Terms.OF_EXPORT, "", "");
    }

    /** One of ours, of this version. */
    final CommandLine command(String goal) {
        return new CommandLine(version, goal);
    }
}
