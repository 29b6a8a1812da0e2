package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.sandbox.ExportRequest.ChangeWindow;
import io.github.cumulusmaven.sandbox.TokenCheck.Access;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads kick-off requests, and refuses what this server would not do (KO-21): a parameter is never ignored unless the
 * client says {@code handling=lenient}.
 */
final class KickOff {
    private static final Set<String> SUPPORTED =
            Set.of("_type", "_since", "_until", "_typeFilter", "_outputFormat", "patient");
    private static final Set<String> NDJSON = Set.of("application/fhir+ndjson", "application/ndjson", "ndjson");

    private final Request request;
    private final Instant now;
    private final Map<String, List<String>> parameters;

    private KickOff(Request request, Instant now) throws Refusal {
        this.request = request;
        this.now = now;
        checkHeaders();
        this.parameters = new LinkedHashMap<>(request.query());
        if (request.method().equals("POST")) {
            addBody();
        }
    }

    /**
     * Reads one.
     *
     * @param patients that the path names; nothing for the whole system
     * @param available types
     */
    static ExportRequest read(
            Request request,
            URI origin,
            Access access,
            Optional<PatientSelection> patients,
            Set<String> available,
            Instant now)
            throws Refusal {
        KickOff kickOff = new KickOff(request, now);
        Optional<Set<String>> types = kickOff.types();
        TypeFilters filters = kickOff.filters(types);
        ExportRequest export = new ExportRequest(
                origin + request.url().getRawPath() + query(request.url()),
                now,
                access,
                kickOff.patients(patients),
                types,
                kickOff.window(),
                filters,
                kickOff.ignored(filters));
        kickOff.checkFormat();
        kickOff.checkTypes(export, available);
        return export;
    }

    private static String query(URI url) {
        return url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    }

    private void checkHeaders() throws Refusal {
        if (!request.accepts(Answer.FHIR_JSON)) {
            throw Refusal.badRequest("The Accept header must be application/fhir+json");
        }
        if (request.preferences().noneMatch("respond-async"::equals)) {
            throw Refusal.badRequest("The Prefer header must be respond-async");
        }
    }

    private boolean isLenient() {
        return request.preferences().anyMatch("handling=lenient"::equals);
    }

    private void addBody() throws Refusal {
        if (!request.hasContentType(Answer.FHIR_JSON) && !request.hasContentType(Answer.JSON)) {
            throw Refusal.badRequest("The Content-Type of a POST must be application/fhir+json");
        }
        ObjectNode body = FhirJson.parseObject(request.body())
                .filter(object -> object.path("resourceType").asText().equals("Parameters"))
                .orElseThrow(() -> Refusal.badRequest("The body of a POST must be a Parameters resource"));
        for (JsonNode parameter : body.path("parameter")) {
            String name = parameter.path("name").asText();
            parameters.computeIfAbsent(name, first -> new ArrayList<>()).add(value(parameter));
        }
    }

    private static String value(JsonNode parameter) {
        return StreamSupport.stream(((Iterable<String>) parameter::fieldNames).spliterator(), false)
                .filter(name -> name.startsWith("value"))
                .map(parameter::path)
                .map(value -> value.isObject() ? value.path("reference").asText() : value.asText())
                .findFirst()
                .orElse("");
    }

    private List<String> values(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /** Repeated and comma-separated values are the same (KO-19). */
    private Stream<String> list(String name) {
        return values(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::trim)
                .filter(value -> !value.isEmpty());
    }

    private Optional<Set<String>> types() throws Refusal {
        Set<String> types = new LinkedHashSet<>(list("_type").toList());
        for (String type : types) {
            if (!ResourceType.isKnown(type)) {
                throw Refusal.badRequest("_type: FHIR has no resource type \"" + type + "\"");
            }
        }
        return types.isEmpty() ? Optional.empty() : Optional.of(types);
    }

    private TypeFilters filters(Optional<Set<String>> types) throws Refusal {
        TypeFilters filters = TypeFilters.parse(values("_typeFilter"));
        for (String type : filters.types()) {
            if (types.filter(asked -> !asked.contains(type)).isPresent() && !isLenient()) {
                throw Refusal.badRequest("_typeFilter: " + type + " is not in _type");
            }
        }
        return filters;
    }

    private ChangeWindow window() throws Refusal {
        Optional<Instant> since = instant("_since");
        if (since.filter(now::isBefore).isPresent()) {
            throw Refusal.badRequest("_since is in the future");
        }
        return new ChangeWindow(since, instant("_until"));
    }

    private Optional<Instant> instant(String name) throws Refusal {
        List<String> values = values(name);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> instant = FhirInstant.ofUser(values.get(0))
                .filter(text -> text.equals(values.get(0)))
                .flatMap(FhirInstant::parse);
        if (values.size() > 1 || instant.isEmpty()) {
            throw Refusal.badRequest(name + " must be one FHIR instant, with seconds and a zone; + is written %2B");
        }
        return instant;
    }

    private Optional<PatientSelection> patients(Optional<PatientSelection> ofPath) throws Refusal {
        if (!parameters.containsKey("patient")) {
            return ofPath;
        }
        if (!request.method().equals("POST")) {
            throw Refusal.badRequest("patient is possible in a POST only");
        }
        PatientSelection all = ofPath.orElseThrow(
                () -> Refusal.badRequest("patient is possible for exports of patients or of a group only"));
        Set<String> ids = new HashSet<>();
        for (String reference : values("patient")) {
            ids.add(PatientCompartment.patientOf(reference)
                    .filter(all::has)
                    .orElseThrow(() -> Refusal.badRequest("patient: not the reference of a Patient of this export")));
        }
        return Optional.of(PatientSelection.of(ids));
    }

    private List<String> ignored(TypeFilters filters) throws Refusal {
        List<String> others = Stream.concat(
                        parameters.keySet().stream().filter(name -> !SUPPORTED.contains(name)),
                        filters.unknown().stream().map(search -> "_typeFilter=" + search))
                .toList();
        if (!others.isEmpty() && !isLenient()) {
            throw Refusal.notSupported("This server has no parameter " + String.join(", ", others)
                    + "; with Prefer: handling=lenient it is ignored");
        }
        return others;
    }

    private void checkFormat() throws Refusal {
        if (!NDJSON.containsAll(values("_outputFormat"))) {
            throw Refusal.notSupported("_outputFormat: only application/fhir+ndjson");
        }
    }

    private void checkTypes(ExportRequest export, Set<String> available) throws Refusal {
        Set<String> asked = export.types().orElse(Set.of());
        if (!asked.isEmpty() && asked.stream().noneMatch(export::canHold) && !isLenient()) {
            throw Refusal.notSupported("_type: an export like this holds no " + String.join(", ", asked));
        }
        Set<String> possible = (asked.isEmpty() ? available : asked)
                .stream().filter(export::canHold).collect(Collectors.toSet());
        if (!possible.isEmpty() && possible.stream().noneMatch(export::holds)) {
            throw Refusal.forbidden("The scopes of the token do not let it export any of the resources");
        }
    }
}
