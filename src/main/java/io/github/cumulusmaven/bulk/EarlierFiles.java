package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.SignedUrl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The files of a manifest that was read before, to be found again in the same manifest read anew. A server may list them
 * in another order then, so the URL tells which is which, or what of it has not changed; only where that says nothing
 * the order has to.
 *
 * @param files as they were listed before
 */
record EarlierFiles(List<FileState> files) {

    /**
     * A file found again.
     *
     * @param file the earlier one
     * @param certain whether more than its place in the list speaks for it
     */
    record Match(FileState file, boolean certain) {}

    /** The earlier file for each of the new ones, or nothing when these are others. */
    Optional<List<Match>> matching(List<FileState> now) {
        if (now.size() != files.size()) {
            return Optional.empty();
        }
        List<Match> before = Stream.<Function<FileState, String>>of(
                        file -> SignedUrl.identity(file.url()),
                        file -> withoutQuery(file.url()),
                        file -> name(file.url()))
                .map(identity -> by(identity, now))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> inPlace(now));
        boolean same = IntStream.range(0, now.size())
                .allMatch(index -> isSame(before.get(index).file(), now.get(index)));
        return same ? Optional.of(before) : Optional.empty();
    }

    /** Only where it tells all files from each other, before and now. */
    private Optional<List<Match>> by(Function<FileState, String> identity, List<FileState> now) {
        Map<String, FileState> known = new HashMap<>();
        files.forEach(file -> known.put(identity.apply(file), file));
        boolean told = known.size() == files.size()
                && now.stream().map(identity).distinct().count() == now.size()
                && now.stream().map(identity).allMatch(known::containsKey);
        return told
                ? Optional.of(now.stream()
                        .map(file -> new Match(Objects.requireNonNull(known.get(identity.apply(file))), true))
                        .toList())
                : Optional.empty();
    }

    private static String withoutQuery(String url) {
        return url.replaceFirst("[?#].*", "");
    }

    private static String name(String url) {
        String path = withoutQuery(url);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The only file of its type and count is the same in any place. */
    private List<Match> inPlace(List<FileState> now) {
        Map<String, Long> alike =
                now.stream().collect(Collectors.groupingBy(EarlierFiles::likeness, Collectors.counting()));
        return IntStream.range(0, now.size())
                .mapToObj(index -> new Match(files.get(index), Objects.equals(alike.get(likeness(now.get(index))), 1L)))
                .toList();
    }

    private static String likeness(FileState file) {
        return file.kind() + " " + file.type() + " " + file.count();
    }

    private static boolean isSame(FileState before, FileState now) {
        return before.kind() == now.kind()
                && (now.type() == null || now.type().equals(before.type()))
                && Objects.equals(before.count(), now.count());
    }
}
