package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryTest {
    @TempDir
    Path folder;

    private SandboxServer server;
    private TestClient client;

    @BeforeEach
    void serve() throws IOException {
        SandboxData data = SmallData.threePatients(folder).data();
        server = SandboxServer.start(new SandboxConfig(0, data, true), new TestClock());
        client = TestClient.of(server);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    @DisplayName("SM-02, SM-16: the SMART configuration is open to all")
    void smartConfiguration() {
        HttpResponse<String> answer = client.get("/.well-known/smart-configuration");
        JsonNode found = TestClient.json(answer);

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(found.path("token_endpoint").asText())
                .isEqualTo(server.tokenUrl().toString());
        assertThat(found.path("registration_endpoint").asText()).endsWith("/auth/register");
        assertThat(found.path("grant_types_supported"))
                .extracting(JsonNode::asText)
                .containsExactly("client_credentials");
        assertThat(found.path("token_endpoint_auth_methods_supported"))
                .extracting(JsonNode::asText)
                .containsExactly("private_key_jwt");
        assertThat(found.path("token_endpoint_auth_signing_alg_values_supported"))
                .extracting(JsonNode::asText)
                .containsExactly("RS384", "ES384");
        assertThat(found.path("scopes_supported"))
                .extracting(JsonNode::asText)
                .contains("system/*.rs", "system/*.read", "system/Patient.rs", "system/Observation.read");
        assertThat(found.path("capabilities"))
                .extracting(JsonNode::asText)
                .containsExactly("client-confidential-asymmetric", "permission-v1", "permission-v2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metadata", "/.well-known/smart-configuration"})
    @DisplayName("No client is to store what another server at the same URL would say differently")
    void notStored(String path) {
        assertThat(client.get(path).headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    @DisplayName("SM-05: the CapabilityStatement names the exports and the token endpoint")
    void capabilities() {
        HttpResponse<String> answer = client.get("/metadata");
        JsonNode statement = TestClient.json(answer);

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/fhir+json");
        assertThat(statement.path("resourceType").asText()).isEqualTo("CapabilityStatement");
        assertThat(statement.path("fhirVersion").asText()).isEqualTo("4.0.1");
        assertThat(statement.path("date").asText()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(statement.at("/software/version").asText()).isNotBlank();
        assertThat(statement
                        .at("/rest/0/security/extension/0/extension/0/valueUri")
                        .asText())
                .isEqualTo(server.tokenUrl().toString());
        assertThat(statement.findValuesAsText("definition"))
                .containsExactlyInAnyOrder(
                        "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export",
                        "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export",
                        "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export");
    }

    @Test
    @DisplayName("The CapabilityStatement lists every type that an export can hold, and the searches of _typeFilter")
    void types() {
        JsonNode resources = TestClient.json(client.get("/metadata")).at("/rest/0/resource");

        assertThat(resources)
                .extracting(resource -> resource.path("type").asText())
                .doesNotHaveDuplicates()
                .contains("Practitioner", "Group", "Binary", "Medication", "Observation", "MedicationDispense")
                .containsAll(PatientCompartment.types());
        assertThat(resources)
                .filteredOn(resource -> resource.path("type").asText().equals("Observation"))
                .singleElement()
                .satisfies(observation -> assertThat(observation.path("searchParam"))
                        .extracting(search -> search.path("name").asText() + " "
                                + search.path("type").asText())
                        .contains("category token", "status token", "date date", "_lastUpdated date"));
    }
}
