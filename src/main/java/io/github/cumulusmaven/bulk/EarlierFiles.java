package io.github.cumulusmaven.bulk;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The files of a manifest that was read before, to be found again in the same manifest read anew. A server may list them
 * in another order then, so the URL tells which is which; only where the URLs are not different ones, or new ones, the
 * order has to.
 *
 * @param files as they were listed before
 */
record EarlierFiles(List<FileState> files) {

    /** The earlier file for each of the new ones, or nothing when these are others. */
    Optional<List<FileState>> matching(List<FileState> now) {
        if (now.size() != files.size()) {
            return Optional.empty();
        }
        List<FileState> before = inOrderOf(now);
        boolean same = IntStream.range(0, now.size()).allMatch(index -> isSame(before.get(index), now.get(index)));
        return same ? Optional.of(before) : Optional.empty();
    }

    private List<FileState> inOrderOf(List<FileState> now) {
        Map<String, FileState> byUrl = new HashMap<>();
        files.forEach(file -> byUrl.put(file.url(), file));
        boolean told = byUrl.size() == files.size()
                && now.stream().map(FileState::url).distinct().count() == now.size()
                && now.stream().allMatch(file -> byUrl.containsKey(file.url()));
        return told
                ? now.stream()
                        .map(file -> Objects.requireNonNull(byUrl.get(file.url())))
                        .toList()
                : files;
    }

    private static boolean isSame(FileState before, FileState now) {
        return before.kind() == now.kind()
                && (now.type() == null || now.type().equals(before.type()))
                && Objects.equals(before.count(), now.count());
    }
}
