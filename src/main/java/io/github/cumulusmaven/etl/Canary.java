package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.deid.ElementRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The PHI canary: looks in the rows for what identifies the input's Patients, before anybody sees them. It trusts neither
 * the rules nor the scrubber; it only asks the rules what they keep on purpose.
 *
 * <p>Memory is bounded by passes: as many patients as there is room for are looked for at a time, in all rows. A sample
 * is small enough for one.
 */
final class Canary {
    /** With twice the room for each, 32 MB. */
    static final int VALUES_AT_ONCE = 1 << 21;

    /** Of a table, one byte of so many. */
    private static final long ROWS_SHARE = 50;

    private static final long LEAST_ROWS = 256 * 1024;

    /** Patients' bytes, of all bytes written: one of so many. */
    private static final long PATIENTS_SHARE = 100;

    private static final long LEAST_PATIENTS = 1024 * 1024;
    private static final long MOST_PATIENTS = 32L * 1024 * 1024;

    private final CanaryMode mode;
    private final Deidentification deidentification;
    private final EtlListener listener;
    private final int valuesAtOnce;
    private final PhiFindings findings = new PhiFindings();
    private long rowsChecked;

    Canary(CanaryMode mode, Deidentification deidentification, EtlListener listener, int valuesAtOnce) {
        this.mode = mode;
        this.deidentification = deidentification;
        this.listener = listener;
        this.valuesAtOnce = valuesAtOnce;
    }

    /**
     * Compares.
     *
     * @param patients the input's
     * @param tables the files of the rows
     * @param rows how many there are
     * @throws PhiFound with all findings
     */
    CanaryReport check(List<InputFile> patients, Map<EtlTask, List<Path>> tables, long rows, String output)
            throws IOException, InterruptedException, PhiFound {
        if (mode == CanaryMode.OFF) {
            return CanaryReport.off(rows);
        }
        PatientValues collected = new PatientValues(element -> deidentification.rule(EtlTask.PATIENT.type(), element));
        long written = 0;
        for (List<Path> files : tables.values()) {
            written += size(files);
        }
        listener.canaryBegan();
        try (PatientReader reader = new PatientReader(patients, patientBytes(written))) {
            boolean more = true;
            while (more) {
                ValueSet values = new ValueSet(valuesAtOnce);
                Optional<JsonNode> patient = reader.next();
                for (; patient.isPresent(); patient = values.isFull() ? Optional.empty() : reader.next()) {
                    collected.addTo(values, patient.get());
                }
                if (!values.isEmpty()) {
                    checkTables(values, tables);
                }
                more = mode == CanaryMode.FULL && values.isFull();
            }
        }
        List<PhiFinding> found = findings.list(deidentification::rule);
        if (!found.isEmpty()) {
            throw new PhiFound(found, output);
        }
        return new CanaryReport(
                mode, collected.patients(), collected.count(), collected.tooCommon(), rows, rowsChecked);
    }

    private long patientBytes(long written) {
        return mode == CanaryMode.FULL
                ? Long.MAX_VALUE
                : Math.min(MOST_PATIENTS, Math.max(LEAST_PATIENTS, written / PATIENTS_SHARE));
    }

    private void checkTables(ValueSet values, Map<EtlTask, List<Path>> tables)
            throws IOException, InterruptedException {
        boolean birthDatesAreKept = deidentification
                .rule(EtlTask.PATIENT.type(), "birthDate")
                .filter(ElementRule::asItIs)
                .isPresent();
        RowCheck check = new RowCheck(values, findings, birthDatesAreKept);
        findings.beginPass();
        for (Map.Entry<EtlTask, List<Path>> table : tables.entrySet()) {
            checkTable(check, table.getKey(), table.getValue());
        }
        rowsChecked = check.rows();
    }

    /** Blocks are dealt out to files by their sizes, so that many small files are no more work than one. */
    private void checkTable(RowCheck check, EtlTask task, List<Path> files) throws IOException, InterruptedException {
        long size = size(files);
        long budget = Math.max(LEAST_ROWS, size / ROWS_SHARE);
        boolean all = mode == CanaryMode.FULL || size <= budget;
        long before = 0;
        for (Path file : files) {
            long fileSize = Files.size(file);
            long blocks = all ? 1 : SampledLines.blocks(before, before + fileSize, size, budget);
            if (blocks > 0) {
                try (SampledLines lines = all
                        ? SampledLines.all(Files.newInputStream(file))
                        : SampledLines.some(Files.newInputStream(file), fileSize, blocks)) {
                    checkLines(check, task, lines, before);
                }
            }
            before += fileSize;
        }
    }

    private void checkLines(RowCheck check, EtlTask task, SampledLines sample, long before)
            throws IOException, InterruptedException {
        for (Optional<SampledLines.Lines> lines = sample.next(); lines.isPresent(); lines = sample.next()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            check.check(task, lines.get(), before + lines.get().position());
            listener.canaryRead(lines.get().to() - lines.get().from());
        }
    }

    private static long size(List<Path> files) throws IOException {
        long size = 0;
        for (Path file : files) {
            size += Files.size(file);
        }
        return size;
    }
}
