package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.bulk.DamagedFile.Kind;
import io.github.cumulusmaven.bulk.Manifest.Announced;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.fhir.ndjson.LineMeter;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import io.github.cumulusmaven.files.GzipBody;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether what came is the file that the manifest announces (FL-11).
 *
 * @param state what is known of it
 * @param announced what else the manifest promises
 * @param validation how closely to look
 */
record FileCheck(FileState state, Announced announced, Validation validation) {
    private static final String UNKNOWN = "unknown";
    private static final int MOST_TYPES = 200;

    /**
     * What was found while the file came in.
     *
     * @param meter over the plain bytes
     * @param bytesSent as the server sent them
     * @param sha256 of the file as it lies on the disk
     * @param sums of the bytes in any form
     */
    record Found(LineMeter meter, long bytesSent, String sha256, Set<String> sums) {
        /** What there is to prove the file by, later. */
        FileState.Proof proof(Content content) {
            return new FileState.Proof(meter.resources(), meter.bytes(), sha256, content.others());
        }
    }

    /**
     * What a file holds.
     *
     * @param firstType the resource type of its first line; empty for a file without lines, or when nobody looked
     * @param others how many resources are of another type than its own, by type; empty when nobody looked
     */
    record Content(String firstType, Map<String, Long> others) {}

    /** Meters a file's lines on their way. */
    LineMeter meter() {
        return state.kind() == FileState.Kind.OUTPUT && state.type() != null
                ? new LineMeter(state.type())
                : new LineMeter();
    }

    /**
     * Checks all that is to be checked.
     *
     * @param file as it will be kept
     * @param again whether the same content came before: then a wrong count is the manifest's
     */
    Content check(Path file, Found found, boolean again) throws IOException {
        boolean looked = validation != Validation.NONE;
        if (looked && found.meter().endsInsideLine()) {
            requireWholeEnd(file, found);
        }
        try {
            checkBytes(found);
            if (!again || state.kind() != FileState.Kind.OUTPUT) {
                checkCount(found.meter());
            }
            return looked ? checkContent(file, found.meter()) : new Content(firstType(file, found.meter()), Map.of());
        } catch (DamagedFile damaged) {
            throw damaged.in(found.sha256());
        }
    }

    /** Lines of other types than the file's own are counted, not refused, unless there are no others. */
    private Content checkContent(Path file, LineMeter meter) throws IOException {
        boolean typed = state.kind() == FileState.Kind.OUTPUT && state.type() != null;
        // Where each line begins as it must, no second look is worth its time.
        String firstType = typed && meter.resources() > 0 && meter.unlike() == 0
                ? String.valueOf(state.type())
                : firstType(file, meter);
        Map<String, Long> others = new TreeMap<>();
        if (validation == Validation.JSON) {
            requireUtf8(meter);
            others.putAll(typesOfLines(file));
        } else if (meter.unlike() > 0) {
            others.putAll(typesIn(file));
        }
        boolean own = others.remove(String.valueOf(state.type())) != null;
        if (meter.resources() > 0 && !own) {
            checkType(firstType);
        }
        return new Content(firstType, typed ? others : Map.of());
    }

    private static void requireUtf8(LineMeter meter) throws DamagedFile {
        if (meter.firstLineNotUtf8() > 0) {
            throw new DamagedFile(Kind.LINE_NOT_UTF8, meter.firstLineNotUtf8());
        }
    }

    /** Counts the types of lines, of which those that hold no resource are passed over. */
    private static Map<String, Long> typesIn(Path file) throws IOException {
        Map<String, Long> types = new TreeMap<>();
        try (LineReader lines = LineReader.ofShortLines(GzipBody.decode(Files.newInputStream(file)))) {
            while (lines.next()) {
                typeOf(lines.text()).ifPresent(type -> count(type, types));
            }
        }
        return types;
    }

    private static Optional<String> typeOf(String line) throws IOException {
        try (JsonParser parser = FhirJson.mapper().createParser(line)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? resourceType(parser) : Optional.empty();
        } catch (JsonProcessingException damaged) {
            return Optional.empty();
        }
    }

    private static void count(String type, Map<String, Long> types) {
        boolean sane = ResourceType.isSafeName(type) && (types.size() < MOST_TYPES || types.containsKey(type));
        types.merge(sane ? type : UNKNOWN, 1L, Long::sum);
    }

    private void checkBytes(Found found) throws DamagedFile {
        long bytes = announced.bytes().orElse(found.bytesSent());
        if (bytes != found.bytesSent() && bytes != found.meter().bytes()) {
            long plain = found.meter().bytes();
            throw found.bytesSent() == plain
                    ? new DamagedFile(Kind.OTHER_SIZE, bytes, plain)
                    : new DamagedFile(Kind.OTHER_SIZE_AS_SENT, bytes, plain, found.bytesSent());
        }
        if (announced.sha256().isPresent()
                && !found.sums().contains(announced.sha256().get())) {
            throw new DamagedFile(Kind.OTHER_SHA256, announced.sha256().get(), String.join(" or ", found.sums()));
        }
    }

    private void checkCount(LineMeter meter) throws DamagedFile {
        Long count = state.count();
        // What servers count in the other lists is not always lines, but never nothing.
        boolean comparable = state.kind() == FileState.Kind.OUTPUT || meter.resources() == 0;
        if (comparable && count != null && count != meter.resources()) {
            throw new DamagedFile(Kind.OTHER_COUNT, count, meter.resources());
        }
    }

    /** The newline at the end is optional; a last line without it must at least be whole JSON (FL-15). */
    private static void requireWholeEnd(Path file, Found found) throws IOException {
        try (InputStream plain = GzipBody.decode(Files.newInputStream(file))) {
            plain.skipNBytes(found.meter().lastLineStart());
            try (JsonParser parser = FhirJson.mapper().createParser(plain)) {
                int values = 0;
                while (parser.nextToken() != null) {
                    parser.skipChildren();
                    values++;
                }
                if (values > 1) {
                    throw new DamagedFile(Kind.LAST_LINE_HOLDS_MORE).in(found.sha256());
                }
                return;
            }
        } catch (JsonProcessingException | CharConversionException notWhole) {
            try {
                requireTextAtEnd(file, found);
                firstType(file);
            } catch (DamagedFile other) {
                throw other.in(found.sha256());
            }
        }
        throw new DamagedFile(Kind.ENDS_INSIDE_LINE);
    }

    /** Refuses NUL bytes at the end, with which a disk or a server often fills what it has lost. */
    private static void requireTextAtEnd(Path file, Found found) throws IOException {
        try (InputStream plain = GzipBody.decode(Files.newInputStream(file))) {
            plain.skipNBytes(found.meter().bytes() - 1);
            if (plain.read() == 0) {
                throw new DamagedFile(Kind.ENDS_IN_NULS);
            }
        }
    }

    private void checkType(String firstType) throws DamagedFile {
        if (firstType.isEmpty()) {
            throw new DamagedFile(Kind.FIRST_LINE_NO_RESOURCE);
        }
        if (state.kind() == FileState.Kind.OUTPUT && !firstType.equals(state.type())) {
            checkUnexpected(firstType, state.type());
        }
        if (state.kind() == FileState.Kind.DELETED) {
            checkUnexpected(firstType, null);
        }
    }

    private static String firstType(Path file, LineMeter meter) throws IOException {
        return meter.resources() == 0 ? "" : firstType(file).orElse("");
    }

    private static Optional<String> firstType(Path file) throws IOException {
        try (InputStream plain = GzipBody.decode(Files.newInputStream(file));
                JsonParser parser = FhirJson.mapper().createParser(plain)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            int line = parser.currentTokenLocation().getLineNr();
            Optional<String> type = resourceType(parser);
            if (goesOnBelow(parser, line)) {
                throw new DamagedFile(Kind.INDENTED);
            }
            return type;
        } catch (JsonProcessingException | CharConversionException other) {
            return Optional.empty();
        }
    }

    /** Looks where the elements of the resource begin that is being read: a line that breaks off has none in the next. */
    private static boolean goesOnBelow(JsonParser parser, int line) throws IOException {
        try {
            boolean below = parser.currentTokenLocation().getLineNr() != line;
            while (!below && !parser.getParsingContext().inRoot()) {
                JsonToken token = parser.nextToken();
                below = parser.currentTokenLocation().getLineNr() != line;
                if (!below && token == JsonToken.FIELD_NAME) {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
            return below;
        } catch (JsonProcessingException | CharConversionException brokenOff) {
            return false;
        }
    }

    private static void checkUnexpected(String firstType, @Nullable String announced) throws DamagedFile {
        if (firstType.equals("OperationOutcome")) {
            throw new DamagedFile(Kind.OPERATION_OUTCOME);
        }
        if (announced != null) {
            throw new DamagedFile(Kind.OTHER_TYPE, shown(firstType), announced);
        }
    }

    private static String shown(String type) {
        return ResourceType.isSafeName(type) ? type : "something else";
    }

    private static Map<String, Long> typesOfLines(Path file) throws IOException {
        Map<String, Long> types = new TreeMap<>();
        int line = 0;
        boolean inside = false;
        try (InputStream plain = GzipBody.decode(Files.newInputStream(file));
                JsonParser parser = FhirJson.mapper().createParser(plain)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                int begin = parser.currentTokenLocation().getLineNr();
                if (begin == line) {
                    throw new DamagedFile(Kind.LINE_HOLDS_MORE, begin);
                }
                line = begin;
                inside = true;
                String found = token == JsonToken.START_OBJECT ? restOfResource(parser) : "";
                inside = false;
                if (parser.currentLocation().getLineNr() != line) {
                    throw new DamagedFile(Kind.LINE_NOT_WHOLE, line);
                }
                if (found.isEmpty()) {
                    throw new DamagedFile(Kind.LINE_NO_RESOURCE, line);
                }
                count(found, types);
            }
        } catch (CharConversionException notUtf8) {
            throw new DamagedFile(Kind.LINE_NOT_JSON, line + 1);
        } catch (JsonProcessingException broken) {
            int at = inside || broken.getLocation() == null
                    ? line
                    : broken.getLocation().getLineNr();
            throw new DamagedFile(Kind.LINE_NOT_JSON, at);
        }
        return types;
    }

    private static String restOfResource(JsonParser parser) throws IOException {
        String type = resourceType(parser).orElse("");
        while (!parser.getParsingContext().inRoot()) {
            parser.nextToken();
            parser.skipChildren();
        }
        return type;
    }

    /** Of the object that was just begun; reads to that field or to the object's end. */
    private static Optional<String> resourceType(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals("resourceType");
            JsonToken value = parser.nextToken();
            if (found && value == JsonToken.VALUE_STRING) {
                return Optional.of(parser.getText());
            }
            parser.skipChildren();
        }
        return Optional.empty();
    }
}
