package io.github.cumulusmaven.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whose a file is and who may write it, as OpenSSH does before it trusts one: it must be this user's, or the system
 * administrator's, and nobody else may write it. A file system without POSIX rights cannot tell, and is trusted.
 */
public final class Ownership {
    private static final Integer ADMINISTRATOR = 0;

    private Ownership() {}

    /**
     * Refuses a file or folder, links followed, that somebody else owns or may write.
     *
     * @throws UnsafePath with the command that mends it
     */
    public static void require(Path path) throws IOException {
        Optional<PosixFileAttributes> known = attributes(path);
        if (known.isEmpty()) {
            return;
        }
        PosixFileAttributes attributes = known.get();
        String user = User.NAME;
        if (!attributes.owner().getName().equals(user) && !isAdministrators(path)) {
            throw new UnsafePath(
                    path,
                    "it belongs to " + attributes.owner().getName() + ", and this is " + user,
                    "chown " + user + " " + quoted(path));
        }
        Set<PosixFilePermission> rights = attributes.permissions();
        if (rights.contains(PosixFilePermission.GROUP_WRITE) || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new UnsafePath(path, "other users may write it", "chmod go-w " + quoted(path));
        }
    }

    /** Tells whether a file or folder is this user's own, links not followed by whoever calls. */
    static boolean isOwn(Path path) throws IOException {
        Optional<PosixFileAttributes> known = attributes(path);
        return known.isEmpty() || known.get().owner().getName().equals(User.NAME);
    }

    /** Returns the command that hides a file of this user from others, where they can read it. */
    public static Optional<String> exposure(Path path) throws IOException {
        Optional<PosixFileAttributes> known = attributes(path);
        boolean exposed = known.isPresent()
                && isOwn(path)
                && (known.get().permissions().contains(PosixFilePermission.GROUP_READ)
                        || known.get().permissions().contains(PosixFilePermission.OTHERS_READ));
        return exposed ? Optional.of("chmod go-r " + quoted(path)) : Optional.empty();
    }

    private static Optional<PosixFileAttributes> attributes(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        return view == null ? Optional.empty() : Optional.of(view.readAttributes());
    }

    private static boolean isAdministrators(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                && ADMINISTRATOR.equals(Files.getAttribute(path, "unix:uid"));
    }

    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[\\w./@%+=:,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** The user who runs the program, by the owner of a new file: also in containers, which have no names for users. */
    private static final class User {
        static final String NAME = name();

        private static String name() {
            try {
                Path probe = Files.createTempFile("cumulus-", ".owner");
                try {
                    return Files.getOwner(probe).getName();
                } finally {
                    Files.delete(probe);
                }
            } catch (IOException unwritable) {
                return ProcessHandle.current().info().user().orElseGet(() -> System.getProperty("user.name", "?"));
            }
        }
    }
}
