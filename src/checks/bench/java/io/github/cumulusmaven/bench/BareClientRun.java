package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@link BareClient}, with the heap that Maven has. */
record BareClientRun(ServerProcess server) implements Contestant {
    static final String NAME = "bare HttpClient";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Lap run(List<ServedFile> files, Path folder) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(folder.toString(), String.valueOf(Benchmark.PARALLEL)));
        arguments.addAll(server.urls(files));
        Child child = Child.run(
                Java.command(BareClient.class, arguments.toArray(String[]::new)),
                Map.of(),
                folder,
                folder.resolveSibling("bare-client.log"));
        Fetched.verify(files, folder);
        Duration time = Duration.ofNanos(Long.parseLong(child.output()));
        return new Lap(
                time,
                child.peakBytes(),
                Map.of("Java's start and end", child.wall().minus(time)));
    }
}
