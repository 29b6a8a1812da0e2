package io.github.cumulusmaven.etl.canary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for patients' values in rows, as the bytes that are written. Values are compared as a whole; what is found is told
 * by its place. Reused for many rows; not thread-safe.
 *
 * <p>It reads JSON by itself, in one pass and without making objects, for it reads all that a run writes; and it shares
 * nothing with the scrubber, whose mistakes it is to find.
 */
public final class RowCheck {
    /**
     * The types in which names, streets and phones are public, and may be shared by patients: physicians, nursing
     * homes.
     */
    private static final Set<String> DIRECTORY = Set.of("Location", "Organization", "Practitioner", "PractitionerRole");

    private static final Set<Long> PHONES =
            Stream.of("phone", "fax", "pager", "sms").map(ValueText::word).collect(Collectors.toUnmodifiableSet());

    private static final Pattern TYPE = Pattern.compile("[A-Za-z]{1,40}");
    private static final Pattern DAY = Pattern.compile("((?:19|20)\\d\\d)-?(\\d\\d)-?(\\d\\d)");
    private static final Pattern ANONYMOUS_ID = Pattern.compile("[0-9a-f]{64}");

    private static final int YEAR = 4;

    /** The length of 2026-01-31. */
    private static final int DATE = 10;

    /** The length of the shortest distinctive text of one word. */
    private static final int SHORTEST_WORD = 8;

    /** Hashes of values that were looked for lately and are not there: most come again and again. */
    private static final int ABSENT = 4096;

    private static final int SHORTEST_PHONE = 10;
    private static final int LONGEST_PHONE = 40;

    private final ValueSet values;
    private final boolean birthDatesAreKept;
    private final Predicate<String> keepsExtension;

    private final ValueText text = new ValueText();
    private final PlainString plain = new PlainString();
    private final HarmlessStrings harmless = new HarmlessStrings();
    private final long[] absent = new long[ABSENT];
    private final List<Level> levels = new ArrayList<>();
    private final Set<PhiPlace> places = new HashSet<>();
    private long hits;
    private PhiFindings findings = new PhiFindings();
    private String type = "";
    private boolean inDirectory;
    private byte[] json = {};
    private boolean[] objects = new boolean[64];
    private int containers;
    private int depth;

    RowCheck(ValueSet values, boolean birthDatesAreKept, Predicate<String> keepsExtension) {
        this.values = values;
        this.birthDatesAreKept = birthDatesAreKept;
        this.keepsExtension = keepsExtension;
        levels.add(new Level());
    }

    /** The names of elements that say what a value means, by their length and letters. */
    private enum Field {
        OTHER,
        ID,
        URL,
        TAG,
        UNIT,
        CODE,
        META,
        VALUE,
        GIVEN,
        SYSTEM,
        FAMILY,
        DISPLAY,
        PROFILE,
        SECURITY,
        BIRTH_DATE,
        EXTENSION,
        CONTAINED,
        RESOURCE_TYPE,
        MODIFIER_EXTENSION;

        private final String letters = camelCase();
        private final int salt = letters.hashCode();

        private String camelCase() {
            String[] words = name().toLowerCase(Locale.ROOT).split("_", 2);
            return words.length == 1
                    ? words[0]
                    : words[0] + words[1].substring(0, 1).toUpperCase(Locale.ROOT) + words[1].substring(1);
        }

        static Field of(byte[] json, int from, int to) {
            return switch (to - from) {
                case 2 -> ID.or(OTHER, json, from);
                case 3 -> URL.or(TAG.or(OTHER, json, from), json, from);
                case 4 -> CODE.or(META.or(UNIT.or(OTHER, json, from), json, from), json, from);
                case 5 -> VALUE.or(GIVEN.or(OTHER, json, from), json, from);
                case 6 -> SYSTEM.or(FAMILY.or(OTHER, json, from), json, from);
                case 7 -> DISPLAY.or(PROFILE.or(OTHER, json, from), json, from);
                case 8 -> SECURITY.or(OTHER, json, from);
                case 9 -> EXTENSION.or(CONTAINED.or(BIRTH_DATE.or(OTHER, json, from), json, from), json, from);
                case 12 -> RESOURCE_TYPE.or(OTHER, json, from);
                case 17 -> MODIFIER_EXTENSION.or(OTHER, json, from);
                default -> OTHER;
            };
        }

        /** Returns this field if its name is written at the index; the caller has compared the lengths. */
        private Field or(Field other, byte[] json, int from) {
            for (int index = 0; index < letters.length(); index++) {
                if (letters.charAt(index) != json[from + index]) {
                    return other;
                }
            }
            return this;
        }
    }

    /** The values read so far of an object. */
    private static final class Level {
        private Field field = Field.OTHER;
        private int nameFrom;
        private int nameTo;
        private int idFrom;
        private int idTo;
        private int urlFrom;
        private int urlTo;
        private int typeFrom;
        private int typeTo;
        private int systemFrom;
        private int systemTo;
        private long system;
        private long value;
        private long code;
        private long phone;
        private long family;
        private long firstGiven;
        private long allGiven;
        private long namedInDisplay;
        private long numberInDisplay;
        private long numberInCode;
        private long groupsInCode;
        private int codeFrom;
        private int codeTo;
        private long quantity;
        private boolean unit;
        private final Set<Hit> waiting = new HashSet<>();

        void begin() {
            field = Field.OTHER;
            idTo = 0;
            urlTo = 0;
            typeTo = 0;
            systemTo = 0;
            system = 0;
            value = 0;
            code = 0;
            phone = 0;
            family = 0;
            firstGiven = 0;
            allGiven = 0;
            namedInDisplay = 0;
            numberInDisplay = 0;
            numberInCode = 0;
            groupsInCode = 0;
            quantity = 0;
            unit = false;
        }
    }

    /** A value found in the row at hand; its place is known once the objects that hold it have ended. */
    private record Hit(
            String element,
            PhiKind kind,
            int extensionDepth,
            Optional<String> extension,
            int containedDepth,
            Optional<String> contained) {
        /** Returns the depth of the innermost object that has to end before the place is known, or 0. */
        int waitsFor() {
            return Math.max(extensionDepth, containedDepth);
        }
    }

    /**
     * Looks at rows.
     *
     * @param ofType their resource type
     * @param bytes JSON objects, with or without white space between them
     * @param length how many of the bytes count
     * @throws IOException for bytes that are no JSON objects
     */
    public PhiFindings check(String ofType, byte[] bytes, int length) throws IOException {
        if (!type.equals(ofType)) {
            type = ofType;
            inDirectory = DIRECTORY.contains(ofType);
            harmless.clear();
        }
        json = bytes;
        findings = new PhiFindings();
        containers = 0;
        depth = 0;
        places.clear();
        levels.forEach(level -> level.waiting.clear());
        read(length);
        json = new byte[0];
        return findings;
    }

    private void read(int to) throws IOException {
        boolean nameExpected = false;
        int at = 0;
        while (at < to) {
            byte next = json[at++];
            switch (next) {
                case '"' -> {
                    if (containers == 0) {
                        throw malformed();
                    }
                    if (nameExpected) {
                        at = name(at, to) + 1;
                        nameExpected = false;
                    } else {
                        at = string(at, to) + 1;
                    }
                }
                case ',' -> nameExpected = containers > 0 && objects[containers - 1];
                case '{' -> {
                    open(true);
                    begin();
                    nameExpected = true;
                }
                case '[' -> {
                    open(false);
                    nameExpected = false;
                }
                case '}' -> {
                    close(true);
                    end();
                    nameExpected = false;
                }
                case ']' -> {
                    close(false);
                    nameExpected = false;
                }
                case ':', ' ', '\n', '\r', '\t' -> {}
                default -> {
                    if (containers == 0) {
                        throw malformed();
                    }
                    int end = endOfToken(at, to);
                    if (next == '-' || (next >= '0' && next <= '9')) {
                        number(at - 1, end);
                    }
                    at = end;
                }
            }
        }
        if (containers != 0) {
            throw malformed();
        }
    }

    private IOException malformed() {
        return new IOException("a row of " + type + " is no JSON object");
    }

    private void open(boolean object) throws IOException {
        if (containers == 0 && !object) {
            throw malformed();
        }
        if (containers == objects.length) {
            objects = Arrays.copyOf(objects, containers * 2);
        }
        objects[containers++] = object;
    }

    private void close(boolean object) throws IOException {
        if (containers == 0 || objects[--containers] != object) {
            throw malformed();
        }
    }

    private int endOfToken(int from, int to) {
        int at = from;
        while (at < to && ",]} \n\r\t".indexOf(json[at]) < 0) {
            at++;
        }
        return at;
    }

    private void begin() {
        depth++;
        if (levels.size() == depth) {
            levels.add(new Level());
        }
        levels.get(depth).begin();
    }

    private int name(int from, int to) throws IOException {
        boolean isPlain = plain.read(json, from, to);
        int end = isPlain ? plain.end() : JsonString.end(json, from, to);
        Level level = levels.get(depth);
        level.nameFrom = from;
        level.nameTo = end;
        level.field = Field.of(json, from, end);
        if (!isPlain) {
            byte[] name = name(level).getBytes(StandardCharsets.UTF_8);
            level.field = Field.of(name, 0, name.length);
        }
        return end;
    }

    /** Reads a string, unless the same was read lately and is nobody's; returns where it ends. */
    private int string(int from, int to) throws IOException {
        Level level = levels.get(depth);
        if (level.field == Field.OTHER) {
            int endOfDate = endOfDate(from, to);
            if (endOfDate > 0) {
                return endOfDate;
            }
        }
        boolean known = plain.read(json, from, to) && harmless.find(plain.hash() + level.field.salt);
        int end = known ? plain.end() : text.readJson(json, from, to);
        long before = hits;
        remember(level, from, end, known ? harmless.hash() : text.hash());
        if (!known) {
            compare(level, end - from);
            if (plain.isRead() && before == hits && isHarmless(level)) {
                harmless.add(plain.hash() + level.field.salt, text.hash());
            }
        }
        return end;
    }

    /** Returns the end of a string that is only a date or time, or 0 for any other string: rows are full of dates. */
    private int endOfDate(int from, int to) {
        if (from + DATE >= to || json[from + YEAR] != '-' || json[from + YEAR + 3] != '-') {
            return 0;
        }
        int at = from;
        while (at < to && "0123456789-:.+TZ".indexOf(json[at]) >= 0) {
            at++;
        }
        boolean isDate = at < to && json[at] == '"' && (at == from + DATE || json[from + DATE] == 'T');
        return isDate ? at : 0;
    }

    /** Tells whether no more than the hash of the string at hand can matter beside the other strings of its object. */
    private boolean isHarmless(Level level) {
        return level.field != Field.ID
                && level.field != Field.BIRTH_DATE
                && (level.phone
                                | level.namedInDisplay
                                | level.numberInDisplay
                                | level.numberInCode
                                | level.groupsInCode)
                        == 0;
    }

    /** Stores the parts of a string that are later compared together with others of its object. */
    private void remember(Level level, int from, int to, long hash) {
        switch (level.field) {
            case SYSTEM -> {
                level.system = hash;
                level.systemFrom = from;
                level.systemTo = to;
            }
            case URL -> {
                level.urlFrom = from;
                level.urlTo = to;
            }
            case RESOURCE_TYPE -> {
                level.typeFrom = from;
                level.typeTo = to;
            }
            case VALUE -> level.value = hash;
            case CODE -> {
                level.code = hash;
                level.codeFrom = from;
                level.codeTo = to;
            }
            case UNIT -> level.unit = true;
            case FAMILY -> level.family = hash;
            case GIVEN -> {
                level.firstGiven = level.firstGiven == 0 ? hash : level.firstGiven;
                level.allGiven += hash;
            }
            case ID -> {
                level.idFrom = from;
                level.idTo = to;
            }
            default -> {}
        }
    }

    private void compare(Level level, int length) {
        Field field = level.field;
        switch (field) {
            case VALUE ->
                level.phone = text.mayBeNumber() && text.length() <= LONGEST_PHONE && text.isPhone() ? text.phone() : 0;
            case CODE -> level.numberInCode = plainNumber();
            case DISPLAY -> {
                display(level);
                return;
            }
            case BIRTH_DATE -> birthDate(length);
            case ID -> ownId();
            default -> {}
        }
        long found = found();
        if (found != 0 && field == Field.CODE && text.isNumber()) {
            level.groupsInCode = text.isGrouped() ? found : 0;
        } else if (found != 0 && !(field == Field.SYSTEM && text.isNumber() && !text.isGrouped())) {
            hit(values.kind(found));
        } else if (text.segments() > 0 && field != Field.SYSTEM && field != Field.PROFILE) {
            path();
        }
    }

    /** Returns the Patients' value that the text is, or 0. */
    private long found() {
        if (text.words() > 1) {
            if (isHit(text.hash())) {
                return text.hash();
            }
            for (int subset = text.titles().subsets(); subset > 0; subset--) {
                long name = text.hash() - text.titles().subset(subset);
                if (isHit(name)) {
                    return name;
                }
            }
        } else if (text.length() >= SHORTEST_WORD && isHit(text.hash())) {
            return text.hash();
        }
        if (text.owner() != 0 && isHit(text.owner())) {
            return text.owner();
        }
        long urn = text.urn();
        if (urn != 0 && isHit(urn)) {
            return urn;
        }
        boolean mayBePhone = text.length() >= SHORTEST_PHONE && text.length() <= LONGEST_PHONE && text.mayBeNumber();
        return mayBePhone && text.isPhone() && text.isGrouped() && isHit(text.phone()) ? text.phone() : 0;
    }

    private boolean contains(long hash) {
        int place = (int) (hash >>> 32) & absent.length - 1;
        if (absent[place] == hash) {
            return false;
        }
        boolean found = values.contains(hash);
        if (!found) {
            absent[place] = hash;
        }
        return found;
    }

    private boolean isHit(long hash) {
        return contains(hash) && !(inDirectory && values.kind(hash).isPublicInDirectories());
    }

    /** Returns the number of a patient that the text may be where no other number is expected, or 0. */
    private long plainNumber() {
        return text.mayBeNumber()
                        && text.length() <= LONGEST_PHONE
                        && text.hasPlainNumber()
                        && isHit(text.plainNumber())
                ? text.plainNumber()
                : 0;
    }

    /**
     * Compares a code's display. A code's own words may be somebody's name as well; that is decided at the end of the
     * object, when its system is known.
     */
    private void display(Level level) {
        long found = found();
        if (found != 0 && values.kind(found).isPublicInDirectories()) {
            level.namedInDisplay = found;
        } else if (found != 0) {
            hit(values.kind(found));
        } else if (text.segments() > 0) {
            path();
        }
        if (level.namedInDisplay == 0 && text.mayBeNumber() && text.isPhone() && isHit(text.phone())) {
            level.namedInDisplay = text.phone();
        }
        level.numberInDisplay = found == 0 ? plainNumber() : 0;
    }

    /** Reports a date with month or day in a Patient's row, where nearly every date is somebody's birthday. */
    private void birthDate(int length) {
        if (type.equals(PatientReader.TYPE) && depth == 1 && length > YEAR && !birthDatesAreKept) {
            hit(PhiKind.BIRTH_DATE);
        }
    }

    private void ownId() {
        if (depth == 1
                && type.equals(PatientReader.TYPE)
                && values.contains(ValueText.pair(PatientValues.PATIENT_TYPE, text.hash()))) {
            hit(PhiKind.ID);
        }
    }

    /**
     * Compares the target of a reference, a URL or a search: {@code Patient/id}, {@code
     * Patient?identifier=system|value}.
     */
    private void path() {
        long before = 0;
        byte separator = 0;
        for (int number = 0; number < text.segments(); number++) {
            long segment = text.segment(number);
            long pair = ValueText.pair(before, segment);
            boolean isId = separator == '/' && before == PatientValues.PATIENT_TYPE;
            if ((isId || separator == '|') && contains(pair)) {
                hit(values.kind(pair));
                return;
            }
            if (segment != 0 && isHit(segment)) {
                hit(values.kind(segment));
                return;
            }
            before = segment;
            separator = text.separator(number);
        }
    }

    private void number(int from, int to) {
        Level level = levels.get(depth);
        boolean counts = level.field == Field.VALUE || level.field == Field.CODE || level.field == Field.BIRTH_DATE;
        if (!counts && to - from < SHORTEST_WORD) {
            return;
        }
        text.readAscii(json, from, withoutZeros(from, to));
        if (level.field == Field.VALUE) {
            level.value = text.hash();
            level.phone = text.length() >= SHORTEST_PHONE && text.isPhone() ? text.phone() : 0;
        } else if (level.field == Field.CODE) {
            level.code = text.hash();
        } else if (level.field == Field.BIRTH_DATE) {
            birthDate(to - from);
        }
        if (text.length() >= SHORTEST_WORD
                && text.length() <= LONGEST_PHONE
                && text.isLongNumber()
                && !text.isGrouped()) {
            longNumber(level);
        }
    }

    /**
     * Compares a long number. A quantity that has a unit is no number of a patient; that is decided at the end of the
     * object.
     */
    private void longNumber(Level level) {
        for (long hash : new long[] {text.hash(), text.plainNumber(), text.isPhone() ? text.phone() : 0}) {
            if (isHit(hash)) {
                if (level.field == Field.VALUE) {
                    level.quantity = hash;
                } else {
                    hit(values.kind(hash));
                }
                return;
            }
        }
    }

    /** Leaves out the zeros after a number's point, so that 4711.0 is 4711. */
    private int withoutZeros(int from, int to) {
        int end = to;
        while (end > from && json[end - 1] == '0') {
            end--;
        }
        return end > from && json[end - 1] == '.' ? end - 1 : to;
    }

    private void end() {
        Level level = levels.get(depth);
        object(level);
        if (!level.waiting.isEmpty()) {
            locate(level);
        }
        depth--;
        if (depth == 0) {
            endRow(level);
        }
    }

    /** Completes the places of what was found in an extension or contained resource that ends here. */
    private void locate(Level level) {
        Optional<String> url = text(level.urlFrom, level.urlTo).filter(keepsExtension);
        Optional<String> resource = text(level.typeFrom, level.typeTo).filter(TYPE.asMatchPredicate());
        for (Hit hit : level.waiting) {
            boolean isExtension = hit.extensionDepth == depth;
            boolean isContained = hit.containedDepth == depth;
            keep(new Hit(
                    hit.element,
                    hit.kind,
                    isExtension ? 0 : hit.extensionDepth,
                    isExtension ? url : hit.extension,
                    isContained ? 0 : hit.containedDepth,
                    isContained ? resource : hit.contained));
        }
        level.waiting.clear();
    }

    /** Keeps each place once: a row may hold a name a million times. */
    private void keep(Hit hit) {
        if (hit.waitsFor() > 0) {
            Set<Hit> waiting = levels.get(hit.waitsFor()).waiting;
            if (waiting.size() < PhiFindings.MOST_PLACES) {
                waiting.add(hit);
            }
        } else if (places.size() < PhiFindings.MOST_PLACES) {
            places.add(new PhiPlace(type, hit.element, hit.kind, hit.extension, hit.contained));
        }
    }

    private void endRow(Level row) {
        if (!places.isEmpty()) {
            String id = text(row.idFrom, row.idTo).orElse("");
            boolean shown = ANONYMOUS_ID.matcher(id).matches()
                    && places.stream().noneMatch(place -> place.element().equals("id"));
            places.forEach(place -> findings.add(place, shown ? id : ""));
            places.clear();
        }
        findings.rowChecked();
    }

    /** Compares the values of several elements of an object together. */
    private void object(Level level) {
        if (level.system != 0 && level.value != 0) {
            pair(ValueText.pair(level.system, level.value), "value");
        }
        if (level.system != 0 && level.code != 0) {
            pair(ValueText.pair(level.system, level.code), "code");
        }
        if (level.quantity != 0 && level.code == 0 && !level.unit) {
            hit("value", values.kind(level.quantity));
        }
        if (level.phone != 0 && PHONES.contains(level.system) && isHit(level.phone)) {
            hit("value", values.kind(level.phone));
        }
        if (level.family != 0
                && level.firstGiven != 0
                && (isHit(level.family + level.firstGiven) || isHit(level.family + level.allGiven))) {
            hit("family", PhiKind.NAME);
        }
        if ((level.namedInDisplay | level.numberInDisplay | level.numberInCode | level.groupsInCode) != 0) {
            coding(level);
        }
    }

    private void pair(long pair, String name) {
        if (contains(pair)) {
            hit(name, values.kind(pair));
        }
    }

    private void coding(Level level) {
        String system = text(level.systemFrom, level.systemTo).orElse("");
        boolean isNumbered = Terminologies.isOfPatients(system) || (isLabel() && !isDate(level.codeFrom, level.codeTo));
        if (level.numberInCode != 0 && isNumbered) {
            hit("code", values.kind(level.numberInCode));
        }
        if (Terminologies.isPublic(system)) {
            return;
        }
        if (level.groupsInCode != 0) {
            hit("code", values.kind(level.groupsInCode));
        }
        if (level.namedInDisplay != 0) {
            hit("display", values.kind(level.namedInDisplay));
        }
        if (level.numberInDisplay != 0) {
            hit("display", values.kind(level.numberInDisplay));
        }
    }

    /** Tells whether a string is a date: data is often labelled with the date on which it was loaded. */
    private boolean isDate(int from, int to) {
        Matcher date = DAY.matcher(new String(json, from, to - from, StandardCharsets.ISO_8859_1));
        try {
            return date.matches() && LocalDate.parse(date.replaceFirst("$1-$2-$3")) != null;
        } catch (DateTimeParseException none) {
            return false;
        }
    }

    /** Tells whether the object is a tag or a security label of a resource: their codes are few and are no numbers. */
    private boolean isLabel() {
        Field field = levels.get(depth - 1).field;
        return depth > 2
                && (field == Field.TAG || field == Field.SECURITY)
                && levels.get(depth - 2).field == Field.META;
    }

    private void hit(PhiKind kind) {
        hit(name(levels.get(depth)), kind);
    }

    private void hit(String name, PhiKind kind) {
        StringBuilder path = new StringBuilder();
        int extensionDepth = 0;
        int containedDepth = 0;
        for (int above = 1; above < depth; above++) {
            Level level = levels.get(above);
            path.append(name(level)).append('.');
            boolean isExtension = level.field == Field.EXTENSION || level.field == Field.MODIFIER_EXTENSION;
            extensionDepth = extensionDepth == 0 && isExtension ? above + 1 : extensionDepth;
            containedDepth = level.field == Field.CONTAINED ? above + 1 : containedDepth;
        }
        hits++;
        keep(new Hit(
                path.append(name).toString(),
                kind,
                extensionDepth,
                Optional.empty(),
                containedDepth,
                Optional.empty()));
    }

    private String name(Level level) {
        return JsonString.text(json, level.nameFrom, level.nameTo);
    }

    /** Returns the text of an element, if the object has one. */
    private Optional<String> text(int from, int to) {
        return to == 0 ? Optional.empty() : Optional.of(JsonString.text(json, from, to));
    }
}
