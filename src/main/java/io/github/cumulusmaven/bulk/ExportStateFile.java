package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.Cancelled;
import io.github.cumulusmaven.bulk.ExportState.Complete;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.ExportState.InProgress;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.bulk.ExportState.OfJob;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.http.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
    static final String NAME = "export.json";

    private static final int VERSION = 1;

    private static final Map<String, Class<? extends ExportState>> STATES = Map.of(
            "kicking-off", KickingOff.class,
            "accepted", Accepted.class,
            "in-progress", InProgress.class,
            "complete", Complete.class,
            "downloading", Downloading.class,
            "done", Done.class,
            "cancelled", Cancelled.class);
    private static final Pattern FILE = Pattern.compile("((deleted|error)/)?[A-Za-z]+\\.\\d{3,}\\.ndjson(\\.gz)?");

    /** Beside any file that a user may have put into the folder, or below. */
    private static final Pattern ADDED_FILE = Pattern.compile("((?!\\.\\.?/)[^/\\\\]+/)*[^/\\\\]+\\.ndjson");

    private static final ObjectWriter WRITER = FhirJson.mapper().writerWithDefaultPrettyPrinter();
    private static final ObjectReader READER =
            FhirJson.mapper().reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** Replaces the state; a reader or a crash sees the old one or the new one. */
    void write(ExportState state) throws IOException {
        ObjectNode json = FhirJson.mapper().createObjectNode();
        json.put("version", VERSION);
        json.put("state", nameOf(state));
        json.setAll((ObjectNode) FhirJson.mapper().valueToTree(state));
        PrivateFiles.replace(path, WRITER.writeValueAsBytes(json));
    }

    private static String nameOf(ExportState state) {
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
        try (InputStream content = RegularFiles.open(path, ExportFolder.LARGEST_STATE)) {
            JsonNode json = FhirJson.mapper().readTree(content);
            if (json.isMissingNode()) {
                throw new Damaged("it is empty");
            }
            Class<? extends ExportState> type = STATES.get(json.path("state").asText());
            if (json.path("version").asInt() != VERSION
                    || type == null
                    || !json.path(type == KickingOff.class ? "request" : "job").isObject()) {
                throw new Damaged("it was not written by this version of the plugin");
            }
            ExportState state = READER.treeToValue(json, type);
            requireSound(state);
            return Optional.of(state);
        } catch (JsonProcessingException damaged) {
            throw new Damaged("it is not whole, or was changed");
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
        if (state instanceof Done done) {
            sound &= isSound(done.hydration());
        }
        List<FileState> files = filesOf(state);
        boolean inside = files != null && isInside(files);
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

    private static boolean isSound(@Nullable Kept kept) {
        return kept == null
                || (kept.transactionTime() != null
                        && kept.types() != null
                        && areThere(kept.types().toArray())
                        && isInside(kept.files()));
    }

    private static boolean isSound(@Nullable Hydration hydration) {
        return hydration == null
                || hydration.files().stream()
                        .map(file -> String.valueOf(file.path()))
                        .allMatch(path -> ADDED_FILE.matcher(path).matches());
    }

    private static boolean isSound(@Nullable ExportRequest request) {
        return request != null
                && areThere(request.exportId(), request.fhirUrl(), request.parameters(), request.kickedOff())
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

    private static boolean isListed(@Nullable List<Map<String, Object>> manifest) {
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
