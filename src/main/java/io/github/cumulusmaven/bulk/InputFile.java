package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.GzipBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of the input.
 *
 * @param path where it is
 * @param name below the input folder, with forward slashes; what messages say
 */
public record InputFile(Path path, String name) {
    /** Its plain bytes. */
    public InputStream open() throws IOException {
        InputStream file = Files.newInputStream(path);
        try {
            return GzipBody.decode(file);
        } catch (IOException | RuntimeException unreadable) {
            file.close();
            throw unreadable;
        }
    }
}
