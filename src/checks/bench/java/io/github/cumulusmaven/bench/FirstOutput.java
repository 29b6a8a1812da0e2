package io.github.cumulusmaven.bench;

import io.github.cumulusmaven.bench.Child.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Until a goal says something: from the start of Maven to the first line that is not Maven's own.
 *
 * @param parameters of a run whose files go into a folder
 */
record FirstOutput(Maven maven, String goal, Parameters parameters) implements Contestant {
    static final String FLOOR = "cumulus:help";

    /** How Maven announces a goal. */
    private static final String ANNOUNCED = "[INFO] --- ";

    /** The parameters of a run. */
    interface Parameters {
        List<String> in(Path folder) throws IOException;
    }

    static Race race(Maven maven, ServerProcess server, List<DataFile> input) {
        return new Race(
                "An export of one resource, tables of one row each",
                List.of(),
                List.of(
                        new FirstOutput(
                                maven, "export", folder -> OurExport.parameters(server, folder.resolve("export"))),
                        new FirstOutput(
                                maven,
                                "etl",
                                folder -> EtlRace.parameters(
                                        EtlRace.folder(input), folder.resolve("output"), EtlRace.phi(folder))),
                        new FirstOutput(maven, "help", folder -> List.of())),
                FLOOR);
    }

    @Override
    public String name() {
        return "cumulus:" + goal;
    }

    @Override
    public Lap run(Path folder) throws IOException, InterruptedException {
        Child child = maven.run(goal, parameters.in(folder), folder);
        List<Line> lines = child.output();
        int announced = 0;
        while (announced < lines.size() && !lines.get(announced).text().startsWith(ANNOUNCED)) {
            announced++;
        }
        Duration first = lines.stream()
                .skip(announced + 1)
                .filter(line -> !line.text().replace("[INFO]", "").isBlank())
                .map(Line::after)
                .findFirst()
                .orElseThrow(() -> new IOException(name() + " printed nothing"));
        return new Lap(first, child.peakBytes(), Map.of(Lap.PROCESS, child.wall()));
    }
}
