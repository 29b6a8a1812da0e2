package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an export leaves in {@code export.json} once it is finished, for readers of that. */
public final class FinishedExport {
    /** A proof's digest where no file is compared with it. */
    private static final String SOME = "ab".repeat(32);

    private final Map<String, String> parameters = new TreeMap<>();
    private final List<FileState> files = new ArrayList<>();
    private final List<AddedFile> added = new ArrayList<>();
    private String fhirUrl = "https://ehr.example/fhir";
    private @Nullable Boolean allMedications;

    /** Says what was asked for. */
    public FinishedExport asking(String parameter, String value) {
        parameters.put(parameter, value);
        return this;
    }

    /** Says whom: a server and level. */
    public FinishedExport of(String url) {
        fhirUrl = url;
        return this;
    }

    /** With a file, whichever it is. */
    public FinishedExport with(FileState file) {
        files.add(file);
        return this;
    }

    /** With a file that the server announced truly. */
    public FinishedExport with(String path, long resources) {
        return with(state(path, resources, new Proof(resources, 1, SOME), null));
    }

    /** With a file of a folder, as it lies there. */
    public FinishedExport with(Path folder, String path) throws IOException {
        return with(folder, path, 0);
    }

    /** With a file of a folder that holds so many resources. */
    public FinishedExport with(Path folder, String path, long resources) throws IOException {
        return with(state(path, resources, new Proof(resources, 0, sha256(folder.resolve(path))), null));
    }

    /** Without a file that was listed. */
    public FinishedExport without(String path, String reason) {
        return with(state(path, null, null, reason));
    }

    /** With a file that a hydration has brought. */
    public FinishedExport hydrated(String path, long resources) {
        added.add(new AddedFile(path, typeOf(path), new Proof(resources, 1, SOME)));
        return this;
    }

    /** With a file of a folder that a hydration has brought. */
    public FinishedExport hydrated(Path folder, String path) throws IOException {
        added.add(new AddedFile(path, typeOf(path), new Proof(0, 0, sha256(folder.resolve(path)))));
        return this;
    }

    /** Says that a hydration has found all Medications. */
    public FinishedExport hydratedWholly() {
        allMedications = true;
        return this;
    }

    /** Writes it into a folder. */
    public void write(Path folder) throws IOException {
        ExportRequest request = new ExportRequest("1", fhirUrl, parameters, false, "2026-01-01T00:00:00Z");
        Hydration hydration = added.isEmpty() && allMedications == null
                ? null
                : new Hydration(added, Boolean.TRUE.equals(allMedications));
        new ExportStateFile(folder.resolve(ExportStateFile.NAME))
                .write(new Done(
                        new ExportJob(request, URI.create("https://ehr.example/fhir/status/1")),
                        "2026-01-01T01:00:00Z",
                        "2026-01-01T00:00:00Z",
                        List.of(),
                        files,
                        true,
                        hydration));
    }

    private static FileState state(String path, @Nullable Long count, @Nullable Proof proof, @Nullable String lost) {
        FileState.Kind kind = path.startsWith("deleted/")
                ? FileState.Kind.DELETED
                : path.startsWith("error/") ? FileState.Kind.ERROR : FileState.Kind.OUTPUT;
        return new FileState(path, kind, typeOf(path), "https://ehr.example/" + path, count, proof, lost);
    }

    private static String typeOf(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.substring(0, name.indexOf('.'));
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Sha256.hex(in);
        }
    }
}
