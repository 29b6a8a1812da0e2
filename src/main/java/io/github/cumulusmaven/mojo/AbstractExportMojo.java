package io.github.cumulusmaven.mojo;

import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** Holds the parameters of the goals that bring an export's files over. */
abstract class AbstractExportMojo extends AbstractServerMojo {
    /**
     * How many files are downloaded at the same time, from 1 to 64.
     *
     * <pre>{@code
     * <parallelDownloads>3</parallelDownloads>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.parallelDownloads", defaultValue = "5")
    int parallelDownloads;

    /**
     * How closely a file is looked at before it gets its name, beyond its length, checksum and announced count, which are
     * always checked: {@code lines} (its last line is complete), {@code json} (each line is a JSON object of the file's
     * resource type) or {@code none}.
     *
     * <pre>{@code
     * <validate>json</validate>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.validate", defaultValue = "lines")
    String validate = "lines";

    /**
     * The longest wait between two status requests, as an ISO 8601 duration, also where the server asks for more.
     *
     * <pre>{@code
     * <maxPollInterval>PT2M</maxPollInterval>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.maxPollInterval", defaultValue = "PT5M")
    String maxPollInterval = "PT5M";

    /**
     * How often in a row a file may fail, from 1 to 1000, before this run gives it up: with longer and longer waits between
     * the attempts, or as the server asks. Attempts that bring it farther do not count. The next run begins to count anew.
     *
     * <pre>{@code
     * <downloadAttempts>20</downloadAttempts>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.downloadAttempts", defaultValue = "10")
    int downloadAttempts = 10;

    /**
     * How long an export may take in all, from its kick-off on, as an ISO 8601 duration. When it is over, the build fails;
     * the job stays on the server, and only a run with a longer time goes on.
     *
     * <pre>{@code
     * <maxWait>P14D</maxWait>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.maxWait", defaultValue = "P30D")
    String maxWait = "P30D";

    /**
     * How long this run may take, as an ISO 8601 duration: for builds with a time limit of their own. When it is over, the
     * export pauses, and the build ends well (see {@code failOnTimeout}); the next run goes on where this one stopped.
     * Without it, a run lasts as long as the export.
     *
     * <pre>{@code
     * <waitUpTo>PT50M</waitUpTo>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.waitUpTo")
    @Nullable
    String waitUpTo;

    /**
     * Whether the build fails when {@code waitUpTo} is over and the export is not done.
     *
     * <pre>{@code
     * <failOnTimeout>true</failOnTimeout>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.failOnTimeout", defaultValue = "false")
    boolean failOnTimeout;

    /**
     * Asks anew when the server has forgotten the job, or has deleted files of it, before all was fetched: only for the types
     * that are not whole, where it is known which these are. The others stay, and the whole counts as of the earlier time.
     *
     * <pre>{@code
     * <restartExpired>true</restartExpired>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.restartExpired", defaultValue = "false")
    boolean restartExpired;

    /**
     * Ends the export without what cannot be had: files that the server refuses, has deleted or sends damaged each time,
     * and files that hold another number of resources than the server announces. A server that is down is waited for all
     * the same. {@code export.json} and {@code log.ndjson} name what is missing, and {@code cumulus:etl} does not call the
     * tables of these types complete. Without it, such an export fails at its end, and keeps what came; files of the
     * server's own error reports are never waited for.
     *
     * <pre>{@code
     * <acceptMissing>true</acceptMissing>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.acceptMissing", defaultValue = "false")
    boolean acceptMissing;
}
