package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.files.Ownership;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals what an {@code export.json} says about the server, the status URL and the client, so that another run can tell
 * that a run of the same user wrote it. The seal is an HMAC-SHA256 with a key that never leaves a file of that user.
 * For many threads.
 */
public final class FolderSeal {
    /** Seals nothing, and accepts no seal. */
    public static final FolderSeal NONE = new FolderSeal(null);

    private static final String KEY_FILE = "seal.key";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_LENGTH = 32;
    private static final int LARGEST_KEY = 1024;

    /** Stands in Java for the home of a user whom the system does not know, as in containers. */
    private static final String UNKNOWN_HOME = "?";

    /** Keeps this use of the key apart from any other. */
    private static final String PURPOSE = "cumulus export.json 1";

    /** Keeps status URLs that the user typed apart from those that a server named. */
    private static final String TYPED = "cumulus export.json 1, typed status URL";

    private static final Set<PosixFilePermission> OF_OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final @Nullable Path keyFile;
    private @Nullable SecretKeySpec key;

    private FolderSeal(@Nullable Path keyFile) {
        this.keyFile = keyFile;
    }

    /** Uses the key in a folder of the user, and makes both when the first seal is needed. */
    public static FolderSeal in(Path userFolder) {
        return new FolderSeal(userFolder.resolve(KEY_FILE));
    }

    /** Seals a kick-off that is about to be sent; nothing where there is no key to be had. */
    Optional<String> seal(ExportRequest request) {
        return seal(request, "");
    }

    /** Seals a job; nothing where there is no key to be had. */
    Optional<String> seal(ExportRequest request, String statusUrl) {
        return seal(PURPOSE, request, statusUrl);
    }

    /** Seals a job whose status URL the user has typed: it may lead to a local address. */
    Optional<String> sealTyped(ExportRequest request, String statusUrl) {
        return seal(TYPED, request, statusUrl);
    }

    private Optional<String> seal(String purpose, ExportRequest request, String statusUrl) {
        try {
            return Optional.ofNullable(
                    keyFile == null ? null : mac(makeOrReadKey(keyFile), purpose, request, statusUrl));
        } catch (IOException unusable) {
            return Optional.empty();
        }
    }

    /** Tells whether what this state says of server, status URL and client was sealed with this user's key. */
    public boolean covers(ExportState state) {
        if (state instanceof ExportState.OfJob begun) {
            return covers(begun.job());
        }
        return state instanceof ExportState.KickingOff asking && covers(PURPOSE, asking.seal(), asking.request(), "");
    }

    /** Tells the same of a job. */
    boolean covers(ExportJob job) {
        return covers(PURPOSE, job.seal(), job.request(), job.statusUrl().toString()) || coversTyped(job);
    }

    /** Tells whether it is a job whose status URL the user has typed. */
    boolean coversTyped(ExportJob job) {
        return covers(TYPED, job.seal(), job.request(), job.statusUrl().toString());
    }

    private boolean covers(String purpose, @Nullable String seal, ExportRequest request, String statusUrl) {
        if (seal == null || keyFile == null) {
            return false;
        }
        try {
            SecretKeySpec known = keyOf(keyFile);
            return known != null
                    && MessageDigest.isEqual(
                            mac(known, purpose, request, statusUrl).getBytes(StandardCharsets.UTF_8),
                            seal.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unusable) {
            return false;
        }
    }

    /** Makes sure that there is a key. Where there cannot be one, says why; no seal will be written, or accepted. */
    public Optional<IOException> problem() {
        try {
            if (keyFile != null) {
                makeOrReadKey(keyFile);
            }
            return Optional.empty();
        } catch (IOException unusable) {
            return Optional.of(unusable);
        }
    }

    /** Each part comes with its length, so that none can be moved into its neighbour. */
    private static String mac(SecretKeySpec key, String purpose, ExportRequest request, String statusUrl)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream parts = new DataOutputStream(bytes);
        write(parts, purpose);
        write(parts, request.fhirUrl());
        write(parts, statusUrl);
        for (Map.Entry<String, String> name : new TreeMap<>(request.client()).entrySet()) {
            write(parts, name.getKey());
            write(parts, name.getValue());
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(bytes.toByteArray()));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static void write(DataOutputStream out, String part) throws IOException {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private synchronized @Nullable SecretKeySpec keyOf(Path file) throws IOException {
        if (key == null) {
            try {
                key = read(file);
            } catch (NoSuchFileException none) {
                return null;
            }
        }
        return key;
    }

    private synchronized SecretKeySpec makeOrReadKey(Path file) throws IOException {
        SecretKeySpec known = keyOf(file);
        if (known == null) {
            make(file);
            known = read(file);
            key = known;
        }
        return known;
    }

    /** A folder that is named from wherever Maven runs may be anybody's, and so may one that Java calls unknown. */
    private static void requireHome(Path home) throws FileSystemException {
        boolean known = home.isAbsolute()
                && !String.valueOf(home.getFileName()).equals(UNKNOWN_HOME)
                && Files.isDirectory(home);
        if (!known) {
            throw new FileSystemException(home.toString(), null, "there is no home folder of this user");
        }
    }

    private static SecretKeySpec read(Path file) throws IOException {
        requireHome(file.resolveSibling("").resolveSibling(""));
        byte[] bytes = RegularFiles.read(file, LARGEST_KEY);
        Ownership.require(file.resolveSibling(""));
        Ownership.require(file);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
            throw new FileSystemException(file.toString(), null, "others may use it; delete it, or chmod 600");
        }
        if (bytes.length != KEY_LENGTH) {
            throw new FileSystemException(file.toString(), null, "it is not a key of this plugin; delete it");
        }
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    /** Writes it to a neighbour first: of several runs at a time, one gives it its name, and all use that one's. */
    private static void make(Path file) throws IOException {
        SecureRandom random = new SecureRandom();
        byte[] bytes = new byte[KEY_LENGTH];
        random.nextBytes(bytes);
        PrivateFiles.createFolder(file.resolveSibling(""));
        Path neighbour = file.resolveSibling(KEY_FILE + "." + HexFormat.of().toHexDigits(random.nextLong()) + ".tmp");
        try {
            try (FileChannel channel = PrivateFiles.createNew(neighbour)) {
                channel.write(ByteBuffer.wrap(bytes));
                channel.force(true);
            }
            name(neighbour, file);
        } finally {
            Files.deleteIfExists(neighbour);
        }
    }

    /** A link, where the file system has them: other than a move, it never replaces what is there. */
    private static void name(Path neighbour, Path file) throws IOException {
        try {
            Files.createLink(file, neighbour);
        } catch (FileAlreadyExistsException anotherRunWasFirst) {
            return;
        } catch (UnsupportedOperationException | FileSystemException withoutLinks) {
            move(neighbour, file);
        }
    }

    private static void move(Path neighbour, Path file) throws IOException {
        try {
            Files.move(neighbour, file);
        } catch (FileAlreadyExistsException anotherRunWasFirst) {
            return;
        }
    }
}
