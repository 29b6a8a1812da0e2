package io.github.cumulusmaven.etl.canary;

import io.github.cumulusmaven.deid.ElementRule;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.canary.CanaryReport.Acknowledged;
import io.github.cumulusmaven.etl.canary.ValueSet.Part;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.LineChunks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The PHI canary: searches the rows for values that identify the input's Patients, before anybody sees them. It trusts
 * neither the rules nor the scrubber; it only asks the rules what they keep on purpose.
 *
 * <p>The Patients are read first; then each row is looked at by the thread that has made it, just before it is written.
 * Memory is bounded: where it cannot hold the values of all Patients, the rows are looked at for a part of the values,
 * and the tables are read again for each other part, before they are published; a sample is content with the first
 * part.
 */
public final class Canary {
    /** The bytes that a value takes, in tables that are half empty and, while they grow, are held twice. */
    private static final int BYTES_A_VALUE = 36;

    /** The values may take one part in so many of the memory. */
    private static final int MEMORY_SHARE = 5;

    /** The approximate length of a block of rows, in bytes. */
    private static final int BLOCK = 256 * 1024;

    /** A sample takes the first of so many blocks of a table: small tables completely, in however many files. */
    private static final int SAMPLE = 64;

    /**
     * A sample takes Patients of at most one in so many of the input's bytes: with more, they would be most of its
     * cost.
     */
    private static final long PATIENTS_SHARE = 100;

    private static final long LEAST_PATIENTS = 1024 * 1024;
    private static final long MOST_PATIENTS = 32L * 1024 * 1024;
    private static final int GZIP_RATIO = 10;

    private static final int FEWEST_VALUES = 1 << 16;
    private static final int MOST_VALUES = 1 << 28;

    private final CanaryConfig config;
    private final ScrubRules rules;
    private final List<InputFile> patients;
    private final CanaryListener listener;
    private final int valuesAtOnce;
    private final PhiFindings findings = new PhiFindings();
    private final Map<String, Long> rowsByType = new HashMap<>();
    private final Deque<Part> left = new ArrayDeque<>();
    private ValueSet values = new ValueSet(FEWEST_VALUES, Part.ALL);
    private CanaryReport.Counts counts = CanaryReport.Counts.NONE;

    /**
     * Makes a canary for a run.
     *
     * @param config how many rows it compares, and what is acknowledged
     * @param rules of the run
     * @param patients the files that hold the input's Patients
     * @param listener is told how far it is
     */
    public Canary(CanaryConfig config, ScrubRules rules, List<InputFile> patients, CanaryListener listener) {
        this(
                config,
                rules,
                patients,
                listener,
                valuesAtOnce(Runtime.getRuntime().maxMemory()));
    }

    Canary(CanaryConfig config, ScrubRules rules, List<InputFile> patients, CanaryListener listener, int valuesAtOnce) {
        this.config = config;
        this.rules = rules;
        this.patients = patients;
        this.listener = listener;
        this.valuesAtOnce = valuesAtOnce;
    }

    /** Returns how many values half fill a table whose size is a power of two. */
    private static int valuesAtOnce(long memory) {
        long room = Math.min(MOST_VALUES, Math.max(FEWEST_VALUES, memory / MEMORY_SHARE / BYTES_A_VALUE));
        return (int) Long.highestOneBit(room);
    }

    /**
     * Reads the Patients; for a sample of an input that is rich in them, some blocks of all their files.
     *
     * @param input all files that become rows
     */
    public void readPatients(List<InputFile> input) throws InterruptedException {
        if (config.mode() != CanaryMode.OFF) {
            counts = read(Part.ALL, config.mode() == CanaryMode.SAMPLED ? patientStride(input) : 1);
        }
    }

    /**
     * Returns of how many blocks of Patients one is read: a power of two, as {@link #SAMPLE} is, so that the rows of
     * these Patients are among those compared.
     */
    private int patientStride(List<InputFile> input) {
        long size = size(patients);
        long most = size <= LEAST_PATIENTS
                ? LEAST_PATIENTS
                : Math.min(MOST_PATIENTS, Math.max(LEAST_PATIENTS, size(input) / PATIENTS_SHARE));
        int stride = 1;
        while (size / stride > most) {
            stride *= 2;
        }
        return stride;
    }

    /** Estimates the unpacked size of files, in bytes. */
    private static long size(List<InputFile> files) {
        return files.stream()
                .mapToLong(file -> file.path().toFile().length() * (file.name().endsWith(".gz") ? GZIP_RATIO : 1))
                .sum();
    }

    private CanaryReport.Counts read(Part part, int stride) throws InterruptedException {
        listener.canaryBegan();
        values = new ValueSet(valuesAtOnce, part);
        PatientValues collected = new PatientValues(element -> rules.rule(PatientReader.TYPE, element), values);
        PatientReader reader = new PatientReader(stride, listener, collected::add);
        reader.read(patients);
        left.addAll(values.left());
        return new CanaryReport.Counts(
                collected.patients(),
                collected.count(),
                collected.tooCommon(),
                values.shared(),
                reader.unreadFiles(),
                reader.unreadLines());
    }

    /** Makes a thread's own check of rows; none where nothing is to be compared. */
    public Optional<RowCheck> rowCheck() {
        return values.isEmpty() ? Optional.empty() : Optional.of(newRowCheck());
    }

    /**
     * Tells whether a block of rows is to be compared; the answer is the same whatever the number of threads.
     *
     * @param begin how many bytes the earlier blocks of its table have
     */
    public boolean looksAt(long begin) {
        return config.mode() == CanaryMode.FULL || (config.mode() == CanaryMode.SAMPLED && isOfSample(begin, SAMPLE));
    }

    /**
     * Tells whether a block is in a sample.
     *
     * @param one the sample has one block in so many; the sample of a multiple is a part of it
     */
    static boolean isOfSample(long begin, int one) {
        return begin % ((long) one * BLOCK) < BLOCK;
    }

    private RowCheck newRowCheck() {
        boolean birthDatesAreKept = rules.rule(PatientReader.TYPE, "birthDate")
                .filter(ElementRule::asItIs)
                .isPresent();
        return new RowCheck(values, birthDatesAreKept, rules::keepsExtension);
    }

    /**
     * Adds the findings of a type's rows, in the order of the rows.
     *
     * @param found the findings of a check of this canary
     */
    public void add(String type, PhiFindings found) {
        findings.add(found, rowsByType.getOrDefault(type, 0L));
        rowsByType.merge(type, found.rowsChecked(), Long::sum);
    }

    /**
     * Reads the tables again where values are left, and judges.
     *
     * @param tables the files of the rows by resource type
     * @param rows how many there are
     * @throws PhiFound with all findings that nobody has acknowledged
     */
    public CanaryReport finish(Map<String, List<Path>> tables, long rows, String output)
            throws IOException, InterruptedException, PhiFound {
        if (config.mode() == CanaryMode.OFF) {
            return CanaryReport.off(rows);
        }
        long rowsChecked = findings.rowsChecked();
        long shared = counts.shared();
        while (config.mode() == CanaryMode.FULL && !left.isEmpty()) {
            shared += read(left.remove(), 1).shared();
            checkAgain(tables);
        }
        List<PhiFinding> found = findings.list(new NarrowestRule(rules));
        List<PhiFinding> open = found.stream()
                .filter(finding -> config.acknowledged().reason(finding.place()).isEmpty())
                .toList();
        if (!open.isEmpty()) {
            throw new PhiFound(open, output);
        }
        return new CanaryReport(
                config.mode(),
                counts.withShared(shared),
                rows,
                rowsChecked,
                found.stream().map(this::acknowledged).toList(),
                unused(found));
    }

    private Acknowledged acknowledged(PhiFinding finding) {
        return new Acknowledged(
                finding.place(),
                finding.rows(),
                config.acknowledged().reason(finding.place()).orElse(""));
    }

    private List<String> unused(List<PhiFinding> found) {
        List<String> lines = new ArrayList<>(config.acknowledged().reasons().keySet());
        lines.removeAll(
                found.stream().map(finding -> finding.place().acknowledgement()).collect(Collectors.toSet()));
        return lines;
    }

    private void checkAgain(Map<String, List<Path>> tables) throws IOException, InterruptedException {
        RowCheck check = newRowCheck();
        findings.beginPass();
        rowsByType.clear();
        for (Map.Entry<String, List<Path>> table : tables.entrySet()) {
            for (Path file : table.getValue()) {
                LineChunks.read(Files.newInputStream(file), (bytes, length) -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    add(table.getKey(), check.check(table.getKey(), bytes, length));
                    listener.canaryRead(length);
                });
            }
        }
    }
}
