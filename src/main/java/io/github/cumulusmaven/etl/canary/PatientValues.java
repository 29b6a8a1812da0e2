package io.github.cumulusmaven.etl.canary;

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
    static final long PATIENT_TYPE = ValueText.word(PatientReader.TYPE);

    private static final int SHORTEST_NAME = 6;

    /** How many given names a spelling may have, unless it has all: nobody writes six of seven. */
    private static final int MOST_GIVEN = 4;

    /** Words that stand in place of a name that is not known yet. */
    private static final Set<String> PLACEHOLDERS = Set.of(
            "a",
            "anonymous",
            "available",
            "baby",
            "boy",
            "deceased",
            "doe",
            "emergency",
            "female",
            "girl",
            "infant",
            "jane",
            "john",
            "male",
            "n",
            "na",
            "newborn",
            "none",
            "not",
            "of",
            "patient",
            "test",
            "trauma",
            "unidentified",
            "unknown",
            "unspecified");

    /** The system of provider numbers, which are public, even where a patient has one. */
    private static final String PROVIDER_NUMBERS = "http://hl7.org/fhir/sid/us-npi";

    private static final String SOCIAL_SECURITY = "http://hl7.org/fhir/sid/us-ssn";

    private final Function<String, Optional<ElementRule>> rules;
    private final ValueSet values;
    private final ValueText text = new ValueText();
    private final Set<Long> keptNumbers = new HashSet<>();
    private long patient;
    private long patients;
    private long count;
    private long tooCommon;

    /**
     * Begins with no Patient.
     *
     * @param rules what they say of an element of Patient
     * @param values takes the hashes
     */
    PatientValues(Function<String, Optional<ElementRule>> rules, ValueSet values) {
        this.rules = rules;
        this.values = values;
    }

    long patients() {
        return patients;
    }

    /** Returns how many values identify somebody. */
    long count() {
        return count;
    }

    /** Returns how many values are not searched for, as they might be in a row for another reason. */
    long tooCommon() {
        return tooCommon;
    }

    void add(JsonNode resource) {
        patients++;
        keptNumbers.clear();
        patient = ValueText.pair(
                PATIENT_TYPE, text.read(resource.path("id").asText()).hash());
        resource.path("identifier").forEach(this::noteIfKept);
        FhirJson.text(resource, "id").ifPresent(this::id);
        for (JsonNode identifier : resource.path("identifier")) {
            identifier(identifier);
        }
        person(resource, "");
        for (JsonNode contact : resource.path("contact")) {
            person(contact, "contact.");
        }
    }

    private void add(long hash, PhiKind kind) {
        values.add(hash, kind, patient);
    }

    private void id(String id) {
        add(patient, PhiKind.ID);
        count++;
        number(id, PhiKind.ID);
    }

    /**
     * Adds a number without its system: as digits, for places where no other number is expected, and as it is where it
     * is distinctive. Returns whether it is distinctive.
     */
    private boolean number(String number, PhiKind kind) {
        long hash = text.read(number).hash();
        if (keptNumbers.contains(hash)) {
            return text.isDistinctive();
        }
        if (text.hasPlainNumber()) {
            add(text.plainNumber(), kind);
        }
        if (text.isDistinctive()) {
            add(hash, kind);
        }
        return text.isDistinctive();
    }

    /**
     * Notes a number that the rules keep as an identifier: servers give it as other identifiers and as the id, too, and
     * kept once, it is no secret.
     */
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
        boolean distinctive = number(value.get(), PhiKind.IDENTIFIER);
        socialSecurity(value.get(), system);
        boolean hasSystem = !system.isBlank() && value.get().chars().anyMatch(Character::isDigit);
        if (hasSystem) {
            long number = text.read(value.get()).hash();
            add(ValueText.pair(text.read(system).hash(), number), PhiKind.IDENTIFIER);
        }
        counted(distinctive || hasSystem);
    }

    /** Adds a social security number with its dashes and without. */
    private void socialSecurity(String value, String system) {
        text.read(value);
        if (keptNumbers.contains(text.hash())) {
            return;
        }
        if (text.isSocialSecurityNumber()) {
            add(text.ungrouped(), PhiKind.IDENTIFIER);
        } else if (system.equals(SOCIAL_SECURITY) && text.isLongNumber() && value.length() == 9) {
            add(text.hash(), PhiKind.IDENTIFIER);
            String grouped = value.substring(0, 3) + '-' + value.substring(3, 5) + '-' + value.substring(5);
            add(text.read(grouped).hash(), PhiKind.IDENTIFIER);
        }
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

    /**
     * Adds all spellings of a name that are known to be in use: with all given names or the first ones; rows are
     * compared without titles.
     */
    private void name(JsonNode name) {
        List<Long> given = new ArrayList<>();
        List<Integer> letters = new ArrayList<>();
        long middle = 0;
        for (JsonNode one : name.path("given")) {
            text.read(one.asText());
            given.add(text.hash());
            letters.add(text.letters());
            middle = given.size() == 2 && !one.asText().isBlank()
                    ? text.read(initial(one.asText().strip())).hash()
                    : middle;
        }
        long family = text.read(name.path("family").asText()).hash();
        int familyLetters = text.letters();
        FhirJson.text(name, "text").ifPresent(this::fullName);
        if (family == 0 || given.isEmpty()) {
            return;
        }
        long first = given.get(0);
        boolean distinctive = familyLetters + letters.get(0) >= SHORTEST_NAME
                && familyLetters > 0
                && letters.get(0) > 0
                && first != family
                && !isPlaceholder(name.path("family").asText() + " "
                        + name.path("given").path(0).asText());
        counted(distinctive);
        if (distinctive) {
            long others = sum(name.path("prefix")) + sum(name.path("suffix"));
            Set<Long> written = new HashSet<>(List.of(first + middle));
            long sum = 0;
            for (int count = 1; count <= given.size(); count++) {
                sum += given.get(count - 1);
                if (count <= MOST_GIVEN || count == given.size()) {
                    written.add(sum);
                }
            }
            for (long names : written) {
                add(family + names, PhiKind.NAME);
                add(family + names + others, PhiKind.NAME);
            }
        }
    }

    private static String initial(String name) {
        return name.substring(0, name.offsetByCodePoints(0, 1));
    }

    private void fullName(String name) {
        text.read(name);
        long titles = text.titles().sum();
        boolean distinctive =
                text.words() > 1 && text.letters() >= SHORTEST_NAME && !isPlaceholder(name) && text.hash() != titles;
        counted(distinctive);
        if (distinctive) {
            add(text.hash(), PhiKind.NAME);
            if (text.words() - text.titles().count() > 1) {
                add(text.hash() - titles, PhiKind.NAME);
            }
        }
    }

    private static boolean isPlaceholder(String name) {
        String[] words = name.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{M}]+", -1);
        return Arrays.stream(words).filter(word -> !word.isEmpty()).allMatch(PLACEHOLDERS::contains);
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
            add(text.hash(), PhiKind.TELECOM);
        }
        if (text.isPhone()) {
            add(text.phone(), PhiKind.TELECOM);
        }
    }

    private void street(String line) {
        boolean distinctive = text.read(line).isDistinctive();
        counted(distinctive);
        if (distinctive) {
            add(text.hash(), PhiKind.ADDRESS);
        }
    }

    private void counted(boolean distinctive) {
        count += distinctive ? 1 : 0;
        tooCommon += distinctive ? 0 : 1;
    }
}
