package io.github.cumulusmaven.etl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.etl.Difference.Kind;
import io.github.cumulusmaven.etl.canary.AcknowledgedFindings;
import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.table.OutputFormat;
import io.github.cumulusmaven.table.OutputRun;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunFingerprintTest {
    /** What a run is told and what does not change its tables, or counts in another way. */
    private static final Set<String> NO_PARAMETERS = Set.of(
            "source",
            "comment",
            "threads",
            "version",
            "selection.named",
            "folders.inputs",
            "folders.output",
            "folders.phi",
            "folders.errorsTo",
            "folders.trustPhi");

    /** The parts of a configuration that have components of their own. */
    private static final Set<String> PARTS = Set.of("folders", "selection", "canary");

    /**
     * Another value.
     *
     * @param component of the configuration
     * @param parameter that it is of
     */
    record Case(String component, Object value, String parameter) {
        @Override
        public String toString() {
            return component;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("selection.tasks", List.of(EtlTask.PATIENT), "tasks"),
                new Case("selection.excluded", List.of("device"), "excludeResources"),
                new Case("selection.allowMissing", true, "allowMissingResources"),
                new Case("selection.vouched", Set.of(EtlTask.PATIENT), "completeResources"),
                new Case("format", new OtherFormat(), "outputFormat"),
                new Case("batchSize", 7, "batchSize"),
                new Case("maxErrorRate", 0.5, "maxErrorRate"),
                new Case("fhirUrl", Optional.of("https://x.example/fhir"), "fhirUrl"),
                new Case(
                        "rewrites",
                        new UrlRewrites(Map.of(URI.create("http://inner.example/"), URI.create("https://x.example/"))),
                        "urlRewrites"),
                new Case("exportGroup", Optional.of(""), "exportGroup"),
                new Case("exportTime", ExportTime.parse("2026-01-01"), "exportTimestamp"),
                new Case("canary.mode", CanaryMode.FULL, "phiCanary"),
                new Case(
                        "canary.acknowledged",
                        new AcknowledgedFindings(Map.of("Patient.gender name", "harmless")),
                        "acknowledgedFindings"),
                new Case("canary.patients", Optional.of(Path.of("/patients")), "canaryPatients"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("ETL-again: each parameter that changes what is made tells a run from another, by its name")
    void parameter(Case other) throws Exception {
        assertThat(of(config()).differences(of(with(config(), other.component(), other.value()))))
                .containsExactly(new Difference(Kind.PARAMETERS, other.parameter()));
    }

    @Test
    @DisplayName("ETL-again: so do version, codebook, rules, and whether Medications are fetched; nothing else does")
    void versionCodebookRulesAndHydrationCount() throws Exception {
        RunFingerprint fingerprint = of(config());
        assertThat(fingerprint.differences(of(with(config(), "version", "2"))))
                .containsExactly(new Difference(Kind.VERSION, "1.2.3"));
        assertThat(fingerprint.differences(of(config(), "other", "rules", false)))
                .containsExactly(new Difference(Kind.CODEBOOK, ""));
        assertThat(fingerprint.differences(of(config(), "codebook", "other", true)))
                .containsExactly(new Difference(Kind.PARAMETERS, "deidRules, hydrate"));
        assertThat(fingerprint.parameters().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(cases().map(Case::parameter), Stream.of("deidRules", "hydrate"))
                                .toList());
    }

    @Test
    @DisplayName("ETL-again: every component of a configuration is known to count or not to")
    void allComponents() {
        List<String> components = Arrays.stream(EtlConfig.class.getRecordComponents())
                .flatMap(component -> PARTS.contains(component.getName())
                        ? Arrays.stream(component.getType().getRecordComponents())
                                .map(part -> component.getName() + "." + part.getName())
                        : Stream.of(component.getName()))
                .toList();
        assertThat(components)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(cases().map(Case::component), NO_PARAMETERS.stream())
                        .toList());
    }

    @Test
    @DisplayName(
            "ETL-again: the order of excluded resources or acknowledged findings, and how all tasks are named, do not count")
    void sameInOtherWords() throws Exception {
        Selection some = Selection.of(List.of(), List.of("device", "specimen"), false);
        Selection others =
                Selection.of(some.tasks().stream().map(EtlTask::table).toList(), List.of("specimen", "device"), false);
        assertThat(of(with(config(), "selection", some)).differences(of(with(config(), "selection", others))))
                .isEmpty();
        Map<String, String> reasons = new LinkedHashMap<>(Map.of("Patient.gender name", "a"));
        reasons.put("Condition.note name", "b");
        Map<String, String> turned = new LinkedHashMap<>(Map.of("Condition.note name", "b"));
        turned.put("Patient.gender name", "a");
        assertThat(new AcknowledgedFindings(reasons).sha256()).isEqualTo(new AcknowledgedFindings(turned).sha256());
    }

    private static RunFingerprint of(EtlConfig config) throws IOException {
        return of(config, "codebook", "rules", false);
    }

    private static RunFingerprint of(EtlConfig config, String codebook, String rules, boolean fetches)
            throws IOException {
        return RunFingerprint.of(config, codebook, rules, fetches, Map.of(), Map.of());
    }

    private static EtlConfig config() throws Exception {
        return EtlConfigs.ofFolder(
                new EtlFolders(Path.of("/in"), Path.of("/out"), Path.of("/phi"), Optional.empty()),
                Selection.of(List.of("patient", "condition"), List.of(), false),
                new CanaryConfig(CanaryMode.OFF, AcknowledgedFindings.NONE, Optional.empty()));
    }

    /** The same but for one component, or for one of a part. */
    private static <R extends Record> R with(R record, String name, Object value) throws ReflectiveOperationException {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int index = 0; index < values.length; index++) {
            String component = components[index].getName();
            Object old = components[index].getAccessor().invoke(record);
            boolean inPart = name.startsWith(component + ".");
            Object part = inPart ? with((Record) old, name.substring(component.length() + 1), value) : old;
            values[index] = name.equals(component) ? value : part;
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        @SuppressWarnings("unchecked") // a record's class is final
        Class<R> type = (Class<R>) record.getClass();
        return type.getDeclaredConstructor(types).newInstance(values);
    }

    /** A format of which only the name counts here. */
    private static final class OtherFormat implements OutputFormat {
        @Override
        public String code() {
            return "other";
        }

        @Override
        public Use check(Path output) {
            throw new UnsupportedOperationException("no run is made here: only the name counts");
        }

        @Override
        public Optional<OutputRun> begin(Path output, int batchSize) {
            throw new UnsupportedOperationException("no run is made here: only the name counts");
        }
    }
}
