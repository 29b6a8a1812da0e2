package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks for patients' values in rows. Values are compared as a whole; what is found is told by its place. */
final class RowCheck {
    /** Names, streets and phones are public here, and patients may share them: physicians, nursing homes. */
    private static final Set<EtlTask> DIRECTORY =
            EnumSet.of(EtlTask.LOCATION, EtlTask.ORGANIZATION, EtlTask.PRACTITIONER, EtlTask.PRACTITIONER_ROLE);

    private static final Set<Long> PHONES = Stream.of("phone", "fax", "pager", "sms")
            .map(system -> new ValueText().read(system).hash())
            .collect(Collectors.toUnmodifiableSet());

    private static final Pattern ANONYMOUS_ID = Pattern.compile("[0-9a-f]{64}");

    private static final int YEAR = 4;
    /** Epic's own, to which sites add codes with words of their own. */
    private static final String LOCAL_SYSTEMS = "urn:oid:1.2.840.114350.";

    private static final char[] PATIENT = "Patient/".toCharArray();

    private final ValueSet values;
    private final PhiFindings findings;
    private final boolean birthDatesAreKept;

    private final ValueText text = new ValueText();
    private final List<Level> levels = new ArrayList<>();
    private EtlTask task = EtlTask.PATIENT;
    private int depth;
    private String rowId = "";
    private boolean idIsFound;
    private final Set<String> found = new TreeSet<>();
    private long rows;

    RowCheck(ValueSet values, PhiFindings findings, boolean birthDatesAreKept) {
        this.values = values;
        this.findings = findings;
        this.birthDatesAreKept = birthDatesAreKept;
        levels.add(new Level());
    }

    /** What was read of an object so far. */
    private static final class Level {
        private String field = "";
        private long system;
        private long value;
        private long phone;
        private long family;
        private long firstGiven;
        private long allGiven;
        private boolean namedInDisplay;
        private boolean inPublicSystem;

        void begin() {
            field = "";
            system = 0;
            value = 0;
            phone = 0;
            family = 0;
            firstGiven = 0;
            allGiven = 0;
            namedInDisplay = false;
            inPublicSystem = false;
        }
    }

    long rows() {
        return rows;
    }

    /** @param position of the first row in the table; it grows */
    void check(EtlTask ofTask, SampledLines.Lines lines, long position) throws IOException {
        task = ofTask;
        try (JsonParser json = FhirJson.mapper().createParser(lines.bytes(), lines.from(), lines.to() - lines.from())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                switch (token) {
                    case START_OBJECT -> begin();
                    case FIELD_NAME -> levels.get(depth).field = json.currentName();
                    case VALUE_STRING -> value(json);
                    case END_OBJECT ->
                        end(position + json.currentTokenLocation().getByteOffset());
                    default -> {}
                }
            }
        }
    }

    private void begin() {
        depth++;
        if (levels.size() == depth) {
            levels.add(new Level());
        }
        levels.get(depth).begin();
    }

    private void end(long position) {
        object(levels.get(depth));
        depth--;
        if (depth == 0) {
            rows++;
            String shown = idIsFound || !ANONYMOUS_ID.matcher(rowId).matches() ? "" : rowId;
            found.forEach(element -> findings.add(task, element, position, shown));
            found.clear();
            rowId = "";
            idIsFound = false;
        }
    }

    /** What several elements together say. */
    private void object(Level level) {
        if (level.namedInDisplay && !level.inPublicSystem) {
            found(level, "display");
        }
        if (level.value != 0 && level.system != 0 && values.contains(ValueText.pair(level.system, level.value))) {
            found(level, "value");
        }
        if (level.phone != 0 && PHONES.contains(level.system) && hasPerson(level.phone)) {
            found(level, "value");
        }
        if (level.family != 0
                && level.firstGiven != 0
                && (hasPerson(level.family + level.firstGiven) || hasPerson(level.family + level.allGiven))) {
            found(level, "family");
        }
    }

    private void found(Level level, String field) {
        level.field = field;
        found();
    }

    private void found() {
        StringBuilder path = new StringBuilder();
        for (int level = 1; level <= depth; level++) {
            path.append(level == 1 ? "" : ".").append(levels.get(level).field);
        }
        found.add(path.toString());
    }

    private void value(JsonParser json) throws IOException {
        char[] chars = json.getTextCharacters();
        int from = json.getTextOffset();
        int length = json.getTextLength();
        text.read(chars, from, length);
        Level level = levels.get(depth);
        boolean hit = isHit(level.field);
        switch (level.field) {
            case "system" -> {
                level.system = text.hash();
                level.inPublicSystem = length < LOCAL_SYSTEMS.length()
                        || !LOCAL_SYSTEMS.contentEquals(CharBuffer.wrap(chars, from, LOCAL_SYSTEMS.length()));
            }
            case "value" -> {
                level.value = text.hash();
                level.phone = text.isPhone() ? text.phone() : 0;
            }
            case "family" -> level.family = text.hash();
            case "given" -> {
                level.firstGiven = level.firstGiven == 0 ? text.hash() : level.firstGiven;
                level.allGiven += text.hash();
            }
            case "display" -> {
                // A code's own words may be somebody's name as well: ginger root.
                level.namedInDisplay = hit && values.contains(text.hash() ^ PatientValues.OF_PEOPLE);
                hit &= !level.namedInDisplay;
            }
            case "birthDate" -> hit |= isBirthDate(length);
            case "id" -> hit |= isPatientsId(new String(chars, from, length), hit);
            default -> {}
        }
        if (hit || (text.isPath() && isPathHit(chars, from, length, level.field))) {
            found();
        }
    }

    private boolean isHit(String field) {
        boolean isCode = text.isNumber() && (field.equals("code") || field.equals("system"));
        return !isCode && ((text.isPhone() && text.isGrouped() && hasPerson(text.phone())) || has(text.hash()));
    }

    private boolean has(long hash) {
        return values.contains(hash) && !(DIRECTORY.contains(task) && values.contains(hash ^ PatientValues.OF_PEOPLE));
    }

    private boolean hasPerson(long hash) {
        return !DIRECTORY.contains(task) && values.contains(hash);
    }

    /** Of a Patient's row, where nearly every date is somebody's birthday. */
    private boolean isBirthDate(int length) {
        return task == EtlTask.PATIENT && depth == 1 && length > YEAR && !birthDatesAreKept;
    }

    private boolean isPatientsId(String id, boolean hit) {
        if (depth != 1) {
            return false;
        }
        rowId = id;
        idIsFound = hit
                || (task == EtlTask.PATIENT
                        && values.contains(ValueText.pair(PatientValues.PATIENT_TYPE, text.hash())));
        return idIsFound;
    }

    /** What a reference, a URL or a search points to: {@code Patient/id}, {@code Patient?identifier=system|value}. */
    private boolean isPathHit(char[] chars, int from, int length, String field) {
        if (field.equals("system") || field.equals("profile")) {
            return false;
        }
        int end = from + length;
        int patient = afterPatient(chars, from, end);
        if (patient >= 0) {
            int to = patient;
            while (to < end && "/?#|&".indexOf(chars[to]) < 0) {
                to++;
            }
            long id = text.read(chars, patient, to - patient).hash();
            if (values.contains(ValueText.pair(PatientValues.PATIENT_TYPE, id)) || isHit(field)) {
                return true;
            }
        }
        int tail = end;
        while (tail > from && "/|=#?".indexOf(chars[tail - 1]) < 0) {
            tail--;
        }
        long value = text.read(chars, tail, end - tail).hash();
        boolean hit = tail > from && isHit(field);
        return hit || (tail > from && chars[tail - 1] == '|' && isToken(chars, from, tail - 1, value));
    }

    private boolean isToken(char[] chars, int from, int bar, long value) {
        int system = bar;
        while (system > from && chars[system - 1] != '=') {
            system--;
        }
        return values.contains(
                ValueText.pair(text.read(chars, system, bar - system).hash(), value));
    }

    private static int afterPatient(char[] chars, int from, int end) {
        for (int at = from; at + PATIENT.length <= end; at++) {
            int same = 0;
            while (same < PATIENT.length && chars[at + same] == PATIENT[same]) {
                same++;
            }
            if (same == PATIENT.length) {
                return at + same;
            }
        }
        return -1;
    }
}
