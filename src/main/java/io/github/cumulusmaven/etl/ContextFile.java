package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * {@code context.json} in the PHI folder: the last run that went well. What others keep in it stays.
 *
 * @param phi the folder
 */
record ContextFile(Path phi) {
    void write(EtlConfig config, ExportTime time) throws IOException {
        Path file = phi.resolve("context.json");
        ObjectNode context = read(file)
                .put("last_successful_datetime", time.toString())
                .put("last_successful_input_dir", config.source())
                .put("last_successful_output_dir", config.folders().output().toString());
        Path growing = Files.createTempFile(phi, "context", ".tmp");
        Files.write(growing, FhirJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(context));
        Files.move(growing, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ObjectNode read(Path file) throws IOException {
        if (Files.exists(file)) {
            JsonNode context = FhirJson.mapper().readTree(Files.readAllBytes(file));
            if (context instanceof ObjectNode object) {
                return object;
            }
        }
        return FhirJson.mapper().createObjectNode();
    }
}
