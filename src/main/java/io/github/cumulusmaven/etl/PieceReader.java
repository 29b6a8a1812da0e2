package io.github.cumulusmaven.etl;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a file piece by piece, up to its end or to where it cannot be read. */
final class PieceReader implements Closeable {
    private final InputFile file;
    private final String type;
    private @Nullable LineChunks chunks;
    private Optional<String> failure = Optional.empty();

    PieceReader(InputFile file, String type) {
        this.file = file;
        this.type = type;
    }

    Optional<Piece> next() {
        try {
            if (chunks == null) {
                chunks = new LineChunks(file.open());
            }
            return chunks.next().map(chunk -> new Piece(file, type, chunk));
        } catch (IOException unreadable) {
            failure = Optional.of(Optional.ofNullable(unreadable.getMessage())
                    .orElse(unreadable.getClass().getSimpleName()));
            return Optional.empty();
        }
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
