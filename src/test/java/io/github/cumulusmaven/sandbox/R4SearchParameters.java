package io.github.cumulusmaven.sandbox;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import ca.uhn.fhir.context.RuntimeSearchParam;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** FHIR R4's token and date search parameters as HAPI defines them, in the notation of {@code search-parameters.txt}. */
final class R4SearchParameters {
    private static final Map<String, Set<String>> VALUES = Map.of(
            "token", Set.of("boolean", "code", "CodeableConcept", "Coding", "Identifier"),
            "date", Set.of("date", "dateTime", "instant", "Period", "Timing"));

    private static final Set<String> SHARED = Set.of(
            "Group", "HealthcareService", "Location", "Medication", "Organization", "Practitioner", "PractitionerRole");

    private static final FhirContext R4 = FhirContext.forR4();

    private R4SearchParameters() {}

    /** One line for each type that an export can hold: its name, and each parameter as name:kind:element|element. */
    static List<String> lines() {
        return R4.getResourceTypes().stream()
                .filter(type -> PatientCompartment.covers(type) || SHARED.contains(type))
                .sorted()
                .map(R4SearchParameters::line)
                .filter(line -> line.contains(" "))
                .toList();
    }

    private static String line(String type) {
        RuntimeResourceDefinition definition = R4.getResourceDefinition(type);
        return Stream.concat(
                        Stream.of(type),
                        definition.getSearchParams().stream()
                                .filter(parameter -> !parameter.getName().startsWith("_"))
                                .sorted(Comparator.comparing(RuntimeSearchParam::getName))
                                .map(parameter -> parameter(definition, parameter))
                                .filter(text -> !text.endsWith(":")))
                .collect(Collectors.joining(" "));
    }

    private static String parameter(RuntimeResourceDefinition type, RuntimeSearchParam parameter) {
        String kind = parameter.getParamType().getCode();
        Set<String> elements = new TreeSet<>();
        for (String path : parameter.getPath().split("\\|", -1)) {
            Matcher plain = Pattern.compile("\\(?" + type.getName() + "\\.([\\w.]+?)(?:(?: as |\\.as\\()(\\w+)\\)?)?")
                    .matcher(path.trim());
            if (VALUES.containsKey(kind) && plain.matches()) {
                Set<String> wanted = plain.group(2) == null ? VALUES.get(kind) : Set.of(plain.group(2));
                addElements(type, "", Arrays.asList(plain.group(1).split("\\.", -1)), wanted, elements);
            }
        }
        return parameter.getName() + ":" + kind + ":" + String.join("|", elements);
    }

    private static void addElements(
            BaseRuntimeElementCompositeDefinition<?> parent,
            String before,
            List<String> path,
            Set<String> wanted,
            Set<String> found) {
        String first = path.get(0);
        for (BaseRuntimeChildDefinition child : parent.getChildren()) {
            if (!child.getElementName().equals(first) && !child.getElementName().equals(first + "[x]")) {
                continue;
            }
            for (String name : child.getValidChildNames()) {
                var definition = child.getChildByName(name);
                if (path.size() > 1 && definition instanceof BaseRuntimeElementCompositeDefinition<?> composite) {
                    addElements(composite, before + name + ".", path.subList(1, path.size()), wanted, found);
                } else if (path.size() == 1 && wanted.contains(definition.getName())) {
                    found.add(before + name);
                }
            }
        }
    }
}
