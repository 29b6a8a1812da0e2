package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.Manifest.Entry;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.http.SignedUrl;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which file of the manifest gets which name. The same manifest always gives the same names. */
final class DownloadPlan {
    /** Stands in a name until the file's first line tells the type. */
    static final String UNTYPED = "Untyped";

    /**
     * One file to fetch.
     *
     * @param state with the planned path
     * @param address its URL, with all that is needed to fetch it
     * @param number in the file's name
     * @param announced what the manifest promises of it, beside its count
     */
    record Item(FileState state, String address, int number, Announced announced) {
        Item with(FileState newer) {
            return new Item(newer, address, number, announced);
        }

        /** Its URL, or what can be shown of one that nobody can fetch. */
        URI url() {
            return Links.url(address);
        }
    }

    private static final Pattern NUMBERED = Pattern.compile("([^.]+)\\.(\\d{3,9})\\.");

    private final String ending;
    private final Map<String, Integer> numbers = new HashMap<>();

    private DownloadPlan(boolean compress) {
        this.ending = compress ? ".ndjson.gz" : ".ndjson";
    }

    /** Names for all entries, in the manifest's order. */
    static List<Item> of(List<Entry> entries, boolean compress) {
        return of(entries, compress, List.of());
    }

    /** The same beside files that are here already, whose numbers are taken. */
    static List<Item> of(List<Entry> entries, boolean compress, List<FileState> taken) {
        DownloadPlan plan = new DownloadPlan(compress);
        taken.forEach(plan::take);
        // Entries without a type count on where the typed ones end, so that no later type can clash with them.
        plan.numbers.put(
                UNTYPED.toLowerCase(Locale.ROOT),
                Math.toIntExact(typed(entries))
                        + plan.numbers.values().stream()
                                .mapToInt(Integer::intValue)
                                .sum());
        List<Item> items = new ArrayList<>();
        entries.forEach(entry -> items.add(plan.item(entry)));
        return items;
    }

    private void take(FileState file) {
        Matcher name = NUMBERED.matcher(file.path());
        if (name.lookingAt()) {
            numbers.merge(name.group(1).toLowerCase(Locale.ROOT), Integer.parseInt(name.group(2)) + 1, Math::max);
        }
    }

    private static long typed(List<Entry> entries) {
        return entries.stream().filter(entry -> type(entry).isPresent()).count();
    }

    private static Optional<String> type(Entry entry) {
        return switch (entry.kind()) {
            case OUTPUT -> entry.type().filter(ResourceType::isSafeName).filter(type -> !type.equals(UNTYPED));
            case DELETED -> Optional.of("Bundle");
            case ERROR -> Optional.of("OperationOutcome");
        };
    }

    private Item item(Entry entry) {
        Optional<String> type = type(entry);
        String folder =
                entry.kind() == FileState.Kind.OUTPUT ? "" : entry.kind().code() + "/";
        String stem = folder + type.orElse(UNTYPED);
        int number = numbers.merge(stem.toLowerCase(Locale.ROOT), 1, Integer::sum) - 1;
        Long count = entry.count().isPresent() ? entry.count().getAsLong() : null;
        FileState state = new FileState(
                name(stem, number, ending),
                entry.kind(),
                type.orElse(null),
                SignedUrl.identity(entry.address()),
                count,
                null);
        return new Item(state, entry.address(), number, entry.announced());
    }

    private static String name(String stem, int number, String ending) {
        return String.format(Locale.ROOT, "%s.%03d%s", stem, number, ending);
    }

    /** A file whose type nobody knew when it was planned, among those that lie in the folder under a name with a type. */
    static Optional<FileState> typed(FileState file, Set<String> names) {
        if (!file.path().startsWith(UNTYPED + ".")) {
            return Optional.empty();
        }
        String end = file.path().substring(UNTYPED.length());
        // No other file has its number: those with a type are counted from 0 up to where these begin.
        return names.stream()
                .filter(name ->
                        name.endsWith(end) && ResourceType.isSafeName(name.substring(0, name.length() - end.length())))
                .findFirst()
                .map(name -> file.typed(name, name.substring(0, name.length() - end.length())));
    }

    /** The item's last name, once its type is known. */
    static String path(Item item, String type) {
        String planned = item.state().path();
        return planned.startsWith(UNTYPED + ".") ? type + planned.substring(UNTYPED.length()) : planned;
    }
}
