package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.R4.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rules, made ready for finding what to do with a property by a few array look-ups. */
final class RuleIndex {
    static final String UNKNOWN_NAMES = "(not FHIR R4)";

    private final RuleSet set;
    private final Map<String, Node> types = new HashMap<>();
    private final Map<Node, Map<String, Slot>> slots = new HashMap<>();
    private final List<String> counters = new ArrayList<>();
    private final Map<String, Integer> counterNumbers = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    final Names names;
    final Node anyResource;
    final Node element;
    final Symbols keptExtensions;
    final Symbols ignoredExtensions;
    final Symbols understoodModifiers;

    private RuleIndex(RuleSet set) {
        this.set = set;
        anyResource = type("Resource");
        element = type("Element");
        for (String type : set.types()) {
            type(type);
        }
        for (String name : List.of(
                "resourceType",
                "id",
                "meta",
                "lastUpdated",
                "url",
                "system",
                "code",
                "display",
                "type",
                "extension",
                "modifierExtension")) {
            number(name);
        }
        names = new Names(numbers);
        slots.forEach(this::seal);
        keptExtensions = new Symbols(set.keptExtensions());
        ignoredExtensions = new Symbols(set.ignoredExtensions());
        understoodModifiers = new Symbols(set.understoodModifiers());
    }

    static RuleIndex of(RuleSet set) {
        return new RuleIndex(set);
    }

    /** The property names that matter, by number. */
    static final class Names {
        final Symbols symbols;
        final int resourceType;
        final int id;
        final int meta;
        final int lastUpdated;
        final int url;
        final int system;
        final int code;
        final int display;
        final int type;
        final int extension;
        final int modifierExtension;

        private Names(Map<String, Integer> numbers) {
            String[] inOrder = new String[numbers.size()];
            numbers.forEach((name, number) -> inOrder[number] = name);
            symbols = new Symbols(List.of(inOrder));
            resourceType = symbols.find("resourceType");
            id = symbols.find("id");
            meta = symbols.find("meta");
            lastUpdated = symbols.find("lastUpdated");
            url = symbols.find("url");
            system = symbols.find("system");
            code = symbols.find("code");
            display = symbols.find("display");
            type = symbols.find("type");
            extension = symbols.find("extension");
            modifierExtension = symbols.find("modifierExtension");
        }
    }

    private int number(String name) {
        return numbers.computeIfAbsent(name, added -> numbers.size());
    }

    /** The number of an element's counter, which all places share that the same rule is for. */
    private int counter(String path) {
        return counterNumbers.computeIfAbsent(path, added -> {
            counters.add(path);
            return counters.size() - 1;
        });
    }

    /** The rules of a resource type; a type without rules has those of any resource. */
    Node resource(String type) {
        Node node = types.get(type);
        return node != null && set.r4().lineage(type).contains("Resource") ? node : anyResource;
    }

    /** Follows an element's names down to the slot of the last. */
    Optional<ElementRule> rule(String type, String element) {
        Node node = resource(type);
        Optional<ElementRule> rule = Optional.empty();
        Set<String> systems = Set.of();
        for (String name : element.split("\\.")) {
            int number = names.symbols.find(name);
            Slot slot = number == Symbols.UNKNOWN || number >= node.slots.length ? null : node.slots[number];
            if (slot == null || slot.kind == Slot.Kind.DROPPED) {
                return Optional.empty();
            }
            systems = slot.systems.isEmpty() ? systems : slot.systems;
            boolean asItIs = slot.kind == Slot.Kind.PRIMITIVE && slot.action.leavesAsItIs();
            rule = Optional.of(new ElementRule(slot.path, asItIs, systems));
            node = slot.node;
        }
        return rule;
    }

    /** The elements that are counted, by the number of their counter. */
    List<String> counters() {
        return counters;
    }

    private Node type(String name) {
        return type(name, Set.of());
    }

    /** The rules of a type, but for what is dropped below it at one place: {@code text}, {@code coding.display}. */
    private Node type(String name, Set<String> drops) {
        String key = drops.isEmpty() ? name : name + " without " + drops;
        Node known = types.get(key);
        if (known != null) {
            return known;
        }
        Node node = node(name);
        types.put(key, node);
        fill(node, set.r4().lineage(name), drops);
        return node;
    }

    private Node node(String path) {
        Node node = new Node(path, counter(path + "." + UNKNOWN_NAMES));
        slots.put(node, new TreeMap<>());
        return node;
    }

    /** Gives a node what each type of a lineage has, the first that says something of a name having its way. */
    private void fill(Node node, List<String> lineage, Set<String> drops) {
        Map<String, Slot> filled = Objects.requireNonNull(slots.get(node));
        for (String type : lineage) {
            set.r4().own(type).forEach((name, element) -> {
                if (!filled.containsKey(name)) {
                    number(name);
                    Slot slot = slot(node.path + "." + name, name, element, lineage, drops);
                    filled.put(name, slot);
                    node.hasLocalCodes |= slot.action.looksForLocalCodes();
                }
            });
        }
    }

    private Slot slot(String path, String name, ElementType element, List<String> lineage, Set<String> drops) {
        if (drops.contains(name) || lineage.stream().anyMatch(type -> set.isDropped(type + "." + name))) {
            return dropped(path);
        }
        Set<String> dropsBelow = RuleSet.below(drops, name);
        lineage.forEach(type -> dropsBelow.addAll(set.droppedBelow(type + "." + name)));
        if (element.isGroup()) {
            return set.hasBelow(path) ? group(path, dropsBelow) : dropped(path);
        }
        Optional<Treatment> treatment = lineage.stream()
                .flatMap(type -> set.treatment(type + "." + name).stream())
                .findFirst();
        if (treatment.isEmpty()) {
            return dropped(path);
        }
        if (treatment.get() instanceof Treatment.Typed typed) {
            Node node = type(typed.type(), dropsBelow);
            return new Slot(path, counter(path), kind(name, typed), Action.KEEP, node, typed.systems());
        }
        Action action = ((Treatment.Primitive) treatment.get()).action();
        return new Slot(path, counter(path), Slot.Kind.PRIMITIVE, action, Node.NONE, Set.of());
    }

    private static Slot.Kind kind(String name, Treatment.Typed typed) {
        return switch (typed.type()) {
            case "Resource" -> Slot.Kind.RESOURCE;
            case "Extension" -> name.equals("modifierExtension") ? Slot.Kind.MODIFIER_EXTENSION : Slot.Kind.EXTENSION;
            default -> Slot.Kind.OBJECT;
        };
    }

    private Slot group(String path, Set<String> drops) {
        Node node = node(path);
        fill(node, List.of(path, "BackboneElement", "Element"), drops);
        return new Slot(path, counter(path), Slot.Kind.OBJECT, Action.KEEP, node, Set.of());
    }

    private Slot dropped(String path) {
        return new Slot(path, counter(path), Slot.Kind.DROPPED, Action.KEEP, Node.NONE, Set.of());
    }

    private void seal(Node node, Map<String, Slot> filled) {
        @Nullable Slot[] byNumber = new Slot[numbers.size()];
        filled.forEach((name, slot) -> byNumber[number(name)] = slot);
        node.slots = byNumber;
    }
}
