package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.R4.ElementType;
import io.github.cumulusmaven.deid.json.Symbols;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the rule of a property by a few array look-ups. */
final class RuleIndex {
    private static final String REFERENCE = "Reference";
    static final String UNKNOWN_NAMES = "(not FHIR R4)";

    /** The elements of data types that identify persons. */
    private static final Map<String, List<String>> DIRECT_OF_TYPE = Map.of(
            "HumanName", List.of("text", "family", "given"),
            "ContactPoint", List.of("value"),
            "Identifier", List.of("value"),
            "Address", List.of("text", "line", "city", "district"));

    private static final Pattern DIRECT = Pattern.compile("[A-Za-z.]+\\.birthDate|Reference\\.display");
    private static final Pattern NOTE = Pattern.compile("Annotation\\.text|Narrative\\.div|Binary\\.data"
            + "|DiagnosticReport\\.conclusion|ClinicalImpression\\.(description|summary)"
            + "|Communication\\.payload\\.contentString");
    private static final Pattern OF_ORGANIZATIONS =
            Pattern.compile("(Organization|Location)\\.([A-Za-z]+|contact\\.address)");

    private final RuleSet set;
    private final Map<String, Node> types = new HashMap<>();
    private final Map<Node, Map<String, Slot>> slots = new HashMap<>();
    private final List<String> counters = new ArrayList<>();
    private final Map<String, Integer> counterNumbers = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, PrimitiveType> primitives = new HashMap<>();

    final Names names;
    final Node anyResource;
    final Node element;
    final Symbols keptExtensions;
    /** The scope inside each kept extension, by the extension's number. */
    final ExtensionScope[] scopes;

    final Symbols ignoredExtensions;
    final Symbols droppedExtensions;
    final Symbols understoodModifiers;
    private final String[] localSystems;
    /** Tells whether a local system can begin with a letter, by its ASCII code. */
    private final boolean[] beginsLocal = new boolean[128];

    private RuleIndex(RuleSet set) {
        this.set = set;
        anyResource = type("Resource");
        element = type("Element");
        for (String type : set.types()) {
            type(type);
        }
        List.copyOf(types.values()).stream()
                .filter(node -> node.path.equals("Extension"))
                .forEach(node -> node.hashing = hashing(node));
        for (String name : List.of(
                "resourceType", "id", "url", "system", "code", "display", "type", "extension", "modifierExtension")) {
            number(name);
        }
        names = new Names(numbers);
        slots.forEach(this::seal);
        keptExtensions = new Symbols(set.keptExtensions().keySet());
        scopes = set.keptExtensions().values().stream().map(ExtensionScope::of).toArray(ExtensionScope[]::new);
        droppedExtensions = new Symbols(set.droppedExtensions());
        ignoredExtensions = new Symbols(set.ignoredExtensions());
        understoodModifiers = new Symbols(set.understoodModifiers());
        localSystems = set.localSystems().toArray(String[]::new);
        for (int letter = 0; letter < beginsLocal.length; letter++) {
            String begin = String.valueOf((char) letter);
            beginsLocal[letter] = !Character.isLetter(letter)
                    || set.localSystems().stream().anyMatch(system -> system.regionMatches(true, 0, begin, 0, 1));
        }
    }

    /** Tells from the first byte of a code system that it is not local: of most, no more needs to be read. */
    boolean cannotBeLocal(byte first) {
        return first >= 0 && !beginsLocal[first];
    }

    /** Tells whether a code system is one to which sites add codes. */
    boolean isLocal(String system) {
        for (String prefix : localSystems) {
            if (system.regionMatches(true, 0, prefix, 0, prefix.length())) {
                return true;
            }
        }
        return false;
    }

    static RuleIndex of(RuleSet set) {
        return new RuleIndex(set);
    }

    /** The property names that the scrubber looks for, by number. */
    static final class Names {
        final Symbols symbols;
        final int resourceType;
        final int id;
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

    /** Returns the number of an element's counter, which all places share that have the same rule. */
    private int counter(String path) {
        return counterNumbers.computeIfAbsent(path, added -> {
            counters.add(path);
            return counters.size() - 1;
        });
    }

    /** Returns the rules of a resource type; a type without rules has those of any resource. */
    Node resource(String type) {
        Node node = types.get(type);
        return node != null && set.r4().isResource(type) ? node : anyResource;
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

    /** Returns the counted elements, by the number of their counter. */
    List<String> counters() {
        return counters;
    }

    /** Lists the elements whose values are hashed, masked or made less exact. */
    Set<String> changed() {
        Set<String> found = primitives(slot -> !isKept(slot));
        // Leaves out elements that are hashed inside some extensions only.
        found.removeAll(primitives(RuleIndex::isKept));
        set.keptExtensions().forEach((url, content) -> {
            if (content.hashId()) {
                found.add(valueOf(url));
            }
        });
        return found;
    }

    private Set<String> primitives(Predicate<Slot> which) {
        return slots.values().stream()
                .flatMap(filled -> filled.values().stream())
                .filter(slot -> slot.kind == Slot.Kind.PRIMITIVE && which.test(slot))
                .map(slot -> slot.path)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Lists the elements that stay as they are and name a person, or lead to one.
     *
     * @param changedBefore the elements that the rules which these extend hash, mask or make less exact
     */
    Set<String> directIdentifiers(Set<String> changedBefore) {
        Set<String> found = new TreeSet<>();
        set.keptExtensions().forEach((url, content) -> {
            if (!content.hashId() && changedBefore.contains(valueOf(url))) {
                found.add(valueOf(url));
            }
        });
        slots.values().forEach(filled -> filled.values().forEach(slot -> {
            if (isKept(slot)
                    && (changedBefore.contains(slot.path)
                            || DIRECT.matcher(slot.path).matches()
                            || NOTE.matcher(slot.path).matches())) {
                found.add(slot.path);
            } else if (slot.kind == Slot.Kind.OBJECT
                    && !OF_ORGANIZATIONS.matcher(slot.path).matches()) {
                DIRECT_OF_TYPE.getOrDefault(slot.node.path, List.of()).stream()
                        .filter(name -> isKept(slots(slot.node).get(name)))
                        .forEach(name -> found.add(slot.path + "." + name + of(slot.systems)));
            }
        }));
        return found;
    }

    private static boolean isKept(@Nullable Slot slot) {
        return slot != null && slot.kind == Slot.Kind.PRIMITIVE && slot.action.leavesAsItIs();
    }

    private static String valueOf(String extension) {
        return "Extension.value of " + extension;
    }

    private static String of(Set<String> systems) {
        return systems.isEmpty() ? "" : " of " + String.join(" ", new TreeSet<>(systems));
    }

    private Node type(String name) {
        return type(name, Set.of());
    }

    /**
     * Returns the rules of a type, without what is dropped below it at one place: {@code text}, {@code coding.display}.
     */
    private Node type(String name, Set<String> drops) {
        String key = drops.isEmpty() ? name : name + " without " + drops;
        Node known = types.get(key);
        if (known != null) {
            return known;
        }
        Node node = node(name);
        types.put(key, node);
        fill(node, set.r4().lineage(name), drops);
        addOtherVersions(name, node);
        return node;
    }

    /**
     * Adds the elements of other versions of FHIR: they are dropped like all that R4 does not have, but counted by
     * their names.
     */
    private void addOtherVersions(String type, Node node) {
        for (String name : OtherVersions.names(type)) {
            number(name);
            slots(node).put(name, dropped(type + "." + name));
        }
    }

    /** Returns the rules of a reference that can only lead to one resource type, or to several. */
    private Node reference(String target, Set<String> drops) {
        if (target.isEmpty()) {
            return type(REFERENCE, drops);
        }
        String key = REFERENCE + " to " + target + " without " + drops;
        Node known = types.get(key);
        if (known != null) {
            return known;
        }
        Node node = node(REFERENCE);
        types.put(key, node);
        fill(node, set.r4().lineage(REFERENCE), drops);
        Objects.requireNonNull(slots(node).get("reference")).target = target;
        return node;
    }

    /**
     * Returns the rules of an extension whose value is an id, whatever the value's type: of values with elements only
     * identifiers and references stay, and of their elements only the hashed id and those that cannot hold an id.
     */
    private Node hashing(Node extension) {
        Node hashing = node(extension.path);
        slots(extension).forEach((name, slot) -> {
            Slot hashed = slot;
            if (slot.kind == Slot.Kind.EXTENSION) {
                hashed = new Slot(slot.path, slot.counter, slot.kind, hashing, Set.of());
            } else if (slot.kind == Slot.Kind.PRIMITIVE && name.startsWith("value")) {
                hashed = hashed(slot, Action.HASH_ID);
            } else if (slot.kind == Slot.Kind.OBJECT && slot.node.path.equals("Identifier")) {
                hashed = hashed(slot, "value", Action.HASH_ID, Set.of("use", "system"));
            } else if (slot.kind == Slot.Kind.OBJECT && slot.node.path.equals("Reference")) {
                hashed = hashed(slot, "reference", Action.HASH_REFERENCE, Set.of("type"));
            } else if (slot.kind == Slot.Kind.OBJECT) {
                hashed = dropped(slot.path);
            }
            slots(hashing).put(name, hashed);
        });
        return hashing;
    }

    /**
     * Hashes one element of an extension's value, keeps the elements that say what the value means, and drops the
     * others.
     */
    private Slot hashed(Slot value, String id, Action action, Set<String> kept) {
        Node node = node(value.node.path);
        slots(value.node).forEach((name, slot) -> {
            Slot other = kept.contains(name) ? slot : dropped(slot.path);
            slots(node).put(name, name.equals(id) ? hashed(slot, action) : other);
        });
        return new Slot(value.path, value.counter, value.kind, node, Set.of());
    }

    private static Slot hashed(Slot slot, Action action) {
        boolean hashes =
                slot.kind == Slot.Kind.PRIMITIVE && !slot.action.masks() && (slot.type == null || slot.type.mayBeId());
        return hashes ? new Slot(slot.path, slot.counter, action, null) : slot;
    }

    private Map<String, Slot> slots(Node node) {
        return Objects.requireNonNull(slots.get(node));
    }

    private Node node(String path) {
        Node node = new Node(path, counter(path + "." + UNKNOWN_NAMES));
        slots.put(node, new TreeMap<>());
        return node;
    }

    /** Gives a node the elements of each type of a lineage; of two with one name, the first counts. */
    private void fill(Node node, List<String> lineage, Set<String> drops) {
        Map<String, Slot> filled = slots(node);
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
            Node node = typed.type().equals(REFERENCE)
                    ? reference(element.target(), dropsBelow)
                    : type(typed.type(), dropsBelow);
            return new Slot(path, counter(path), kind(name, typed), node, typed.systems());
        }
        Action action = ((Treatment.Primitive) treatment.get()).action();
        return new Slot(path, counter(path), action, checked(path, element, action));
    }

    /**
     * Returns the type with which a value is compared; null where the value is hashed or masked, or where a site keeps
     * all of it as if it were text.
     */
    private @Nullable PrimitiveType checked(String path, ElementType element, Action action) {
        PrimitiveType type = primitives.computeIfAbsent(
                path.equals("Reference.type") ? path : element.name() + "=" + element.valueSet(),
                key -> primitive(key, element));
        boolean asIfText = action == Action.FREE_TEXT && !type.isText();
        return action.hashes() || action.masks() || asIfText ? null : type;
    }

    private PrimitiveType primitive(String key, ElementType element) {
        R4 r4 = set.r4();
        if (key.equals("Reference.type")) {
            return PrimitiveType.typeUri(
                    r4.types().stream().filter(r4::isResource).toList());
        }
        return element.valueSet().isEmpty()
                ? PrimitiveType.of(element.name())
                : PrimitiveType.boundTo(r4.codes(element.valueSet()));
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
        return new Slot(path, counter(path), Slot.Kind.OBJECT, node, Set.of());
    }

    private Slot dropped(String path) {
        return new Slot(path, counter(path), Slot.Kind.DROPPED, Node.NONE, Set.of());
    }

    private void seal(Node node, Map<String, Slot> filled) {
        @Nullable Slot[] byNumber = new Slot[numbers.size()];
        filled.forEach((name, slot) -> byNumber[number(name)] = slot);
        node.slots = byNumber;
    }
}
