package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.deid.ElementRule;
import io.github.cumulusmaven.fhir.FhirJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Takes from Patients what identifies them, as hashes: what a row must not have. Left out is what the rules keep of a
 * Patient on purpose, and what is not distinctive: a family called White, an id 1366.
 */
final class PatientValues {
    /** Turns the hash of what a directory of people or places may have as well into another. */
    static final long OF_PEOPLE = 0x5bd1e9955bd1e995L;

    static final long PATIENT_TYPE = new ValueText().read("Patient").hash();

    private static final int SHORTEST_NAME = 6;

    /** What stands in for a name until there is one. */
    private static final Set<String> PLACEHOLDERS = Set.of(
            "baby",
            "boy",
            "female",
            "girl",
            "infant",
            "male",
            "newborn",
            "of",
            "patient",
            "test",
            "unknown",
            "unspecified");

    /** Public, also where it is of a patient. */
    private static final String PROVIDER_NUMBERS = "http://hl7.org/fhir/sid/us-npi";

    private final Function<String, Optional<ElementRule>> rules;
    private final ValueText text = new ValueText();
    private ValueSet values = new ValueSet(0);
    private final Set<Long> keptNumbers = new HashSet<>();
    private long patients;
    private long count;
    private long tooCommon;

    /** @param rules what they say of an element of Patient */
    PatientValues(Function<String, Optional<ElementRule>> rules) {
        this.rules = rules;
    }

    long patients() {
        return patients;
    }

    long count() {
        return count;
    }

    long tooCommon() {
        return tooCommon;
    }

    void addTo(ValueSet target, JsonNode patient) {
        values = target;
        patients++;
        keptNumbers.clear();
        patient.path("identifier").forEach(this::noteIfKept);
        FhirJson.text(patient, "id").ifPresent(this::id);
        for (JsonNode identifier : patient.path("identifier")) {
            identifier(identifier);
        }
        person(patient, "");
        for (JsonNode contact : patient.path("contact")) {
            person(contact, "contact.");
        }
    }

    private void id(String id) {
        text.read(id);
        values.add(ValueText.pair(PATIENT_TYPE, text.hash()));
        count++;
        if (text.isDistinctive() && !keptNumbers.contains(text.hash())) {
            values.add(text.hash());
        }
    }

    /** Servers give one number as several identifiers, and as the id: kept as one of them, it is no secret. */
    private void noteIfKept(JsonNode identifier) {
        if (isKept("identifier.value", system(identifier))) {
            keptNumbers.add(text.read(identifier.path("value").asText()).hash());
        }
    }

    private static String system(JsonNode identifier) {
        return FhirJson.text(identifier, "system").orElse("");
    }

    private void identifier(JsonNode identifier) {
        Optional<String> value = FhirJson.text(identifier, "value");
        String system = system(identifier);
        if (value.isEmpty() || system.equals(PROVIDER_NUMBERS) || isKept("identifier.value", system)) {
            return;
        }
        long number = text.read(value.get()).hash();
        boolean distinctive = text.isDistinctive();
        if (distinctive && !keptNumbers.contains(number)) {
            values.add(number);
        }
        if (!system.isBlank() && number != 0) {
            values.add(ValueText.pair(text.read(system).hash(), number));
        }
        counted(distinctive || !system.isBlank());
    }

    private void person(JsonNode person, String path) {
        JsonNode name = person.path("name");
        if (!isKept(path + "name.text", "") && !isKept(path + "name.family", "")) {
            for (JsonNode one : name.isArray() ? name : List.of(name)) {
                name(one);
            }
        }
        if (!isKept(path + "telecom.value", "")) {
            for (JsonNode telecom : person.path("telecom")) {
                FhirJson.text(telecom, "value").ifPresent(this::telecom);
            }
        }
        JsonNode address = person.path("address");
        if (!isKept(path + "address.line", "")) {
            for (JsonNode one : address.isArray() ? address : List.of(address)) {
                one.path("line").forEach(line -> street(line.asText()));
            }
        }
    }

    private boolean isKept(String element, String system) {
        return rules.apply(element)
                .filter(rule -> rule.asItIs()
                        && (rule.systems().isEmpty() || rule.systems().contains(system)))
                .isPresent();
    }

    /** All ways to write it that are known to be in use: with all given names or the first, with titles or without. */
    private void name(JsonNode name) {
        List<Long> given = new ArrayList<>();
        List<Integer> letters = new ArrayList<>();
        long middle = 0;
        for (JsonNode one : name.path("given")) {
            text.read(one.asText());
            given.add(text.hash());
            letters.add(text.letters());
            middle = given.size() == 2 && !one.asText().isBlank()
                    ? text.read(one.asText().strip().substring(0, 1)).hash()
                    : middle;
        }
        long family = text.read(name.path("family").asText()).hash();
        int familyLetters = text.letters();
        FhirJson.text(name, "text").ifPresent(this::fullName);
        if (family == 0 || given.isEmpty()) {
            return;
        }
        long first = given.get(0);
        long all = given.stream().mapToLong(Long::longValue).sum();
        boolean distinctive = familyLetters + letters.get(0) >= SHORTEST_NAME
                && familyLetters > 0
                && letters.get(0) > 0
                && first != family
                && !isPlaceholder(name.path("family").asText() + " "
                        + name.path("given").path(0).asText());
        counted(distinctive);
        if (distinctive) {
            long titles = sum(name.path("prefix"));
            long suffixes = sum(name.path("suffix"));
            for (long written : new long[] {first, all, first + middle}) {
                ofPeople(family + written);
                ofPeople(titles + family + written);
                ofPeople(titles + family + written + suffixes);
                ofPeople(family + written + suffixes);
            }
        }
    }

    private void fullName(String name) {
        text.read(name);
        boolean distinctive = text.words() > 1 && text.letters() >= SHORTEST_NAME && !isPlaceholder(name);
        counted(distinctive);
        if (distinctive) {
            ofPeople(text.hash());
        }
    }

    private static boolean isPlaceholder(String name) {
        return Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^a-z]+", -1))
                .filter(word -> !word.isEmpty())
                .allMatch(PLACEHOLDERS::contains);
    }

    private long sum(JsonNode words) {
        long sum = 0;
        for (JsonNode word : words) {
            sum += text.read(word.asText()).hash();
        }
        return sum;
    }

    private void telecom(String value) {
        text.read(value);
        boolean distinctive = text.isDistinctive() || text.isPhone();
        counted(distinctive);
        if (text.isDistinctive()) {
            ofPeople(text.hash());
        }
        if (text.isPhone()) {
            ofPeople(text.phone());
        }
    }

    private void street(String line) {
        boolean distinctive = text.read(line).isDistinctive();
        counted(distinctive);
        if (distinctive) {
            ofPeople(text.hash());
        }
    }

    private void ofPeople(long hash) {
        values.add(hash);
        values.add(hash ^ OF_PEOPLE);
    }

    private void counted(boolean distinctive) {
        count += distinctive ? 1 : 0;
        tooCommon += distinctive ? 0 : 1;
    }
}
