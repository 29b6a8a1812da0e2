package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of a server.
 *
 * @param exportId the id of the log's lines; the same over all resumptions
 * @param fhirUrl the server and level, without parameters
 * @param parameters of the kick-off, as in {@link ExportParameters#values()}
 * @param compress whether files are kept as gzip
 * @param kickedOff when, as an ISO instant
 * @param client how the build names the SMART client, for runs that do not name one: ids and paths, never a secret
 */
public record ExportRequest(
        @JsonProperty("exportId") String exportId,
        @JsonProperty("fhirUrl") String fhirUrl,
        @JsonProperty("parameters") Map<String, String> parameters,
        @JsonProperty("compress") boolean compress,
        @JsonProperty("kickedOff") String kickedOff,
        @JsonProperty("client") Map<String, String> client) {
    /** Among what names the client: the sandbox that is its server, {@code sandbox:…}. */
    public static final String SANDBOX = "sandbox";

    private static final String SANDBOX_SCHEME = "sandbox:";

    private static final Set<String> LISTS = Set.of("_type", "_typeFilter", "_elements", "includeAssociatedData");

    /** A state that another tool has touched may lack it. */
    public ExportRequest {
        client = client == null ? Map.of() : client;
    }

    /** Of no client in particular. */
    public ExportRequest(
            String exportId, String fhirUrl, Map<String, String> parameters, boolean compress, String kickedOff) {
        this(exportId, fhirUrl, parameters, compress, kickedOff, Map.of());
    }

    /** The sandbox that is the server, where it is one: each run starts its own, under another URL. */
    public Optional<String> sandbox() {
        return Optional.ofNullable(client.get(SANDBOX)).filter(name -> name.startsWith(SANDBOX_SCHEME));
    }

    /** The server as a build names it. */
    public String server() {
        return sandbox().orElse(fhirUrl);
    }

    /** Whether the same data would come, into the same files. */
    boolean isSameAs(ExportRequest other) {
        return server().equals(other.server())
                && compress == other.compress
                && parameters.keySet().equals(other.parameters.keySet())
                && parameters.keySet().stream().allMatch(name -> items(name).equals(other.items(name)));
    }

    /** The order of a list has no meaning. */
    private Set<String> items(String name) {
        String value = parameters.getOrDefault(name, "");
        return LISTS.contains(name) ? Set.copyOf(Arrays.asList(value.split(",", -1))) : Set.of(value);
    }

    /** What is asked for, in one line. */
    String described() {
        StringBuilder words = new StringBuilder(server());
        parameters.forEach(
                (name, value) -> words.append(' ').append(name).append('=').append(RedactedUrl.parameter(name, value)));
        return words.append(compress ? " (compressed)" : "").toString();
    }
}
