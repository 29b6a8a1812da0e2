package io.github.cumulusmaven.mojo;

import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** Holds the parameters of the goals that ask about a job, or give it up: the folder's, or that of a status URL. */
abstract class AbstractJobMojo extends AbstractServerMojo {
    /**
     * The status URL of the job, where there is no folder; percent-encoded or not. Needs {@code fhirUrl}.
     *
     * <pre>{@code
     * <statusUrl>https://ehr.example/fhir/R4/jobs/42</statusUrl>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.statusUrl")
    @Nullable
    String statusUrl;

    /**
     * The FHIR server of the {@code statusUrl}'s job, which says where tokens come from. A folder knows its own; but where
     * its {@code export.json} is not sealed by this user, it is believed only if it names the same server as this parameter,
     * or one to which the {@code <server>} is pinned.
     *
     * <pre>{@code
     * <fhirUrl>https://ehr.example/fhir/R4</fhirUrl>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.fhirUrl")
    @Nullable
    String fhirUrl;
}
