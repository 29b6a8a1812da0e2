package io.github.cumulusmaven.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a folder with all its content; of a link, deletes only the link. A part that cannot be deleted does not keep
 * the rest.
 */
public final class FileTree extends SimpleFileVisitor<Path> {
    private @Nullable IOException first;

    private FileTree() {}

    /**
     * Deletes a file or folder, if it exists; others may be deleting parts of it at the same time.
     *
     * @throws IOException the first reason why a part of the tree still exists
     */
    public static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        FileTree deletion = new FileTree();
        Files.walkFileTree(tree, deletion);
        if (deletion.first != null) {
            throw deletion.first;
        }
    }

    private void deleteOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException undeletable) {
            note(undeletable);
        }
    }

    private void note(IOException failure) {
        if (first == null && !(failure instanceof NoSuchFileException)) {
            first = failure;
        }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        deleteOne(file);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
        note(unreadable);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException unreadable) {
        deleteOne(folder);
        return FileVisitResult.CONTINUE;
    }
}
