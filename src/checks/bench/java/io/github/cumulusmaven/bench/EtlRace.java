package io.github.cumulusmaven.bench;

import io.github.cumulusmaven.bench.Contestant.Lap;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.files.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What it costs to make tables, over the least that a Java program can do with the same resources. The time is that of the whole
 * process, Maven's start included.
 */
final class EtlRace {
    static final String GROUP = "bench";
    static final String TIME = "2026-01-01T00:00:00Z";

    private EtlRace() {}

    static Race withFloor(Maven maven, List<DataFile> input) {
        List<Contestant> contestants = List.of(
                new Ours(maven, input, ""),
                new Ours(maven, input, "off"),
                new Ours(maven, input, "full"),
                new Floor(input));
        return race(input, contestants, Floor.NAME);
    }

    static Race with(CumulusEtl other, Maven maven, List<DataFile> input) {
        return race(input, List.of(new Ours(maven, input, ""), other, new Floor(input)), Ours.NAME);
    }

    private static Race race(List<DataFile> input, List<Contestant> contestants, String reference) {
        return new Race(
                String.format(
                        Locale.ROOT,
                        "%,d resources in %d files, %.2f GB",
                        DataFile.resources(input),
                        input.size(),
                        DataFile.bytes(input) / 1e9),
                List.of(Race.Rate.megabytes(input)),
                contestants,
                reference);
    }

    static Path folder(List<DataFile> input) {
        return input.get(0).path().getParent();
    }

    /** Makes a folder for the secrets, with the codebook that each run has: its own would give it ids of its own. */
    static Path phi(Path folder) throws IOException {
        Path phi = folder.resolve("phi");
        PrivateFiles.createNewFolder(phi);
        byte[] salt = Sample.sha256().digest(GROUP.getBytes(StandardCharsets.US_ASCII));
        Files.writeString(
                phi.resolve("codebook.json"),
                "{\"version\":1,\"id_salt\":\"" + HexFormat.of().formatHex(salt) + "\"}");
        return phi;
    }

    /** Fails unless each resource is a row of its type's table; gives a digest of all these tables. */
    static String verify(List<DataFile> input, Path output) throws IOException {
        Map<String, Long> missing = new TreeMap<>();
        for (DataFile file : input) {
            String type = file.name().substring(0, file.name().indexOf('.'));
            missing.merge(type.toLowerCase(Locale.ROOT), file.resources(), Long::sum);
        }
        MessageDigest digest = Sample.sha256();
        for (String table : EtlTask.tables()) {
            for (Path file : rows(output.resolve(table))) {
                missing.merge(table, -read(file, digest), Long::sum);
            }
        }
        missing.values().removeIf(rows -> rows == 0);
        if (!missing.isEmpty()) {
            throw new IOException("rows that the tables lack: " + missing);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<Path> rows(Path table) throws IOException {
        try (Stream<Path> files = Files.list(table)) {
            return files.filter(file -> file.toString().endsWith(".ndjson"))
                    .sorted()
                    .toList();
        }
    }

    private static long read(Path file, MessageDigest digest) throws IOException {
        long lines = 0;
        byte[] buffer = new byte[1024 * 1024];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                for (int index = 0; index < read; index++) {
                    lines += buffer[index] == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    private static final class Ours implements Contestant {
        static final String NAME = "cumulus:etl";

        private final Maven maven;
        private final List<DataFile> input;
        private final String canary;
        private String digest = "";

        /** @param canary the mode of the PHI canary; empty for the default */
        Ours(Maven maven, List<DataFile> input, String canary) {
            this.maven = maven;
            this.input = input;
            this.canary = canary;
        }

        @Override
        public String name() {
            return canary.isEmpty() ? NAME : NAME + ", phiCanary=" + canary;
        }

        @Override
        public Lap run(Path folder) throws IOException, InterruptedException {
            Path output = folder.resolve("output");
            List<String> parameters = new ArrayList<>(parameters(EtlRace.folder(input), output, phi(folder)));
            if (!canary.isEmpty()) {
                parameters.add("-Dcumulus.phiCanary=" + canary);
            }
            Child child = maven.run("etl", parameters, folder);
            String now = verify(input, output);
            if (digest.isEmpty()) {
                digest = now;
                System.out.println("SHA-256 of all rows: " + digest);
            }
            if (!digest.equals(now)) {
                throw new IOException("the rows are not those of the rounds before: " + now);
            }
            return new Lap(child.wall(), child.peakBytes(), Map.of());
        }
    }

    static List<String> parameters(Path input, Path output, Path phi) {
        return List.of(
                "-Dcumulus.input=" + input,
                "-Dcumulus.outputDirectory=" + output,
                "-Dcumulus.phiDirectory=" + phi,
                "-Dcumulus.exportGroup=" + GROUP,
                "-Dcumulus.exportTimestamp=" + TIME);
    }

    private record Floor(List<DataFile> input) implements Contestant {
        static final String NAME = "Jackson's copy";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Lap run(Path folder) throws IOException, InterruptedException {
            List<String> arguments = List.of(EtlRace.folder(input).toString(), folder.toString());
            Child child = Java.run(JacksonCopy.class, arguments, folder);
            for (DataFile file : input) {
                if (read(folder.resolve(file.name()), Sample.sha256()) != file.resources()) {
                    throw new IOException(file.name() + " was not copied line by line");
                }
            }
            return new Lap(child.wall(), child.peakBytes(), Map.of());
        }
    }
}
