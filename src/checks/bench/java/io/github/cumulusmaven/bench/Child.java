package io.github.cumulusmaven.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a process left behind that ended well.
 *
 * @param wall from its start to its end
 * @param peakBytes the most memory that one process was resident with, of it and those it started, where the system tells
 *     (Linux: VmHWM)
 * @param output its standard output
 */
record Child(Duration wall, OptionalLong peakBytes, List<Line> output) {
    private static final int LOOK_MILLIS = 20;

    /**
     * A line that was printed.
     *
     * @param after how long after the start
     */
    record Line(Duration after, String text) {}

    /** Runs a process to its end. */
    static Child run(List<String> command, Map<String, String> environment, Path folder, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(log.resolveSibling(log.getFileName() + ".err").toFile());
        builder.environment().putAll(environment);
        long began = System.nanoTime();
        Process process = builder.start();
        CompletableFuture<List<Line>> output = CompletableFuture.supplyAsync(() -> read(process, began, log));
        OptionalLong peak = OptionalLong.empty();
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            peak = LongStream.concat(peak.stream(), peak(process)).max();
        }
        Duration wall = since(began);
        List<Line> lines = output.join();
        if (process.exitValue() != 0) {
            throw new IOException(command.get(0) + " ended with " + process.exitValue() + ", see " + log);
        }
        return new Child(wall, peak, lines);
    }

    /** What it printed, if that is numbers only. */
    List<long[]> numbers() {
        return output.stream()
                .map(line -> Stream.of(line.text().split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray())
                .toList();
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static List<Line> read(Process process, long began, Path log) {
        List<Line> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader();
                BufferedWriter copy = Files.newBufferedWriter(log)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(new Line(since(began), line));
                copy.write(line + "\n");
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return lines;
    }

    /** A peak never sinks, so the last look before the end is as good as the end. */
    private static LongStream peak(Process process) {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .map(Child::highWater)
                .flatMapToLong(OptionalLong::stream);
    }

    private static OptionalLong highWater(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException anotherSystemOrGone) {
            return OptionalLong.empty();
        }
    }
}
