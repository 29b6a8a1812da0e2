package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.LineChunks;
import io.github.cumulusmaven.table.RowBuffer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads files piece by piece, one file after the other, each up to its end or to where it cannot be read. One thread
 * reads; others give back pieces that are done.
 */
final class PieceReader implements Closeable {
    private final String type;
    private final Predicate<InputFile> takesUntyped;
    private final LongPredicate isLookedAt;
    private final LongConsumer onDisk;
    private final Queue<RowBuffer> buffers = new ConcurrentLinkedQueue<>();
    private final LineChunks.Spare spare = new LineChunks.Spare();
    private Iterator<InputFile> files = Collections.emptyIterator();
    private @Nullable OpenFile open;
    private long bytesRead;

    /**
     * Reads nothing yet.
     *
     * @param takesUntyped whether lines of a mixed file that tell no type are counted here; asked once a file
     * @param isLookedAt whether the PHI canary looks at the piece that begins at this byte of the table's input
     * @param onDisk told of bytes on disk that were read; once a file is over, of all of them
     */
    PieceReader(String type, Predicate<InputFile> takesUntyped, LongPredicate isLookedAt, LongConsumer onDisk) {
        this.type = type;
        this.takesUntyped = takesUntyped;
        this.isLookedAt = isLookedAt;
        this.onDisk = onDisk;
    }

    /** Goes on with these files. */
    void read(List<InputFile> next) {
        files = next.iterator();
    }

    /** Reads the next piece; the last of each file has no lines and tells how its end was met. */
    Optional<Piece> next() throws IOException {
        if (open == null) {
            if (!files.hasNext()) {
                return Optional.empty();
            }
            open = new OpenFile(files.next());
        }
        Piece piece = open.next();
        if (piece.end().isPresent()) {
            close();
        }
        return Optional.of(piece);
    }

    /** Takes back the memory of a piece with which nobody has to do any more. */
    void reuse(Piece piece) {
        if (piece.rows().clear()) {
            buffers.add(piece.rows());
        }
        spare.add(piece.bytes());
    }

    private RowBuffer buffer() {
        RowBuffer used = buffers.poll();
        return used == null ? new RowBuffer() : used;
    }

    /** The message of a file system's failure is but the path. */
    private static String reason(IOException unreadable) {
        if (unreadable instanceof FileSystemException disk) {
            return disk instanceof AccessDeniedException
                    ? "this user may not read it"
                    : Optional.ofNullable(disk.getReason()).orElse("it cannot be opened");
        }
        return Optional.ofNullable(unreadable.getMessage())
                .orElse(unreadable.getClass().getSimpleName());
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private final class OpenFile implements Closeable {
        private final InputFile file;
        private final boolean withUntyped;
        private @Nullable LineChunks chunks;
        private long told;

        OpenFile(InputFile file) {
            this.file = file;
            this.withUntyped = takesUntyped.test(file);
        }

        Piece next() {
            try {
                if (chunks == null) {
                    chunks = new LineChunks(file.openWhole(this::tell), spare);
                }
                return chunks.next().map(this::piece).orElseGet(() -> end(Optional.empty()));
            } catch (IOException unreadable) {
                return end(Optional.of(reason(unreadable)));
            }
        }

        private Piece piece(LineChunks.Chunk chunk) {
            boolean isSample = isLookedAt.test(bytesRead);
            bytesRead += chunk.length();
            return new Piece(file, type, withUntyped, isSample, chunk, buffer());
        }

        private Piece end(Optional<String> failure) {
            return Piece.end(file, buffer(), failure);
        }

        private void tell(long bytes) {
            told += bytes;
            onDisk.accept(bytes);
        }

        @Override
        public void close() throws IOException {
            tell(file.path().toFile().length() - told);
            if (chunks != null) {
                chunks.close();
            }
        }
    }
}
