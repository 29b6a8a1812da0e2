package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the written sample and fails if anything is not as the embedded server and its tests expect it. */
final class Verification {
    private static final long LARGEST_SAMPLE = 1_900_000;
    private static final int FEWEST_EXTERNAL_DOCUMENTS = 20;
    private static final int FEWEST_EXTERNAL_REPORTS = 5;
    private static final Instant SINCE = Instant.parse("2023-04-01T00:00:00Z");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");
    private static final String GROUP_MEMBER = "/entity/reference";

    /** What R4 demands; {@code [x]} stands for a choice of types. */
    private static final Map<String, List<String>> REQUIRED = Map.ofEntries(
            Map.entry("AllergyIntolerance", List.of("patient")),
            Map.entry("Binary", List.of("contentType", "data")),
            Map.entry("Condition", List.of("subject")),
            Map.entry("DiagnosticReport", List.of("status", "code", "subject")),
            Map.entry("DocumentReference", List.of("status", "content", "subject")),
            Map.entry("Encounter", List.of("status", "class", "subject")),
            Map.entry("EpisodeOfCare", List.of("status", "patient")),
            Map.entry("Group", List.of("type", "actual", "member")),
            Map.entry("Immunization", List.of("status", "vaccineCode", "patient", "occurrence[x]")),
            Map.entry("MedicationDispense", List.of("status", "medication[x]", "subject")),
            Map.entry("MedicationRequest", List.of("status", "intent", "medication[x]", "subject")),
            Map.entry("Observation", List.of("status", "code", "subject")),
            Map.entry("Procedure", List.of("status", "subject")),
            Map.entry("ServiceRequest", List.of("status", "intent", "subject")),
            Map.entry("Specimen", List.of("subject")));

    private final SampleFolder folder;
    private final Resources sample;
    private final Resources deletions;
    private final ProviderReferences providers;
    private final List<String> problems = new ArrayList<>();

    Verification(SampleFolder folder) throws IOException {
        this.folder = folder;
        this.sample = folder.read();
        this.deletions = folder.readDeleted();
        this.providers = ProviderReferences.of(sample);
    }

    void run() throws IOException {
        checkFiles();
        checkTypes();
        sample.all().forEach(this::checkResource);
        checkSpreadOfTimes();
        checkNotes();
        checkGroup();
        checkDeletions();
        if (!problems.isEmpty()) {
            throw new IllegalStateException("The sample is wrong:\n  " + String.join("\n  ", problems));
        }
    }

    private void check(boolean right, String problem) {
        if (!right) {
            problems.add(problem);
        }
    }

    private void checkFiles() throws IOException {
        check(folder.size() <= LARGEST_SAMPLE, "It has " + folder.size() + " bytes, more than " + LARGEST_SAMPLE);
        for (Path file : folder.files()) {
            if (SampleFolder.isData(file)) {
                checkFile(file);
            }
        }
    }

    private void checkFile(Path file) throws IOException {
        byte[] header = Files.readAllBytes(file);
        // Flags, then four bytes of time.
        for (int at = 3; at < 8; at++) {
            check(header[at] == 0, file + " has a name or a time in its header");
        }
        List<String> ids = new ArrayList<>();
        for (String line : SampleFolder.lines(file)) {
            JsonNode resource = Json.parse(line);
            check(Json.compact(resource).equals(line), file + " has a line that is not compact: " + Fhir.id(resource));
            check(file.getFileName().toString().startsWith(Fhir.type(resource) + "."), file + " has another type");
            ids.add(Fhir.id(resource));
        }
        check(ids.equals(ids.stream().sorted().toList()), file + " is not sorted by id");
    }

    private void checkTypes() {
        Set<String> expected = new TreeSet<>(Resources.EXPORTED);
        expected.addAll(List.of("Binary", "Group"));
        check(expected.equals(sample.types()), "It has the types " + sample.types() + " and not " + expected);
        int patients = sample.all("Patient").size();
        check(patients >= 15 && patients <= 30, "It has " + patients + " patients");
        check(sample.all("Group").size() == 1, "It has more than one group");
        check(
                sample.all("MedicationRequest").stream().anyMatch(request -> request.has("medicationReference")),
                "No MedicationRequest has a medicationReference");
    }

    private void checkResource(ObjectNode resource) {
        String name = Fhir.referenceTo(resource);
        check(ID.matcher(Fhir.id(resource)).matches(), name + " has an id that R4 does not allow");
        check(!lastUpdated(resource).isAfter(LastUpdated.END), name + " was updated after the end");
        REQUIRED.getOrDefault(Fhir.type(resource), List.of())
                .forEach(element -> check(hasElement(resource, element), name + " has no " + element));
        Fhir.eachObject(resource, object -> checkReference(name, object.path("reference")));
    }

    private static boolean hasElement(ObjectNode resource, String element) {
        if (!element.endsWith("[x]")) {
            return resource.hasNonNull(element);
        }
        String start = element.substring(0, element.length() - "[x]".length());
        return resource.properties().stream().anyMatch(field -> field.getKey().startsWith(start));
    }

    private void checkReference(String from, JsonNode reference) {
        if (reference.isMissingNode()) {
            return;
        }
        String target = reference.textValue();
        boolean resolves = target.contains("?")
                ? sample.find(providers.literal(target)).isPresent()
                : sample.find(target).isPresent();
        check(resolves, from + " refers to " + target + ", which does not exist");
    }

    /** A filter on the time must leave something and drop something. */
    private void checkSpreadOfTimes() {
        for (String type : List.of("Encounter", "Observation", "Patient", "DocumentReference")) {
            long all = sample.all(type).size();
            long late = sample.all(type).stream()
                    .filter(resource -> lastUpdated(resource).isAfter(SINCE))
                    .count();
            check(late > 0 && late < all, late + " of " + all + " " + type + " are later than " + SINCE);
        }
    }

    private void checkNotes() {
        Set<String> used = new HashSet<>();
        long documents = checkNotes("DocumentReference", "/content/0/attachment", used);
        long reports = checkNotes("DiagnosticReport", "/presentedForm/0", used);
        check(documents >= FEWEST_EXTERNAL_DOCUMENTS, "Only " + documents + " documents have an external note");
        check(reports >= FEWEST_EXTERNAL_REPORTS, "Only " + reports + " reports have an external note");
        check(documents < sample.all("DocumentReference").size(), "No document has its note inline");
        sample.all("Binary")
                .forEach(binary -> check(used.contains(Fhir.referenceTo(binary)), "Unused: " + Fhir.id(binary)));
    }

    /** Counts the external ones. */
    private long checkNotes(String type, String pointer, Set<String> used) {
        long external = 0;
        for (ObjectNode resource : sample.all(type)) {
            JsonNode attachment = resource.at(pointer);
            if (attachment.has("url")) {
                external++;
                used.add(attachment.get("url").textValue());
                checkExternalNote(Fhir.referenceTo(resource), attachment);
            }
        }
        return external;
    }

    private void checkExternalNote(String name, JsonNode attachment) {
        check(!attachment.has("data"), name + " has its note twice");
        ObjectNode binary = sample.get(attachment.get("url").textValue());
        check(Fhir.type(binary).equals("Binary"), name + " has a note that is no Binary");
        check(binary.get("contentType").equals(attachment.get("contentType")), name + " and its note differ in type");
        check(
                Base64.getDecoder().decode(binary.get("data").textValue()).length > 0,
                Fhir.referenceTo(binary) + " is empty");
    }

    private void checkGroup() {
        JsonNode members = sample.get("Group/" + Cohort.ID).path("member");
        int patients = sample.all("Patient").size();
        check(members.size() == (patients + 1) / 2, "The group has " + members.size() + " of " + patients);
        members.forEach(member -> check(
                member.at(GROUP_MEMBER).asText().startsWith("Patient/"), "The group has a member that is no patient"));
    }

    private void checkDeletions() {
        Set<String> types = new TreeSet<>();
        for (ObjectNode bundle : deletions.all("Bundle")) {
            lastUpdated(bundle);
            for (JsonNode entry : bundle.path("entry")) {
                String url = entry.at("/request/url").textValue();
                types.add(url.substring(0, url.indexOf('/')));
                check(sample.find(url).isEmpty(), url + " is both in the sample and deleted");
                check(entry.at("/request/method").asText().equals("DELETE"), url + " is not deleted");
            }
        }
        check(types.containsAll(List.of("Condition", "Encounter", "Patient")), "Only deleted: " + types);
    }

    private static Instant lastUpdated(ObjectNode resource) {
        return Instant.parse(resource.at("/meta/lastUpdated").textValue());
    }
}
