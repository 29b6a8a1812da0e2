package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.hydrate.Problem;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.run.HydrationRun;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.maven.plugin.logging.Log;

/** What a user sees while single things are fetched: the first failure of a kind, then only numbers. */
final class HydrationConsole extends Console implements HydrationRun.Listener {
    private final Set<Problem> told = ConcurrentHashMap.newKeySet();
    private final AtomicLong fetched = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong planned = new AtomicLong();
    private final AtomicLong read = new AtomicLong();

    HydrationConsole(Log log, Progress progress, InstantSource clock) {
        super(log, progress, clock);
    }

    @Override
    public void began(HydrationKind kind) {
        told.clear();
        fetched.set(0);
        failed.set(0);
        planned.set(0);
        read.set(0);
        Instant began = now();
        show(() -> {
            Duration elapsed = since(began);
            long total = planned.get();
            double share = total == 0 ? 0 : (double) read.get() / total;
            return name(kind) + " " + (total == 0 ? "" : Amounts.percent(read.get(), total) + ", ")
                    + Amounts.timeLeft(elapsed, share).map(left -> left + ", ").orElse("")
                    + Amounts.count(fetched.get()) + " fetched"
                    + (failed.get() == 0 ? "" : ", " + Amounts.count(failed.get()) + " failed") + ", after "
                    + Amounts.duration(elapsed) + ", "
                    + Amounts.count((fetched.get() + failed.get()) / Math.max(1, elapsed.toSeconds())) + "/s";
        });
    }

    @Override
    public void planned(long bytes) {
        planned.set(bytes);
    }

    @Override
    public void read(long bytes) {
        read.addAndGet(bytes);
    }

    private static String name(HydrationKind kind) {
        String word = kind.word();
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    @Override
    public void fetched(HydrationKind kind, long bytes) {
        fetched.incrementAndGet();
        received();
    }

    @Override
    public void failed(HydrationKind kind, Problem problem, String words) {
        if (problem.isError()) {
            failed.incrementAndGet();
            if (told.add(problem)) {
                warn(name(kind) + ": not fetched, as " + problem.words() + " (" + words
                        + "). More of the kind are only counted.");
            }
        }
    }

    @Override
    public void ended() {
        hide();
    }

    @Override
    public void done(Hydrated result) {
        summary(result, this::info, this::warn);
    }

    /** A line of a log. */
    @FunctionalInterface
    interface Line {
        void write(String text);
    }

    static void summary(Hydrated result, Line info, Line warn) {
        String name = name(result.kind());
        info.write(name + ": " + Amounts.count(result.wanted()) + " referred to, " + Amounts.count(result.present())
                + " here already, " + Amounts.count(result.fetched()) + " fetched"
                + (result.files().isEmpty() ? "" : " into " + files(result)));
        result.problems().forEach((problem, count) -> (problem.isError() ? warn : info)
                .write(name + ": " + Amounts.count(count) + " not fetched; each because " + problem.words()));
        result.gaveUp()
                .ifPresent(reason -> warn.write(name + ": gave up, as nothing came any more (last: " + reason + ")"));
    }

    private static String files(Hydrated result) {
        return result.files().size() > 3
                ? Amounts.count(result.files().size()) + " files"
                : result.files().stream().map(AddedFile::path).collect(Collectors.joining(", "));
    }
}
