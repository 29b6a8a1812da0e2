package io.github.cumulusmaven.fhir.ndjson;

import io.github.cumulusmaven.fhir.ResourceType;
import java.io.IOException;
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
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The NDJSON files of one or more input folders, at any depth, by what is in them. A file whose name tells no type is there
 * under each type that its lines have.
 *
 * @param byType the files of each resource type, in the order of their names
 * @param deleted the export's lists of deleted resources
 * @param unknown files that cannot be read to their end, and whose name tells no type
 * @param withoutResources names of files in which no line is a FHIR resource, and whose name tells no type
 * @param unread names of files that are no NDJSON, by their names
 */
public record InputFolder(
        Map<String, List<InputFile>> byType,
        List<InputFile> deleted,
        List<InputFile> unknown,
        List<String> withoutResources,
        List<String> unread) {
    /** Names the file beside an export's others that says how far the export is. */
    public static final String EXPORT_STATE = "export.json";

    private static final Pattern DATA = Pattern.compile(".+\\.(ndjson|jsonl)(\\.gz)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern LOG = Pattern.compile("log(\\..+)?\\.ndjson(\\.gz)?");
    private static final Pattern NOT_LETTERS = Pattern.compile("[^A-Za-z]+");

    /**
     * Looks for them.
     *
     * @throws IOException when the folder cannot be read, or a link leads to nothing
     */
    public static InputFolder scan(Path input) throws IOException {
        return search(input).result();
    }

    /**
     * Finds all that may be data in a folder, read or not, by their names, and looks into none.
     *
     * @throws IOException when the folder cannot be read, or a link leads to nothing
     */
    public static SortedMap<String, Path> names(Path input) throws IOException {
        Search search = search(input);
        SortedMap<String, Path> names = new TreeMap<>(search.data);
        names.putAll(search.deletions);
        search.others.forEach(name -> names.put(name, search.root.resolve(name)));
        return names;
    }

    private static Search search(Path input) throws IOException {
        Search search = new Search(input.toRealPath());
        Files.walkFileTree(search.root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, search);
        return search;
    }

    /** The files of a resource type. */
    public List<InputFile> files(String type) {
        return byType.getOrDefault(type, List.of());
    }

    /** The resource types that the names of files tell which are not read. */
    public Set<String> unreadTypes() {
        return unread.stream()
                .map(name -> name.substring(name.lastIndexOf('/') + 1))
                .flatMap(InputFolder::typesIn)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** With more files of a type, which come last. */
    public InputFolder with(String type, List<InputFile> more) {
        return with(new InputFolder(Map.of(type, more), List.of(), List.of(), List.of(), List.of()));
    }

    /** With all of another folder, which comes last. */
    public InputFolder with(InputFolder other) {
        Map<String, List<InputFile>> all = new TreeMap<>(byType);
        other.byType.forEach((type, files) -> all.merge(type, files, InputFolder::joined));
        return new InputFolder(
                all,
                joined(deleted, other.deleted),
                joined(unknown, other.unknown),
                joined(withoutResources, other.withoutResources),
                joined(unread, other.unread));
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /**
     * The same with the digests that files had when they came.
     *
     * @param digests SHA-256 in hex, by the files' names
     */
    public InputFolder with(Map<String, String> digests) {
        return changed(file -> file.with(file.name(), Optional.ofNullable(digests.get(file.name()))), name -> name);
    }

    /** The same with the folder's own name before those of the files: for one of several. */
    public InputFolder named(String folder) {
        return changed(file -> file.with(folder + "/" + file.name(), file.sha256()), name -> folder + "/" + name);
    }

    private InputFolder changed(UnaryOperator<InputFile> file, UnaryOperator<String> name) {
        Map<String, List<InputFile>> all = new TreeMap<>();
        byType.forEach((type, files) -> all.put(type, files.stream().map(file).toList()));
        return new InputFolder(
                all,
                deleted.stream().map(file).toList(),
                unknown.stream().map(file).toList(),
                withoutResources.stream().map(name).toList(),
                unread.stream().map(name).toList());
    }

    /** Finds the one resource type among the words of a file's name. */
    public static Optional<String> typeInName(String fileName) {
        List<String> types = typesIn(fileName).distinct().toList();
        return types.size() == 1 ? Optional.of(types.get(0)) : Optional.empty();
    }

    /** Says whether a file is a log of an export, by its name. */
    public static boolean isLog(String fileName) {
        return LOG.matcher(fileName).matches();
    }

    private static Stream<String> typesIn(String fileName) {
        return Arrays.stream(NOT_LETTERS.split(fileName)).filter(ResourceType::isKnown);
    }

    private static final class Search extends SimpleFileVisitor<Path> {
        private final Path root;
        private final SortedMap<String, Path> data = new TreeMap<>();
        private final SortedMap<String, Path> deletions = new TreeMap<>();
        private final SortedSet<String> others = new TreeSet<>();
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
            boolean isBookkeeping = name.startsWith(".") || isLog(name) || file.equals(root.resolve(EXPORT_STATE));
            boolean isFile = attributes.isRegularFile() || attributes.isSymbolicLink();
            if (isBookkeeping || !isFile) {
                return FileVisitResult.CONTINUE;
            }
            Path relative = root.relativize(file);
            String shown = relative.toString().replace('\\', '/');
            if (!DATA.matcher(name).matches()) {
                others.add(shown);
            } else if (seen.add(file.toRealPath())) {
                // a link beside its target would double the data; behind one to nothing, some are missing
                (isDeletion(relative) ? deletions : data).put(shown, file);
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
            List<String> withoutResources = new ArrayList<>();
            for (InputFile file : files(data)) {
                Optional<String> type = typeInName(String.valueOf(file.path().getFileName()));
                if (type.isPresent()) {
                    add(type.get(), file, byType);
                } else {
                    Lines lines = Lines.of(file);
                    InputFile routed = lines.in(file);
                    lines.types.keySet().forEach(each -> add(each, routed, byType));
                    if (lines.damaged) {
                        unknown.add(file);
                    } else if (lines.types.isEmpty() && lines.untold > 0) {
                        withoutResources.add(file.name());
                    }
                }
            }
            return new InputFolder(byType, files(deletions), unknown, withoutResources, List.copyOf(others));
        }

        private static void add(String type, InputFile file, Map<String, List<InputFile>> byType) {
            byType.computeIfAbsent(type, files -> new ArrayList<>()).add(file);
        }

        private static List<InputFile> files(SortedMap<String, Path> found) {
            return found.entrySet().stream()
                    .map(entry -> new InputFile(entry.getValue(), entry.getKey()))
                    .toList();
        }
    }

    /** Counts the lines of a file by the resource types that they tell. */
    private static final class Lines {
        /** Stands for all names that FHIR does not have: there may be any number of them. */
        private static final String NOT_OF_FHIR = "Unknown";

        /** Where the type stands behind a document that is written inline, it is found up to here. */
        private static final int LONGEST = LineLimit.LONGEST / 4;

        private final Map<String, Long> types = new TreeMap<>();
        private long untold;
        private boolean damaged;

        static Lines of(InputFile file) {
            Lines lines = new Lines();
            try (LineReader reader = LineReader.cutting(file.open(), LONGEST)) {
                while (reader.next()) {
                    lines.add(reader);
                }
            } catch (IOException unreadable) {
                lines.damaged = true;
            }
            return lines;
        }

        private void add(LineReader reader) {
            String type = LineType.of(reader.line(), 0, reader.line().length);
            if (!type.isEmpty()) {
                types.merge(ResourceType.isKnown(type) ? type : NOT_OF_FHIR, 1L, Long::sum);
            } else {
                damaged |= reader.isCut();
                untold++;
            }
        }

        InputFile in(InputFile file) {
            Map<String, Long> counts = new TreeMap<>(types);
            if (untold > 0) {
                counts.put("", untold);
            }
            return new InputFile(file.path(), file.name(), file.sha256(), counts);
        }
    }
}
