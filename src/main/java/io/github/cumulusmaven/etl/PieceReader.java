package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.LineChunks;
import io.github.cumulusmaven.table.RowBuffer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads a file piece by piece, up to its end or to where it cannot be read. */
final class PieceReader implements Closeable {
    private final InputFile file;
    private final String type;
    private final boolean takesUntyped;
    private final LongConsumer onDisk;
    private final Deque<RowBuffer> buffers;
    private long told;
    private @Nullable LineChunks chunks;
    private Optional<String> failure = Optional.empty();

    /**
     * Reads nothing yet.
     *
     * @param takesUntyped whether lines of a mixed file that tell no type are counted here
     * @param onDisk told of bytes on disk that were read; once the file is over, of all of them
     * @param buffers of earlier pieces, to be used again
     */
    PieceReader(InputFile file, String type, boolean takesUntyped, LongConsumer onDisk, Deque<RowBuffer> buffers) {
        this.file = file;
        this.buffers = buffers;
        this.type = type;
        this.onDisk = onDisk;
        this.takesUntyped = takesUntyped;
    }

    Optional<Piece> next() {
        try {
            if (chunks == null) {
                chunks = new LineChunks(file.openWhole(this::tell));
            }
            return chunks.next().map(chunk -> new Piece(file, type, takesUntyped, chunk, buffer()));
        } catch (IOException unreadable) {
            failure = Optional.of(reason(unreadable));
            return Optional.empty();
        }
    }

    private RowBuffer buffer() {
        RowBuffer used = buffers.poll();
        return used == null ? new RowBuffer() : used;
    }

    /** Takes back the memory of a piece with which nobody has to do any more. */
    void reuse(Piece piece) {
        if (piece.rows().clear()) {
            buffers.add(piece.rows());
        }
        if (chunks != null) {
            chunks.reuse(piece.bytes());
        }
    }

    private void tell(long bytes) {
        told += bytes;
        onDisk.accept(bytes);
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

    /** Why the file was not read to its end, if it was not. */
    Optional<String> failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        tell(file.path().toFile().length() - told);
        if (chunks != null) {
            chunks.close();
        }
    }
}
