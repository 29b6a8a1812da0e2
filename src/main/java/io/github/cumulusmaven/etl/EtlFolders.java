package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.fhir.InvalidSetting;
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
        refuseInside("phiDirectory", phi, output, InvalidSetting.Kind.IN_OUTPUT);
        refuseInside("outputDirectory", output, phi, InvalidSetting.Kind.IN_PHI);
        for (Path input : inputs) {
            refuseInside("outputDirectory", output, input, InvalidSetting.Kind.IN_INPUT);
            refuseInside("input", input, output, InvalidSetting.Kind.IN_OUTPUT);
            refuseInside("phiDirectory", phi, input, InvalidSetting.Kind.IN_INPUT);
            if (errorsTo.isPresent()) {
                refuseInside("errorsTo", errorsTo.get(), input, InvalidSetting.Kind.IN_INPUT);
            }
            for (Path other : inputs) {
                if (!input.equals(other)) {
                    refuseInside("input", input, other, InvalidSetting.Kind.IN_OTHER_INPUT);
                }
            }
        }
        if (buildDirectory.isPresent()) {
            refuseInside("phiDirectory", phi, buildDirectory.get(), InvalidSetting.Kind.IN_BUILD);
        }
        if (errorsTo.isPresent()) {
            refuseInside("errorsTo", errorsTo.get(), output, InvalidSetting.Kind.IN_OUTPUT);
        }
        return this;
    }

    /**
     * Refuses a folder inside another one, links followed; neither need exist.
     *
     * @param kind names the other
     */
    public static void refuseInside(String setting, Path inner, Path outer, InvalidSetting.Kind kind)
            throws InvalidSetting {
        if (real(inner).startsWith(real(outer))) {
            throw new InvalidSetting(setting, inner.toString(), kind);
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
