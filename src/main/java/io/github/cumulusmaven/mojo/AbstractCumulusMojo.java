package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.run.Outcome;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** Holds the parameters of all goals. Only {@link #run} differs from goal to goal; what goals share, they compose. */
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
        GoalFrame frame = new GoalFrame(getLog(), secrets, version);
        try {
            if (misconfiguration.isPresent()) {
                throw misconfiguration.get();
            }
            frame.conclude(run(frame));
        } catch (Exception | Error failure) {
            frame.fail(failure);
        }
    }

    /**
     * Runs the goal with its parameters.
     *
     * @param frame is told how the goal would go on after a failure
     */
    abstract Outcome run(GoalFrame frame) throws Exception;

    static String text(@Nullable String parameter) {
        return parameter == null ? "" : parameter.trim();
    }
}
