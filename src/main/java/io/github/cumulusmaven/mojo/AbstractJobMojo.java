package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.SignedUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What the goals have in common that deal with a job which has begun: by its folder, or by its status URL. */
abstract class AbstractJobMojo extends AbstractExportMojo {
    /**
     * With a status URL: the FHIR server and whose data the job exports, as in the export goal ({@code …/Group/ID}): its
     * base says where tokens come from, and the group is noted for the tables. For a folder's own job, the folder knows.
     *
     * <pre>{@code
     * <fhirUrl>https://ehr.example/fhir/R4/Group/cumulus</fhirUrl>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.fhirUrl")
    @Nullable
    String fhirUrl;

    AbstractJobMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    /** As a user has it from a log or another tool, which may have percent-encoded it for a shell. */
    static Optional<URI> statusUrl(String setting, @Nullable String given) throws InvalidSetting {
        String text = text(given);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String lower = text.toLowerCase(Locale.ROOT);
        boolean encoded = lower.startsWith("http%3a") || lower.startsWith("https%3a");
        String url = encoded ? URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8) : text;
        try {
            URI known = new URI(url);
            if (Origin.isWeb(known) && !Origin.of(known).isExposed()) {
                return Optional.of(known);
            }
        } catch (URISyntaxException malformed) {
            throw new InvalidSetting(setting, SignedUrl.redact(url), "is not a URL: " + malformed.getReason());
        }
        throw new InvalidSetting(setting, SignedUrl.redact(url), "must be the status URL of an export, https://…");
    }

    /**
     * Of the folder's export, or where there is none, of a job that another tool began.
     *
     * @param setting that names the job
     */
    final ExportConfig configOfJob(Optional<ExportState> state, String setting, Path folder) throws InvalidSetting {
        if (state.isPresent()) {
            return configOf(state.get().request(), folder);
        }
        if (text(fhirUrl).isEmpty()) {
            throw new InvalidSetting(
                    "fhirUrl", "", "must name the server of the job, and its group, where " + setting + " is given");
        }
        ExportTarget target = ExportTarget.parse(text(fhirUrl));
        return new ExportConfig(
                        target,
                        ExportParameters.of(ExportParameters.Wishes.NONE, target.query()),
                        folder,
                        parallelDownloads,
                        compress(),
                        patience(Duration.ZERO),
                        validation(),
                        restartExpired)
                .validated();
    }

    /** Whether files of a job of another tool's are kept compressed. */
    boolean compress() {
        return false;
    }
}
