package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.http.Sleeper;
import java.io.File;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** Holds the parameters of the goals that talk to a bulk export server. */
abstract class AbstractServerMojo extends AbstractCumulusMojo {
    /**
     * The folder of the export: {@code Patient.000.ndjson} and so on, {@code log.ndjson}, {@code export.json},
     * {@code deleted/} and {@code error/}. It will hold patients' data: it is made for its owner only, and a
     * {@code .gitignore} in it keeps it out of commits. Best kept out of {@code target}, which {@code mvn clean} deletes.
     *
     * <pre>{@code
     * <exportDirectory>/data/phi/export-2026-11</exportDirectory>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.exportDirectory", defaultValue = "${basedir}/cumulus/export")
    @Nullable
    File exportDirectory;

    /**
     * The {@code <id>} of the {@code <server>} in settings.xml that holds the SMART client: its {@code <username>} is the
     * client id (or a file that holds it), its {@code <privateKey>} the path of the private JWKS. Without it, and without
     * {@code smartClientId}, the server is asked without authorization; but an export that has begun is gone on with as
     * the client that began it.
     *
     * <pre>{@code
     * <serverId>ehr</serverId>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.serverId")
    @Nullable
    String serverId;

    /**
     * The SMART client id, or the path of a file that holds it. Wins over the {@code <server>}'s.
     *
     * <pre>{@code
     * <smartClientId>4f0c6a52-cumulus</smartClientId>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.smartClientId")
    @Nullable
    String smartClientId;

    /**
     * The path of the private JWKS or JWK whose public part the server knows; {@code cumulus:jwks} makes one. Wins over
     * the {@code <server>}'s. The key itself never belongs into a pom.
     *
     * <pre>{@code
     * <smartJwks>/secure/cumulus.jwks</smartJwks>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.smartJwks")
    @Nullable
    File smartJwks;

    /**
     * Where the server is, for servers behind a proxy that call themselves otherwise: what they write at the beginning of
     * the URLs that they name (a status URL, files, a token endpoint, attachments), an equals sign, and the address by which
     * they can be asked. http and https count as one there; a path may be part of both. Several are separated by commas, and
     * the first that fits counts. The folder of an export remembers it.
     *
     * <pre>{@code
     * <urlRewrites>
     *   <urlRewrite>http://localhost:8080/fhir=https://ehr.example/r4/fhir</urlRewrite>
     * </urlRewrites>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.urlRewrites")
    List<String> urlRewrites = List.of();

    /**
     * How progress is shown: {@code auto} (a moving line on a terminal, otherwise a log line from time to time),
     * {@code plain} (log lines) or {@code none}.
     *
     * <pre>{@code
     * <progress>plain</progress>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.progress", defaultValue = "auto")
    String progress = "auto";

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    @Nullable
    MavenSession session;

    /** Where this user's key lies that seals the folders of exports. */
    @Parameter(defaultValue = "${user.home}/.cumulus", readonly = true)
    @Nullable
    String userDirectory;

    /** Decrypts what is encrypted in settings.xml. */
    @Inject
    SettingsDecrypter decrypter;

    /** Tests do not wait. */
    Sleeper sleeper = Sleeper.REAL;

    /** Nor do they measure. */
    InstantSource clock = Clock.systemUTC();
}
