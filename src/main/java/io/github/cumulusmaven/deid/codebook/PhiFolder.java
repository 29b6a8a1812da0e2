package io.github.cumulusmaven.deid.codebook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.deid.codebook.CodebookFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/**
 * The folder with the secrets of one site, held by one run at a time. Its files are those of Cumulus ETL; only the lock
 * and, while a run lasts, the journal are ours, and nobody else minds them.
 *
 * <p>The order that keeps all rows traceable: {@link #saveMappings} before the rows that were made with these ids are
 * written; {@link #finish} at the end. A run that ends otherwise loses nothing: the next one finishes for it.
 */
public final class PhiFolder implements Closeable {
    private static final String LOCK = ".lock";
    private static final String IGNORE = ".gitignore";
    private static final String CONTEXT = "context.json";
    private static final DateTimeFormatter AS_PYTHON_PRINTS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

    private final Path path;
    private final FileChannel lockFile;
    private final Codebook codebook;
    private final CachedMappings mappings;

    private PhiFolder(Path path, FileChannel lockFile) throws CodebookFailure {
        this.path = path;
        this.lockFile = lockFile;
        tighten(path);
        this.mappings = new CachedMappings(path);
        CodebookFile file = new CodebookFile(path);
        if (!file.exists() && mappings.exist()) {
            throw new CodebookFailure(
                    Kind.DAMAGED, path, CodebookFile.NAME + " is missing, though there are ids that were made with it");
        }
        this.codebook = file.readOrCreate(mappings.exist());
        mappings.check();
        mappings.fold();
    }

    /**
     * The id of the codebook there; nothing where there is none, and none is made.
     *
     * @throws CodebookFailure when {@link #open} would throw it
     */
    public static Optional<String> check(Path path) throws CodebookFailure {
        if (!new CodebookFile(path).exists() && !new CachedMappings(path).exist()) {
            return Optional.empty();
        }
        try (PhiFolder folder = open(path)) {
            return Optional.of(folder.codebook().id());
        }
    }

    /** Whether ids can be made as in earlier runs. */
    public static boolean hasCodebook(Path path) {
        return new CodebookFile(path).exists();
    }

    /** Takes the folder, and makes it, and a codebook in it, where there is none. */
    public static PhiFolder open(Path path) throws CodebookFailure {
        FileChannel lockFile = lock(path);
        try {
            return new PhiFolder(path, lockFile);
        } catch (CodebookFailure unusable) {
            unlock(lockFile);
            throw unusable;
        }
    }

    private static FileChannel lock(Path path) throws CodebookFailure {
        try {
            PrivateFiles.createFolder(path);
            if (!Files.exists(path.resolve(IGNORE))) {
                byte[] all = "*\n".getBytes(StandardCharsets.US_ASCII);
                PrivateFiles.replace(path.resolve(IGNORE), out -> out.write(all));
            }
            FileChannel channel = PrivateFiles.open(path.resolve(LOCK), StandardOpenOption.READ);
            if (!tryLock(channel)) {
                channel.close();
                throw new CodebookFailure(Kind.IN_USE, path, "process " + Files.readString(path.resolve(LOCK)));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(
                    String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (IOException unusable) {
            throw new CodebookFailure(path, unusable);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException withinThisJvm) {
            return false;
        }
    }

    private static void unlock(FileChannel lockFile) {
        try {
            lockFile.close();
        } catch (IOException closing) {
            // The lock ends with the process at the latest.
            return;
        }
    }

    /** Cumulus ETL, and people, leave folders and files that others can read. */
    private static void tighten(Path path) throws CodebookFailure {
        try {
            PrivateFiles.tightenFolder(path);
            for (String name : List.of(CodebookFile.NAME, CachedMappings.NAME, CachedMappings.JOURNAL, CONTEXT)) {
                PrivateFiles.tightenFile(path.resolve(name));
            }
        } catch (IOException unusable) {
            throw new CodebookFailure(path, unusable);
        }
    }

    /** The codebook that all ids come from. */
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

    /** Saves what is new, and puts all into the file that Cumulus ETL knows. */
    public void finish() throws CodebookFailure {
        mappings.save();
        mappings.fold();
    }

    /** Notes, for Cumulus ETL and for people, that a run succeeded. */
    public void noteSuccess(Instant when, String input, String output) throws CodebookFailure {
        Path file = path.resolve(CONTEXT);
        try {
            Optional<ObjectNode> stored =
                    Files.exists(file) ? FhirJson.parseObject(Files.readString(file)) : Optional.empty();
            ObjectNode context = stored.orElseGet(() -> FhirJson.mapper().createObjectNode());
            context.put("last_successful_datetime", AS_PYTHON_PRINTS.format(when));
            context.put("last_successful_input_dir", input);
            context.put("last_successful_output_dir", output);
            byte[] content = FhirJson.mapper().writeValueAsBytes(context);
            PrivateFiles.replace(file, out -> out.write(content));
        } catch (IOException unusable) {
            throw new CodebookFailure(file, unusable);
        }
    }

    /** Gives the folder free. Without {@link #finish}, new ids stay in the journal. */
    @Override
    public void close() {
        unlock(lockFile);
    }
}
