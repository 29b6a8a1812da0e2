package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.ScrubResult.Kept;
import io.github.cumulusmaven.deid.codebook.AnonymousIds;
import io.github.cumulusmaven.deid.json.Assembly;
import io.github.cumulusmaven.deid.json.JsonTape;
import io.github.cumulusmaven.deid.json.JsonText;
import io.github.cumulusmaven.deid.json.Symbols;
import io.github.cumulusmaven.deid.json.Unreadable;
import io.github.cumulusmaven.fhir.ResourceType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * De-identifies resources, one after the other. What stays is copied to the letter (numbers with their digits, strings
 * with their escapes, properties in their order); only white space goes: between tokens, and at the ends of strings.
 *
 * <p>Where a name occurs twice in an object, the last one counts, as for most readers, and the others are left out.
 * Memory is bounded by one resource. Not thread-safe: each thread has its own.
 */
public final class Scrubber {
    private static final String ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    private static final byte[] ABSENT = ascii("{\"url\":\"" + ABSENT_REASON + "\",\"valueCode\":\"masked\"}");
    private static final byte[] ABSENT_ARRAY =
            ascii("\"extension\":[" + new String(ABSENT, StandardCharsets.UTF_8) + "]");
    private static final byte[] ABSENT_OBJECT = ascii("{" + new String(ABSENT_ARRAY, StandardCharsets.UTF_8) + "}");

    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);
    private static final int ESCAPE_LENGTH = "\\u0000".length();
    private static final byte[] NOTHING = {};

    private final RuleIndex index;
    private final RuleIndex.Names names;
    private final AnonymousIds ids;
    private final References references;
    private final RecentReferences recent = new RecentReferences();
    private final JsonTape tape;
    private final Assembly out = new Assembly();
    private final Tally tally;
    private final List<Level> levels = new ArrayList<>();
    private long stamps;
    private byte[] in = NOTHING;
    private String resourceType = "";
    private boolean contained;
    private String anonymousId = "";

    /** Scrubs resources whose absolute references all lead to other servers. */
    public Scrubber(ScrubRules rules, AnonymousIds ids) {
        this(rules, ids, List.of());
    }

    /** @param serverBases base URLs of the server that the resources come from: an absolute reference below is a plain one */
    public Scrubber(ScrubRules rules, AnonymousIds ids, List<String> serverBases) {
        this.index = rules.index();
        this.names = index.names;
        this.ids = ids;
        this.tape = new JsonTape(names.symbols);
        this.tally = new Tally(index.counters());
        this.references = new References(ids, serverBases, tally);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * De-identifies one line of NDJSON.
     *
     * @param type the resource type that it has to have
     * @param to gets the resource, without an end of line, or nothing when it is skipped
     * @throws IOException only what {@code to} throws
     */
    public ScrubResult scrub(String type, byte[] line, int offset, int length, OutputStream to) throws IOException {
        in = line;
        contained = false;
        out.begin(line);
        tally.begin();
        try {
            tape.read(line, offset, length);
            Kept kept = resource(type);
            out.writeTo(to);
            tally.resourceKept();
            return kept;
        } catch (Unreadable document) {
            return new ScrubResult.Skipped(document.isTooComplex() ? SkipReason.TOO_COMPLEX : SkipReason.NOT_JSON, "");
        } catch (Skip skip) {
            return skip.result();
        } finally {
            release();
        }
    }

    /** Releases large buffers until the next line comes: other threads have large ones, too. */
    private void release() {
        in = NOTHING;
        tape.release();
        out.release();
    }

    /** Returns the counts so far. */
    public ScrubReport report() {
        return tally.report();
    }

    private Kept resource(String type) throws Skip {
        if (tape.kind(0) != JsonTape.OBJECT) {
            throw new Skip(SkipReason.NOT_A_RESOURCE);
        }
        Level level = enter(0, 0);
        resourceType =
                typeOf(level).filter(ResourceType::isSafeName).orElseThrow(() -> new Skip(SkipReason.NOT_A_RESOURCE));
        if (!resourceType.equals(type)) {
            // another name could be anything
            throw new Skip(SkipReason.OTHER_TYPE, ResourceType.isKnown(resourceType) ? resourceType : "");
        }
        String id = siblingText(level, names.id).orElseThrow(() -> new Skip(SkipReason.NO_ID));
        anonymousId = ids.of(resourceType, id);
        body(0, index.resource(resourceType), level, 0, ExtensionScope.LISTED, false);
        return new Kept(anonymousId);
    }

    private Optional<String> typeOf(Level level) {
        int position = level.find(names.resourceType, false);
        return position != Level.ABSENT && tape.kind(position) == JsonTape.STRING
                ? Optional.of(text(position))
                : Optional.empty();
    }

    /** Finds the last property of an object that has this name. */
    private int last(int object, int name) {
        int found = Level.ABSENT;
        for (int child = object + JsonTape.STRIDE; child < tape.endOf(object); child = tape.next(child)) {
            if (tape.name(child) == name && !tape.isSibling(child)) {
                found = child;
            }
        }
        return found;
    }

    /** Looks where the properties of an object are. */
    private Level enter(int object, int depth) {
        while (levels.size() <= depth) {
            levels.add(new Level(names.symbols.size()));
        }
        Level level = levels.get(depth);
        level.begin(++stamps);
        int end = tape.endOf(object);
        for (int child = object + JsonTape.STRIDE; child < end; child = tape.next(child)) {
            int name = tape.name(child);
            if (name != Symbols.UNKNOWN) {
                level.put(name, tape.isSibling(child), child);
            }
        }
        return level;
    }

    private boolean object(int object, Node node, int depth, ExtensionScope scope, boolean absent) throws Skip {
        return body(object, node, enter(object, depth), depth, scope, absent);
    }

    /**
     * Writes the part of an object that stays; returns false when nothing stays.
     *
     * @param isAbsent whether it has to say that the value it goes with was removed
     */
    private boolean body(int object, Node node, Level level, int depth, ExtensionScope scope, boolean isAbsent)
            throws Skip {
        boolean absent = isAbsent || (node.hasLocalCodes && findLocalCodes(object, node, level));
        boolean any = false;
        int end = tape.endOf(object);
        for (int child = object + JsonTape.STRIDE; child < end; child = tape.next(child)) {
            int name = tape.name(child);
            if (name == Symbols.UNKNOWN) {
                tally.dropped(node.counterOfUnknown);
                continue;
            }
            boolean sibling = tape.isSibling(child);
            if (level.find(name, sibling) != child) {
                continue;
            }
            Slot slot = node.slots[name];
            if (slot == null || slot.kind == Slot.Kind.DROPPED) {
                dropped(child, name, sibling, slot == null ? node.counterOfUnknown : slot.counter);
                continue;
            }
            int mark = out.mark();
            out.add(any ? ',' : '{');
            boolean written;
            if (sibling) {
                written = sibling(child, slot, level.find(name, false), depth, scope.below());
            } else if (slot.kind == Slot.Kind.EXTENSION) {
                written = extensions(child, slot, depth, scope, absent);
                absent &= !written;
            } else {
                written = property(child, slot, level, depth, scope.below());
            }
            if (written) {
                any = true;
            } else {
                out.backTo(mark);
            }
        }
        if (absent) {
            out.add(any ? ',' : '{');
            out.add(ABSENT_ARRAY);
            any = true;
        }
        if (any) {
            out.add('}');
        }
        return any;
    }

    /**
     * Drops a property, but refuses a modifier extension even where FHIR allows none: the resource may then mean the
     * contrary.
     */
    private void dropped(int child, int name, boolean sibling, int counter) throws Skip {
        if (sibling) {
            return;
        }
        if (name == names.modifierExtension) {
            refuseModifiers(child);
        }
        tally.dropped(counter);
    }

    private boolean property(int value, Slot slot, Level level, int depth, ExtensionScope scope) throws Skip {
        int kind = tape.kind(value);
        if (kind == JsonTape.NULL) {
            return false;
        }
        if (slot.action.masks()) {
            return masked(value, slot, level);
        }
        out.add(slot.key);
        if (kind != JsonTape.ARRAY) {
            return single(value, slot, level, depth, scope);
        }
        return array(value, slot, level, depth, scope);
    }

    private boolean array(int array, Slot slot, Level level, int depth, ExtensionScope scope) throws Skip {
        boolean aligned = slot.kind == Slot.Kind.PRIMITIVE && hasSiblings(array, level);
        boolean first = true;
        boolean any = false;
        out.add('[');
        for (int item = array + JsonTape.STRIDE; item < tape.endOf(array); item = tape.next(item)) {
            int mark = out.mark();
            separate(first);
            if (tape.kind(item) != JsonTape.NULL && single(item, slot, level, depth, scope)) {
                any = true;
            } else {
                out.backTo(mark);
                if (!aligned) {
                    continue;
                }
                separate(first);
                out.addPlain("null");
            }
            first = false;
        }
        out.add(']');
        return any;
    }

    private void separate(boolean first) {
        if (!first) {
            out.add(',');
        }
    }

    /**
     * Tells whether an array of extensions belongs to an array of primitives, item by item, so that no item may move.
     */
    private boolean hasSiblings(int array, Level level) {
        int sibling = level.find(tape.name(array), true);
        return sibling != Level.ABSENT && tape.kind(sibling) == JsonTape.ARRAY;
    }

    private boolean single(int value, Slot slot, Level level, int depth, ExtensionScope scope) throws Skip {
        boolean isObject = tape.kind(value) == JsonTape.OBJECT;
        if (isObject == (slot.kind == Slot.Kind.PRIMITIVE) || tape.kind(value) == JsonTape.ARRAY) {
            throw wrongShape(slot);
        }
        if (slot.kind == Slot.Kind.PRIMITIVE) {
            return primitive(value, slot, level);
        }
        boolean written =
                switch (slot.kind) {
                    case RESOURCE -> containedResource(value, depth);
                    case MODIFIER_EXTENSION -> modifier(value, slot, depth);
                    default -> hasSystem(value, slot) && object(value, slot.node, depth + 1, scope, false);
                };
        count(slot, written);
        return written;
    }

    private static Skip wrongShape(Slot slot) {
        return new Skip(SkipReason.WRONG_SHAPE, slot.path);
    }

    private void count(Slot slot, boolean written) {
        if (written) {
            tally.kept(slot.counter);
        } else {
            tally.dropped(slot.counter);
        }
    }

    private boolean hasSystem(int object, Slot slot) {
        if (slot.systems.isEmpty()) {
            return true;
        }
        int system = last(object, names.system);
        return system != Level.ABSENT && tape.kind(system) == JsonTape.STRING && slot.systems.contains(text(system));
    }

    private boolean containedResource(int object, int depth) throws Skip {
        Level level = enter(object, depth + 1);
        Optional<String> type = typeOf(level).filter(ResourceType::isKnown);
        if (type.isEmpty()) {
            return false;
        }
        String outerType = resourceType;
        boolean outer = contained;
        resourceType = type.get();
        contained = true;
        boolean written = body(object, index.resource(resourceType), level, depth + 1, ExtensionScope.LISTED, false);
        resourceType = outerType;
        contained = outer;
        return written;
    }

    private boolean modifier(int object, Slot slot, int depth) throws Skip {
        refuseModifier(object);
        return extension(object, slot, depth, ExtensionScope.ANY);
    }

    private void refuseModifiers(int value) throws Skip {
        switch (tape.kind(value)) {
            case JsonTape.OBJECT -> refuseModifier(value);
            case JsonTape.ARRAY -> {
                for (int item = value + JsonTape.STRIDE; item < tape.endOf(value); item = tape.next(item)) {
                    refuseModifiers(item);
                }
            }
            default -> {}
        }
    }

    private void refuseModifier(int object) throws Skip {
        if (findUrl(object, index.understoodModifiers) == Symbols.UNKNOWN) {
            tally.modifier(resourceType, url(object));
            throw new Skip(SkipReason.MODIFIER_EXTENSION, "modifierExtension");
        }
    }

    /** Writes the extensions that are to be kept and, if need be, one more that says that a value was masked. */
    private boolean extensions(int value, Slot slot, int depth, ExtensionScope scope, boolean absent) throws Skip {
        boolean saysSo = false;
        boolean any = false;
        out.add(slot.key);
        out.add('[');
        boolean isArray = tape.kind(value) == JsonTape.ARRAY;
        int end = tape.next(value);
        for (int item = isArray ? value + JsonTape.STRIDE : value; item < end; item = tape.next(item)) {
            if (tape.kind(item) == JsonTape.NULL) {
                continue;
            }
            if (tape.kind(item) != JsonTape.OBJECT) {
                throw wrongShape(slot);
            }
            int mark = out.mark();
            separate(!any);
            boolean written = extension(item, slot, depth, scope);
            if (written) {
                any = true;
                saysSo |= absent && isAbsentReason(item);
            } else {
                out.backTo(mark);
            }
            count(slot, written);
        }
        if (absent && !saysSo) {
            separate(!any);
            out.add(ABSENT);
            any = true;
        }
        out.add(']');
        return any;
    }

    private boolean extension(int extension, Slot slot, int depth, ExtensionScope scope) throws Skip {
        ExtensionScope inside = inside(extension, scope);
        if (inside == null) {
            return false;
        }
        Node node = inside.hashes && slot.node.hashing != null ? slot.node.hashing : slot.node;
        return object(extension, node, depth + 1, inside, false);
    }

    /** Returns the scope inside an extension; null where the extension itself is not kept. */
    private @Nullable ExtensionScope inside(int extension, ExtensionScope scope) {
        int listed = findUrl(extension, index.keptExtensions);
        if (listed != Symbols.UNKNOWN) {
            return index.scopes[listed];
        }
        boolean belongs = scope.any || findUrl(extension, scope.nested) != Symbols.UNKNOWN;
        if (belongs && findUrl(extension, index.droppedExtensions) == Symbols.UNKNOWN) {
            return scope.any ? scope : ExtensionScope.LISTED;
        }
        if (findUrl(extension, index.ignoredExtensions) == Symbols.UNKNOWN) {
            tally.droppedExtension(resourceType, url(extension));
        }
        return null;
    }

    private int findUrl(int extension, Symbols urls) {
        int position = last(extension, names.url);
        if (position == Level.ABSENT || tape.kind(position) != JsonTape.STRING) {
            return Symbols.UNKNOWN;
        }
        if (tape.isEscaped(position)) {
            return urls.find(text(position));
        }
        long span = trimmed(position);
        return urls.find(in, JsonText.start(span), JsonText.stop(span));
    }

    private String url(int extension) {
        int position = last(extension, names.url);
        return position == Level.ABSENT || tape.kind(position) != JsonTape.STRING ? "" : text(position);
    }

    private boolean isAbsentReason(int extension) {
        return url(extension).equals(ABSENT_REASON);
    }

    /** Writes the sibling with the extensions of a primitive, or of each of several. */
    private boolean sibling(int value, Slot slot, int primitive, int depth, ExtensionScope scope) throws Skip {
        boolean masks = slot.action.masks() && primitive != Level.ABSENT && tape.kind(primitive) != JsonTape.NULL;
        out.add(slot.siblingKey);
        switch (tape.kind(value)) {
            case JsonTape.NULL -> {
                return false;
            }
            case JsonTape.OBJECT -> {
                if (masks && tape.kind(primitive) == JsonTape.ARRAY) {
                    throw wrongShape(slot);
                }
                return object(value, index.element, depth + 1, scope, masks && !isBlank(primitive));
            }
            case JsonTape.ARRAY -> {
                if (masks && tape.kind(primitive) != JsonTape.ARRAY) {
                    throw wrongShape(slot);
                }
                return siblings(value, slot, masks ? primitive : Level.ABSENT, depth, scope);
            }
            default -> throw wrongShape(slot);
        }
    }

    private boolean siblings(int array, Slot slot, int maskedArray, int depth, ExtensionScope scope) throws Skip {
        int end = array == Level.ABSENT ? 0 : tape.endOf(array);
        int maskedEnd = maskedArray == Level.ABSENT ? 0 : tape.endOf(maskedArray);
        int item = array == Level.ABSENT ? 0 : array + JsonTape.STRIDE;
        int masked = maskedArray == Level.ABSENT ? 0 : maskedArray + JsonTape.STRIDE;
        boolean any = false;
        char separator = '[';
        while (item < end || masked < maskedEnd) {
            boolean absent = masked < maskedEnd && !isBlank(masked);
            out.add(separator);
            separator = ',';
            if (item < end && tape.kind(item) == JsonTape.OBJECT) {
                boolean written = object(item, index.element, depth + 1, scope, absent);
                any |= written;
                if (!written) {
                    out.addPlain("null");
                }
            } else if (item < end && tape.kind(item) != JsonTape.NULL) {
                throw wrongShape(slot);
            } else if (absent) {
                out.add(ABSENT_OBJECT);
                any = true;
            } else {
                out.addPlain("null");
            }
            item = item < end ? tape.next(item) : item;
            masked = masked < maskedEnd ? tape.next(masked) : masked;
        }
        out.add(']');
        return any;
    }

    private boolean isBlank(int value) {
        if (tape.kind(value) != JsonTape.STRING) {
            return tape.kind(value) == JsonTape.NULL;
        }
        long span = trimmed(value);
        return JsonText.start(span) == JsonText.stop(span);
    }

    /** Writes an extension which says that a value was masked, unless the sibling with its extensions will say so. */
    private boolean masked(int value, Slot slot, Level level) throws Skip {
        boolean isArray = tape.kind(value) == JsonTape.ARRAY;
        int end = tape.next(value);
        for (int item = isArray ? value + JsonTape.STRIDE : value; item < end; item = tape.next(item)) {
            if (tape.kind(item) <= JsonTape.ARRAY) {
                throw wrongShape(slot);
            }
            if (isBlank(item)) {
                tally.dropped(slot.counter);
            } else {
                tally.masked(slot.counter);
            }
        }
        int sibling = level.find(tape.name(value), true);
        if (sibling != Level.ABSENT && tape.kind(sibling) != JsonTape.NULL) {
            return false;
        }
        out.add(slot.siblingKey);
        if (isArray) {
            return siblings(Level.ABSENT, slot, value, 0, ExtensionScope.LISTED);
        }
        out.add(ABSENT_OBJECT);
        return !isBlank(value);
    }

    private boolean primitive(int value, Slot slot, Level level) throws Skip {
        boolean local = (slot.action == Action.KEEP_UNLESS_LOCAL_CODE && level.badCode)
                || (slot.action == Action.FREE_TEXT_UNLESS_LOCAL_CODE && level.badDisplay);
        if (local && !isBlank(value)) {
            tally.masked(slot.counter);
            return false;
        }
        boolean written =
                switch (slot.action) {
                    case HASH_ID -> hashId(value, level);
                    case HASH_REFERENCE -> hashReference(value, slot, level);
                    case YEAR -> generalized(value, slot, Generalization::year);
                    case ZIP3 -> generalized(value, slot, Generalization::zip3);
                    default -> asItIs(value, slot);
                };
        count(slot, written);
        return written;
    }

    private boolean asItIs(int value, Slot slot) {
        if (tape.kind(value) != JsonTape.STRING) {
            if (!fits(value, slot, tape.start(value), tape.stop(value))) {
                return false;
            }
            out.addSource(tape.start(value), tape.stop(value));
            return true;
        }
        long span = trimmed(value);
        int start = JsonText.start(span);
        int stop = JsonText.stop(span);
        if (start == stop || !fits(value, slot, start, stop)) {
            return false;
        }
        out.add('"');
        if (tape.isEscaped(value)) {
            start = addRepaired(start, stop);
        }
        out.addSource(start, stop);
        out.add('"');
        return true;
    }

    private boolean fits(int value, Slot slot, int start, int stop) {
        PrimitiveType type = slot.type;
        if (type == null) {
            return true;
        }
        boolean fits;
        if (tape.isEscaped(value) && !type.isText()) {
            byte[] text = JsonText.utf8(in, start, stop);
            fits = type.fits(JsonTape.STRING, text, 0, text.length);
        } else {
            fits = type.fits(tape.kind(value), in, start, stop);
        }
        if (!fits) {
            tally.ofWrongType(slot.counter);
        }
        return fits;
    }

    /**
     * Writes a string up to its last half character, with each of them replaced by U+FFFD; returns where the rest
     * begins.
     */
    private int addRepaired(int start, int stop) {
        int from = start;
        for (int lone = JsonText.findLoneSurrogate(in, from, stop);
                lone < stop;
                lone = JsonText.findLoneSurrogate(in, from, stop)) {
            if (from == start) {
                tally.repaired();
            }
            out.addSource(from, lone);
            out.add(REPLACEMENT);
            from = lone + ESCAPE_LENGTH;
        }
        return from;
    }

    private boolean hashId(int value, Level level) {
        boolean ofRow = level == levels.get(0) && tape.name(value) == names.id;
        String id = ofRow ? "" : text(value);
        if (!ofRow && id.isEmpty()) {
            return false;
        }
        out.add('"');
        out.addPlain(ofRow ? anonymousId : contained ? ids.other(id) : ids.of(resourceType, id));
        out.add('"');
        return true;
    }

    private boolean hashReference(int value, Slot slot, Level level) throws Skip {
        boolean isPlain = tape.kind(value) == JsonTape.STRING
                && !tape.isEscaped(value)
                && level.find(names.type, false) == Level.ABSENT;
        int start = tape.start(value);
        int stop = tape.stop(value);
        byte[] known = isPlain ? recent.find(in, start, stop, slot.target) : NOTHING;
        if (known.length == 0) {
            References.Anonymous found = anonymized(value, slot, level);
            if (found.text().isEmpty()) {
                return false;
            }
            known = found.text().getBytes(StandardCharsets.UTF_8);
            if (isPlain && found.joins()) {
                recent.put(in, start, stop, slot.target, known);
            }
        }
        out.add('"');
        out.add(known);
        out.add('"');
        return true;
    }

    private References.Anonymous anonymized(int value, Slot slot, Level level) throws Skip {
        String reference = text(value);
        return reference.isEmpty()
                ? References.Anonymous.NONE
                : references.anonymize(reference, siblingText(level, names.type), slot.target);
    }

    /**
     * Writes a value made less exact; drops a value that is not of the element's type, as its parts may mean anything.
     */
    private boolean generalized(int value, Slot slot, UnaryOperator<String> generalize) {
        long span = tape.kind(value) == JsonTape.STRING
                ? trimmed(value)
                : JsonText.pack(tape.start(value), tape.stop(value));
        int start = JsonText.start(span);
        int stop = JsonText.stop(span);
        if (start == stop || !fits(value, slot, start, stop)) {
            return false;
        }
        String left = generalize.apply(text(value));
        if (!left.isEmpty()) {
            out.add(JsonText.quote(left));
        }
        return !left.isEmpty();
    }

    /**
     * Looks for codes that were made up on site: in the code systems of the EHR's maker all codes are numbers, and
     * others, like their displays, may be free text about a patient.
     *
     * @return whether any is here, which is then to be removed
     */
    private boolean findLocalCodes(int object, Node node, Level level) throws Skip {
        if (!hasLocalSystem(level)) {
            return false;
        }
        Optional<String> code = siblingText(level, names.code);
        level.badCode = code.isPresent() && !Generalization.isInteger(code.get());
        level.badDisplay = code.isEmpty() || level.badCode || code.get().equals("0");
        boolean any = false;
        for (int child = object + JsonTape.STRIDE; child < tape.endOf(object); child = tape.next(child)) {
            Slot slot = tape.name(child) == Symbols.UNKNOWN ? null : node.slots[tape.name(child)];
            if (slot != null && !tape.isSibling(child) && slot.action.looksForLocalCodes() && !isBlank(child)) {
                any |= slot.action == Action.KEEP_UNLESS_LOCAL_CODE ? level.badCode : level.badDisplay;
            }
        }
        return any;
    }

    private boolean hasLocalSystem(Level level) throws Skip {
        int position = level.find(names.system, false);
        if (position != Level.ABSENT && tape.kind(position) == JsonTape.STRING && !tape.isEscaped(position)) {
            int start = tape.start(position);
            if (start < tape.stop(position) && index.cannotBeLocal(in[start])) {
                return false;
            }
        }
        Optional<String> system = siblingText(level, names.system);
        return system.isPresent() && index.isLocal(system.get());
    }

    /** Returns the text of a property that decides about another one; empty where the text is blank. */
    private Optional<String> siblingText(Level level, int name) throws Skip {
        int position = level.find(name, false);
        if (position == Level.ABSENT || tape.kind(position) == JsonTape.NULL) {
            return Optional.empty();
        }
        if (tape.kind(position) <= JsonTape.ARRAY) {
            throw new Skip(SkipReason.WRONG_SHAPE, names.symbols.text(name));
        }
        return Optional.of(text(position)).filter(text -> !text.isEmpty());
    }

    /** Returns the text of a primitive, without white space at its ends; of a number, its digits. */
    private String text(int value) {
        if (tape.kind(value) != JsonTape.STRING) {
            return new String(in, tape.start(value), tape.stop(value) - tape.start(value), StandardCharsets.US_ASCII);
        }
        long span = trimmed(value);
        int start = JsonText.start(span);
        int stop = JsonText.stop(span);
        return tape.isEscaped(value)
                ? JsonText.decode(in, start, stop)
                : new String(in, start, stop - start, StandardCharsets.UTF_8);
    }

    /** Finds where a string's text begins and ends, without white space at its ends. */
    private long trimmed(int string) {
        int start = tape.start(string);
        int stop = tape.stop(string);
        if (start == stop) {
            return JsonText.pack(start, stop);
        }
        if (tape.isEscaped(string) || in[start] <= ' ' || in[stop - 1] <= ' ') {
            return JsonText.trim(in, start, stop);
        }
        return JsonText.pack(start, stop);
    }
}
