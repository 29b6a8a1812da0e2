package io.github.cumulusmaven.table;

import io.github.cumulusmaven.fhir.ndjson.LineEnds;
import io.github.cumulusmaven.files.SharedFiles;
import io.github.cumulusmaven.table.RowIndex.Outdated;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The numbered files of a table, each with as many rows as a batch may have; the last may have fewer. */
final class BatchFiles implements Closeable {
    private static final int BUFFER = 64 * 1024;

    private final Path folder;
    private final String table;
    private final int batchSize;
    private final Forces forces;
    private final List<Path> paths = new ArrayList<>();
    private @Nullable FileChannel channel;
    private OutputStream out = OutputStream.nullOutputStream();
    private int rowsInFile;

    /** @param forces brings each file onto the disk once it is whole */
    BatchFiles(Path folder, String table, int batchSize, Forces forces) {
        this.folder = folder;
        this.table = table;
        this.batchSize = batchSize;
        this.forces = forces;
    }

    List<Path> paths() {
        return paths;
    }

    void write(RowBuffer rows) throws IOException {
        int from = 0;
        while (from < rows.rows()) {
            int to = Math.min(rows.rows(), from + roomInFile());
            rows.copy(from, to, out);
            rowsInFile += to - from;
            from = to;
        }
    }

    /** How many rows the current file can still take; a full one gives way to the next. */
    private int roomInFile() throws IOException {
        if (channel == null || rowsInFile == batchSize) {
            nextFile();
        }
        return batchSize - rowsInFile;
    }

    private void nextFile() throws IOException {
        closeWhole();
        Path path = folder.resolve(String.format(Locale.ROOT, "%s.%03d.ndjson", table, paths.size()));
        paths.add(path);
        channel = SharedFiles.createNew(path);
        out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
        rowsInFile = 0;
    }

    /** Closes the last file; a table without rows is one empty file. */
    void finish() throws IOException {
        if (paths.isEmpty()) {
            nextFile();
        }
        closeWhole();
    }

    private void closeWhole() throws IOException {
        if (channel != null) {
            out.flush();
            forces.close(channel);
            channel = null;
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    /** The same files anew, without some rows. */
    BatchFiles without(Outdated outdated) throws IOException {
        Path old = Files.createDirectory(folder.resolve("outdated"));
        List<Path> sources = new ArrayList<>();
        for (Path path : paths) {
            sources.add(Files.move(path, old.resolve(path.getFileName())));
        }
        try (BatchFiles kept = new BatchFiles(folder, table, batchSize, forces)) {
            long row = 0;
            for (Path source : sources) {
                row = kept.copyCurrent(source, row, outdated);
                Files.delete(source);
            }
            kept.finish();
            Files.delete(old);
            return kept;
        }
    }

    private long copyCurrent(Path source, long firstRow, Outdated outdated) throws IOException {
        long row = firstRow;
        boolean rowBegins = true;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(source)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                for (int from = 0, to; from < length; from = to) {
                    to = rowEnd(buffer, from, length);
                    if (!outdated.contains(row)) {
                        copyPart(buffer, from, to, rowBegins);
                    }
                    rowBegins = buffer[to - 1] == '\n';
                    row += rowBegins ? 1 : 0;
                }
            }
        }
        return row;
    }

    private void copyPart(byte[] buffer, int from, int to, boolean rowBegins) throws IOException {
        if (rowBegins) {
            roomInFile();
            rowsInFile++;
        }
        out.write(buffer, from, to - from);
    }

    /** Behind the end of the row that goes on here, or of the buffer. */
    private static int rowEnd(byte[] buffer, int from, int length) {
        return Math.min(length, LineEnds.find(buffer, from, length) + 1);
    }
}
