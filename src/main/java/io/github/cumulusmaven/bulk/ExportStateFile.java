package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.util.NameTransformer;
import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.Cancelled;
import io.github.cumulusmaven.bulk.ExportState.Complete;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.ExportState.InProgress;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.bulk.ExportState.OfJob;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.http.Origin;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code export.json}: the state, written before each step, so that the folder alone tells what to do next.
 *
 * @param path of the file
 */
record ExportStateFile(Path path) {
    static final String NAME = InputFolder.EXPORT_STATE;

    private static final int VERSION = 1;

    private static final Map<String, Class<? extends ExportState>> STATES = Map.of(
            "kicking-off", KickingOff.class,
            "accepted", Accepted.class,
            "in-progress", InProgress.class,
            "complete", Complete.class,
            "downloading", Downloading.class,
            "done", Done.class,
            "cancelled", Cancelled.class);
    private static final Pattern FILE =
            Pattern.compile("((deleted|error)/)?[A-Za-z]{1,100}\\.\\d{3,9}\\.ndjson(\\.gz)?");

    /** Longer than any path that a file system takes; the pattern's own effort grows with the length. */
    private static final int LONGEST_PATH = 4096;

    /** Lists of more files are written without indentation, which would be half of the file. */
    private static final int MANY_FILES = 10_000;

    /** When exports are made; beyond it, times cannot be reckoned with. */
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Beside any file that a user may have put into the folder, or below. */
    private static final Pattern ADDED_FILE =
            Pattern.compile("((?!\\.\\.?/)[^/\\\\\\x00-\\x1f]+/){0,50}[^/\\\\\\x00-\\x1f]+\\.ndjson");

    private static final ObjectReader READER =
            FhirJson.mapper().reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** Replaces the state; a reader or a crash sees the old one or the new one. */
    void write(ExportState state) throws IOException {
        write(state, "");
    }

    /** Replaces the state, with how the run ended that brought it there; no state that comes after it says so, too. */
    void write(ExportState state, String outcome) throws IOException {
        boolean many = filesOf(state).size() > MANY_FILES;
        ObjectWriter writer = (many
                        ? FhirJson.mapper().writer()
                        : FhirJson.mapper().writerWithDefaultPrettyPrinter())
                .without(StreamWriteFeature.AUTO_CLOSE_TARGET);
        PrivateFiles.replace(path, out -> writer.writeValue(out, new Named(nameOf(state), outcome, state)));
    }

    /**
     * A state after its name, written part by part: with a million files, no tree of it would fit into memory.
     *
     * @param name as it stands in the file
     * @param outcome of the run; empty while it goes on
     */
    @JsonSerialize(using = NamedWriter.class)
    private record Named(String name, String outcome, ExportState state) {}

    static final class NamedWriter extends JsonSerializer<Named> {
        @Override
        public void serialize(Named named, JsonGenerator json, SerializerProvider serializers) throws IOException {
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            json.writeStringField("state", named.name());
            if (!named.outcome().isEmpty()) {
                json.writeStringField("outcome", named.outcome());
            }
            serializers
                    .findValueSerializer(named.state().getClass())
                    .unwrappingSerializer(NameTransformer.NOP)
                    .serialize(named.state(), json, serializers);
            json.writeEndObject();
        }
    }

    /** Removes what a write that was killed has left: the next run may have nothing to write. */
    void removeLeftover() throws IOException {
        Files.deleteIfExists(path.resolveSibling(PrivateFiles.neighbour(NAME)));
    }

    static String nameOf(ExportState state) {
        return STATES.entrySet().stream()
                .filter(entry -> entry.getValue().isInstance(state))
                .findAny()
                .orElseThrow()
                .getKey();
    }

    /** Forgets the state: nothing began. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    /** What is there tells nothing of an export. */
    static final class Damaged extends IOException {
        private static final long serialVersionUID = 1L;

        Damaged(String what) {
            super(what);
        }
    }

    /**
     * The state, or nothing where there is none.
     *
     * @throws Damaged when the file is not one of ours, or of a later version
     */
    Optional<ExportState> read() throws IOException {
        if (!RegularFiles.isThere(path)) {
            return Optional.empty();
        }
        try {
            Class<? extends ExportState> type = typeOf(Head.of(path));
            try (InputStream in = RegularFiles.open(path, ExportFolder.LARGEST_STATE)) {
                ExportState state = READER.readValue(in, type);
                requireSound(state);
                return Optional.of(state);
            }
        } catch (JsonProcessingException | CharConversionException damaged) {
            throw new Damaged("it is not whole, or was changed");
        }
    }

    /** Tells whether the file says that it holds a state, whole or not, from whatever version of the plugin. */
    boolean isOurs() throws IOException {
        if (!RegularFiles.isThere(path)) {
            return false;
        }
        Head head = new Head();
        try {
            head.read(path);
            return head.isOurs();
        } catch (JsonProcessingException | CharConversionException | Damaged cut) {
            // What comes before the damage may tell.
            return head.isOurs();
        }
    }

    /** How the run ended that wrote the state; empty where it goes on, or was killed. */
    String outcome() throws IOException {
        return Head.of(path).outcome;
    }

    private static Class<? extends ExportState> typeOf(Head head) throws Damaged {
        Class<? extends ExportState> type = STATES.get(head.state);
        if (!head.version.equals(String.valueOf(VERSION))
                || type == null
                || !(type == KickingOff.class ? head.request : head.job)) {
            throw new Damaged("it was not written by this version of the plugin");
        }
        return type;
    }

    /** Reads the fields that say of which state the rest is, which may be too large for a tree. */
    private static final class Head {
        private String version = "";
        private String state = "";
        private String outcome = "";
        private boolean request;
        private boolean job;

        static Head of(Path path) throws IOException {
            Head head = new Head();
            head.read(path);
            return head;
        }

        private void read(Path path) throws IOException {
            try (InputStream in = RegularFiles.open(path, ExportFolder.LARGEST_STATE);
                    JsonParser json = FhirJson.mapper().createParser(in)) {
                JsonToken first = json.nextToken();
                if (first == null) {
                    throw new Damaged("it is empty");
                }
                if (first == JsonToken.START_OBJECT) {
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        take(json.currentName(), json.nextToken(), json);
                        json.skipChildren();
                    }
                }
            }
        }

        private boolean isOurs() {
            return !version.isEmpty() && !state.isEmpty();
        }

        private void take(String name, JsonToken value, JsonParser json) throws IOException {
            switch (name) {
                case "version" -> version = json.getText();
                case "state" -> state = json.getText();
                case "outcome" -> outcome = json.getText();
                case "request" -> request = value == JsonToken.START_OBJECT;
                case "job" -> job = value == JsonToken.START_OBJECT;
                default -> {}
            }
        }
    }

    /** What it says decides who gets a token and which files are touched: it is not taken on trust. */
    private static void requireSound(ExportState state) throws IOException {
        boolean sound = isSound(state.request()) && isSound(state);
        if (state instanceof OfJob begun) {
            URI statusUrl = begun.job().statusUrl();
            sound &= statusUrl != null
                    && Origin.isWeb(statusUrl)
                    && isSound(begun.job().kept());
        }
        List<FileState> files = filesOf(state);
        boolean inside = files != null && isInside(files);
        if (state instanceof Done done) {
            sound &=
                    inside && isSound(done.hydration()) && done.files().stream().allMatch(ExportStateFile::isSettled);
        }
        if (state instanceof KickingOff asking) {
            sound &= isSound(asking.kept());
        }
        if (!sound || !inside) {
            throw new Damaged("it is not whole, or was changed");
        }
    }

    private static boolean isInside(List<FileState> files) {
        return files.stream()
                .allMatch(file -> file != null
                        && file.path() != null
                        && FILE.matcher(file.path()).matches()
                        && file.kind() != null
                        && file.url() != null);
    }

    /** Says whether it is known what the file holds, or why there is none: a finished file without proof could be any. */
    private static boolean isSettled(FileState file) {
        return file.lost() != null || isSound(file.proof());
    }

    private static boolean isSound(FileState.@Nullable Proof proof) {
        return proof != null && proof.sha256() != null;
    }

    private static boolean isSound(@Nullable KeptFiles kept) {
        return kept == null
                || (kept.transactionTime() != null
                        && kept.types() != null
                        && areThere(kept.types().toArray())
                        && isInside(kept.files()));
    }

    private static boolean isSound(@Nullable Hydration hydration) {
        return hydration == null || hydration.files().stream().allMatch(ExportStateFile::isSound);
    }

    private static boolean isSound(AddedFile file) {
        String path = String.valueOf(file.path());
        return path.length() <= LONGEST_PATH
                && ADDED_FILE.matcher(path).matches()
                && file.type() != null
                && isSound(file.proof());
    }

    private static boolean isSound(@Nullable ExportRequest request) {
        return request != null
                && areThere(request.exportId(), request.fhirUrl(), request.parameters(), request.kickedOff())
                && FhirInstant.parse(request.kickedOff())
                        .filter(time -> !time.isBefore(EARLIEST) && time.isBefore(LATEST))
                        .isPresent()
                && areThere(request.parameters().values().toArray())
                && areThere(request.client().values().toArray());
    }

    private static boolean areThere(@Nullable Object... parts) {
        return Stream.of(parts).noneMatch(Objects::isNull);
    }

    /** What only some states have. */
    private static boolean isSound(ExportState state) {
        if (state instanceof InProgress working) {
            return areThere(working.progress());
        }
        if (state instanceof Complete complete) {
            return isListed(complete.manifest());
        }
        if (state instanceof Downloading downloading) {
            return isListed(downloading.manifest());
        }
        if (state instanceof Done done) {
            return isListed(done.manifest()) && areThere(done.finished(), done.transactionTime());
        }
        return !(state instanceof Cancelled cancelled) || areThere(cancelled.cancelled());
    }

    private static boolean isListed(@Nullable List<ManifestPage> manifest) {
        return manifest != null && areThere(manifest.toArray());
    }

    private static List<FileState> filesOf(ExportState state) {
        if (state instanceof Downloading downloading) {
            return downloading.files();
        }
        if (state instanceof Done done) {
            return done.files();
        }
        return state instanceof Cancelled cancelled ? cancelled.files() : List.of();
    }
}
