package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Cumulus ETL, with NDJSON for its output too, where there is a Python that can run it.
 *
 * @param home its virtual environment, which is kept
 * @param requirements a file of what is in it
 */
record CumulusEtl(Path home, Path requirements, List<DataFile> input) implements Contestant {
    private static final String PYTHON_IS_THERE = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))";

    @Override
    public String name() {
        return "cumulus-etl";
    }

    @Override
    public String obstacle() throws IOException, InterruptedException {
        Path parent = Files.createDirectories(home.getParent());
        Path log = parent.resolve(home.getFileName() + ".log");
        Path madeOf = home.resolve("requirements.txt");
        if (Files.exists(madeOf) && Files.mismatch(madeOf, requirements) < 0) {
            return "";
        }
        try {
            Child.run(List.of("python3", "-c", PYTHON_IS_THERE), Map.of(), parent, log);
        } catch (IOException none) {
            return "no Python 3.11 or later, with venv";
        }
        System.out.println("Installing Cumulus ETL from PyPI, see " + log);
        try {
            Child.run(List.of("python3", "-m", "venv", "--clear", home.toString()), Map.of(), parent, log);
            List<String> install = List.of(
                    program("python"),
                    "-m",
                    "pip",
                    "--disable-pip-version-check",
                    "install",
                    "--no-compile",
                    "--no-deps",
                    "-r",
                    requirements.toString());
            Child.run(install, Map.of(), parent, log);
            // compiles what is used, once
            Child.run(List.of(program("cumulus-etl"), "etl", "--help"), Map.of(), parent, log);
        } catch (IOException failed) {
            System.out.println(failed.getMessage());
            return "could not be installed";
        }
        Files.copy(requirements, madeOf);
        return "";
    }

    private String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    @Override
    public Lap run(Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<String> command = List.of(
                program("cumulus-etl"),
                "etl",
                "--output-format=ndjson",
                "--export-group=" + EtlRace.GROUP,
                "--export-timestamp=" + EtlRace.TIME,
                EtlRace.folder(input).toString(),
                output.toString(),
                EtlRace.phi(folder).toString());
        Child child = Child.run(command, Map.of(), folder, folder.resolveSibling("cumulus-etl.log"));
        EtlRace.verify(input, output);
        return new Lap(child.wall(), child.peakBytes(), Map.of());
    }
}
