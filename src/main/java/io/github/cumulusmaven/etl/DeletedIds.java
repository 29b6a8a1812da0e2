package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.files.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an export says is no longer on the server: Bundles of DELETE requests, read entry by entry, as they are long. */
final class DeletedIds {
    private static final ObjectReader ENTRY =
            FhirJson.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Deidentification deidentification;
    private final Map<EtlTask, SortedSet<String>> anonymized = new EnumMap<>(EtlTask.class);

    private long unknown;

    DeletedIds(Deidentification deidentification) {
        this.deidentification = deidentification;
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
                listener.fileUnreadable(file.name(), "it is not made of Bundles in JSON");
            }
            if (unknown > 0) {
                unreadable++;
                listener.fileUnreadable(
                        file.name(), unknown + " of its deletions name no resource, but something like a search");
                unknown = 0;
            }
        }
        return unreadable;
    }

    private void readBundles(JsonParser json) throws IOException {
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            requireObject(token);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean entries = json.currentName().equals("entry");
                if (json.nextToken() == JsonToken.START_ARRAY && entries) {
                    readEntries(json);
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void readEntries(JsonParser json) throws IOException {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            requireObject(token);
            JsonNode entry = ENTRY.readTree(json);
            JsonNode request = entry.path("request");
            if (request.path("method").asText().equals("DELETE")) {
                add(request.path("url").asText());
            }
        }
    }

    private static void requireObject(@Nullable JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            throw new IOException("no object");
        }
    }

    /** Takes {@code Type/id}, also at the end of an absolute URL. */
    private void add(String url) {
        String[] path =
                url.replaceFirst("#.*", "").replaceFirst("/_history(/.*)?$", "").split("/");
        if (path.length < 2 || url.contains("?") || !ResourceType.isKnown(path[path.length - 2])) {
            unknown++;
        } else {
            String type = path[path.length - 2];
            EtlTask.ofType(type).ifPresent(task -> anonymized
                    .computeIfAbsent(task, ids -> new TreeSet<>())
                    .add(deidentification.anonymizedId(type, path[path.length - 1])));
        }
    }
}
