package io.github.cumulusmaven.table;

import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.SharedFiles;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One run's tables, growing in a staging folder. */
final class NdjsonRun implements OutputRun {
    private final Staging staging;
    private final int batchSize;
    private final Forces forces = new Forces();
    private final List<NdjsonTable> tables = new ArrayList<>();
    private final Set<String> published = new LinkedHashSet<>();
    private final Set<String> bookkeeping = new LinkedHashSet<>();

    NdjsonRun(Staging staging, int batchSize) {
        this.staging = staging;
        this.batchSize = batchSize;
    }

    @Override
    public TableWriter table(String name) throws IOException {
        NdjsonTable table = new NdjsonTable(staging.file(name), name, staging.file(name + ".index"), batchSize, forces);
        tables.add(table);
        published.add(name);
        return table;
    }

    @Override
    public Map<String, Path> tables() {
        return published.stream().collect(Collectors.toMap(name -> name, staging::file));
    }

    @Override
    public void bookkeeping(Path relative, byte[] content) throws IOException {
        Path file = staging.file(relative.toString());
        Path folder = file.resolveSibling("");
        SharedFiles.createFolder(folder);
        FileChannel channel = SharedFiles.createNew(file);
        try {
            Channels.newOutputStream(channel).write(content);
        } finally {
            forces.close(channel);
        }
        PrivateFiles.forceNames(folder);
        bookkeeping.add(relative.getName(0).toString());
    }

    @Override
    public void publish() throws IOException {
        forces.await();
        List<String> names = new ArrayList<>(published);
        Collections.reverse(names);
        names.addAll(bookkeeping);
        staging.publish(names);
    }

    @Override
    public void close() throws IOException {
        try (staging;
                forces) {
            for (NdjsonTable table : tables) {
                table.close();
            }
        }
    }
}
