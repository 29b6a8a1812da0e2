package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a process left behind that ended well.
 *
 * @param wall from its start to its end
 * @param peakBytes the most memory that was resident at once, where the system tells (Linux: VmHWM)
 * @param output its standard output
 */
record Child(Duration wall, OptionalLong peakBytes, String output) {
    private static final int LOOK_MILLIS = 20;

    /** Runs a process to its end. */
    static Child run(List<String> command, Map<String, String> environment, Path folder, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(log.toFile())
                .redirectError(log.resolveSibling(log.getFileName() + ".err").toFile());
        builder.environment().putAll(environment);
        long began = System.nanoTime();
        Process process = builder.start();
        OptionalLong peak = OptionalLong.empty();
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            OptionalLong now = peak(process);
            peak = now.isPresent() ? now : peak;
        }
        Duration wall = Duration.ofNanos(System.nanoTime() - began);
        if (process.exitValue() != 0) {
            throw new IOException(command.get(0) + " ended with " + process.exitValue() + ", see " + log);
        }
        return new Child(wall, peak, Files.readString(log).strip());
    }

    /** A peak never sinks, so the last look before the end is as good as the end. */
    private static OptionalLong peak(Process process) {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .map(Child::highWater)
                .flatMapToLong(OptionalLong::stream)
                .max();
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
