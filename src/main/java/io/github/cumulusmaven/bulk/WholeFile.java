package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.FileCheck.Found;
import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.fhir.ndjson.LineMeter;
import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;

/** A file that lies in its place, looked at again. */
public final class WholeFile {
    private static final int BUFFER = 128 * 1024;

    private WholeFile() {}

    /** What the download would have noted of it. */
    public static Proof measure(Path path) throws IOException {
        Found found = look(path, new LineMeter());
        return new Proof(found.meter().resources(), found.meter().bytes(), found.sha256());
    }

    /** The same of one that stands a check. */
    static Proof checked(Path path, FileCheck check) throws IOException {
        try {
            Found found = look(path, check.meter());
            return found.proof(check.check(path, found, false));
        } catch (ZipException | EOFException broken) {
            throw new DamagedFile(DamagedFile.Kind.BROKEN_GZIP);
        }
    }

    private static Found look(Path path, LineMeter meter) throws IOException {
        MessageDigest digest = Sha256.begin();
        MessageDigest unpacked = Sha256.begin();
        byte[] buffer = new byte[BUFFER];
        try (DigestInputStream stored = new DigestInputStream(RegularFiles.open(path, Long.MAX_VALUE), digest);
                InputStream plain = GzipBody.decode(stored)) {
            for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
                meter.update(buffer, 0, count);
                unpacked.update(buffer, 0, count);
            }
        }
        String sha256 = Sha256.hex(digest);
        Set<String> sums = new HashSet<>(List.of(sha256, Sha256.hex(unpacked)));
        return new Found(meter, Files.size(path), sha256, sums);
    }

    /** Whether a file can be the one that was proven, as far as its size shows. A link to elsewhere is none. */
    static boolean hasSize(Path path, Proof proof) throws IOException {
        boolean there = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        boolean packed = String.valueOf(path.getFileName()).endsWith(".gz");
        return there && (packed || Files.size(path) == proof.bytes());
    }

    /** Whether a file is the one that was proven. */
    static boolean isSame(Path path, Proof proof) throws IOException {
        if (!hasSize(path, proof)) {
            return false;
        }
        try (InputStream stored = RegularFiles.open(path, Long.MAX_VALUE)) {
            return Sha256.hex(stored).equals(proof.sha256());
        }
    }
}
