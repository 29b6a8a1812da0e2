package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The NDJSON files of an input folder, at any depth, by what is in them.
 *
 * @param byType the files of each resource type, in the order of their names
 * @param deleted the export's lists of deleted resources
 * @param unknown files whose type neither their name nor their first record tells
 */
public record InputFolder(Map<String, List<InputFile>> byType, List<InputFile> deleted, List<InputFile> unknown) {
    private static final Pattern DATA = Pattern.compile(".+\\.(ndjson|jsonl)(\\.gz)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern LOG = Pattern.compile("log(\\..+)?\\.ndjson(\\.gz)?");
    private static final Pattern NOT_LETTERS = Pattern.compile("[^A-Za-z]+");

    /**
     * Looks for them.
     *
     * @throws IOException when the folder cannot be read, or a link leads to nothing
     */
    public static InputFolder scan(Path input) throws IOException {
        Search search = new Search(input.toRealPath());
        Files.walkFileTree(search.root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, search);
        return search.result();
    }

    /** The files of a resource type. */
    public List<InputFile> files(String type) {
        return byType.getOrDefault(type, List.of());
    }

    /** With more files of a type, which come last. */
    public InputFolder with(String type, List<InputFile> more) {
        Map<String, List<InputFile>> all = new TreeMap<>(byType);
        List<InputFile> ofType = new ArrayList<>(files(type));
        ofType.addAll(more);
        all.put(type, ofType);
        return new InputFolder(all, deleted, unknown);
    }

    /**
     * The same with the digests that files had when they came.
     *
     * @param digests SHA-256 in hex, by the files' names
     */
    public InputFolder with(Map<String, String> digests) {
        Map<String, List<InputFile>> all = new TreeMap<>();
        byType.forEach((type, files) -> all.put(type, with(digests, files)));
        return new InputFolder(all, with(digests, deleted), unknown);
    }

    private static List<InputFile> with(Map<String, String> digests, List<InputFile> files) {
        return files.stream()
                .map(file -> new InputFile(file.path(), file.name(), Optional.ofNullable(digests.get(file.name()))))
                .toList();
    }

    /** The one resource type among the words of a file's name. */
    static Optional<String> typeInName(String fileName) {
        List<String> types = Arrays.stream(NOT_LETTERS.split(fileName))
                .filter(ResourceType::isKnown)
                .distinct()
                .toList();
        return types.size() == 1 ? Optional.of(types.get(0)) : Optional.empty();
    }

    private static final class Search extends SimpleFileVisitor<Path> {
        private final Path root;
        private final SortedMap<String, Path> data = new TreeMap<>();
        private final SortedMap<String, Path> deletions = new TreeMap<>();
        private final Set<Path> seen = new HashSet<>();

        Search(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = String.valueOf(folder.getFileName());
            boolean bookkeeping = !folder.equals(root) && (name.equals("error") || name.startsWith("."));
            return bookkeeping ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String name = String.valueOf(file.getFileName());
            boolean isData = DATA.matcher(name).matches()
                    && !LOG.matcher(name).matches()
                    && !name.startsWith(".")
                    && (attributes.isRegularFile() || attributes.isSymbolicLink());
            // a link beside its target would double the data; behind one to nothing, some are missing
            if (isData && seen.add(file.toRealPath())) {
                Path relative = root.relativize(file);
                (isDeletion(relative) ? deletions : data)
                        .put(relative.toString().replace('\\', '/'), file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        private static boolean isDeletion(Path relative) {
            for (Path part : relative) {
                if (part.toString().equals("deleted")) {
                    return true;
                }
            }
            return false;
        }

        InputFolder result() {
            Map<String, List<InputFile>> byType = new TreeMap<>();
            List<InputFile> unknown = new ArrayList<>();
            for (InputFile file : files(data)) {
                Optional<String> type = typeInName(String.valueOf(file.path().getFileName()));
                try {
                    type = type.isPresent() ? type : typeOfFirstRecord(file);
                    type.ifPresent(known -> byType.computeIfAbsent(known, files -> new ArrayList<>())
                            .add(file));
                } catch (IOException unreadable) {
                    unknown.add(file);
                }
            }
            return new InputFolder(byType, files(deletions), unknown);
        }

        private static List<InputFile> files(SortedMap<String, Path> found) {
            return found.entrySet().stream()
                    .map(entry -> new InputFile(entry.getValue(), entry.getKey()))
                    .toList();
        }

        /** Nothing for a file without records. */
        private static Optional<String> typeOfFirstRecord(InputFile file) throws IOException {
            try (InputStream in = file.open();
                    JsonParser json = FhirJson.mapper().createParser(in)) {
                JsonToken first = json.nextToken();
                if (first == null) {
                    return Optional.empty();
                }
                while (first == JsonToken.START_OBJECT && json.nextToken() == JsonToken.FIELD_NAME) {
                    if (json.currentName().equals("resourceType")) {
                        return Optional.of(Optional.ofNullable(json.nextTextValue())
                                .filter(ResourceType::isSafeName)
                                .orElseThrow(() -> new IOException("no resource")));
                    }
                    json.nextToken();
                    json.skipChildren();
                }
                throw new IOException("no resource");
            }
        }
    }
}
