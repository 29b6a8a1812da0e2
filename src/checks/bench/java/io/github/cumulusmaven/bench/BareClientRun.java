package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@link BareClient}, which fetches files into the folder. */
record BareClientRun(ServerProcess server, List<DataFile> files) implements Contestant {
    static final String NAME = "bare HttpClient";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Lap run(Path folder) throws IOException, InterruptedException {
        Child child = fetch(server, files, 1, folder, folder.toString());
        DataFile.verify(files, folder);
        Duration time = Duration.ofNanos(child.numbers().get(0)[0]);
        return new Lap(time, child.peakBytes(), Map.of(Lap.PROCESS, child.wall()));
    }

    /** Fetches files, as often as told. */
    static Child fetch(ServerProcess server, List<DataFile> files, int laps, Path folder, String... into)
            throws IOException, InterruptedException {
        Path urls = folder.resolveSibling("urls.txt");
        Files.write(urls, server.urls(files));
        List<String> arguments =
                new ArrayList<>(List.of(String.valueOf(laps), String.valueOf(Benchmark.PARALLEL), urls.toString()));
        arguments.addAll(List.of(into));
        return Java.run(BareClient.class, arguments, folder);
    }
}
