package io.github.cumulusmaven.deid.codebook;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.deid.codebook.CodebookFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.Rights;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Records which real id of a Patient or Encounter became which anonymous one: {@code codebook-cached-mappings.json}, as
 * Cumulus ETL reads and writes it.
 *
 * <p>That file can only be written as a whole. So during a run new ids go to the end of a journal beside it, at a cost
 * that only depends on how many they are; when the run ends, or the next one begins, the journal is folded into the
 * file. Both are read as streams. The memory taken stays below 100 MB, however many ids there are: beyond some millions
 * the journal may name one twice, and is folded in several goes.
 */
final class CachedMappings {
    static final String NAME = "codebook-cached-mappings.json";
    static final String JOURNAL = "codebook-cached-mappings.journal";

    private static final List<String> TYPES = List.of("Patient", "Encounter");
    private static final int FINGERPRINT_DIGITS = 16;

    /** How many ids are held in memory at a time. */
    private static final int IDS_AT_ONCE = 2_000_000;

    /** The length of the journal's shortest line: a type, an id and the 64 digits of a hash. */
    private static final long SHORTEST_LINE = 80;

    private static final int NEWLINE = '\n';

    /** Reads JSON without remembering names, which would only cost: there are millions, each of them once. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final Path path;
    private final Path journal;
    private final Rights rights;
    private final int idsAtOnce;
    private final Fingerprints met = new Fingerprints();
    private final ByteArrayOutputStream unsaved = new ByteArrayOutputStream();

    CachedMappings(Path folder, Rights rights) {
        this(folder, rights, IDS_AT_ONCE);
    }

    CachedMappings(Path folder, Rights rights, int idsAtOnce) {
        this.rights = rights;
        this.path = folder.resolve(NAME);
        this.journal = folder.resolve(JOURNAL);
        this.idsAtOnce = idsAtOnce;
    }

    /** One line of the journal. */
    private record Mapping(String type, String real, String anonymous) {
        long fingerprint() {
            return CachedMappings.fingerprint(type, anonymous);
        }
    }

    private static long fingerprint(String type, String anonymous) {
        try {
            long start = Long.parseUnsignedLong(anonymous, 0, FINGERPRINT_DIGITS, 16);
            return type.equals("Patient") ? start : ~start;
        } catch (NumberFormatException | IndexOutOfBoundsException notOurs) {
            return anonymous.hashCode();
        }
    }

    boolean exist() {
        return Files.exists(path) || Files.exists(journal);
    }

    /** Notes an id, to be saved with the next ones. For all threads. */
    synchronized void add(String type, String real, String anonymous) {
        if (met.size() == idsAtOnce) {
            met.clear();
        }
        if (met.add(fingerprint(type, anonymous))) {
            try {
                unsaved.writeBytes(FhirJson.mapper().writeValueAsBytes(List.of(type, real, anonymous)));
                unsaved.write(NEWLINE);
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException("strings can always be written", impossible);
            }
        }
    }

    /** Brings all ids noted so far to the disk. */
    synchronized void save() throws CodebookFailure {
        if (unsaved.size() == 0) {
            return;
        }
        try (FileChannel channel =
                PrivateFiles.open(journal, rights, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer lines = ByteBuffer.wrap(unsaved.toByteArray());
            while (lines.hasRemaining()) {
                channel.write(lines);
            }
            channel.force(false);
        } catch (IOException unwritable) {
            throw new CodebookFailure(journal, unwritable);
        }
        unsaved.reset();
    }

    /** Refuses a file that nothing can be added to: better now than at the end of a run. */
    void check() throws CodebookFailure {
        if (!Files.exists(path)) {
            return;
        }
        try (InputStream in = RegularFiles.open(path, Long.MAX_VALUE);
                JsonParser parser = FACTORY.createParser(in)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, parser);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean ours = TYPES.contains(parser.currentName());
                require(parser.nextToken() == JsonToken.START_OBJECT || !ours, parser);
                parser.skipChildren();
            }
            require(parser.nextToken() == null, parser);
        } catch (JsonProcessingException | CharConversionException damaged) {
            throw damaged();
        } catch (IOException unusable) {
            throw new CodebookFailure(path, unusable);
        }
    }

    private static void require(boolean asItShouldBe, JsonParser parser) throws JsonShape {
        if (!asItShouldBe) {
            throw new JsonShape(parser);
        }
    }

    private CodebookFailure damaged() {
        return new CodebookFailure(Kind.MAPPINGS_DAMAGED, path);
    }

    /** Makes the journal part of the file. Cut short at any point, it can be done again. */
    synchronized void fold() throws CodebookFailure {
        if (!Files.exists(journal)) {
            return;
        }
        try {
            met.clear();
            PrivateFiles.replace(path, rights, this::merge);
            Files.delete(journal);
        } catch (JsonProcessingException | CharConversionException damaged) {
            throw damaged();
        } catch (IOException unusable) {
            throw new CodebookFailure(path, unusable);
        }
    }

    private interface Consumer {
        void accept(Mapping mapping) throws IOException;
    }

    /**
     * Passes on the journal's mappings, without a last line that was cut off, be it within a character: no row has its
     * id, as rows are written after their ids.
     */
    private void eachInJournal(Consumer consumer) throws IOException {
        try (LineReader lines = LineReader.ofShortLines(RegularFiles.open(journal, Long.MAX_VALUE))) {
            while (lines.next()) {
                Optional<Mapping> mapping = mapping(lines.text());
                if (mapping.isPresent()) {
                    consumer.accept(mapping.get());
                }
            }
        }
    }

    private static Optional<Mapping> mapping(String line) {
        try (JsonParser parser = FACTORY.createParser(line)) {
            parser.nextToken();
            String type = String.valueOf(parser.nextTextValue());
            String real = String.valueOf(parser.nextTextValue());
            String anonymous = String.valueOf(parser.nextTextValue());
            return parser.nextToken() == JsonToken.END_ARRAY && TYPES.contains(type)
                    ? Optional.of(new Mapping(type, real, anonymous))
                    : Optional.empty();
        } catch (IOException cutOff) {
            return Optional.empty();
        }
    }

    private void merge(OutputStream out) throws IOException {
        try (JsonGenerator generator = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            generator.writeStartObject();
            Set<String> missing = new TreeSet<>(TYPES);
            if (Files.exists(path)) {
                try (InputStream in = RegularFiles.open(path, Long.MAX_VALUE);
                        JsonParser parser = FACTORY.createParser(in)) {
                    copy(parser, generator, missing);
                }
            }
            for (String type : missing) {
                generator.writeObjectFieldStart(type);
                addNew(type, generator);
                generator.writeEndObject();
            }
            generator.writeEndObject();
        }
    }

    private void copy(JsonParser parser, JsonGenerator generator, Set<String> missing) throws IOException {
        require(parser.nextToken() == JsonToken.START_OBJECT, parser);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String type = parser.currentName();
            generator.writeFieldName(type);
            if (parser.nextToken() == JsonToken.START_OBJECT && missing.remove(type)) {
                generator.writeStartObject();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    generator.copyCurrentStructure(parser);
                }
                addNew(type, generator);
                generator.writeEndObject();
            } else {
                generator.copyCurrentStructure(parser);
            }
        }
    }

    /** A part of a type's ids: each id is in one part, and a part is small enough for memory. */
    private record Turn(String type, int number, long turns) {
        boolean isOf(Mapping mapping) {
            return mapping.type().equals(type) && (mapping.fingerprint() >>> Integer.SIZE) % turns == number;
        }
    }

    /** Writes the ids that the journal has and the file has not. */
    private void addNew(String type, JsonGenerator generator) throws IOException {
        long turns = 1 + Files.size(journal) / (SHORTEST_LINE * idsAtOnce);
        for (int number = 0; number < turns; number++) {
            Turn turn = new Turn(type, number, turns);
            Fingerprints there = Files.exists(path) ? there(turn) : new Fingerprints();
            eachInJournal(mapping -> {
                if (turn.isOf(mapping) && there.add(mapping.fingerprint())) {
                    generator.writeStringField(mapping.real(), mapping.anonymous());
                }
            });
        }
    }

    /** Finds the ids of a part that both the journal and the file have. */
    private Fingerprints there(Turn turn) throws IOException {
        Fingerprints journalled = new Fingerprints();
        eachInJournal(mapping -> {
            if (turn.isOf(mapping)) {
                journalled.add(mapping.fingerprint());
            }
        });
        Fingerprints there = new Fingerprints();
        eachInFile(turn.type(), fingerprint -> {
            if (journalled.contains(fingerprint)) {
                there.add(fingerprint);
            }
        });
        return there;
    }

    private void eachInFile(String type, LongConsumer consumer) throws IOException {
        try (InputStream in = RegularFiles.open(path, Long.MAX_VALUE);
                JsonParser parser = FACTORY.createParser(in)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(type);
                if (parser.nextToken() != JsonToken.START_OBJECT || !wanted) {
                    parser.skipChildren();
                    continue;
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    if (parser.nextToken() == JsonToken.VALUE_STRING) {
                        consumer.accept(fingerprint(type, parser.getText()));
                    }
                    parser.skipChildren();
                }
            }
        }
    }

    /** Signals that the file is JSON, but has not the mappings' form. */
    private static final class JsonShape extends JsonProcessingException {
        private static final long serialVersionUID = 1L;

        JsonShape(JsonParser parser) {
            super("not an object of mappings", parser.currentLocation());
        }
    }
}
