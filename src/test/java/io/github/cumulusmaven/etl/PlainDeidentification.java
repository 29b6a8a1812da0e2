package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives ids a mark and leaves the rest: what the pipeline does shows best where the rules do nothing. */
class PlainDeidentification implements Deidentification {
    final List<String> events = new ArrayList<>();

    /** Thrown where a success is to be noted. */
    @Nullable
    RuntimeException afterwards;

    /** The codebook's, where it matters. */
    String codebookFingerprint = "";

    @Override
    public String codebookId() {
        return "the-codebook";
    }

    @Override
    public String codebookFingerprint() {
        return codebookFingerprint;
    }

    @Override
    public String anonymizedId(String type, String id) {
        return "anon-" + id;
    }

    @Override
    public ScrubRules rules() {
        return ScrubRules.builtIn();
    }

    @Override
    public List<String> directIdentifiers() {
        return List.of();
    }

    @Override
    public void save() {
        events.add("saved");
    }

    @Override
    public void finish() {
        events.add("finished");
    }

    @Override
    public void noteSuccess(Instant when, String input, String output) {
        if (afterwards != null) {
            throw afterwards;
        }
        events.add("success " + when);
    }

    @Override
    public ScrubReport report() {
        return ScrubReport.EMPTY;
    }

    @Override
    public void close() {
        events.add("closed");
    }

    @Override
    public LineScrubber scrubber() {
        return this::scrub;
    }

    private Scrubbed scrub(String type, byte[] bytes, int offset, int length, OutputStream target) throws IOException {
        try {
            JsonNode resource = FhirJson.mapper().readTree(bytes, offset, length);
            if (!(resource instanceof ObjectNode object)) {
                return new Scrubbed.NoRow(LineProblem.NOT_A_RESOURCE, "");
            }
            String found = resource.path("resourceType").asText();
            if (!found.equals(type)) {
                boolean outcome = found.equals("OperationOutcome");
                return new Scrubbed.NoRow(outcome ? LineProblem.OPERATION_OUTCOME : LineProblem.OTHER_TYPE, found);
            }
            if (resource.has("modifierExtension")) {
                target.write('!');
                return new Scrubbed.NoRow(LineProblem.MODIFIER_EXTENSION, "modifierExtension");
            }
            String id = anonymizedId(type, resource.path("id").asText());
            target.write(FhirJson.mapper().writeValueAsBytes(object.put("id", id)));
            return new Scrubbed.Row(id);
        } catch (JsonProcessingException notJson) {
            return new Scrubbed.NoRow(LineProblem.NOT_JSON, "");
        }
    }
}
