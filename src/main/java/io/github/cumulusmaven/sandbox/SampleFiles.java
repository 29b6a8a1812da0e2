package io.github.cumulusmaven.sandbox;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The sample patients, which come as resources of the class path, as a folder of files. */
final class SampleFiles {
    private static final String PATIENTS = "sample/Patient.ndjson.gz";

    private SampleFiles() {}

    static void copyTo(Path target) throws IOException {
        URL patients = Optional.ofNullable(SampleFiles.class.getResource(PATIENTS))
                .orElseThrow(() -> new NoSuchFileException(PATIENTS));
        try {
            URLConnection connection = patients.openConnection();
            if (connection instanceof JarURLConnection jar) {
                copyFromJar(jar, target);
            } else {
                copy(Path.of(patients.toURI()), target);
            }
        } catch (URISyntaxException malformed) {
            throw new IOException(malformed);
        }
    }

    private static void copyFromJar(JarURLConnection connection, Path target) throws IOException, URISyntaxException {
        Path jar = Path.of(connection.getJarFileURL().toURI());
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            copy(files.getPath(connection.getEntryName()), target);
        }
    }

    /** All that lies beside the file, and in folders beside it. */
    private static void copy(Path patients, Path target) throws IOException {
        Path source = patients.resolveSibling("");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(source)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path copy = target.resolve(source.relativize(file).toString());
            Files.createDirectories(Optional.ofNullable(copy.getParent()).orElse(target));
            Files.copy(file, copy);
        }
    }
}
