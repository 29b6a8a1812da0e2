package io.github.cumulusmaven.etl.completion;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.bulk.ErrorReport;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.etl.completion.ExportUnknown.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the input's data come from.
 *
 * @param group the id of the exported group; empty for an export of all patients or of a system
 * @param time up to when the data are complete
 * @param url the kick-off's, where a log tells it, or the server's and level, where its state does
 * @param filters what the export was limited to
 * @param types what it was asked for; none where it was asked for all, or where that is not known
 * @param brought how many resources of each type it has brought, where its state tells
 * @param digests the SHA-256 of each file that it has brought, in hex, by the path in the folder, where its state tells
 * @param arrived the types that it has brought or that the server reported something about, where its state or log shows
 *     an export that lacks no file and of which the server reported no error; an empty set where such a log names no file
 * @param lacking the types of which a file, or a part of one, never came, where its state tells; an empty text among them
 *     where it may be any type
 */
public record ExportOrigin(
        String group,
        ExportTime time,
        Optional<String> url,
        TypeFilters filters,
        Set<String> types,
        Map<String, Long> brought,
        Map<String, String> digests,
        Optional<Set<String>> arrived,
        Set<String> lacking) {
    private static final String STATE = "export.json";

    private static final ObjectReader TREE =
            FhirJson.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Half of the state, and nothing that counts here. */
    private static final String MANIFEST = "manifest";

    private static final Pattern GROUP = Pattern.compile("/Group/(?<id>[^/?$]+)");
    private static final Pattern FOR_PATIENTS = Pattern.compile("[?&]patient=");
    private static final Pattern AFTER_BASE = Pattern.compile("(/Group/[^/?]+|/Patient)?/?([$]export)?([?].*)?$");

    /**
     * What the log and the export's state in the folder say; what the user says wins.
     *
     * @throws ExportUnknown when that is not enough
     * @throws IOException when a file cannot be read
     */
    public static ExportOrigin of(Path folder, Optional<String> group, Optional<ExportTime> time)
            throws ExportUnknown, IOException {
        Optional<JsonNode> state = finishedState(folder.resolve(STATE));
        Optional<JsonNode> requested =
                state.map(json -> json.path("job").path("request").path("parameters"));
        List<String> filters =
                new ArrayList<>(requested.flatMap(parameters -> FhirJson.text(parameters, "_typeFilter")).stream()
                        .toList());
        boolean logIsNeeded = group.isEmpty() || time.isEmpty();
        Optional<ExportLogFile> log = log(folder, logIsNeeded);
        log.ifPresent(facts -> filters.addAll(facts.typeFilters()));
        Optional<String> url = log.flatMap(ExportLogFile::exportUrl)
                .or(() -> state.flatMap(json -> FhirJson.text(json.at("/job/request"), "fhirUrl"))
                        .map(RedactedUrl::of));
        if (logIsNeeded && log.isPresent()) {
            log.get().refuseIncomplete();
            if (state.isEmpty()) {
                log.get().refuseMissingFiles();
            }
        }
        ExportOrigin exported = new ExportOrigin(
                group.or(() -> url.map(ExportOrigin::groupOf))
                        .orElseThrow(
                                () -> new ExportUnknown(Kind.NO_GROUP, folder.toString(), "there is no log.ndjson")),
                time.or(() -> log.flatMap(ExportLogFile::transactionTime))
                        .orElseThrow(
                                () -> new ExportUnknown(Kind.NO_TIME, folder.toString(), "there is no log.ndjson")),
                url,
                TypeFilters.of(filters),
                types(requested, log),
                state.map(ExportOrigin::resources).orElse(Map.of()),
                state.map(ExportOrigin::digests).orElse(Map.of()),
                arrived(folder, state, log),
                state.map(ExportOrigin::lacking).orElse(Set.of()));
        return state.isPresent() && hasItsMedications(state.get()) ? exported.withMedications() : exported;
    }

    /** Whether a hydration has found all that are referred to. */
    private static boolean hasItsMedications(JsonNode state) {
        return state.path("hydration").path("medications").asBoolean();
    }

    /** They are all, where those are all that refer to them. */
    private ExportOrigin withMedications() {
        if (types.isEmpty() || !bringsAllOf(HydrationKind.MEDICATIONS.types())) {
            return this;
        }
        Set<String> more = new TreeSet<>(types);
        more.add(HydrationKind.MEDICATIONS.scopeType());
        return new ExportOrigin(group, time, url, filters, more, brought, digests, arrived, lacking);
    }

    private static Optional<Set<String>> arrived(Path folder, Optional<JsonNode> state, Optional<ExportLogFile> log)
            throws IOException {
        Optional<Set<String>> listed = state.isPresent() ? listed(state.get()) : log.flatMap(ExportLogFile::arrived);
        if (listed.isEmpty() || ErrorReport.errorsIn(folder) > 0) {
            return Optional.empty();
        }
        Set<String> arrived = new TreeSet<>(listed.get());
        arrived.addAll(ErrorReport.typesNamedIn(folder));
        return Optional.of(arrived);
    }

    /**
     * The types of a state's output files, if there are any, all files are there, and the server reports nothing among the
     * resources.
     */
    private static Optional<Set<String>> listed(JsonNode state) {
        Set<String> types = new TreeSet<>();
        for (JsonNode file : state.path("files")) {
            boolean output = file.path("kind").asText().equals("OUTPUT");
            boolean reports =
                    output && file.at("/proof/others/OperationOutcome").asLong() > 0;
            if (!file.path("proof").isObject() || (output && !file.path("type").isTextual()) || reports) {
                return Optional.empty();
            }
            if (output) {
                types.add(file.path("type").asText());
            }
        }
        return types.isEmpty() ? Optional.empty() : Optional.of(types);
    }

    /** A list of deletions may be of any type; what the server's own reports would say is told of elsewhere. */
    private static Set<String> lacking(JsonNode state) {
        Set<String> lacking = new TreeSet<>();
        for (JsonNode file : state.path("files")) {
            String kind = file.path("kind").asText();
            boolean miscounted = kind.equals("OUTPUT")
                    && file.path("count").asLong() > file.at("/proof/resources").asLong();
            if (!kind.equals("ERROR") && (file.hasNonNull("lost") || miscounted)) {
                lacking.add(kind.equals("OUTPUT") ? FhirJson.text(file, "type").orElse("") : "");
            }
        }
        return lacking;
    }

    /** Whether some of a type, or what was deleted of it, never came. */
    public boolean lacks(String type) {
        return lacking.contains(type) || lacking.contains("");
    }

    /** By the export and by hydrations. */
    private static Map<String, Long> resources(JsonNode state) {
        Map<String, Long> brought = new TreeMap<>();
        for (JsonNode file : state.path("files")) {
            if (file.path("kind").asText().equals("OUTPUT")) {
                add(file, brought);
            }
        }
        state.at("/hydration/files").forEach(file -> add(file, brought));
        return brought;
    }

    private static Map<String, String> digests(JsonNode state) {
        Map<String, String> digests = new TreeMap<>();
        for (JsonNode files : List.of(state.path("files"), state.at("/hydration/files"))) {
            for (JsonNode file : files) {
                FhirJson.text(file.path("proof"), "sha256")
                        .ifPresent(sha256 -> digests.put(file.path("path").asText(), sha256));
            }
        }
        return digests;
    }

    private static void add(JsonNode file, Map<String, Long> brought) {
        long resources = file.at("/proof/resources").asLong();
        for (JsonNode ofOtherType : file.at("/proof/others")) {
            resources -= ofOtherType.asLong();
        }
        brought.merge(file.path("type").asText(), resources, Long::sum);
    }

    /** The folder's own state knows what was asked for in all; a log's last kick-off may be for a part of it. */
    private static Set<String> types(Optional<JsonNode> requested, Optional<ExportLogFile> log) {
        Set<String> types = new TreeSet<>();
        List<String> joined = requested.isPresent()
                ? FhirJson.text(requested.get(), "_type").stream().toList()
                : log.map(ExportLogFile::types).orElse(List.of());
        joined.forEach(
                list -> Arrays.stream(list.split(",", -1)).map(String::trim).forEach(types::add));
        types.remove("");
        return types;
    }

    /** All that is told of the export but its files, alike whenever the same is told. */
    public String facts() {
        return Stream.of(
                        group,
                        time,
                        url,
                        new TreeMap<>(filters.slicing()),
                        filters.allCategories(),
                        new TreeSet<>(types),
                        new TreeMap<>(brought),
                        arrived.map(TreeSet::new),
                        new TreeSet<>(lacking))
                .map(String::valueOf)
                .collect(Collectors.joining("\n"));
    }

    /** Whether resources of a type could come. */
    public boolean asksFor(String type) {
        return types.isEmpty() || types.contains(type);
    }

    /** Whether some of these types could come, and each that could came without a filter that slices. */
    public boolean bringsAllOf(List<String> some) {
        List<String> asked = some.stream().filter(this::asksFor).toList();
        return !asked.isEmpty()
                && asked.stream().noneMatch(type -> filters.slicing(type).isPresent());
    }

    /**
     * Finds the types that the export asked for and of which none came. Those that its {@code _type} names; without one,
     * and without any filter, where its files are listed, those that Cumulus Library waits for: all of them belong to
     * patients, so that every level of export would bring them. None where the folder holds what this export did not bring.
     *
     * @param inFolder the types of the folder's files
     */
    public Set<String> typesOfWhichNoneCame(Set<String> inFolder) {
        if (arrived.isEmpty() || inFolder.isEmpty() || inFolder.stream().anyMatch(this::isForeign)) {
            return Set.of();
        }
        Set<String> none = new TreeSet<>(asksForAll() ? CumulusLibrary.TYPES : types);
        if (asksForAll() && (arrived.get().isEmpty() || !filters.slicing().isEmpty() || isForSomePatients())) {
            return Set.of();
        }
        none.removeAll(inFolder);
        none.removeAll(arrived.get());
        none.removeIf(type -> filters.slicing(type).isPresent());
        return none;
    }

    /** Medications are fetched beside any export. */
    private boolean isForeign(String type) {
        boolean listed =
                arrived.filter(types -> types.isEmpty() || types.contains(type)).isPresent();
        return !type.equals(HydrationKind.MEDICATIONS.scopeType()) && !(asksFor(type) && listed);
    }

    /** Whether the kick-off named no types. */
    public boolean asksForAll() {
        return types.isEmpty();
    }

    private boolean isForSomePatients() {
        return url.filter(export -> FOR_PATIENTS.matcher(export).find()).isPresent();
    }

    /** How many resources of a type must be in the folder, at least. */
    public long brought(String type) {
        return brought.getOrDefault(type, 0L);
    }

    /** The FHIR base of the server that the data come from, where a log or a state tells it. */
    public Optional<String> serverBase() {
        return url.map(export -> AFTER_BASE.matcher(export).replaceFirst(""));
    }

    /** Where the user says all, logs are only asked for filters, and one that cannot be told is none. */
    private static Optional<ExportLogFile> log(Path folder, boolean needed) throws ExportUnknown, IOException {
        try {
            return ExportLogFile.find(folder);
        } catch (ExportUnknown several) {
            if (needed) {
                throw several;
            }
            return Optional.empty();
        }
    }

    private static String groupOf(String exportUrl) {
        Matcher matcher = GROUP.matcher(exportUrl);
        return matcher.find() ? RedactedUrl.decoded(matcher.group("id")) : "";
    }

    /** Our own export's. */
    private static Optional<JsonNode> finishedState(Path file) throws ExportUnknown, IOException {
        if (!RegularFiles.isThere(file)) {
            return Optional.empty();
        }
        ObjectNode state = FhirJson.mapper().createObjectNode();
        try (InputStream in = RegularFiles.open(file, ExportFolder.LARGEST_STATE);
                JsonParser json = FhirJson.mapper().createParser(in)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals(MANIFEST)) {
                    json.skipChildren();
                } else {
                    state.set(name, TREE.readTree(json));
                }
            }
        } catch (JsonProcessingException foreign) {
            return Optional.empty();
        }
        boolean ours = state.has("state")
                && (state.path("job").isObject() || state.path("request").isObject());
        if (ours && !state.path("state").asText().equals("done")) {
            throw new ExportUnknown(
                    Kind.UNFINISHED, file.toString(), state.path("state").asText());
        }
        return ours ? Optional.of(state) : Optional.empty();
    }
}
