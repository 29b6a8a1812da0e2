package io.github.cumulusmaven.hydrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Lists, in {@code <type>/fetch-error.ndjson}, the resources that refer to something that could not be fetched: by id,
 * without content. For their owner only.
 */
public final class FetchErrors implements FailureList, Closeable {
    private static final String NAME = "fetch-error.ndjson";

    private final Optional<Path> folder;
    private final Map<String, OutputStream> files = new HashMap<>();

    /** Writes into a folder, if one is wanted. */
    public FetchErrors(Optional<Path> folder) {
        this.folder = folder;
    }

    /** Deletes the lists of an earlier run: what it lists may have come since. */
    public void forget() throws IOException {
        if (folder.isPresent()) {
            for (HydrationKind kind : HydrationKind.values()) {
                for (String type : kind.types()) {
                    Path list = file(folder.get(), type);
                    RegularFiles.refuseLinks(folder.get(), list.resolveSibling(""));
                    Files.deleteIfExists(list);
                }
            }
        }
    }

    private static Path file(Path folder, String type) {
        return folder.resolve(type.toLowerCase(Locale.ROOT)).resolve(NAME);
    }

    @Override
    public synchronized void add(String type, String id, String reference, Problem problem, String words)
            throws IOException {
        if (folder.isPresent()) {
            OutputStream file = files.get(type);
            if (file == null) {
                file = open(folder.get(), file(folder.get(), type));
                files.put(type, file);
            }
            ObjectNode line = FhirJson.mapper()
                    .createObjectNode()
                    .put("id", id)
                    .put("reference", reference)
                    .put("problem", problem.code())
                    .put("detail", words);
            file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static OutputStream open(Path folder, Path file) throws IOException {
        PrivateFiles.createFolder(folder);
        PrivateFiles.createFolderIn(folder, file.resolveSibling(""));
        return Channels.newOutputStream(PrivateFiles.createNew(file));
    }

    @Override
    public synchronized void close() throws IOException {
        for (OutputStream file : files.values()) {
            file.close();
        }
    }
}
