package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What Maven is told of the goals: the descriptor that the build makes out of them. */
class DescriptorTest {
    private static final Set<String> PLAIN_TYPES =
            Set.of("boolean", "double", "int", "long", "java.io.File", "java.lang.String", "java.util.List");

    /** A parameter that a user can set. */
    record Parameter(String goal, String name, String type, String property, Element element) {
        @Override
        public String toString() {
            return goal + "." + name;
        }
    }

    private static List<Element> goals() throws Exception {
        try (InputStream descriptor =
                DescriptorTest.class.getClassLoader().getResourceAsStream("META-INF/maven/plugin.xml")) {
            Element plugin = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(descriptor)
                    .getDocumentElement();
            assertThat(text(plugin, "artifactId")).isEqualTo("cumulus-maven-plugin");
            return children((Element) plugin.getElementsByTagName("mojos").item(0), "mojo");
        }
    }

    private static Element goal(String name) throws Exception {
        return goals().stream()
                .filter(mojo -> text(mojo, "goal").equals(name))
                .findAny()
                .orElseThrow();
    }

    /** Of our goals: help is made by Maven's tools. */
    static Stream<Parameter> parameters() throws Exception {
        List<Parameter> found = new ArrayList<>();
        for (Element mojo : goals()) {
            for (Element parameter :
                    children((Element) mojo.getElementsByTagName("parameters").item(0), "parameter")) {
                if (text(parameter, "editable").equals("true")
                        && !text(mojo, "goal").equals("help")) {
                    String name = text(parameter, "name");
                    found.add(new Parameter(
                            text(mojo, "goal"), name, text(parameter, "type"), property(mojo, name), parameter));
                }
            }
        }
        return found.stream();
    }

    private static String property(Element mojo, String parameter) {
        NodeList found = ((Element) mojo.getElementsByTagName("configuration").item(0)).getElementsByTagName(parameter);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        NodeList all = parent.getElementsByTagName(name);
        for (int index = 0; index < all.getLength(); index++) {
            children.add((Element) all.item(index));
        }
        return children;
    }

    private static String text(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().trim();
    }

    @Test
    @DisplayName("there are these goals and no others")
    void theGoals() throws Exception {
        assertThat(goals())
                .extracting(mojo -> text(mojo, "goal"))
                .containsExactlyInAnyOrder(
                        "export", "resume", "status", "cancel", "etl", "hydrate", "jwks", "sandbox", "help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"export", "resume", "status", "cancel", "etl", "hydrate", "jwks", "sandbox"})
    @DisplayName("every goal runs without a project, beside others, when it is asked for and only then, also offline"
            + " (a sandbox needs no network); and our configurator fills it")
    void nature(String goal) throws Exception {
        Element mojo = goal(goal);

        assertThat(text(mojo, "requiresProject")).isEqualTo("false");
        assertThat(text(mojo, "threadSafe")).isEqualTo("true");
        assertThat(text(mojo, "requiresOnline")).isEqualTo("false");
        assertThat(text(mojo, "configurator")).isEqualTo(GoalConfigurator.HINT);
        assertThat(text(mojo, "phase")).isEmpty();
        assertThat(text(mojo, "aggregator")).isEqualTo("false");
        assertThat(text(mojo, "since")).isNotEmpty();
        assertThat(text(mojo, "description")).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("a user can set every parameter on the command line, knows what it is, and since when")
    void documented(Parameter parameter) {
        assertThat(parameter.property()).isEqualTo("${cumulus." + parameter.name() + "}");
        assertThat(text(parameter.element(), "since")).isNotEmpty();
        assertThat(text(parameter.element(), "description"))
                .contains("<" + parameter.name() + ">")
                .contains("</" + parameter.name() + ">")
                .hasSizeGreaterThan(40);
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("a parameter is called required only where it has no default")
    void required(Parameter parameter) throws Exception {
        Element defaults = (Element)
                goal(parameter.goal()).getElementsByTagName("configuration").item(0);
        NodeList given = defaults.getElementsByTagName(parameter.name());
        boolean hasDefault = given.getLength() > 0 && ((Element) given.item(0)).hasAttribute("default-value");

        assertThat(text(parameter.element(), "required").equals("true") && hasDefault)
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("SM-17 no parameter is for a secret: -X prints them all")
    void noSecrets(Parameter parameter) {
        assertThat(parameter.name())
                .doesNotContainPattern("(?i)secret|passw|passphrase|token|privatekey|credential|bearer|header");
        assertThat(PLAIN_TYPES).contains(parameter.type());
    }

    @Test
    @DisplayName("a name means the same in every goal that has it")
    void oneMeaning() throws Exception {
        Set<String> meanings = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        parameters().forEach(parameter -> {
            names.add(parameter.name());
            meanings.add(parameter.name() + " " + parameter.type() + " " + parameter.property());
        });

        assertThat(meanings).hasSameSizeAs(names);
        assertThat(names).contains("fhirUrl", "exportDirectory", "skip", "smartJwks");
    }
}
