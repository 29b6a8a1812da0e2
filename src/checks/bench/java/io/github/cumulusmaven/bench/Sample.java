package io.github.cumulusmaven.bench;

import io.github.cumulusmaven.etl.EtlTask;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * NDJSON as a hospital's: the sample's resources over and over. Each time they have other ids, names of patients too, and refer
 * to each other as in the sample.
 */
final class Sample {
    private static final String FOLDER = "/io/github/cumulusmaven/sandbox/sample/";
    private static final long LARGEST_FILE = 50_000_000;
    private static final int BUFFER = 1024 * 1024;
    private static final int TIMES = 0x10000;

    private final String type;
    private final List<Template> templates;
    private long next;

    /** A resource, and where it has what differs each time: four digits of each UUID, and the number behind a family name. */
    private record Template(byte[] line, List<Integer> ids, List<Integer> names) {
        private static final Pattern ID =
                Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){2}-(\\p{XDigit}{4})-\\p{XDigit}{12}");
        private static final Pattern NAME = Pattern.compile("\"family\":\"[^\"]*?(\\d{3})\"");

        static Template of(String line) {
            // one character a byte, so that both have the same offsets
            byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
            String characters = new String(bytes, StandardCharsets.ISO_8859_1);
            return new Template(bytes, starts(ID, characters), starts(NAME, characters));
        }

        private static List<Integer> starts(Pattern pattern, String line) {
            return pattern.matcher(line).results().map(found -> found.start(1)).toList();
        }

        byte[] line(int time) {
            put(String.format(Locale.ROOT, "%04x", time), ids);
            put(String.format(Locale.ROOT, "%03d", time % 1000), names);
            return line;
        }

        private void put(String digits, List<Integer> offsets) {
            byte[] bytes = digits.getBytes(StandardCharsets.US_ASCII);
            for (int offset : offsets) {
                System.arraycopy(bytes, 0, line, offset, bytes.length);
            }
        }
    }

    private Sample(String type, List<Template> templates) {
        this.type = type;
        this.templates = templates;
    }

    static Sample of(String type) throws IOException {
        try (InputStream sample = Sample.class.getResourceAsStream(FOLDER + type + ".ndjson.gz")) {
            if (sample == null) {
                throw new IOException("the sample has no " + type + " on the class path");
            }
            InputStream plain = new GZIPInputStream(sample, BUFFER);
            return new Sample(
                    type,
                    new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))
                            .lines()
                            .map(Template::of)
                            .toList());
        }
    }

    /** Makes files of Observations, of that many bytes together, and of one resource more each at the most. */
    static List<DataFile> observations(Path folder, long bytes, int files) throws IOException {
        Sample sample = of("Observation");
        Files.createDirectories(folder);
        List<DataFile> made = new ArrayList<>();
        for (int number = 0; number < files; number++) {
            made.add(sample.file(folder.resolve(number + ".ndjson"), bytes / files));
        }
        return made;
    }

    /** Makes an input of the ETL, of all types that have a table, in the sample's proportion, and of about that many bytes. */
    static List<DataFile> input(Path folder, long bytes) throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (EtlTask task : EtlTask.values()) {
            samples.add(of(task.type()));
        }
        long times = Math.max(
                1,
                Math.round((double) bytes
                        / samples.stream().mapToLong(Sample::bytes).sum()));
        Files.createDirectories(folder);
        List<DataFile> made = new ArrayList<>();
        for (Sample sample : samples) {
            long left = times * sample.bytes();
            for (int number = 0; left > 0; number++) {
                String name = String.format(Locale.ROOT, "%s.%03d.ndjson", sample.type, number);
                DataFile file = sample.file(folder.resolve(name), Math.min(left, LARGEST_FILE));
                left -= file.bytes();
                made.add(file);
            }
        }
        return made;
    }

    /** Makes the smallest input of the ETL that has all types. */
    static List<DataFile> oneOfEach(Path folder) throws IOException {
        Files.createDirectories(folder);
        List<DataFile> made = new ArrayList<>();
        for (EtlTask task : EtlTask.values()) {
            made.add(of(task.type()).file(folder.resolve(task.type() + ".ndjson"), 1));
        }
        return made;
    }

    private long bytes() {
        return templates.stream().mapToLong(template -> template.line().length).sum();
    }

    /**
     * Writes the next resources, of that many bytes, and of one more at the most. The file is forced to the disk, so that the disk
     * is at rest when the first contestant is measured.
     */
    private DataFile file(Path path, long bytes) throws IOException {
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = new DigestOutputStream(
                        new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER), digest)) {
            long lines = 0;
            for (long written = 0; written < bytes; lines++) {
                byte[] line = line();
                out.write(line);
                written += line.length;
            }
            out.flush();
            channel.force(true);
            return new DataFile(path, channel.size(), lines, HexFormat.of().formatHex(digest.digest()));
        }
    }

    private byte[] line() throws IOException {
        long time = next / templates.size();
        if (time >= TIMES) {
            throw new IOException("the sample has no more ids of its own: take fewer bytes");
        }
        return templates.get((int) (next++ % templates.size())).line((int) time);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
