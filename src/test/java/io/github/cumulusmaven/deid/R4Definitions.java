package io.github.cumulusmaven.deid;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildContainedResources;
import ca.uhn.fhir.context.RuntimeChildExtension;
import ca.uhn.fhir.context.RuntimeChildPrimitiveEnumerationDatatypeDefinition;
import ca.uhn.fhir.context.RuntimeChildResourceDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** FHIR R4 as HAPI's structures define it, in the notation of {@code r4.txt}. */
final class R4Definitions {
    /** What stands between the types in HAPI, though not in FHIR. */
    private static final Map<String, String> JAVA_NAMES = Map.of(
            "Type", "Element",
            "BaseExtension", "Element",
            "BaseNarrative", "Element",
            "BaseReference", "Element",
            "BackboneType", "BackboneElement",
            "BaseBinary", "Resource",
            "MetadataResource", "DomainResource");

    /** References among which there is a choice, and of which HAPI does not say where they lead. */
    private static final Map<String, String> CHOICES = Map.of(
            "MedicationAdministration.medicationReference", "Medication",
            "MedicationDispense.medicationReference", "Medication",
            "MedicationRequest.medicationReference", "Medication",
            "MedicationStatement.medicationReference", "Medication",
            "MedicationDispense.statusReasonReference", "DetectedIssue");

    private final FhirContext context = FhirContext.forR4();
    private final Map<String, String> lines = new TreeMap<>();
    private final Map<Class<?>, String> blocks = new HashMap<>();
    private final Map<String, String> valueSets = new TreeMap<>();

    private R4Definitions() {}

    /** One line per type and per element that has elements of its own: name, base, elements. */
    static Map<String, String> lines() {
        return read().lines;
    }

    /** One line per set of codes to which FHIR binds an element: its name, and the codes. */
    static Map<String, String> valueSets() {
        return read().valueSets;
    }

    private static R4Definitions read() {
        R4Definitions definitions = new R4Definitions();
        definitions.lines.put("Element", "Element - extension:Extension id:string");
        definitions.lines.put("BackboneElement", "BackboneElement Element modifierExtension:Extension");
        definitions.lines.put(
                "Resource", "Resource - id:id implicitRules:uri language:code meta:Meta resourceType:code");
        definitions.lines.put(
                "DomainResource",
                "DomainResource Resource contained:Resource extension:Extension modifierExtension:Extension text:Narrative");
        definitions
                .context
                .getResourceTypes()
                .forEach(name -> definitions.addType(name, definitions.context.getResourceDefinition(name)));
        for (BaseRuntimeElementDefinition<?> type : definitions.context.getElementDefinitions()) {
            if (type.getChildType() == BaseRuntimeElementDefinition.ChildTypeEnum.COMPOSITE_DATATYPE) {
                definitions.addType(type.getName(), (BaseRuntimeElementCompositeDefinition<?>) type);
            }
        }
        return definitions;
    }

    private void addType(String path, BaseRuntimeElementCompositeDefinition<?> type) {
        if (blocks.putIfAbsent(type.getImplementingClass(), path) != null) {
            return;
        }
        String base = base(type.getImplementingClass());
        Map<String, String> own = new TreeMap<>();
        for (BaseRuntimeChildDefinition child : type.getChildren()) {
            for (String name : names(child)) {
                if (!inherited(base).contains(name)) {
                    own.put(name, typeOf(path, name, child));
                }
            }
        }
        lines.put(
                path,
                path + " " + base
                        + own.entrySet().stream()
                                .map(element -> " " + element.getKey() + ":" + element.getValue())
                                .collect(Collectors.joining()));
    }

    private static String base(Class<?> type) {
        String name = type.getSuperclass().getSimpleName();
        return JAVA_NAMES.getOrDefault(name, name);
    }

    /** A reference is one element in JSON, however HAPI lets one also reach its target. */
    private static Set<String> names(BaseRuntimeChildDefinition child) {
        if (child instanceof RuntimeChildExtension || child instanceof RuntimeChildContainedResources) {
            return Set.of(child.getElementName());
        }
        return child.getValidChildNames().stream()
                .filter(name -> !name.equals(child.getElementName() + "Resource"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> inherited(String base) {
        Set<String> names = new TreeSet<>();
        for (String type = base; !type.equals("-"); ) {
            if (!lines.containsKey(type)) {
                addType(type, (BaseRuntimeElementCompositeDefinition<?>) context.getElementDefinition(type));
            }
            String[] words = lines.get(type).split(" ");
            for (int index = 2; index < words.length; index++) {
                names.add(words[index].substring(0, words[index].indexOf(':')));
            }
            type = words[1];
        }
        return names;
    }

    private String typeOf(String path, String name, BaseRuntimeChildDefinition child) {
        if (child instanceof RuntimeChildExtension) {
            return "Extension";
        }
        if (child instanceof RuntimeChildContainedResources) {
            return "Resource";
        }
        BaseRuntimeElementDefinition<?> type = child.getChildByName(name);
        return switch (type.getChildType()) {
            case RESOURCE_BLOCK -> block(path + "." + name, (BaseRuntimeElementCompositeDefinition<?>) type);
            case RESOURCE -> "Resource";
            case PRIMITIVE_XHTML, PRIMITIVE_XHTML_HL7ORG -> "xhtml";
            default -> type.getName() + boundTo(child) + target(path + "." + name, child);
        };
    }

    /** The set of codes that an element has to be one of, for HAPI an enum. */
    private String boundTo(BaseRuntimeChildDefinition child) {
        if (!(child instanceof RuntimeChildPrimitiveEnumerationDatatypeDefinition enumerated)) {
            return "";
        }
        Class<?> bound = enumerated.getBoundEnumType();
        Set<String> codes = new TreeSet<>();
        for (Object constant : bound.getEnumConstants()) {
            if (!constant.toString().equals("NULL")) {
                codes.add(code(constant));
            }
        }
        String name = bound.getName().replaceFirst("^.*[.$]([^.$]+)[.$]([^.$]+)$", "$1.$2");
        valueSets.put(name, "=" + name + " " + String.join(" ", codes));
        return "=" + name;
    }

    /** The one type that a reference may lead to; a group stands for its patients. */
    private static String target(String path, BaseRuntimeChildDefinition child) {
        if (CHOICES.containsKey(path)) {
            return "=" + CHOICES.get(path);
        }
        if (!(child instanceof RuntimeChildResourceDefinition reference)) {
            return "";
        }
        List<String> types = reference.getResourceTypes().stream()
                .map(Class::getSimpleName)
                .filter(type -> !type.equals("Group"))
                .distinct()
                .toList();
        boolean isOne = types.size() == 1 && !types.get(0).equals("IAnyResource");
        return isOne ? "=" + types.get(0) : "";
    }

    private static String code(Object constant) {
        try {
            return String.valueOf(constant.getClass().getMethod("toCode").invoke(constant));
        } catch (ReflectiveOperationException other) {
            throw new IllegalStateException(other);
        }
    }

    private String block(String path, BaseRuntimeElementCompositeDefinition<?> block) {
        String first = blocks.get(block.getImplementingClass());
        if (first != null) {
            return "@" + first;
        }
        addType(path, block);
        return "*";
    }

    public static void main(String[] args) {
        lines().values().forEach(System.out::println);
        valueSets().values().forEach(System.out::println);
    }
}
