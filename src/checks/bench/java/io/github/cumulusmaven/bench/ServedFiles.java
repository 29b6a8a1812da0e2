package io.github.cumulusmaven.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
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
import java.util.UUID;
import java.util.zip.GZIPInputStream;

/** NDJSON as a hospital's: the sample's Observations over and over, each with an id of its own. */
final class ServedFiles {
    private static final String SAMPLE = "/io/github/cumulusmaven/sandbox/sample/Observation.ndjson.gz";
    private static final String ID = "\"id\":\"";
    private static final int BUFFER = 1024 * 1024;

    private final List<Template> templates;

    /** A resource without its id. */
    private record Template(byte[] before, byte[] after) {
        static Template of(String line) {
            int id = line.indexOf(ID) + ID.length();
            return new Template(
                    line.substring(0, id).getBytes(StandardCharsets.UTF_8),
                    (line.substring(line.indexOf('"', id)) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private ServedFiles(List<Template> templates) {
        this.templates = templates;
    }

    /** Makes files of that many bytes together, and of one resource more at the most. */
    static List<ServedFile> make(Path folder, long bytes, int files) throws IOException {
        ServedFiles maker = new ServedFiles(templates());
        Files.createDirectories(folder);
        List<ServedFile> made = new ArrayList<>();
        for (int number = 0; number < files; number++) {
            made.add(maker.file(folder.resolve(number + ".ndjson"), number, bytes / files));
        }
        return made;
    }

    private static List<Template> templates() throws IOException {
        try (InputStream sample = ServedFiles.class.getResourceAsStream(SAMPLE)) {
            if (sample == null) {
                throw new IOException("the sample is not on the class path");
            }
            InputStream plain = new GZIPInputStream(sample, BUFFER);
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))
                    .lines()
                    .map(Template::of)
                    .toList();
        }
    }

    /** Forced to the disk, so that the disk is at rest when the first client is measured. */
    private ServedFile file(Path path, int number, long bytes) throws IOException {
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest)) {
            long lines = write(out, number, bytes);
            channel.force(true);
            return new ServedFile(path, channel.size(), lines, HexFormat.of().formatHex(digest.digest()));
        }
    }

    private long write(OutputStream out, int number, long bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long lines = 0;
        for (long written = 0; written < bytes; lines++) {
            Template template = templates.get((int) (lines % templates.size()));
            byte[] id = new UUID(number, lines).toString().getBytes(StandardCharsets.US_ASCII);
            int length = template.before().length + id.length + template.after().length;
            if (buffer.remaining() < length) {
                flush(buffer, out);
            }
            buffer.put(template.before()).put(id).put(template.after());
            written += length;
        }
        flush(buffer, out);
        return lines;
    }

    private static void flush(ByteBuffer buffer, OutputStream out) throws IOException {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
