package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.etl.canary.CanaryReport;
import io.github.cumulusmaven.etl.completion.CumulusLibrary;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.hydrate.Hydrated;
import java.util.Map;

/**
 * {@code report.json}: what became of everything, in numbers. It lies beside the tables, so it holds no value of any
 * resource.
 *
 * @param summary of the run
 */
record EtlReport(EtlSummary summary) {
    ObjectNode json() {
        ObjectNode report = FhirJson.mapper().createObjectNode();
        report.put("errors", summary.errors());
        report.put("seconds", summary.duration().toSeconds());
        ObjectNode tables = report.putObject("tables");
        for (TableSummary table : summary.tables()) {
            describe(table, tables.putObject(table.task().table()));
        }
        describe(summary.completion(), report.putObject("completion"));
        summary.medications().ifPresent(medications -> describe(medications, report.putObject("medications")));
        describe(summary.canary(), report.putObject("canary"));
        summary.directIdentifiers().forEach(report.putArray("directIdentifiersKept")::add);
        ScrubReport scrubbed = summary.scrubbed();
        report.put("loneSurrogatesReplaced", scrubbed.repairedStrings());
        ObjectNode references = report.putObject("referencesThatJoinNothing");
        scrubbed.joiningNothing().forEach((form, count) -> references.put(form.code(), count));
        ObjectNode others = report.putObject("elementsOfOtherFhirVersions");
        scrubbed.ofOtherVersions().forEach(others::put);
        counts(report.putObject("extensionsDropped"), scrubbed.extensions().dropped());
        counts(
                report.putObject("skippedByModifierExtension"),
                scrubbed.extensions().skipped());
        scrubbed.extensions().rules().forEach(report.putArray("deidRules")::add);
        ObjectNode elements = report.putObject("elements");
        scrubbed.elements().forEach((element, counts) -> elements.putObject(element)
                .put("kept", counts.kept())
                .put("dropped", counts.dropped())
                .put("masked", counts.masked())
                .put("ofWrongType", counts.ofWrongType()));
        return report;
    }

    private static void describe(TableSummary table, ObjectNode json) {
        json.put("read", table.read());
        json.put("written", table.written());
        json.put("superseded", table.superseded());
        json.put("deleted", table.deleted());
        json.put("deletedIds", table.deletedIds());
        ObjectNode dropped = json.putObject("dropped");
        table.problems().forEach((problem, count) -> dropped.put(problem.code(), count));
        json.put("unreadableFiles", table.unreadableFiles());
        json.put("complete", table.incomplete().isEmpty());
        table.incomplete().ifPresent(reason -> json.put("incompleteBecause", reason));
    }

    private static void describe(CompletionReport completion, ObjectNode json) {
        json.put("cumulusLibrary", CumulusLibrary.VERSION);
        json.put("encounters", completion.encounters());
        json.put("encountersShown", completion.encountersShown());
        ObjectNode gaps = json.putObject("tablesMissing");
        completion.gaps().forEach((table, gap) -> gaps.put(table, gap.code()));
        completion.vouched().forEach(json.putArray("completeResources")::add);
        completion.noneCame().forEach(json.putArray("askedForAndNoneCame")::add);
    }

    private static void describe(Hydrated medications, ObjectNode json) {
        json.put("fetched", medications.fetched());
        json.put("present", medications.present());
        ObjectNode problems = json.putObject("problems");
        medications.problems().forEach((problem, count) -> problems.put(problem.code(), count));
    }

    private static void describe(CanaryReport canary, ObjectNode json) {
        json.put("mode", canary.mode().word());
        json.put("patients", canary.counts().patients());
        json.put("values", canary.counts().values());
        json.put("valuesTooCommon", canary.counts().tooCommon());
        json.put("valuesShared", canary.counts().shared());
        json.put("unreadPatientFiles", canary.counts().unreadFiles());
        json.put("unreadPatientLines", canary.counts().unreadLines());
        json.put("rows", canary.rows());
        json.put("rowsChecked", canary.rowsChecked());
        ArrayNode acknowledged = json.putArray("acknowledged");
        canary.acknowledged().forEach(finding -> acknowledged
                .addObject()
                .put("element", finding.place().type() + "." + finding.place().shownElement())
                .put("kind", finding.place().kind().word())
                .put("rows", finding.rows())
                .put("reason", finding.reason()));
        CanaryReport.NOT_COMPARED.forEach(json.putArray("notCompared")::add);
    }

    private static void counts(ObjectNode json, Map<String, Map<String, Long>> byType) {
        byType.forEach((type, urls) -> {
            ObjectNode counts = json.putObject(type);
            urls.forEach(counts::put);
        });
    }
}
