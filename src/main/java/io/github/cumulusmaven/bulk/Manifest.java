package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.http.NamedUrl;
import io.github.cumulusmaven.http.SignedUrl;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

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
        Map<String, Object> raw,
        Optional<Instant> expires) {

    /**
     * A file as the server announces it.
     *
     * @param kind which list
     * @param url absolute
     * @param type as announced
     * @param count as announced
     * @param announced what else
     */
    record Entry(FileState.Kind kind, URI url, Optional<String> type, OptionalLong count, Announced announced) {}

    /** A body that ends a job but is no manifest (ST-14). The message says in what way, without its content. */
    static final class NotAManifest extends Exception {
        private static final long serialVersionUID = 1L;

        NotAManifest(String what) {
            super(what);
        }
    }

    private static final Map<String, FileState.Kind> LISTS = new TreeMap<>(Map.of(
            "output", FileState.Kind.OUTPUT,
            "deleted", FileState.Kind.DELETED,
            "error", FileState.Kind.ERROR,
            "outcome", FileState.Kind.ERROR));

    /**
     * Reads a page.
     *
     * @param text the body
     * @param source its URL: relative ones are resolved against it
     */
    static Manifest parse(String text, URI source) throws NotAManifest {
        if (text.isBlank()) {
            throw new NotAManifest("an empty body");
        }
        ObjectNode page = FhirJson.parseObject(text).orElseThrow(() -> new NotAManifest("a body that is not JSON"));
        Optional<OperationOutcome> outcome = OperationOutcome.of(page);
        if (outcome.isPresent()) {
            throw new NotAManifest("an OperationOutcome");
        }
        if (!page.path("output").isArray()) {
            throw new NotAManifest("JSON without an output array");
        }
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, FileState.Kind> list : LISTS.entrySet()) {
            for (JsonNode entry : page.path(list.getKey())) {
                entries.add(entry(list.getValue(), entry, source));
            }
        }
        JsonNode flag = page.path("requiresAccessToken");
        return new Manifest(
                FhirJson.text(page, "transactionTime").orElse(""),
                flag.isMissingNode() || flag.isNull() ? Optional.empty() : Optional.of(flag.asBoolean(true)),
                List.copyOf(entries),
                next(page, source),
                redacted(page),
                Optional.empty());
    }

    /** The same with what the answer's header says. */
    Manifest expiring(Optional<Instant> end) {
        return new Manifest(transactionTime, requiresAccessToken, entries, next, raw, end);
    }

    private static Entry entry(FileState.Kind kind, JsonNode entry, URI source) throws NotAManifest {
        String url = FhirJson.text(entry, "url").orElse("");
        OptionalLong count = FhirJson.text(entry, "count")
                .filter(number -> number.matches("\\d{1,18}"))
                .map(number -> OptionalLong.of(Long.parseLong(number)))
                .orElse(OptionalLong.empty());
        return new Entry(kind, resolve(source, url), FhirJson.text(entry, "type"), count, Announced.of(entry));
    }

    private static Optional<URI> next(ObjectNode page, URI source) throws NotAManifest {
        for (JsonNode link : page.path("link")) {
            if (link.path("relation").asText().equals("next")) {
                return Optional.of(resolve(source, link.path("url").asText()));
            }
        }
        return Optional.empty();
    }

    private static URI resolve(URI source, String url) throws NotAManifest {
        return NamedUrl.resolve(source, url)
                .orElseThrow(() -> new NotAManifest("a manifest with an entry that has no usable URL"));
    }

    private static Map<String, Object> redacted(ObjectNode page) {
        return FhirJson.mapper()
                .convertValue(
                        FhirJson.withTexts(page, SignedUrl::kept),
                        FhirJson.mapper()
                                .getTypeFactory()
                                .constructMapType(LinkedHashMap.class, String.class, Object.class));
    }

    long count(FileState.Kind kind) {
        return entries.stream().filter(entry -> entry.kind() == kind).count();
    }
}
