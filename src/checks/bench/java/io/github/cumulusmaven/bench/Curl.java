package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code curl --parallel}, where there is one (7.66 and later). */
record Curl(ServerProcess server) implements Contestant {
    @Override
    public String name() {
        return "curl --parallel";
    }

    @Override
    public String obstacle() throws InterruptedException {
        try {
            Process version = new ProcessBuilder("curl", "--parallel", "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return version.waitFor() == 0 ? "" : "too old for --parallel";
        } catch (IOException missing) {
            return "not installed";
        }
    }

    @Override
    public Lap run(List<ServedFile> files, Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "--parallel",
                "--parallel-max",
                String.valueOf(Benchmark.PARALLEL),
                "--fail",
                "--silent",
                "--show-error",
                "--remote-name-all"));
        command.addAll(server.urls(files));
        Child child = Child.run(command, Map.of(), folder, folder.resolveSibling("curl.log"));
        Fetched.verify(files, folder);
        return new Lap(child.wall(), child.peakBytes(), Map.of());
    }
}
