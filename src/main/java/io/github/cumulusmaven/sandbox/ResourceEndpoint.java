package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Single resources by id: those that an export refers to and does not hold, and who is asked about. */
final class ResourceEndpoint {
    /** Each needs an index of its ids, so it is not all types. */
    static final List<String> TYPES = List.of(
            "Binary", "Group", "Location", "Medication", "Organization", "Patient", "Practitioner", "PractitionerRole");

    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w.+-]+/[\\w.+-]+( *; *[\\w.+-]+=[\\w.+-]+)*");

    private final TokenCheck tokens;
    private final Map<String, ResourceIndex> indexes;
    private final Groups groups;

    /**
     * Over a folder.
     *
     * @param tokens that are asked for
     * @param data to read
     * @param work an existing folder for what the indexes need
     */
    ResourceEndpoint(TokenCheck tokens, DataFolder data, Path work) {
        this.tokens = tokens;
        this.indexes = TYPES.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(), type -> new ResourceIndex(type, data.files(type), work)));
        this.groups = new Groups(index("Group"));
    }

    private ResourceIndex index(String type) {
        return Optional.ofNullable(indexes.get(type)).orElseThrow();
    }

    Groups groups() {
        return groups;
    }

    Answer read(Request request, String type, String id) throws IOException, Refusal {
        request.allow("GET");
        if (!TYPES.contains(type)) {
            throw Refusal.notFound("Only these are read by id: " + String.join(", ", TYPES));
        }
        if (!tokens.access(request).scopes().allowsRead(type)) {
            throw Refusal.forbidden("The scopes of the token do not let it read a " + type);
        }
        byte[] resource = find(type, id).orElseThrow(() -> Refusal.notFound("There is no such " + type));
        if (type.equals("Binary") && !request.accepts(Answer.FHIR_JSON)) {
            return content(resource);
        }
        return Answer.bytes(200, Answer.FHIR_JSON, resource);
    }

    private Optional<byte[]> find(String type, String id) throws IOException {
        return type.equals("Group") ? groups.read(id) : index(type).read(id);
    }

    /** What is in a Binary, for a client that does not ask for FHIR; a browser must not run it. */
    private static Answer content(byte[] resource) {
        ObjectNode binary = DataFolder.resource(resource).orElseThrow();
        byte[] bytes = Base64.getMimeDecoder().decode(binary.path("data").asText());
        String type = FhirJson.text(binary, "contentType")
                .filter(name -> MEDIA_TYPE.matcher(name).matches())
                .orElse("application/octet-stream");
        return Answer.bytes(200, type, bytes)
                .with("Content-Disposition", "attachment")
                .with("X-Content-Type-Options", "nosniff");
    }
}
