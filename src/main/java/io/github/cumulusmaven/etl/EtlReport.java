package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.deid.ScrubReport.ElementCounts;
import io.github.cumulusmaven.etl.canary.CanaryReport;
import io.github.cumulusmaven.etl.completion.CumulusLibrary;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.fhir.ResourceReference.Form;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code report.json}: what became of everything, in numbers. It lies beside the tables, so it holds no value of any
 * resource. A later run reads it to tell whether the tables are those that it would make; that of an older version may lack
 * what is not needed for that.
 */
record EtlReport(
        @JsonProperty("errors") long errors,
        @JsonProperty("seconds") long seconds,
        @JsonProperty("tables") Map<String, Table> tables,
        @JsonProperty("completion") Completion completion,
        @JsonProperty("medications") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Medications medications,
        @JsonProperty("canary") Canary canary,
        @JsonProperty("directIdentifiersKept") List<String> directIdentifiersKept,
        @JsonProperty("loneSurrogatesReplaced") long loneSurrogatesReplaced,
        @JsonProperty("referencesThatJoinNothing") Map<String, Long> referencesThatJoinNothing,
        @JsonProperty("elementsOfOtherFhirVersions") Map<String, Long> elementsOfOtherFhirVersions,
        @JsonProperty("extensionsDropped") Map<String, Map<String, Long>> extensionsDropped,
        @JsonProperty("skippedByModifierExtension") Map<String, Map<String, Long>> skippedByModifierExtension,
        @JsonProperty("deidRules") List<String> deidRules,
        @JsonProperty("elements") Map<String, ElementCounts> elements,
        @JsonProperty("inputs") List<Input> inputs,
        @JsonProperty("trustPhiDirectory") boolean trustPhiDirectory,
        @JsonProperty("finished") String finished,
        @JsonProperty("failed") boolean failed,
        @JsonProperty("fingerprint") RunFingerprint fingerprint) {
    EtlReport {
        Stream.of(finished, tables, fingerprint).forEach(Objects::requireNonNull);
        tables.values().forEach(Objects::requireNonNull);
    }

    /**
     * Puts it together.
     *
     * @param tables the folders of the tables, by name
     */
    static EtlReport of(RunRecord run, EtlSummary summary, Map<String, Path> tables) throws IOException {
        Map<String, Table> results = new LinkedHashMap<>();
        summary.tables().forEach(table -> results.put(table.task().table(), Table.of(table)));
        ScrubReport scrubbed = summary.scrubbed();
        return new EtlReport(
                summary.errors(),
                summary.duration().toSeconds(),
                results,
                Completion.of(summary.completion()),
                summary.medications().map(Medications::of).orElse(null),
                Canary.of(summary.canary()),
                summary.directIdentifiers(),
                scrubbed.repairedStrings(),
                named(scrubbed.joiningNothing(), Form::code),
                scrubbed.ofOtherVersions(),
                scrubbed.extensions().dropped(),
                scrubbed.extensions().skipped(),
                scrubbed.extensions().rules(),
                scrubbed.elements(),
                run.sources().stream().map(Input::of).toList(),
                run.config().folders().trustPhi(),
                run.began()
                        .plus(summary.duration())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString(),
                summary.hasTooManyErrors(),
                run.fingerprint().with(tables));
    }

    private static <K, V> Map<String, V> named(Map<K, V> values, Function<K, String> name) {
        Map<String, V> named = new LinkedHashMap<>();
        values.forEach((key, value) -> named.put(name.apply(key), value));
        return named;
    }

    /** Counts the Medications that the server could not give then, and may give now. */
    long unfetched() {
        return medications == null ? 0 : medications.problems().getOrDefault(Problem.OUT_OF_REACH.code(), 0L);
    }

    /** Says what is there already, for a run that would make the same. */
    EtlJob.UpToDate upToDate() {
        return new EtlJob.UpToDate(
                finished,
                tables.size(),
                tables.values().stream().mapToLong(Table::written).sum());
    }

    /** Counts what became of one table's resources. */
    record Table(
            @JsonProperty("read") long read,
            @JsonProperty("written") long written,
            @JsonProperty("superseded") long superseded,
            @JsonProperty("deleted") long deleted,
            @JsonProperty("deletedIds") long deletedIds,
            @JsonProperty("dropped") Map<String, Long> dropped,
            @JsonProperty("unreadableFiles") long unreadableFiles,
            @JsonProperty("complete") boolean complete,
            @JsonProperty("incompleteBecause") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
                    String incompleteBecause) {
        static Table of(TableSummary table) {
            return new Table(
                    table.read(),
                    table.written(),
                    table.superseded(),
                    table.deleted(),
                    table.deletedIds(),
                    named(table.problems(), LineProblem::code),
                    table.unreadableFiles(),
                    table.incomplete().isEmpty(),
                    table.incomplete().map(Incomplete::words).orElse(null));
        }
    }

    /** Tells what Cumulus Library makes of the tables. */
    record Completion(
            @JsonProperty("cumulusLibrary") String cumulusLibrary,
            @JsonProperty("encounters") long encounters,
            @JsonProperty("encountersShown") long encountersShown,
            @JsonProperty("tablesMissing") Map<String, String> tablesMissing,
            @JsonProperty("completeResources") List<String> completeResources,
            @JsonProperty("askedForAndNoneCame") List<String> askedForAndNoneCame) {
        static Completion of(CompletionReport completion) {
            Map<String, String> missing = new LinkedHashMap<>();
            completion.gaps().forEach((table, gap) -> missing.put(table, gap.code()));
            return new Completion(
                    CumulusLibrary.VERSION,
                    completion.encounters(),
                    completion.encountersShown(),
                    missing,
                    completion.vouched(),
                    completion.noneCame());
        }
    }

    /** Counts what became of Medications that were to be fetched. */
    record Medications(
            @JsonProperty("fetched") long fetched,
            @JsonProperty("present") long present,
            @JsonProperty("problems") Map<String, Long> problems) {
        Medications {
            problems.values().forEach(Objects::requireNonNull);
        }

        static Medications of(Hydrated medications) {
            return new Medications(
                    medications.fetched(), medications.present(), named(medications.problems(), Problem::code));
        }
    }

    /** Counts what the PHI canary looked at, and lists what it found that is harmless. */
    record Canary(
            @JsonProperty("mode") String mode,
            @JsonProperty("patients") long patients,
            @JsonProperty("values") long values,
            @JsonProperty("valuesTooCommon") long valuesTooCommon,
            @JsonProperty("valuesShared") long valuesShared,
            @JsonProperty("unreadPatientFiles") long unreadPatientFiles,
            @JsonProperty("unreadPatientLines") long unreadPatientLines,
            @JsonProperty("rows") long rows,
            @JsonProperty("rowsChecked") long rowsChecked,
            @JsonProperty("acknowledged") List<Acknowledged> acknowledged,
            @JsonProperty("notCompared") List<String> notCompared) {
        static Canary of(CanaryReport canary) {
            CanaryReport.Counts counts = canary.counts();
            return new Canary(
                    canary.mode().word(),
                    counts.patients(),
                    counts.values(),
                    counts.tooCommon(),
                    counts.shared(),
                    counts.unreadFiles(),
                    counts.unreadLines(),
                    canary.rows(),
                    canary.rowsChecked(),
                    canary.acknowledged().stream().map(Acknowledged::of).toList(),
                    CanaryReport.NOT_COMPARED);
        }
    }

    /** Lists what the PHI canary found, and a person calls harmless. */
    record Acknowledged(
            @JsonProperty("element") String element,
            @JsonProperty("kind") String kind,
            @JsonProperty("rows") long rows,
            @JsonProperty("reason") String reason) {
        static Acknowledged of(CanaryReport.Acknowledged finding) {
            return new Acknowledged(
                    finding.place().type() + "." + finding.place().shownElement(),
                    finding.place().kind().word(),
                    finding.rows(),
                    finding.reason());
        }
    }

    /** Names the source of a part of the tables; {@code job_config.json} has room for one export. */
    record Input(
            @JsonProperty("folder") String folder,
            @JsonProperty("group") String group,
            @JsonProperty("exportTime") String exportTime) {
        static Input of(EtlSource source) {
            ExportOrigin origin = source.origin();
            return new Input(
                    source.folder().toString(), origin.group(), origin.time().toString());
        }
    }
}
