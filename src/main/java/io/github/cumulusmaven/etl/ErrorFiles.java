package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.files.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Copies of the lines that could not become rows, as they came, for a person to look at: {@code <table>/read-error.ndjson}.
 * They are patients' data, so only their owner can read them.
 */
final class ErrorFiles implements Closeable {
    private final Optional<Path> folder;
    private final Map<EtlTask, OutputStream> files = new EnumMap<>(EtlTask.class);

    private ErrorFiles(Optional<Path> folder) {
        this.folder = folder;
    }

    /** Refuses what {@link #in} would refuse, and makes nothing. */
    static void check(Optional<Path> folder) throws EtlFailure {
        if (folder.isPresent() && Files.exists(folder.get())) {
            refuseUsed(folder.get());
        }
    }

    /** Makes the folder, if one is wanted; it must be empty. */
    static ErrorFiles in(Optional<Path> folder) throws EtlFailure {
        if (folder.isPresent()) {
            makeEmpty(folder.get());
        }
        return new ErrorFiles(folder);
    }

    private static void makeEmpty(Path folder) throws EtlFailure {
        try {
            PrivateFiles.createFolder(folder);
        } catch (IOException unusable) {
            throw new EtlFailure(Kind.DISK, folder.toString(), unusable);
        }
        refuseUsed(folder);
    }

    private static void refuseUsed(Path folder) throws EtlFailure {
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new EtlFailure(Kind.ERRORS_NOT_EMPTY, folder.toString());
            }
        } catch (IOException unusable) {
            throw new EtlFailure(Kind.DISK, folder.toString(), unusable);
        }
    }

    void add(EtlTask task, byte[] bytes, int from, int to) throws IOException {
        if (folder.isPresent()) {
            OutputStream file = files.get(task);
            if (file == null) {
                file = open(folder.get(), task);
                files.put(task, file);
            }
            file.write(bytes, from, to - from);
            file.write('\n');
        }
    }

    private static OutputStream open(Path folder, EtlTask task) throws IOException {
        Path table = folder.resolve(task.table());
        PrivateFiles.createFolderIn(folder, table);
        return Channels.newOutputStream(PrivateFiles.createNew(table.resolve("read-error.ndjson")));
    }

    @Override
    public void close() throws IOException {
        for (OutputStream file : files.values()) {
            file.close();
        }
    }
}
