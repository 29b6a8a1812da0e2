package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code curl --parallel}, where there is one (7.66 and later). */
record Curl(ServerProcess server, List<DataFile> files) implements Contestant {
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
    public Lap run(Path folder) throws IOException, InterruptedException {
        Path urls = folder.resolveSibling("curl.config");
        Files.write(urls, server.urls(files).stream().map(url -> "url = " + url).toList());
        List<String> command = List.of(
                "curl",
                "--parallel",
                "--parallel-max",
                String.valueOf(Benchmark.PARALLEL),
                "--fail",
                "--silent",
                "--show-error",
                "--remote-name-all",
                "--config",
                urls.toString());
        Child child = Child.run(command, Map.of(), folder, folder.resolveSibling("curl.log"));
        DataFile.verify(files, folder);
        return new Lap(child.wall(), child.peakBytes(), Map.of());
    }
}
