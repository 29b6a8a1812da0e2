package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.http.NamedUrl;
import io.github.cumulusmaven.http.SignedUrl;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * One page of the list of files that a finished job made, read tolerantly (MF ids).
 *
 * @param transactionTime as the server wrote it; empty where it is missing
 * @param requiresAccessToken nothing where the server did not say (MF-12)
 * @param entries of all lists
 * @param next the next page (MF-07)
 * @param raw as it came, signed queries redacted
 * @param expires when its files go (FL-07)
 */
record Manifest(
        String transactionTime,
        Optional<Boolean> requiresAccessToken,
        List<Entry> entries,
        Optional<URI> next,
        ManifestPage raw,
        Optional<Instant> expires) {

    /**
     * A file as the server announces it.
     *
     * @param kind which list
     * @param address its URL, absolute; as a text, which takes a quarter of the memory; one that nobody can fetch as it came
     * @param type as announced
     * @param count as announced
     * @param announced what else
     */
    record Entry(FileState.Kind kind, String address, Optional<String> type, OptionalLong count, Announced announced) {
        Entry(FileState.Kind kind, URI url, Optional<String> type, OptionalLong count, Announced announced) {
            this(kind, url.toString(), type, count, announced);
        }
    }

    /**
     * Holds what a manifest promises of a file beyond its count (MF-08). Servers do not say whether they mean the bytes as they
     * are sent or as they are without compression.
     *
     * @param bytes {@code fileSize} of IG 4, or DPC's {@code file_length}
     * @param sha256 DPC's {@code checksum}, in lower-case hex
     */
    record Announced(OptionalLong bytes, Optional<String> sha256) {
        static final Announced NOTHING = new Announced(OptionalLong.empty(), Optional.empty());

        /** Of an entry of the manifest, whose extensions may be a list, as FHIR has it, or an object, as IG 3 has it. */
        static Announced of(JsonNode entry) {
            if (!entry.has("fileSize") && !entry.has("extension")) {
                return NOTHING;
            }
            OptionalLong size = Stream.concat(
                            FhirJson.text(entry, "fileSize").stream(), extensions(entry, Tolerances.FILE_LENGTH))
                    .map(Tolerances.LENGTH::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(number -> Long.parseLong(number.group(1)))
                    .findFirst();
            Optional<String> sum = extensions(entry, Tolerances.CHECKSUM)
                    .map(Tolerances.SHA256::matcher)
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1).toLowerCase(Locale.ROOT))
                    .findFirst();
            return new Announced(size, sum);
        }

        private static Stream<String> extensions(JsonNode entry, String name) {
            JsonNode extension = entry.path("extension");
            Stream<String> named = extension.properties().stream()
                    .filter(field -> isNamed(field.getKey(), name))
                    .map(field -> field.getValue().asText());
            Stream<String> listed = Stream.concat(Stream.of(extension), elements(extension))
                    .filter(item -> isNamed(item.path("url").asText(), name))
                    .flatMap(Announced::values);
            return Stream.concat(named, listed);
        }

        private static Stream<JsonNode> elements(JsonNode list) {
            Stream.Builder<JsonNode> elements = Stream.builder();
            list.elements().forEachRemaining(elements);
            return elements.build();
        }

        private static Stream<String> values(JsonNode item) {
            return item.properties().stream()
                    .filter(field -> field.getKey().startsWith("value"))
                    .map(Map.Entry::getValue)
                    .map(JsonNode::asText);
        }

        /** Extensions are named by URLs, of which only the end says something. */
        private static boolean isNamed(String url, String name) {
            return url.substring(url.lastIndexOf('/') + 1).equalsIgnoreCase(name);
        }
    }

    /** Far more files than an export has; all of them are in memory. */
    static final int MOST_ENTRIES = 1_000_000;

    private static final int LONGEST_REST = 8 * 1024 * 1024;

    private static final ObjectReader TREE =
            FhirJson.answers().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Reads a page as it comes, without holding its text.
     *
     * @param body in UTF-8, which stays open
     * @param source its URL: relative ones are resolved against it
     * @throws NotAManifest when it is something else
     * @throws IOException when the body breaks off
     */
    static Manifest parse(InputStream body, URI source) throws NotAManifest, IOException {
        return parse(body, url -> NamedUrl.resolve(source, url));
    }

    /** The same where more is known of the URLs that are named. */
    static Manifest parse(InputStream body, Function<String, Optional<URI>> urls) throws NotAManifest, IOException {
        try (JsonParser json = FhirJson.answers().createParser(body).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
            JsonToken first = json.nextToken();
            if (first == null) {
                throw new NotAManifest(NotAManifest.Kind.EMPTY);
            }
            if (first != JsonToken.START_OBJECT) {
                throw new NotAManifest(NotAManifest.Kind.NOT_JSON);
            }
            Page page = new Page(json, urls);
            ManifestPage raw = ManifestPage.of(page::read);
            if (json.nextToken() != null) {
                throw new NotAManifest(NotAManifest.Kind.NOT_JSON);
            }
            return page.manifest(raw);
        } catch (StreamConstraintsException absurd) {
            throw new NotAManifest(NotAManifest.Kind.ABSURD_JSON);
        } catch (JsonProcessingException | CharConversionException other) {
            // Where the connection is lost in the rest, that is the reason.
            body.readNBytes(LONGEST_REST);
            throw new NotAManifest(NotAManifest.Kind.NOT_JSON);
        }
    }

    /** Keeps what counts of a page while its JSON passes by. */
    private static final class Page {
        private static final int MOST_ISSUES = 100;

        private final JsonParser json;
        private final Function<String, Optional<URI>> urls;
        private final Map<String, List<Entry>> lists = new TreeMap<>();
        private final Map<String, Optional<String>> types = new HashMap<>();
        private final ObjectNode others = FhirJson.mapper().createObjectNode();
        private Optional<URI> next = Optional.empty();
        private final Set<String> names = new HashSet<>();
        private boolean otherList;
        private int size;

        Page(JsonParser json, Function<String, Optional<URI>> urls) {
            this.json = json;
            this.urls = urls;
        }

        void read(JsonGenerator raw) throws IOException, NotAManifest {
            raw.writeStartObject();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                names.add(name);
                raw.writeFieldName(name);
                boolean isArray = json.nextToken() == JsonToken.START_ARRAY;
                FileState.Kind list = Tolerances.LISTS.get(name);
                if (list != null && isArray) {
                    List<Entry> entries = new ArrayList<>();
                    each(raw, entry -> entries.add(entry(list, entry)));
                    lists.put(name, entries);
                } else if (name.equals("link") && isArray) {
                    next = Optional.empty();
                    each(raw, this::link);
                } else if (name.equals("issue") && isArray) {
                    ArrayNode issues = others.putArray(name);
                    each(raw, issue -> issues.add(issues.size() < MOST_ISSUES ? issue : null));
                } else if (json.currentToken().isScalarValue()) {
                    JsonNode value = TREE.readTree(json);
                    others.set(name, value);
                    raw.writeTree(redacted(value));
                } else {
                    otherList |= isArray && !name.equals("extension");
                    copyRedacted(raw);
                }
            }
            raw.writeEndObject();
        }

        /** Takes an element of an array. */
        @FunctionalInterface
        private interface Element {
            void take(JsonNode element) throws NotAManifest;
        }

        private void each(JsonGenerator raw, Element element) throws IOException, NotAManifest {
            raw.writeStartArray();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                JsonNode node = TREE.readTree(json);
                element.take(node);
                raw.writeTree(redacted(node));
            }
            raw.writeEndArray();
        }

        /** Nobody reads it; it is kept as it came. */
        private void copyRedacted(JsonGenerator raw) throws IOException {
            int depth = 0;
            do {
                if (json.currentToken() == JsonToken.VALUE_STRING) {
                    raw.writeString(SignedUrl.identity(json.getText()));
                } else {
                    raw.copyCurrentEventExact(json);
                }
                depth += json.currentToken().isStructStart()
                        ? 1
                        : json.currentToken().isStructEnd() ? -1 : 0;
            } while (depth > 0 && json.nextToken() != null);
        }

        private Entry entry(FileState.Kind kind, JsonNode entry) throws NotAManifest {
            if (++size > MOST_ENTRIES) {
                throw new NotAManifest(NotAManifest.Kind.TOO_MANY_FILES, MOST_ENTRIES);
            }
            String url = FhirJson.text(entry, "url").orElse("");
            OptionalLong count = FhirJson.text(entry, "count")
                    .filter(number -> number.matches("\\d{1,18}"))
                    .map(number -> OptionalLong.of(Long.parseLong(number)))
                    .orElse(OptionalLong.empty());
            Optional<String> type =
                    FhirJson.text(entry, "type").flatMap(name -> types.computeIfAbsent(name, Optional::of));
            String address = urls.apply(url).map(URI::toString).orElse(url);
            return new Entry(kind, address, type, count, Announced.of(entry));
        }

        private void link(JsonNode link) throws NotAManifest {
            if (next.isEmpty() && link.path("relation").asText().equals("next")) {
                next = Optional.of(resolve(link.path("url").asText()));
            }
        }

        private URI resolve(String url) throws NotAManifest {
            return urls.apply(url).orElseThrow(() -> new NotAManifest(NotAManifest.Kind.NO_NEXT_URL));
        }

        /** Where nothing was found, some servers leave the list of files out, or write null for it (MF-11). */
        private boolean isManifest() {
            long marks = Tolerances.MARKS.stream().filter(others::hasNonNull).count();
            boolean isNull = others.path("output").isNull();
            boolean isLeftOut = !names.contains("output");
            return lists.containsKey("output") || (!otherList && ((isNull && marks > 0) || (isLeftOut && marks > 1)));
        }

        /** A file that a list names twice is one file. */
        private List<Entry> distinct() {
            List<Entry> entries = new ArrayList<>(size);
            for (List<Entry> list : lists.values()) {
                Set<String> named = new HashSet<>();
                list.stream()
                        .filter(entry -> entry.address().isEmpty() || named.add(entry.address()))
                        .forEach(entries::add);
            }
            return entries;
        }

        Manifest manifest(ManifestPage raw) throws NotAManifest {
            Optional<OperationOutcome> outcome = OperationOutcome.of(others);
            if (outcome.isPresent()) {
                throw new NotAManifest(NotAManifest.Kind.OPERATION_OUTCOME);
            }
            if (!isManifest()) {
                throw new NotAManifest(NotAManifest.Kind.NO_OUTPUT);
            }
            List<Entry> entries = distinct();
            JsonNode flag = others.path("requiresAccessToken");
            return new Manifest(
                    FhirJson.text(others, "transactionTime").orElse(""),
                    flag.isMissingNode() || flag.isNull() ? Optional.empty() : Optional.of(flag.asBoolean(true)),
                    Collections.unmodifiableList(entries),
                    next,
                    raw,
                    Optional.empty());
        }
    }

    /** The same with what the answer's header says. */
    Manifest expiring(Optional<Instant> end) {
        return new Manifest(transactionTime, requiresAccessToken, entries, next, raw, end);
    }

    /** The same without its entries, once their files are planned. */
    Manifest withoutEntries() {
        return new Manifest(transactionTime, requiresAccessToken, List.of(), next, raw, expires);
    }

    private static JsonNode redacted(JsonNode node) {
        return FhirJson.withTexts(node, SignedUrl::identity);
    }

    long count(FileState.Kind kind) {
        return entries.stream().filter(entry -> entry.kind() == kind).count();
    }
}
