package io.github.cumulusmaven.smart;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.cumulusmaven.files.Ownership;
import io.github.cumulusmaven.files.PlainText;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.SharedFiles;
import io.github.cumulusmaven.files.UnsafePath;
import io.github.cumulusmaven.smart.SmartFailure.Kind;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads and writes files that hold a JWKS or a single JWK. Reads what the usual tools make, with and without {@code
 * kid}, {@code alg}, {@code use} and {@code key_ops}; Cumulus ETL can read what it writes.
 */
public final class JwksFile {
    private static final int LARGEST = 1024 * 1024;
    private static final Set<String> PREFERRED = Set.of("RS384", "ES384");

    private JwksFile() {}

    /**
     * Reads the key to sign with: the one of this id, or else the first that may sign, preferring SMART's own
     * algorithms.
     */
    public static SigningKey read(Path file, Optional<String> keyId) throws SmartFailure {
        String text = text(file);
        if (text.isBlank()) {
            throw failure(Kind.KEY_FILE_EMPTY, file);
        }
        if (text.contains("-----BEGIN ")) {
            throw failure(Kind.KEY_FILE_PEM, file);
        }
        List<Jwk> keys = parsed(file, text);
        return usable(file, candidates(file, keys, keyId), keyId.isPresent());
    }

    private static List<Jwk> parsed(Path file, String text) throws SmartFailure {
        try {
            return Jwk.parse(text).orElseThrow(() -> failure(Kind.KEY_FILE_NOT_JWKS, file));
        } catch (JsonProcessingException notJson) {
            JsonLocation at = notJson.getLocation();
            throw SmartFailure.of(
                    Kind.KEY_FILE_NOT_JWKS,
                    file.toString(),
                    "not JSON" + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()));
        }
    }

    private static String text(Path file) throws SmartFailure {
        if (Files.isDirectory(file)) {
            throw failure(Kind.KEY_FILE_IS_FOLDER, file);
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw failure(Kind.KEY_FILE_NOT_REGULAR, file);
        }
        try {
            Path target = file.toRealPath();
            Ownership.require(target);
            return PlainText.decode(RegularFiles.read(target, LARGEST));
        } catch (CharacterCodingException binary) {
            throw SmartFailure.of(Kind.KEY_FILE_NOT_JWKS, file.toString(), "not a text");
        } catch (NoSuchFileException missing) {
            throw failure(Kind.KEY_FILE_MISSING, file);
        } catch (UnsafePath unsafe) {
            throw SmartFailure.of(Kind.KEY_FILE_UNSAFE, file.toString(), words(unsafe));
        } catch (IOException unreadable) {
            throw failure(Kind.KEY_FILE_UNREADABLE, file);
        }
    }

    private static String words(UnsafePath unsafe) {
        return unsafe.getReason() + (unsafe.remedy().isEmpty() ? "" : " (" + unsafe.remedy() + ")");
    }

    /** Returns the command that hides the file from other users, where it is this user's and they can read it. */
    public static Optional<String> exposure(Path file) {
        try {
            return Ownership.exposure(file.toRealPath());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static List<Jwk> candidates(Path file, List<Jwk> keys, Optional<String> keyId) throws SmartFailure {
        List<Jwk> privates = keys.stream().filter(Jwk::isPrivate).toList();
        if (privates.isEmpty()) {
            throw failure(withoutPrivateKey(keys), file);
        }
        if (keyId.isEmpty()) {
            return privates;
        }
        List<Jwk> named =
                privates.stream().filter(key -> key.keyId().equals(keyId.get())).toList();
        if (named.isEmpty()) {
            String ids = privates.stream().map(Jwk::keyId).collect(Collectors.joining(", "));
            throw SmartFailure.of(Kind.KEY_ID_UNKNOWN, file.toString(), keyId.get() + " (it has " + ids + ")");
        }
        return named;
    }

    private static Kind withoutPrivateKey(List<Jwk> keys) {
        if (keys.isEmpty()) {
            return Kind.KEY_UNUSABLE;
        }
        return keys.stream().anyMatch(Jwk::isSymmetric) ? Kind.KEY_SYMMETRIC : Kind.KEY_PUBLIC_ONLY;
    }

    private static SigningKey usable(Path file, List<Jwk> candidates, boolean named) throws SmartFailure {
        List<SigningKey> fitting = candidates.stream()
                .filter(key -> named || key.unfitness().isEmpty())
                .flatMap(key -> key.algorithm().stream()
                        .map(algorithm -> new SigningKey(key.material(), key.keyId(), algorithm)))
                .toList();
        SigningKey chosen = fitting.stream()
                .filter(key -> PREFERRED.contains(key.algorithm()))
                .findFirst()
                .or(() -> fitting.stream().findFirst())
                .orElseThrow(() -> SmartFailure.of(Kind.KEY_UNUSABLE, file.toString(), reasons(candidates)));
        if (chosen.isTooSmall()) {
            throw failure(Kind.KEY_TOO_SMALL, file);
        }
        return chosen;
    }

    private static String reasons(List<Jwk> unfit) {
        return unfit.stream()
                .flatMap(key -> key.unfitness().stream())
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /**
     * Writes the private key, for the owner's eyes only from the first moment on. Folders that are missing are made,
     * for the owner only; a file that is there already stays as it is.
     */
    public static void write(Path file, SigningKey key) throws SmartFailure {
        create(file, key.privateJwks(), path -> PrivateFiles.open(path, StandardOpenOption.CREATE_NEW));
    }

    /** Writes the public part, for everyone to read. */
    public static void writePublic(Path file, SigningKey key) throws SmartFailure {
        create(file, key.publicJwks(), SharedFiles::createNew);
    }

    @FunctionalInterface
    private interface Opener {
        FileChannel open(Path file) throws IOException;
    }

    private static void create(Path file, String text, Opener opener) throws SmartFailure {
        try {
            PrivateFiles.createFolder(file.toAbsolutePath().resolveSibling(""));
            try (FileChannel out = opener.open(file)) {
                fill(out, file, text);
            }
        } catch (FileAlreadyExistsException taken) {
            throw failure(
                    Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Kind.KEY_FILE_EXISTS : Kind.KEY_FILE_UNWRITABLE,
                    file);
        } catch (IOException unwritable) {
            throw failure(Kind.KEY_FILE_UNWRITABLE, file);
        }
    }

    private static void fill(FileChannel out, Path file, String text) throws IOException {
        try {
            Channels.newOutputStream(out).write(text.getBytes(StandardCharsets.UTF_8));
            out.force(true);
        } catch (IOException full) {
            Files.deleteIfExists(file); // ours, as it was new: half a key is worse than none
            throw full;
        }
    }

    private static SmartFailure failure(Kind kind, Path file) {
        return SmartFailure.of(kind, file.toString(), "");
    }
}
