package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.InvalidRules.Kind;
import io.github.cumulusmaven.deid.R4.ElementType;
import io.github.cumulusmaven.deid.RulesFile.DropElement;
import io.github.cumulusmaven.deid.RulesFile.ExtensionUrl;
import io.github.cumulusmaven.deid.RulesFile.KeepElement;
import io.github.cumulusmaven.deid.RulesFile.LocalSystem;
import io.github.cumulusmaven.deid.RulesFile.Statement;
import io.github.cumulusmaven.fhir.Spelling;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All statements of the rules files read so far, each checked against FHIR R4. */
final class RuleSet {
    /** The elements without which a row is no row: no rule can drop or change them. */
    private static final Set<String> FIXED = Set.of("id", "resourceType");

    private final R4 r4;
    private final Map<String, Treatment> elements;
    private final Set<String> dropped;
    private final Map<ExtensionVerb, Map<String, ExtensionContent>> extensions;
    private final Set<String> localSystems;

    private RuleSet(
            R4 r4,
            Map<String, Treatment> elements,
            Set<String> dropped,
            Map<ExtensionVerb, Map<String, ExtensionContent>> extensions,
            Set<String> localSystems) {
        this.r4 = r4;
        this.elements = elements;
        this.dropped = dropped;
        this.extensions = extensions;
        this.localSystems = localSystems;
    }

    static RuleSet empty(R4 r4) {
        Map<ExtensionVerb, Map<String, ExtensionContent>> none = new EnumMap<>(ExtensionVerb.class);
        EnumSet.allOf(ExtensionVerb.class).forEach(verb -> none.put(verb, Map.of()));
        return new RuleSet(r4, Map.of(), Set.of(), none, Set.of());
    }

    RuleSet extendedBy(RulesFile file) throws InvalidRules {
        Map<String, Treatment> moreElements = new TreeMap<>(elements);
        Set<String> moreDropped = new TreeSet<>(dropped);
        Map<ExtensionVerb, Map<String, ExtensionContent>> moreExtensions = new EnumMap<>(ExtensionVerb.class);
        extensions.forEach((verb, urls) -> moreExtensions.put(verb, new TreeMap<>(urls)));
        Set<String> moreSystems = new TreeSet<>(localSystems);
        RuleSet result = new RuleSet(r4, moreElements, moreDropped, moreExtensions, moreSystems);
        boolean first = elements.isEmpty();
        Map<String, Integer> said = new HashMap<>();
        for (Statement statement : file.statements()) {
            if (statement instanceof KeepElement keep) {
                refuseTwice(file, said, keep.path(), keep.line());
                checkExists(file, keep.line(), keep.path());
                checkIsNotInsideType(file, keep);
                checkFixed(file, keep.line(), keep.path(), first);
                checkFits(file, keep);
                moreElements.put(keep.path(), keep.treatment());
            } else if (statement instanceof DropElement drop) {
                checkExists(file, drop.line(), drop.path());
                checkFixed(file, drop.line(), drop.path(), false);
                moreDropped.add(drop.path());
            } else if (statement instanceof ExtensionUrl extension) {
                refuseContradiction(file, said, extension);
                result.add(extension);
            } else if (statement instanceof LocalSystem local) {
                refuseTwice(file, said, RulesFile.LOCAL_SYSTEM + " " + local.prefix(), local.line());
                moreSystems.add(local.prefix());
            }
        }
        result.checkConsequences(file);
        return result;
    }

    /**
     * Adds a statement about an extension. A later "keep" replaces an "ignore", and the reverse, so that a site needs
     * one statement.
     */
    private void add(ExtensionUrl extension) {
        if (extension.verb() == ExtensionVerb.KEEP) {
            urls(ExtensionVerb.IGNORE).remove(extension.url());
        } else if (extension.verb() == ExtensionVerb.IGNORE) {
            urls(ExtensionVerb.KEEP).remove(extension.url());
        }
        urls(extension.verb()).put(extension.url(), extension.content());
    }

    /**
     * Refuses two contradicting statements about an extension. An extension that is understood as a modifier may also
     * be kept or ignored.
     */
    private static void refuseContradiction(RulesFile file, Map<String, Integer> said, ExtensionUrl extension)
            throws InvalidRules {
        boolean modifier = extension.verb() == ExtensionVerb.MODIFIER;
        for (ExtensionVerb other : ExtensionVerb.values()) {
            boolean contradicts = modifier
                    ? other == ExtensionVerb.DROP
                    : other != ExtensionVerb.MODIFIER || extension.verb() == ExtensionVerb.DROP;
            Integer before = contradicts ? said.get(other.word() + " " + extension.url()) : null;
            if (before != null && other != extension.verb()) {
                throw file.invalid(
                        extension.line(),
                        Kind.CONTRADICTION,
                        extension.verb().word() + " " + extension.url(),
                        before.toString(),
                        other.word());
            }
        }
        refuseTwice(file, said, extension.verb().word() + " " + extension.url(), extension.line());
    }

    private static void refuseTwice(RulesFile file, Map<String, Integer> said, String what, int line)
            throws InvalidRules {
        Integer before = said.putIfAbsent(what, line);
        if (before != null) {
            throw file.invalid(line, Kind.TWICE, what, before.toString());
        }
    }

    /** Follows the names of a path, through data types too: Condition.code.text is an element of CodeableConcept. */
    private void checkExists(RulesFile file, int line, String path) throws InvalidRules {
        String above = "";
        String definition = "";
        for (String name : path.split("\\.")) {
            String next = above.isEmpty() ? name : above + "." + name;
            Optional<String> below =
                    above.isEmpty() ? Optional.of(name).filter(r4::hasType) : r4.definitionOf(definition + "." + name);
            if (!above.isEmpty() && definition.equals("Resource") && above.indexOf('.') > 0) {
                throw file.invalid(line, Kind.OF_ANY_RESOURCE, above);
            }
            if (below.isEmpty()) {
                throw file.invalid(line, Kind.UNKNOWN_ELEMENT, next, similar(above, definition, name));
            }
            above = next;
            definition = below.get();
        }
    }

    private void checkIsNotInsideType(RulesFile file, KeepElement keep) throws InvalidRules {
        if (r4.element(keep.path()).isEmpty()) {
            throw file.invalid(keep.line(), Kind.INSIDE_TYPE, keep.path());
        }
    }

    private String similar(String above, String definition, String name) {
        List<String> names = above.isEmpty() ? r4.types() : r4.names(definition);
        return Spelling.closest(name, names)
                .map(close -> above.isEmpty() ? close : above + "." + close)
                .orElse("");
    }

    private void checkFixed(RulesFile file, int line, String path, boolean first) throws InvalidRules {
        int dot = path.indexOf('.');
        boolean ofResource = r4.isResource(path.substring(0, dot));
        if (!first && ofResource && FIXED.contains(path.substring(dot + 1))) {
            throw file.invalid(line, Kind.FIXED, path);
        }
    }

    private void checkFits(RulesFile file, KeepElement keep) throws InvalidRules {
        ElementType type = r4.element(keep.path()).orElseThrow();
        if (keep.treatment() instanceof Treatment.Primitive primitive) {
            if (!type.isPrimitive()) {
                throw type.isGroup()
                        ? file.invalid(keep.line(), Kind.NOT_PRIMITIVE_BUT_GROUP, keep.path())
                        : file.invalid(keep.line(), Kind.NOT_PRIMITIVE, keep.path(), type.name());
            }
            checkAction(file, keep, primitive.action(), type);
        } else if (keep.treatment() instanceof Treatment.Typed typed) {
            checkType(file, keep, typed, type);
        }
    }

    private void checkAction(RulesFile file, KeepElement keep, Action action, ElementType type) throws InvalidRules {
        String parent = keep.path().substring(0, keep.path().lastIndexOf('.'));
        if (action == Action.YEAR && !type.isDate()) {
            throw file.invalid(keep.line(), Kind.NOT_A_DATE, keep.path());
        }
        if (action == Action.HASH_REFERENCE && !keep.path().equals("Reference.reference")) {
            throw file.invalid(keep.line(), Kind.NOT_A_REFERENCE);
        }
        if (action.looksForLocalCodes() && r4.element(parent + ".system").isEmpty()) {
            throw file.invalid(keep.line(), Kind.NO_SYSTEM_BESIDE, action.word(), keep.path());
        }
    }

    private void checkType(RulesFile file, KeepElement keep, Treatment.Typed typed, ElementType type)
            throws InvalidRules {
        if (type.isPrimitive()) {
            throw file.invalid(keep.line(), Kind.PRIMITIVE, keep.path());
        }
        if (type.isGroup() || !r4.hasType(type.name())) {
            throw file.invalid(keep.line(), Kind.GROUP, keep.path());
        }
        if (!r4.lineage(type.name()).contains(typed.type())) {
            throw file.invalid(keep.line(), Kind.OTHER_TYPE, keep.path(), type.name(), typed.type());
        }
        if (!typed.systems().isEmpty() && r4.element(typed.type() + ".system").isEmpty()) {
            throw file.invalid(keep.line(), Kind.TYPE_WITHOUT_SYSTEM, typed.type());
        }
    }

    /** Checks the statements that can only be judged once the complete file is read. */
    private void checkConsequences(RulesFile file) throws InvalidRules {
        for (Statement statement : file.statements()) {
            if (statement instanceof DropElement drop && !isKept(drop.path())) {
                throw file.invalid(drop.line(), Kind.NOT_KEPT, drop.path());
            }
            if (statement instanceof KeepElement keep
                    && keep.treatment() instanceof Treatment.Typed typed
                    && !hasRules(typed.type())) {
                throw file.invalid(
                        keep.line(),
                        Kind.NOTHING_OF_TYPE,
                        typed.type(),
                        r4.own(typed.type()).keySet().stream().findFirst().orElse("…"));
            }
        }
    }

    /** Tells whether some rule keeps an element and each that it is in, whatever other rules drop. */
    private boolean isKept(String path) {
        String[] names = path.split("\\.");
        String definition = names[0];
        for (int index = 1; index < names.length; index++) {
            String element = definition + "." + names[index];
            if (!isListed(element)) {
                return false;
            }
            definition = r4.definitionOf(element).orElseThrow();
        }
        return true;
    }

    private boolean isListed(String path) {
        int dot = path.lastIndexOf('.');
        String name = path.substring(dot);
        return elements.keySet().stream().anyMatch(known -> known.startsWith(path + "."))
                || r4.lineage(path.substring(0, dot)).stream().anyMatch(type -> elements.containsKey(type + name));
    }

    private boolean hasRules(String type) {
        return r4.lineage(type).stream()
                .filter(ancestor -> ancestor.equals(type) || !ancestor.endsWith("Element"))
                .anyMatch(ancestor -> elements.keySet().stream().anyMatch(path -> path.startsWith(ancestor + ".")));
    }

    R4 r4() {
        return r4;
    }

    /** Returns the treatment of each element that has a rule, dropped ones included. */
    Map<String, Treatment> elements() {
        return elements;
    }

    /** Returns the types that have rules. */
    Set<String> types() {
        Set<String> types = new TreeSet<>();
        elements.keySet().forEach(path -> types.add(path.substring(0, path.indexOf('.'))));
        return types;
    }

    /** Returns the treatment of an element, if it has a rule and no rule drops it. */
    Optional<Treatment> treatment(String path) {
        return isDropped(path) ? Optional.empty() : Optional.ofNullable(elements.get(path));
    }

    boolean isDropped(String path) {
        return dropped.contains(path);
    }

    /** Returns the paths below an element at which something is dropped. */
    Set<String> droppedBelow(String path) {
        return below(dropped, path);
    }

    /** Cuts an element, and its dot, off the paths that begin with it. */
    static Set<String> below(Set<String> paths, String element) {
        Set<String> below = new TreeSet<>();
        for (String path : paths) {
            if (path.startsWith(element + ".")) {
                below.add(path.substring(element.length() + 1));
            }
        }
        return below;
    }

    /** Tells whether something below an element is kept. */
    boolean hasBelow(String path) {
        return !isDropped(path)
                && elements.keySet().stream().anyMatch(known -> known.startsWith(path + ".") && !isDropped(known));
    }

    Map<String, ExtensionContent> keptExtensions() {
        return without(ExtensionVerb.KEEP);
    }

    /** Returns the extensions that are dropped on purpose, so that no report has to name them. */
    Set<String> ignoredExtensions() {
        Set<String> urls = new TreeSet<>(urls(ExtensionVerb.IGNORE).keySet());
        urls.addAll(droppedExtensions());
        return urls;
    }

    Set<String> droppedExtensions() {
        return urls(ExtensionVerb.DROP).keySet();
    }

    Set<String> understoodModifiers() {
        return without(ExtensionVerb.MODIFIER).keySet();
    }

    /** Returns how code systems begin to which sites add codes. */
    Set<String> localSystems() {
        return localSystems;
    }

    private Map<String, ExtensionContent> without(ExtensionVerb verb) {
        Map<String, ExtensionContent> urls = new TreeMap<>(urls(verb));
        urls.keySet().removeAll(droppedExtensions());
        return urls;
    }

    private Map<String, ExtensionContent> urls(ExtensionVerb verb) {
        return extensions.getOrDefault(verb, Map.of());
    }
}
