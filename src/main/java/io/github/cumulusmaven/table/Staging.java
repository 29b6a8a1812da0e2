package io.github.cumulusmaven.table;

import io.github.cumulusmaven.bulk.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A hidden folder in the output folder, where things grow until they are whole. Publishing moves them one by one; a list
 * of what is about to move lies beside them meanwhile, so that the next run can take a half-done publication back.
 */
final class Staging implements Closeable {
    static final String NAME = ".staging";

    private static final String PUBLISHING = "publishing";

    /** Names as tables and the record of a run have them: nothing that leads elsewhere, nor to hidden files. */
    private static final Predicate<String> PUBLISHABLE =
            Pattern.compile("[A-Za-z0-9_]+").asMatchPredicate();

    private final Path output;
    private final Path folder;
    private final OutputLock lock;

    private Staging(Path output, OutputLock lock) {
        this.output = output;
        this.lock = lock;
        this.folder = output.resolve(NAME);
    }

    /** Begins anew, after clearing away what an interrupted run left; what another run is about to write is left alone. */
    static Staging begin(Path output) throws IOException {
        OutputLock lock = OutputLock.take(output);
        try {
            Staging staging = new Staging(output, lock);
            staging.recover();
            // not checked yet for what others may not see
            PrivateFiles.createNewFolder(staging.folder);
            return staging;
        } catch (IOException unusable) {
            lock.close();
            throw unusable;
        }
    }

    /**
     * What an interrupted publication has brought into the output folder: the next run takes it back. As that means to
     * delete it, a list that no run can have written is refused as a whole.
     */
    static Set<String> halfPublished(Path output) throws IOException {
        Path folder = output.resolve(NAME);
        Path list = folder.resolve(PUBLISHING);
        if (Files.isSymbolicLink(folder) || Files.isSymbolicLink(list)) {
            throw damaged();
        }
        if (!Files.exists(list)) {
            return Set.of();
        }
        Set<String> names = new String(Files.readAllBytes(list), StandardCharsets.UTF_8)
                .lines()
                .collect(Collectors.toUnmodifiableSet());
        if (!names.stream().allMatch(PUBLISHABLE)) {
            throw damaged();
        }
        return names;
    }

    private static IOException damaged() {
        return new IOException("the folder " + NAME + " in it is damaged; look what is there, and remove it by hand");
    }

    private void recover() throws IOException {
        for (String name : halfPublished(output)) {
            delete(output.resolve(name));
        }
        delete(folder);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Moves these from here into the output folder, in this order. */
    void publish(List<String> names) throws IOException {
        Path list = folder.resolve(PUBLISHING);
        Path growing = folder.resolve(PUBLISHING + ".tmp");
        Files.writeString(growing, String.join("\n", names), StandardCharsets.UTF_8);
        Files.move(growing, list, StandardCopyOption.ATOMIC_MOVE);
        for (String name : names) {
            Files.move(folder.resolve(name), output.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.delete(list);
    }

    /** Removes what was not published, be it a publication that failed half-way. */
    @Override
    public void close() throws IOException {
        try (lock) {
            recover();
        }
    }

    /** Deletes a link, but never what it leads to. */
    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(tree, new Deletion());
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
