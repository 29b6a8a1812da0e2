package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.InputFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a file piece by piece, up to its end or to where it cannot be read. */
final class PieceReader implements Closeable {
    private final InputFile file;
    private final String type;
    private final boolean takesUntyped;
    private @Nullable LineChunks chunks;
    private Optional<String> failure = Optional.empty();

    /** @param takesUntyped whether lines of a mixed file that tell no type are counted here */
    PieceReader(InputFile file, String type, boolean takesUntyped) {
        this.file = file;
        this.type = type;
        this.takesUntyped = takesUntyped;
    }

    Optional<Piece> next() {
        try {
            if (chunks == null) {
                chunks = new LineChunks(file.openWhole());
            }
            return chunks.next().map(chunk -> new Piece(file, type, takesUntyped, chunk));
        } catch (IOException unreadable) {
            failure = Optional.of(reason(unreadable));
            return Optional.empty();
        }
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
        if (chunks != null) {
            chunks.close();
        }
    }
}
