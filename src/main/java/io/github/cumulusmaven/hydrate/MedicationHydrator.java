package io.github.cumulusmaven.hydrate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ReferenceReader;
import io.github.cumulusmaven.fhir.ResourceReference;
import io.github.cumulusmaven.fhir.ResourceReference.Form;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Fetches the Medications that requests, dispenses and administrations refer to and the folder does not hold: each one once,
 * into a new {@code Medication.NNN.ndjson}.
 */
public final class MedicationHydrator implements Hydrator {
    private static final String TYPE = "Medication";
    private static final String FHIR_JSON = "application/fhir+json";

    /** The largest Medication that is accepted, in bytes; they usually have a few kilobytes. */
    private static final long LARGEST = 16 * 1024 * 1024;

    /**
     * The value of a Medication that is in the folder, and to which no reference was met yet; beside the problems'
     * numbers.
     */
    private static final long HERE = 100;

    /** The value of a Medication to which a reference was met, and that is in the folder or being fetched. */
    private static final long WANTED = 101;

    private final Fetcher fetcher;
    private final ReferenceReader references;
    private final FailureList failures;
    private final HydrationListener listener;

    public MedicationHydrator(Fetcher fetcher, FailureList failures, HydrationListener listener) {
        this.fetcher = fetcher;
        this.references = new ReferenceReader(fetcher.bases());
        this.failures = failures;
        this.listener = listener;
    }

    @Override
    public Hydrated hydrate(InputFolder input, Path target) throws IOException, InterruptedException {
        listener.began(HydrationKind.MEDICATIONS);
        return new Run(input, target).run();
    }

    /** Adds the Medications of one folder. */
    private final class Run {
        private final InputFolder input;
        private final Path target;
        private final Scoreboard scores = new Scoreboard(HydrationKind.MEDICATIONS, listener);
        private final SourceLines lines = SourceLines.counted(scores);
        private final KeyMap known = new KeyMap();

        Run(InputFolder input, Path target) {
            this.input = input;
            this.target = target;
        }

        Hydrated run() throws IOException, InterruptedException {
            scores.planned(Stream.concat(Stream.of(TYPE), MedicationReference.TYPES.stream())
                    .flatMap(type -> input.files(type).stream())
                    .toList());
            for (InputFile file : input.files(TYPE)) {
                lines.each(file, this::noteId);
            }
            Path path = newFile();
            Path part = GrowingFile.part(path);
            if (GrowingFile.repair(part, line -> MedicationReference.of(line).isPresent())) {
                lines.each(new InputFile(part, String.valueOf(part.getFileName())), this::noteId);
            }
            Optional<AddedFile> added;
            try (GrowingFile file = GrowingFile.at(path, TYPE)) {
                fetchMissing(file);
                added = file.finish(target);
            }
            added.ifPresent(scores::added);
            Hydrated result = scores.result(fetcher.gaveUp());
            if (result.errors() > 0) {
                listFailures();
            }
            return result;
        }

        /** Finds the first free name: a later file's number is higher. */
        private Path newFile() {
            int number = 0;
            while (isUsed(name(number)) || isUsed(name(number) + ".gz")) {
                number++;
            }
            return target.resolve(name(number));
        }

        private String name(int number) {
            return String.format(Locale.ROOT, "%s.%03d.ndjson", TYPE, number);
        }

        private boolean isUsed(String name) {
            return Files.exists(target.resolve(name), LinkOption.NOFOLLOW_LINKS);
        }

        private void noteId(byte[] line) {
            MedicationReference.of(line)
                    .filter(resource -> resource.resourceType().equals(TYPE))
                    .map(MedicationReference::id)
                    .filter(id -> !id.isEmpty())
                    .ifPresent(id -> known.put(fetcher.key(TYPE + "/" + id), HERE));
        }

        private void fetchMissing(GrowingFile file) throws IOException, InterruptedException {
            try (Crew crew = new Crew(fetcher.parallel())) {
                for (String type : MedicationReference.TYPES) {
                    for (InputFile source : input.files(type)) {
                        lines.each(source, line -> fetchMissing(type, line, file, crew));
                    }
                }
                crew.drain();
            }
        }

        private void fetchMissing(String type, byte[] line, GrowingFile file, Crew crew)
                throws IOException, InterruptedException {
            Optional<MedicationReference> found = MedicationReference.of(line).filter(read -> read.leadsOut(type));
            if (found.isPresent()) {
                want(found.get(), file, crew);
            }
        }

        /** Counts and fetches each Medication once, however many references it has. */
        private void want(MedicationReference wanted, GrowingFile file, Crew crew)
                throws IOException, InterruptedException {
            String key = key(wanted);
            OptionalLong before = known.get(key);
            if (before.isPresent()) {
                if (before.getAsLong() == HERE) {
                    known.put(key, WANTED);
                    scores.present();
                }
                return;
            }
            try {
                Link link = link(wanted);
                known.put(key, WANTED);
                crew.submit(() -> fetch(key, link, file));
            } catch (NotFetched unreachable) {
                failed(key, unreachable);
            }
        }

        private void failed(String key, NotFetched failure) {
            known.put(key, failure.problem().number());
            scores.failed(failure.problem(), String.valueOf(failure.getMessage()));
        }

        private void fetch(String key, Link link, GrowingFile file) throws IOException, InterruptedException {
            try {
                Fetcher.Body body = fetcher.fetch("A Medication", link.url(), FHIR_JSON, LARGEST);
                file.append(checked(link.id(), body.bytes()));
                scores.fetched(body.bytes().length);
            } catch (NotFetched failure) {
                failed(key, link.ofNobody(failure));
            }
        }

        /** Lists the resources whose Medication could not be fetched. */
        private void listFailures() throws IOException, InterruptedException {
            for (String type : MedicationReference.TYPES) {
                for (InputFile source : input.files(type)) {
                    SourceLines.again().each(source, line -> listFailure(type, line));
                }
            }
        }

        private void listFailure(String type, byte[] line) throws IOException {
            Optional<MedicationReference> found = MedicationReference.of(line).filter(read -> read.leadsOut(type));
            if (found.isPresent()) {
                Optional<Problem> problem =
                        Problem.of(known.get(key(found.get())).orElse(HERE));
                if (problem.filter(Problem::isError).isPresent()) {
                    failures.add(
                            type,
                            found.get().id(),
                            found.get().reference(),
                            problem.get(),
                            problem.get().words());
                }
            }
        }
    }

    /**
     * Names a Medication of this server.
     *
     * @param guessed whether the reference has no more than a UUID, which need not be the id of anything there
     */
    private record Link(String id, URI url, boolean guessed) {
        NotFetched ofNobody(NotFetched failure) {
            return guessed && failure.problem() == Problem.NOT_FOUND
                    ? new NotFetched(Problem.NO_LINK, "no id of a Medication of the server")
                    : failure;
        }
    }

    private Link link(MedicationReference wanted) throws NotFetched {
        ResourceReference read = read(wanted);
        boolean mayBeId = read.id().chars().noneMatch(Character::isWhitespace);
        if (isMedication(read) && mayBeId) {
            boolean guessed = wanted.reference().regionMatches(true, 0, "urn:", 0, 4);
            return new Link(read.id(), fetcher.resolve(TYPE + "/" + read.id()), guessed);
        }
        if (read.form() == Form.OTHER_URL) {
            fetcher.resolve(wanted.reference());
        }
        throw new NotFetched(Problem.NO_LINK, "no reference to one Medication");
    }

    /**
     * Returns the same key for all references to one Medication; a Medication of the same id on another server has
     * another key.
     */
    private String key(MedicationReference wanted) {
        ResourceReference read = read(wanted);
        return fetcher.key(isMedication(read) ? TYPE + "/" + read.id() : wanted.reference());
    }

    private ResourceReference read(MedicationReference wanted) {
        return references.read(wanted.reference(), wanted.type(), TYPE);
    }

    private static boolean isMedication(ResourceReference reference) {
        return reference.form() == Form.RESOURCE && reference.type().equals(TYPE);
    }

    /** Checks a server's answer, and writes it in one line, with every number's digits as they came. */
    private static byte[] checked(String id, byte[] body) throws NotFetched {
        boolean isAskedFor = SentResource.of(body)
                .filter(resource ->
                        resource.type().equals(TYPE) && resource.id().equals(id))
                .isPresent();
        if (!isAskedFor) {
            throw new NotFetched(Problem.SOMETHING_ELSE, "not the Medication that was asked for");
        }
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream(body.length);
            try (JsonParser from = FhirJson.mapper().createParser(body);
                    JsonGenerator to = FhirJson.mapper().createGenerator(line)) {
                while (from.nextToken() != null) {
                    to.copyCurrentEventExact(from);
                }
            }
            return line.toByteArray();
        } catch (JsonProcessingException notJson) {
            throw new NotFetched(Problem.SOMETHING_ELSE, "no JSON");
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
    }
}
