package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.etl.EtlFailure.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a run reads and writes; absolute.
 *
 * @param inputs of NDJSON files, each of one export
 * @param output of the tables, which others may see
 * @param phi of the codebook, which nobody else may see
 * @param errorsTo for copies of lines that could not become rows
 * @param trustPhi whether the PHI folder may belong to other users, and they may write it
 */
public record EtlFolders(List<Path> inputs, Path output, Path phi, Optional<Path> errorsTo, boolean trustPhi) {
    public EtlFolders {
        inputs = List.copyOf(inputs);
    }

    /** With a PHI folder of this user alone. */
    public EtlFolders(Path input, Path output, Path phi, Optional<Path> errorsTo) {
        this(List.of(input), output, phi, errorsTo, false);
    }

    /**
     * Keeps apart what others may see and what they may not, links followed.
     *
     * @param buildDirectory what {@code mvn clean} deletes
     * @throws InvalidSetting when one folder is inside the wrong other
     */
    public EtlFolders validated(Optional<Path> buildDirectory) throws InvalidSetting {
        refuseInside("phiDirectory", phi, output, "the outputDirectory, which others will see");
        refuseInside("outputDirectory", output, phi, "the phiDirectory, which nobody else may see");
        for (Path input : inputs) {
            refuseInside("outputDirectory", output, input, "the input");
            refuseInside("input", input, output, "the outputDirectory, which others will see");
            refuseInside("phiDirectory", phi, input, "the input");
            if (errorsTo.isPresent()) {
                refuseInside("errorsTo", errorsTo.get(), input, "the input");
            }
            for (Path other : inputs) {
                if (!input.equals(other)) {
                    refuseInside(
                            "input", input, other, "another folder of the input: that one is read with all below it");
                }
            }
        }
        if (buildDirectory.isPresent()) {
            refuseInside("phiDirectory", phi, buildDirectory.get(), "the build directory, which mvn clean deletes");
        }
        if (errorsTo.isPresent()) {
            refuseInside("errorsTo", errorsTo.get(), output, "the outputDirectory, which others will see");
        }
        return this;
    }

    /**
     * Refuses a folder inside another one, links followed; neither need exist.
     *
     * @param name of the other, for the message
     */
    public static void refuseInside(String setting, Path inner, Path outer, String name) throws InvalidSetting {
        if (real(inner).startsWith(real(outer))) {
            throw new InvalidSetting(setting, inner.toString(), "must not lie in " + name);
        }
    }

    /** Refuses to begin where nothing could be written in the end; makes nothing. */
    void checkWritable() throws EtlFailure {
        for (Path folder :
                Stream.concat(Stream.of(output, phi), errorsTo.stream()).toList()) {
            Path nearest = folder;
            while (!Files.exists(nearest) && nearest.getParent() != null) {
                nearest = nearest.getParent();
            }
            if (!Files.isDirectory(nearest)) {
                throw new EtlFailure(Kind.DISK, folder.toString(), new NotDirectoryException(nearest.toString()));
            }
            if (!Files.isWritable(nearest)) {
                throw new EtlFailure(Kind.DISK, folder.toString(), new AccessDeniedException(nearest.toString()));
            }
        }
    }

    private static Path real(Path path) {
        Path parent = path.getParent();
        try {
            if (parent == null || Files.exists(path)) {
                return path.toRealPath();
            }
        } catch (IOException unreadable) {
            return path;
        }
        return real(parent).resolve(path.getFileName());
    }
}
