package io.github.cumulusmaven.table;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.Sha256;
import io.github.cumulusmaven.files.SharedFiles;
import io.github.cumulusmaven.table.RowBuffer.RowKey;
import io.github.cumulusmaven.table.RowIndex.Outdated;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** A table's folder as it grows. */
final class NdjsonTable implements TableWriter {
    private static final int KEYS_IN_MEMORY = 1 << 18;

    private final Path folder;
    private final String name;
    private final RowIndex index;
    private final Forces forces;
    private final List<String> deleted = new ArrayList<>();
    private BatchFiles files;

    NdjsonTable(Path folder, String name, Path indexFolder, int batchSize, Forces forces) throws IOException {
        this.folder = folder;
        this.name = name;
        this.forces = forces;
        this.index = new RowIndex(indexFolder, KEYS_IN_MEMORY);
        this.files = new BatchFiles(newFolder(folder), name, batchSize, forces);
    }

    private static Path newFolder(Path folder) throws IOException {
        SharedFiles.createFolder(folder);
        return folder;
    }

    @Override
    public void write(RowBuffer rows) throws IOException {
        for (int row = 0; row < rows.rows(); row++) {
            index.add(rows.key(row));
        }
        files.write(rows);
    }

    @Override
    public void delete(SortedSet<String> ids) throws IOException {
        MessageDigest digest = Sha256.begin();
        for (String id : ids) {
            index.delete(RowKey.of(id, digest));
        }
        deleted.addAll(ids);
    }

    @Override
    public void keepFirst() {
        index.keepFirst();
    }

    @Override
    public TableCounts finish() throws IOException {
        files.finish();
        Outdated outdated = index.outdated();
        if (!outdated.isEmpty()) {
            files = files.without(outdated);
        }
        SortedSet<String> gone = new TreeSet<>();
        for (int deletion = 0; deletion < deleted.size(); deletion++) {
            if (!outdated.isObsolete(deletion)) {
                gone.add(deleted.get(deletion));
            }
        }
        return new TableCounts(
                index.rows() - outdated.superseded() - outdated.deleted(),
                outdated.superseded(),
                outdated.deleted(),
                gone);
    }

    @Override
    public void announceDeleted(SortedSet<String> ids) throws IOException {
        FileChannel channel = SharedFiles.createNew(folder.resolve(name + ".meta"));
        try (JsonGenerator json = FhirJson.mapper()
                .createGenerator(Channels.newOutputStream(channel))
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeArrayFieldStart("deleted");
            for (String id : ids) {
                json.writeString(id);
            }
            json.writeEndArray();
            json.writeEndObject();
        } finally {
            forces.close(channel);
        }
    }

    @Override
    public List<Path> files() {
        return List.copyOf(files.paths());
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
