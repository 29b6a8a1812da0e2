package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.InvalidSetting.Kind;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.fhir.Spelling;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a kick-off asks for, checked.
 *
 * @param values by the specification's name ({@code _type}, …), in the order they are sent; lists are joined by commas,
 *     a comma inside an item written {@code %2C}
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/export.html#query-parameters">Bulk Data IG, query parameters</a>
 */
public record ExportParameters(Map<String, String> values) {
    private static final Set<String> OURS =
            Set.of("_type", "_since", "_until", "_typeFilter", "_elements", "includeAssociatedData");

    private static final Set<String> SEARCH_RESULT = Set.of(
            "_sort",
            "_count",
            "_include",
            "_revinclude",
            "_summary",
            "_total",
            "_elements",
            "_contained",
            "_containedType");

    /** Not sent, with the reason; each would need files or requests of another shape. */
    private static final Map<String, Kind> UNSUPPORTED = Map.of(
            "organizeOutputBy", Kind.MIXED_FILES,
            "allowPartialManifests", Kind.PARTIAL_MANIFESTS,
            "patient", Kind.SINGLE_PATIENTS);

    /** Names what else servers know, and may be asked for without a word. */
    private static final Set<String> KNOWN_TOO = Set.of("_outputFormat", "_includeAssociatedData");

    /** A comma before a type and its question mark; any other is of a value. */
    private static final Pattern BETWEEN_FILTERS = Pattern.compile(",(?=\\s*[A-Za-z]+\\?)");

    private static final Pattern ELEMENT = Pattern.compile("([A-Za-z]+\\.)?[A-Za-z]+(\\[x])?");
    private static final Pattern ASSOCIATED =
            Pattern.compile("(Latest|Relevant)ProvenanceResources|_[A-Za-z0-9_.-]+|[^|]+\\|[^|]+");

    public ExportParameters {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The same for some of the types only; filters on others would be refused. */
    ExportParameters narrowedTo(Collection<String> types) {
        Map<String, String> narrowed = new LinkedHashMap<>(values);
        narrowed.put("_type", String.join(",", types));
        String filters = Arrays.stream(values.getOrDefault("_typeFilter", "").split(",", -1))
                .filter(filter -> types.contains(filter.replaceFirst("\\?.*", "")))
                .collect(Collectors.joining(","));
        if (filters.isEmpty()) {
            narrowed.remove("_typeFilter");
        } else {
            narrowed.put("_typeFilter", filters);
        }
        return new ExportParameters(narrowed);
    }

    /** What a user may ask for; empty strings and lists stand for what was not said. */
    public record Wishes(
            List<String> types,
            String since,
            String until,
            List<String> typeFilters,
            List<String> elements,
            List<String> includeAssociatedData) {

        /** No wishes: everything the server gives. */
        public static final Wishes NONE = new Wishes(List.of(), "", "", List.of(), List.of(), List.of());
    }

    /**
     * The user's wishes together with what the URL itself asks for. Lists are united; a time given twice must be the
     * same.
     *
     * @throws InvalidSetting for an unknown type, a time that is no FHIR instant, a filter on an unknown type or with
     *     result parameters (KO-16, KO-17), or a parameter that is not supported
     */
    public static ExportParameters of(Wishes wishes, Map<String, List<String>> query) throws InvalidSetting {
        Map<String, String> values = new LinkedHashMap<>();
        put(values, "_type", types(union(wishes.types(), inUrl(query, "_type"))));
        put(values, "_since", instant("since", wishes.since(), inUrl(query, "_since")));
        put(values, "_until", instant("until", wishes.until(), inUrl(query, "_until")));
        requireOrder(values);
        put(values, "_typeFilter", filters(wishes.typeFilters(), inUrl(query, "_typeFilter")));
        put(values, "_elements", elements(union(wishes.elements(), inUrl(query, "_elements"))));
        put(
                values,
                "includeAssociatedData",
                associated(union(wishes.includeAssociatedData(), inUrl(query, "includeAssociatedData"))));
        for (Map.Entry<String, List<String>> other : query.entrySet()) {
            putOther(values, other.getKey(), other.getValue());
        }
        return new ExportParameters(values);
    }

    /** Finds the names in a URL's query that no parameter of an export has. */
    public static Set<String> unknown(Map<String, List<String>> query) {
        Set<String> unknown = new LinkedHashSet<>(query.keySet());
        unknown.removeAll(OURS);
        unknown.removeAll(KNOWN_TOO);
        unknown.removeAll(UNSUPPORTED.keySet());
        return unknown;
    }

    /** Finds the parameter of an export that comes closest to a name which none has. */
    public static Optional<String> closest(String unknown) {
        return Spelling.closest(unknown, OURS);
    }

    private static List<String> inUrl(Map<String, List<String>> query, String name) {
        return query.getOrDefault(name, List.of()).stream()
                .filter(value -> !value.isBlank())
                .toList();
    }

    private static void putOther(Map<String, String> values, String name, List<String> given) throws InvalidSetting {
        Kind reason = UNSUPPORTED.get(name);
        if (reason != null) {
            throw new InvalidSetting("fhirUrl", "…?" + name + "=…", reason);
        }
        if (RedactedUrl.isSecret(name)) {
            throw new InvalidSetting("fhirUrl", "…?" + name + "=…", Kind.SECRET);
        }
        if (name.equals("_outputFormat")
                && !given.stream()
                        .allMatch(format -> format.toLowerCase(Locale.ROOT).contains("ndjson"))) {
            throw new InvalidSetting("fhirUrl", "…?_outputFormat=…", Kind.NOT_NDJSON);
        }
        if (!OURS.contains(name)) {
            put(values, name, String.join(",", given));
        }
    }

    private static void put(Map<String, String> values, String name, String value) {
        if (!value.isEmpty()) {
            values.put(name, value);
        }
    }

    private static Set<String> union(List<String> ours, List<String> urls) {
        Set<String> all = new LinkedHashSet<>();
        ours.stream().map(String::trim).filter(item -> !item.isEmpty()).forEach(all::add);
        urls.stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .forEach(all::add);
        return all;
    }

    private static String joined(Collection<String> items) {
        return String.join(",", items);
    }

    private static String types(Set<String> types) throws InvalidSetting {
        for (String type : types) {
            requireKnown("types", type, type);
        }
        return joined(types);
    }

    private static String elements(Set<String> elements) throws InvalidSetting {
        for (String element : elements) {
            if (!ELEMENT.matcher(element).matches()) {
                throw new InvalidSetting("elements", element, Kind.NOT_A_ROOT_ELEMENT);
            }
            int dot = element.indexOf('.');
            if (dot > 0) {
                requireKnown("elements", element, element.substring(0, dot));
            }
        }
        return joined(elements);
    }

    private static String associated(Set<String> kinds) throws InvalidSetting {
        for (String kind : kinds) {
            if (!ASSOCIATED.matcher(kind).matches()) {
                throw new InvalidSetting("includeAssociatedData", kind, Kind.NO_ASSOCIATED_DATA);
            }
        }
        return joined(kinds);
    }

    private static void requireKnown(String setting, String value, String type) throws InvalidSetting {
        if (!ResourceType.isKnown(type)) {
            throw new InvalidSetting(setting, value, Kind.UNKNOWN_TYPE, ResourceType.closest(type));
        }
    }

    private static String instant(String setting, String ours, List<String> urls) throws InvalidSetting {
        Set<String> given = new LinkedHashSet<>();
        if (!ours.isBlank()) {
            given.add(normalized(setting, ours));
        }
        for (String value : urls) {
            given.add(normalized(setting, value));
        }
        if (given.size() > 1) {
            throw new InvalidSetting(setting, String.join("' and '", given), Kind.GIVEN_TWICE);
        }
        return given.isEmpty() ? "" : given.iterator().next();
    }

    /** A server would answer with an empty export, which looks like a group without news. */
    private static void requireOrder(Map<String, String> values) throws InvalidSetting {
        String since = values.getOrDefault("_since", "");
        String until = values.getOrDefault("_until", "");
        Optional<Instant> from = FhirInstant.parse(since);
        Optional<Instant> to = FhirInstant.parse(until);
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new InvalidSetting("since", since, Kind.NOT_BEFORE_UNTIL, until);
        }
    }

    private static String normalized(String setting, String value) throws InvalidSetting {
        return FhirInstant.ofUser(value).orElseThrow(() -> new InvalidSetting(setting, value, Kind.NOT_A_TIME));
    }

    private static String filters(List<String> ours, List<String> urls) throws InvalidSetting {
        Set<String> filters = new LinkedHashSet<>();
        for (String filter : ours) {
            if (!filter.isBlank()) {
                filters.add(escaped(checkedFilter(filter.trim())));
            }
        }
        for (String list : urls) {
            for (String filter : BETWEEN_FILTERS.split(list)) {
                filters.add(escaped(checkedFilter(filter.trim())));
            }
        }
        return joined(filters);
    }

    /** A filter is a query of its own inside the query: a comma would end it, and a plus would become a blank in it. */
    private static String escaped(String filter) {
        return filter.replace(",", "%2C").replace("+", "%2B");
    }

    private static String checkedFilter(String filter) throws InvalidSetting {
        int question = filter.indexOf('?');
        if (question < 1 || question == filter.length() - 1) {
            throw new InvalidSetting("typeFilters", RedactedUrl.filters(filter), Kind.NO_TYPE_FILTER);
        }
        requireKnown("typeFilters", RedactedUrl.filters(filter), filter.substring(0, question));
        for (String pair : filter.substring(question + 1).split("&")) {
            String name = pair.split("[=:]", 2)[0];
            if (SEARCH_RESULT.contains(name)) {
                throw new InvalidSetting("typeFilters", RedactedUrl.filters(filter), Kind.RESULT_PARAMETER, name);
            }
        }
        return filter;
    }

    /** The types asked for; empty when the server decides. */
    public List<String> types() {
        String types = values.getOrDefault("_type", "");
        return types.isEmpty() ? List.of() : List.of(types.split(","));
    }

    /** The query of the kick-off, with its question mark; empty where nothing is asked for. */
    public String query() {
        return values.isEmpty()
                ? ""
                : values.entrySet().stream()
                        .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    /** Commas stay as they are: they separate, and some servers do not decode them. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2C", ",");
    }
}
