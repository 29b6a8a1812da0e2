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

/** Where the patients of a sandbox server come from. */
public sealed interface SandboxData {

    /** The synthetic patients that come with the plugin. */
    static SandboxData sample() {
        return new Sample();
    }

    /**
     * The NDJSON files ({@code *.ndjson}, {@code *.ndjson.gz}) of a folder, as an export leaves them. They are read, never
     * changed, and must not be changed by others while they are served.
     *
     * <p>The type of a file is the one word of its name that is a resource type, else that of its first line. Bundles of
     * deletions are in {@code deleted/}. Where there is no Group, {@code Group/cohort} is all patients.
     */
    static SandboxData folder(Path path) {
        return new Folder(path);
    }

    /** See {@link SandboxData#sample()}. */
    record Sample() implements SandboxData {
        private static final String PATIENTS = "sample/Patient.ndjson.gz";

        /** Copies them, which are resources of the class path, as files into a folder. */
        static void copyTo(Path target) throws IOException {
            URL patients = Optional.ofNullable(SandboxData.class.getResource(PATIENTS))
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

        private static void copyFromJar(JarURLConnection connection, Path target)
                throws IOException, URISyntaxException {
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

    /**
     * See {@link SandboxData#folder(Path)}.
     *
     * @param path of the folder
     */
    record Folder(Path path) implements SandboxData {}
}
