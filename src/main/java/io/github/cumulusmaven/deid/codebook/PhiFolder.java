package io.github.cumulusmaven.deid.codebook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.deid.codebook.CodebookFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.FolderLock;
import io.github.cumulusmaven.files.Ownership;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.Rights;
import io.github.cumulusmaven.files.UnsafePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder with the secrets of one site, held by one run at a time. Its files are those of Cumulus ETL; only the lock
 * and, while a run lasts, the journal are ours, and Cumulus ETL ignores them.
 *
 * <p>The order that keeps all rows traceable: {@link #saveMappings} before the rows that were made with these ids are
 * written; {@link #finish} at the end. A run that ends otherwise loses nothing: the next one finishes for it.
 */
public final class PhiFolder implements Closeable {
    private static final String LOCK = ".lock";
    private static final String CONTEXT = "context.json";
    private static final int LARGEST_CONTEXT = 1024 * 1024;
    private static final List<String> FILES =
            List.of(CodebookFile.NAME, CachedMappings.NAME, CachedMappings.JOURNAL, CONTEXT, LOCK);
    private static final DateTimeFormatter AS_PYTHON_PRINTS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

    private final Path path;
    private final Rights rights;
    private final FolderLock lock;
    private final Codebook codebook;
    private final CachedMappings mappings;

    private PhiFolder(Path path, Rights rights, FolderLock lock) throws CodebookFailure {
        this.path = path;
        this.rights = rights;
        this.lock = lock;
        this.mappings = new CachedMappings(path, rights);
        CodebookFile file = new CodebookFile(path, rights);
        if (!file.exists() && mappings.exist()) {
            throw new CodebookFailure(Kind.CODEBOOK_MISSING, path);
        }
        this.codebook = file.readOrCreate(mappings.exist());
        mappings.check();
        mappings.fold();
    }

    /**
     * Reads the codebook of the folder, without making one; empty where there is none.
     *
     * @param trusted whether other users may own the folder, or write it
     * @throws CodebookFailure when {@link #open} would throw it
     */
    public static Optional<Codebook> check(Path path, boolean trusted) throws CodebookFailure {
        if (Files.exists(path)) {
            refuseForeign(path, trusted);
        }
        if (!hasCodebook(path) && !new CachedMappings(path, Rights.OWNER_ONLY).exist()) {
            return Optional.empty();
        }
        try (PhiFolder folder = open(path, trusted)) {
            return Optional.of(folder.codebook());
        }
    }

    private static void refuseForeign(Path path, boolean trusted) throws CodebookFailure {
        try {
            List<Path> content = content(path);
            if (!trusted) {
                requireOwn(content);
            }
        } catch (IOException unusable) {
            throw new CodebookFailure(path, unusable);
        }
    }

    /** Tells whether the folder has a codebook, so that ids can be made as in earlier runs. */
    public static boolean hasCodebook(Path path) {
        return new CodebookFile(path, Rights.OWNER_ONLY).exists();
    }

    /** Takes the folder, which must be this user's alone, and makes it, and a codebook in it, where there is none. */
    public static PhiFolder open(Path path) throws CodebookFailure {
        return open(path, false);
    }

    /**
     * Takes the folder, and makes it, and a codebook in it, where there is none.
     *
     * @param trusted whether other users may own it, or write it; then its rights stay as they are, and the files in it are
     *     shared as it is
     */
    public static PhiFolder open(Path path, boolean trusted) throws CodebookFailure {
        Rights rights = trusted ? Rights.AS_SHARED : Rights.OWNER_ONLY;
        FolderLock lock = lock(path, trusted, rights);
        try {
            return new PhiFolder(path, rights, lock);
        } catch (CodebookFailure unusable) {
            unlock(lock);
            throw unusable;
        }
    }

    private static FolderLock lock(Path path, boolean trusted, Rights rights) throws CodebookFailure {
        try {
            PrivateFiles.createFolder(path);
            List<Path> content = content(path);
            if (!trusted) {
                requireOwn(content);
                for (Path own : content) {
                    // Cumulus ETL and people may have left folders and files that others can read.
                    PrivateFiles.tighten(own);
                }
            }
            requireReadable(content);
            PrivateFiles.ignoreInGit(path, rights);
            Path file = path.resolve(LOCK);
            Optional<FolderLock> lock = FolderLock.take(file, rights);
            return lock.orElseThrow(() -> new CodebookFailure(Kind.IN_USE, path, FolderLock.holder(file)));
        } catch (IOException unusable) {
            throw new CodebookFailure(path, unusable);
        }
    }

    private static void unlock(FolderLock lock) {
        try {
            lock.close();
        } catch (IOException closing) {
            // The lock ends with the process at the latest.
            return;
        }
    }

    /** Lists the folder and its existing files. */
    private static List<Path> content(Path path) throws IOException {
        List<Path> content = new ArrayList<>(List.of(path));
        for (String name : FILES) {
            if (RegularFiles.isThere(path.resolve(name))) {
                content.add(path.resolve(name));
            }
        }
        return content;
    }

    /**
     * Requires that the user owns the files: whoever can write here chooses the ids, or reads the secret that a new
     * codebook gets.
     */
    private static void requireOwn(List<Path> content) throws CodebookFailure, IOException {
        for (Path own : content) {
            try {
                Ownership.require(own);
            } catch (UnsafePath foreign) {
                throw new CodebookFailure(foreign);
            }
        }
    }

    /**
     * Requires that all files are readable: another user's unreadable file would else stop a run after its tables are
     * published.
     */
    private static void requireReadable(List<Path> content) throws IOException {
        for (Path shared : content) {
            if (!Files.isReadable(shared)) {
                throw new AccessDeniedException(shared.toString());
            }
        }
    }

    /** Returns the codebook from which all ids are made. */
    public Codebook codebook() {
        return codebook;
    }

    /** Makes ids for one thread, and notes those of Patients and Encounters, which can be traced back. */
    public AnonymousIds anonymousIds() {
        return new AnonymousIds(codebook, mappings::add);
    }

    /** Brings the ids that all threads have made so far to the disk. Costs what the new ones cost. */
    public void saveMappings() throws CodebookFailure {
        mappings.save();
    }

    /** Saves the new ids, and folds all of them into Cumulus ETL's file. */
    public void finish() throws CodebookFailure {
        mappings.save();
        mappings.fold();
    }

    /** Notes, for Cumulus ETL and for people, that a run succeeded. */
    public void noteSuccess(Instant when, String input, String output) throws CodebookFailure {
        Path file = path.resolve(CONTEXT);
        try {
            Optional<ObjectNode> stored =
                    RegularFiles.isThere(file) ? FhirJson.parseObject(read(file)) : Optional.empty();
            ObjectNode context = stored.orElseGet(() -> FhirJson.mapper().createObjectNode());
            context.put("last_successful_datetime", AS_PYTHON_PRINTS.format(when));
            context.put("last_successful_input_dir", input);
            context.put("last_successful_output_dir", output);
            byte[] noted = FhirJson.mapper().writeValueAsBytes(context);
            PrivateFiles.replace(file, rights, out -> out.write(noted));
        } catch (IOException unusable) {
            throw new CodebookFailure(file, unusable);
        }
    }

    private static String read(Path file) throws IOException {
        return new String(RegularFiles.read(file, LARGEST_CONTEXT), StandardCharsets.UTF_8);
    }

    /** Gives the folder free. Without {@link #finish}, new ids stay in the journal. */
    @Override
    public void close() {
        unlock(lock);
    }
}
