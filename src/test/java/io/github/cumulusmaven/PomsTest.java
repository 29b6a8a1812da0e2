package io.github.cumulusmaven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The poms of the checks and of the sample stand alone, so they cannot take a version from the plugin's pom. */
class PomsTest {
    @Test
    @DisplayName("what the plugin's pom and another one both name is of one version")
    void sameVersions() throws Exception {
        Model plugin = model(Path.of("pom.xml"));
        for (Path pom : others()) {
            Map<String, String> versions = versions(model(pom));
            Map<String, String> expected = versions(plugin);
            expected.put("pluginVersion", plugin.getVersion());
            expected.keySet().retainAll(versions.keySet());

            assertThat(versions).as(pom.toString()).containsAllEntriesOf(expected);
        }
    }

    private static List<Path> others() throws Exception {
        try (Stream<Path> checks = Files.find(Path.of("src/checks"), 2, (file, is) -> file.endsWith("pom.xml"))) {
            return Stream.concat(checks, Stream.of(Path.of("src/sample/pom.xml")))
                    .toList();
        }
    }

    private static Model model(Path pom) throws Exception {
        try (Reader text = Files.newBufferedReader(pom)) {
            return new MavenXpp3Reader().read(text);
        }
    }

    /** The values of properties, and the versions of dependencies and plugins as they are written, by name. */
    private static Map<String, String> versions(Model model) {
        Map<String, String> versions = new TreeMap<>();
        model.getProperties().forEach((name, value) -> versions.put(name.toString(), value.toString()));
        for (Dependency dependency : model.getDependencies()) {
            versions.put(dependency.getManagementKey(), dependency.getVersion());
        }
        for (Plugin plugin : model.getBuild().getPlugins()) {
            versions.put(plugin.getKey(), plugin.getVersion());
        }
        if (model.getBuild().getPluginManagement() != null) {
            for (Plugin plugin : model.getBuild().getPluginManagement().getPlugins()) {
                versions.put(plugin.getKey(), plugin.getVersion());
            }
        }
        versions.values().removeIf(Objects::isNull);
        return versions;
    }
}
