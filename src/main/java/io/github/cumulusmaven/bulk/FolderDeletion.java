package io.github.cumulusmaven.bulk;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Deletes a folder with all that is in it: of a link the link, never what it leads to. What can go goes. */
final class FolderDeletion extends SimpleFileVisitor<Path> {
    private @Nullable IOException first;

    private FolderDeletion() {}

    /**
     * Deletes it, if it is there.
     *
     * @throws IOException the first of the reasons why something of it is still there
     */
    static void of(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        FolderDeletion deletion = new FolderDeletion();
        Files.walkFileTree(folder, deletion);
        if (deletion.first != null) {
            throw deletion.first;
        }
    }

    private void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException undeletable) {
            note(undeletable);
        }
    }

    private void note(IOException failure) {
        if (first == null) {
            first = failure;
        }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        delete(file);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
        note(unreadable);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException unreadable) {
        delete(folder);
        return FileVisitResult.CONTINUE;
    }
}
