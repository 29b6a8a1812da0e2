package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ReferenceReader;
import io.github.cumulusmaven.fhir.ResourceReference;
import io.github.cumulusmaven.fhir.ResourceReference.Form;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.files.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an export says is no longer on the server: Bundles of DELETE requests, read entry by entry, as they are long. */
final class DeletedIds {
    private static final ObjectReader ENTRY =
            FhirJson.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Longer than any URL of a resource: looking for its end takes time that grows with the square of slashes. */
    private static final int LONGEST_URL = 2048;

    private static final Set<String> TELLING = Set.of("resourceType", "type");

    /** The resource type, the id, and a version, a fragment or a query. */
    private static final Pattern END_OF_URL =
            Pattern.compile("^[^?#]*?/+([A-Za-z]+/+[^/?#]+/*(?:/_history(?:/[^/?#]*)?)?(?:[?#].*)?)$");

    private final Deidentification deidentification;
    private final ReferenceReader references;
    private final Map<EtlTask, SortedSet<String>> anonymized = new EnumMap<>(EtlTask.class);

    private long unknown;

    DeletedIds(Deidentification deidentification, ReferenceReader references) {
        this.deidentification = deidentification;
        this.references = references;
    }

    /** The ids, as the tables have them. */
    SortedSet<String> of(EtlTask task) {
        return anonymized.getOrDefault(task, Collections.emptySortedSet());
    }

    /** Returns how many files could not be read to their end: what they say stays undeleted. */
    long read(List<InputFile> files, EtlListener listener) {
        long unreadable = 0;
        for (InputFile file : files) {
            try (InputStream in = file.openWhole();
                    JsonParser json = FhirJson.mapper().createParser(in)) {
                readBundles(json);
            } catch (VerifyingInputStream.Changed changed) {
                unreadable++;
                listener.fileUnreadable(file.name(), String.valueOf(changed.getMessage()));
            } catch (IOException damaged) {
                unreadable++;
                listener.warned(new EtlWarning.NotBundles(file.name()));
            }
            if (unknown > 0) {
                unreadable++;
                listener.warned(new EtlWarning.UnclearDeletions(file.name(), unknown));
                unknown = 0;
            }
        }
        return unreadable;
    }

    private void readBundles(JsonParser json) throws IOException {
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            requireObject(token);
            readBundle(json);
        }
    }

    /** What a Bundle deletes counts once it has shown to be a transaction, which it may say at its end. */
    private void readBundle(JsonParser json) throws IOException {
        Map<String, String> texts = new HashMap<>();
        Map<EtlTask, SortedSet<String>> found = new EnumMap<>(EtlTask.class);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_ARRAY && name.equals("entry")) {
                readEntries(json, found);
            } else if (value == JsonToken.VALUE_STRING && TELLING.contains(name)) {
                texts.put(name, json.getText());
            } else {
                json.skipChildren();
            }
        }
        if (!"Bundle".equals(texts.get("resourceType")) || !"transaction".equals(texts.get("type"))) {
            throw new IOException("no transaction");
        }
        found.forEach((task, ids) ->
                anonymized.computeIfAbsent(task, added -> new TreeSet<>()).addAll(ids));
    }

    private void readEntries(JsonParser json, Map<EtlTask, SortedSet<String>> found) throws IOException {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            requireObject(token);
            JsonNode entry = ENTRY.readTree(json);
            JsonNode request = entry.path("request");
            if (request.path("method").asText().equals("DELETE")) {
                add(request.path("url").asText(), found);
            }
        }
    }

    private static void requireObject(@Nullable JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            throw new IOException("no object");
        }
    }

    private void add(String url, Map<EtlTask, SortedSet<String>> found) {
        ResourceReference deleted = references.read(url, "", "");
        if (deleted.form() == Form.OTHER_URL && !references.knowsServer() && url.length() <= LONGEST_URL) {
            // Nobody knows the server, and an export's deletions are its own.
            deleted = references.read(END_OF_URL.matcher(url).replaceFirst("$1"), "", "");
        }
        if (deleted.form() != Form.RESOURCE) {
            unknown++;
            return;
        }
        String type = deleted.type();
        String id = deleted.id();
        EtlTask.ofType(type).ifPresent(task -> found.computeIfAbsent(task, ids -> new TreeSet<>())
                .add(deidentification.anonymizedId(type, id)));
    }
}
