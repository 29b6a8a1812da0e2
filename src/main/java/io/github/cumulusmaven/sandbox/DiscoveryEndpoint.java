package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** What the server says of itself, to everyone. */
final class DiscoveryEndpoint {
    private static final String OPERATIONS = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/";
    private static final String OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
    private static final String SECURITY_SERVICES = "http://terminology.hl7.org/CodeSystem/restful-security-service";
    private static final Map<String, String> EXPORTS = Map.of("Patient", "patient-export", "Group", "group-export");

    private final URI origin;
    private final Collection<String> types;
    private final String started;

    /**
     * For one server.
     *
     * @param origin of the URLs
     * @param types that have resources
     * @param started the FHIR instant since when the server says this
     */
    DiscoveryEndpoint(URI origin, Collection<String> types, String started) {
        this.origin = origin;
        this.types = List.copyOf(types);
        this.started = started;
    }

    /** SM-02, SM-16. */
    Answer smartConfiguration(Request request) throws Refusal {
        request.allow("GET");
        ObjectNode json = FhirJson.mapper()
                .createObjectNode()
                .put("token_endpoint", origin + SandboxRouter.TOKEN)
                .put("registration_endpoint", origin + SandboxRouter.REGISTER);
        json.putArray("grant_types_supported").add("client_credentials");
        json.putArray("token_endpoint_auth_methods_supported").add("private_key_jwt");
        json.putArray("token_endpoint_auth_signing_alg_values_supported")
                .add("RS384")
                .add("ES384");
        ArrayNode scopes = json.putArray("scopes_supported").add("system/*.rs").add("system/*.read");
        types.forEach(type -> scopes.add("system/" + type + ".rs").add("system/" + type + ".read"));
        json.putArray("capabilities")
                .add("client-confidential-asymmetric")
                .add("permission-v1")
                .add("permission-v2");
        return told(Answer.JSON, json);
    }

    /** A CapabilityStatement of FHIR R4. */
    Answer capabilities(Request request) throws IOException, Refusal {
        request.allow("GET");
        ObjectNode statement = FhirJson.mapper()
                .createObjectNode()
                .put("resourceType", "CapabilityStatement")
                .put("status", "active")
                .put("date", started)
                .put("kind", "instance")
                .put("fhirVersion", "4.0.1");
        statement.putArray("format").add(Answer.FHIR_JSON);
        statement
                .putObject("software")
                .put("name", "Cumulus Maven Plugin sandbox")
                .put("version", version());
        statement
                .putObject("implementation")
                .put("description", "A bulk-data server on this machine, for trials")
                .put("url", origin + SandboxRouter.FHIR);
        rest(statement.putArray("rest").addObject().put("mode", "server"));
        return told(Answer.FHIR_JSON, statement);
    }

    /**
     * Forbids to store it: the next server at this URL may be another. And SMART's bulk-data-client, which would store it,
     * then waits in vain for the answer under some versions of Node.js, and ends as if all were done.
     */
    private static Answer told(String contentType, ObjectNode json) {
        return Answer.json(200, contentType, json).with("Cache-Control", "no-store");
    }

    private void rest(ObjectNode rest) {
        ObjectNode security = rest.putObject("security");
        ArrayNode uris = security.putArray("extension")
                .addObject()
                .put("url", OAUTH_URIS)
                .putArray("extension");
        uris.addObject().put("url", "token").put("valueUri", origin + SandboxRouter.TOKEN);
        uris.addObject().put("url", "register").put("valueUri", origin + SandboxRouter.REGISTER);
        security.putArray("service")
                .addObject()
                .putArray("coding")
                .addObject()
                .put("system", SECURITY_SERVICES)
                .put("code", "SMART-on-FHIR");
        ArrayNode resources = rest.putArray("resource");
        for (String type : types()) {
            resource(resources.addObject().put("type", type), type);
        }
        operation(rest, "export");
    }

    /**
     * Lists every type that an export of patients can hold, every type that there is, and those that are read by id: some
     * clients do not ask for a type that is missing here, and report success.
     */
    private Set<String> types() {
        Set<String> all = new TreeSet<>(PatientCompartment.types());
        all.addAll(types);
        all.addAll(ResourceEndpoint.TYPES);
        return all;
    }

    private static void resource(ObjectNode resource, String type) {
        if (ResourceEndpoint.TYPES.contains(type)) {
            resource.putArray("interaction").addObject().put("code", "read");
        }
        ArrayNode searches = resource.putArray("searchParam");
        for (SearchParameter parameter : SearchParameter.of(type)) {
            searches.addObject()
                    .put("name", parameter.name())
                    .put("type", parameter.kind())
                    .put("documentation", "In _typeFilter");
        }
        if (EXPORTS.containsKey(type)) {
            operation(resource, EXPORTS.get(type));
        }
    }

    private static void operation(ObjectNode owner, String definition) {
        owner.putArray("operation").addObject().put("name", "export").put("definition", OPERATIONS + definition);
    }

    /** From the jar's own description; there is none where classes run without a jar. */
    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream description = DiscoveryEndpoint.class.getResourceAsStream(
                "/META-INF/maven/io.github.cumulusmaven/cumulus-maven-plugin/pom.properties")) {
            if (description != null) {
                properties.load(description);
            }
        }
        return properties.getProperty("version", "development");
    }
}
