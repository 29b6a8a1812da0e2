package io.github.cumulusmaven.table;

import io.github.cumulusmaven.files.FileTree;
import io.github.cumulusmaven.files.FolderLock;
import io.github.cumulusmaven.files.Ownership;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.UnsafePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hidden folder in the output folder, where things grow until they are whole. Publishing moves them one by one; a list
 * of what is about to move lies beside them meanwhile, so that the next run can take a half-done publication back.
 *
 * <p>To take back means to delete. So the list also says which folder it was that moved: another one of the same name, which
 * may have been there all the time, is never deleted, and a list that others own or may
 * write is not believed.
 */
final class Staging implements Closeable {
    static final String NAME = ".staging";

    /** Locked while a run writes into the output folder. */
    static final String LOCK = ".staging.lock";

    private static final String PUBLISHING = "publishing";
    private static final int LARGEST_LIST = 64 * 1024;

    /** A name as tables and the record of a run have them, which leads to no other place and no hidden file; and its folder. */
    private static final Pattern ENTRY = Pattern.compile("(?<name>[A-Za-z0-9_]+) (?<identity>[0-9]+)");

    private final Path output;
    private final Path folder;
    private final FolderLock lock;

    private Staging(Path output, FolderLock lock) {
        this.output = output;
        this.lock = lock;
        this.folder = output.resolve(NAME);
    }

    /** Begins anew, after clearing away what an interrupted run left; nothing where another run is at work, which is left alone. */
    static Optional<Staging> begin(Path output) throws IOException {
        Optional<FolderLock> taken = FolderLock.take(output.resolve(LOCK));
        return taken.isPresent() ? Optional.of(begin(output, taken.get())) : Optional.empty();
    }

    private static Staging begin(Path output, FolderLock lock) throws IOException {
        try {
            Staging staging = new Staging(output, lock);
            staging.recover();
            // not checked yet for what others may not see
            PrivateFiles.createNewFolder(staging.folder);
            return staging;
        } catch (IOException unusable) {
            lock.closeAndDelete();
            throw unusable;
        }
    }

    /**
     * Names what an interrupted publication has brought into the output folder: the next run takes it back.
     *
     * @throws IOException when no run can have written the list, or something else has the name of what it moved
     */
    static Set<String> halfPublished(Path output) throws IOException {
        Set<String> published = new TreeSet<>();
        for (Map.Entry<String, String> moved : list(output).entrySet()) {
            Path target = output.resolve(moved.getKey());
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                if (!identity(target).equals(moved.getValue())) {
                    throw damaged();
                }
                published.add(moved.getKey());
            }
        }
        return published;
    }

    private static Map<String, String> list(Path output) throws IOException {
        Map<String, String> moved = new TreeMap<>();
        Path list = output.resolve(NAME).resolve(PUBLISHING);
        try {
            RegularFiles.refuseLinks(output, output.resolve(NAME));
            if (RegularFiles.isThere(list)) {
                // Who else can write it could name any folder: the identity is no secret.
                Ownership.require(output.resolve(NAME));
                Ownership.require(list);
                String text = new String(RegularFiles.read(list, LARGEST_LIST), StandardCharsets.UTF_8);
                for (String line : text.lines().toList()) {
                    Matcher entry = ENTRY.matcher(line);
                    if (!entry.matches()) {
                        throw damaged();
                    }
                    moved.put(entry.group("name"), entry.group("identity"));
                }
            }
            return moved;
        } catch (UnsafePath planted) {
            throw damaged();
        }
    }

    private static IOException damaged() {
        return new IOException("the folder " + NAME
                + " in it is damaged, or others can write it; look what is there, and remove it by hand");
    }

    /** Tells a folder, wherever it is moved, from others: by its inode, or else by the instant when it was made. */
    static String identity(Path folder) throws IOException {
        boolean unix = folder.getFileSystem().supportedFileAttributeViews().contains("unix");
        return unix
                ? Files.getAttribute(folder, "unix:ino", LinkOption.NOFOLLOW_LINKS)
                        .toString()
                : String.valueOf(Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .creationTime()
                        .to(TimeUnit.NANOSECONDS));
    }

    private void recover() throws IOException {
        for (String name : halfPublished(output)) {
            FileTree.delete(output.resolve(name));
        }
        FileTree.delete(folder);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Moves these from here into the output folder, in this order. */
    void publish(List<String> names) throws IOException {
        Path list = folder.resolve(PUBLISHING);
        StringBuilder moving = new StringBuilder();
        for (String name : names) {
            moving.append(name).append(' ').append(identity(file(name))).append('\n');
        }
        PrivateFiles.replace(list, moving.toString().getBytes(StandardCharsets.UTF_8));
        for (String name : names) {
            PrivateFiles.forceNames(file(name));
            Files.move(file(name), output.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        PrivateFiles.forceNames(output);
        Files.delete(list);
    }

    /** Removes what was not published, be it a publication that failed half-way. */
    @Override
    public void close() throws IOException {
        try {
            recover();
        } finally {
            lock.closeAndDelete();
        }
    }
}
