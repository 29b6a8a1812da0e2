package io.github.cumulusmaven.etl.completion;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The rows of the two completion tables, for one run. Each row has all columns, the unknown ones empty: Cumulus Library
 * takes a table's columns from its first row.
 *
 * @param origin whose data
 * @param etlVersion of this plugin
 * @param etlTime when the run began
 * @param excluded resource types that are absent on purpose, joined by commas
 */
public record CompletionRows(ExportOrigin origin, String etlVersion, ExportTime etlTime, String excluded) {
    /** The table with one row a table and run. */
    public static final String COMPLETION = "etl__completion";

    /** The table with one row an Encounter and group. */
    public static final String ENCOUNTERS = "etl__completion_encounters";

    /**
     * What stands for a table's name where no table is complete. Without any row, Cumulus Library would take the data as
     * untracked and show every Encounter; a row for a table that it does not ask for makes it withhold them.
     */
    public static final String NO_TABLE = "none";

    /** Says that all that the group has of a table's resources is there, as of the export. */
    public void table(String table, OutputStream target) throws IOException {
        try (JsonGenerator json = generator(target)) {
            json.writeStartObject();
            json.writeStringField("table_name", table);
            json.writeStringField("group_name", origin.group());
            json.writeStringField("export_time", origin.time().toString());
            json.writeStringField("export_url", origin.url().orElse(""));
            json.writeStringField("etl_version", etlVersion);
            json.writeStringField("etl_time", etlTime.toString());
            json.writeStringField("excluded_resources", excluded);
            json.writeEndObject();
        }
    }

    /** Says that an Encounter belongs to the group, and needs tables as of the export. */
    public void encounter(String anonymizedId, OutputStream target) throws IOException {
        try (JsonGenerator json = generator(target)) {
            json.writeStartObject();
            json.writeStringField("encounter_id", anonymizedId);
            json.writeStringField("group_name", origin.group());
            json.writeStringField("export_time", origin.time().toString());
            json.writeStringField("excluded_resources", excluded);
            json.writeEndObject();
        }
    }

    private static JsonGenerator generator(OutputStream target) throws IOException {
        return FhirJson.mapper().createGenerator(target).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }
}
