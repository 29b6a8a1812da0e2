package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.internal.MojoDescriptorCreator;
import org.apache.maven.model.Build;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.PluginParameterExpressionEvaluator;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.Parameter;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptorBuilder;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.component.configurator.ConfigurationListener;
import org.codehaus.plexus.configuration.PlexusConfiguration;
import org.codehaus.plexus.configuration.xml.XmlPlexusConfiguration;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.codehaus.plexus.util.xml.Xpp3DomBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parameters mean what they say: every goal with each of its parameters, as the descriptor has them that the build makes,
 * filled from a pom and a command line.
 */
class ParametersTest {
    private static final String KEY = "io.github.cumulusmaven:cumulus-maven-plugin";

    /** Two values of each type that a parameter has, as they are written and as the goal gets them. */
    private enum Kind {
        BOOLEAN("true", "false", "yes"),
        INT("3", "4", "many"),
        LONG("3", "4", "1.5"),
        DOUBLE("0.25", "0.5", "half"),
        FILE("one", "other", "s3://bucket/folder"),
        STRING("one", "other", ""),
        LIST("a,b", "c,d", " , ");

        private final String one;
        private final String other;
        private final String wrong;

        Kind(String one, String other, String wrong) {
            this.one = one;
            this.other = other;
            this.wrong = wrong;
        }

        static Kind of(Parameter parameter) {
            String type = parameter.getType().replaceFirst(".*\\.", "");
            return valueOf(type.toUpperCase(Locale.ROOT));
        }

        Object filled(String text, Path basedir) {
            return switch (this) {
                case BOOLEAN -> Boolean.valueOf(text);
                case INT -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case FILE -> basedir.resolve(text).toFile();
                case STRING -> text;
                case LIST -> List.of(text.split(","));
            };
        }
    }

    /** One parameter of one goal. */
    record OfGoal(MojoDescriptor goal, Parameter parameter) {
        String name() {
            return parameter.getName();
        }

        Kind kind() {
            return Kind.of(parameter);
        }

        @Override
        public String toString() {
            return goal.getGoal() + "." + name();
        }
    }

    @TempDir
    Path basedir;

    private final RecordingLog log = new RecordingLog();
    private final Map<String, String> commandLine = new TreeMap<>();
    private final Map<String, String> pom = new LinkedHashMap<>();
    private final Map<String, String> properties = new TreeMap<>();
    private final List<String> called = new ArrayList<>();

    private static PluginDescriptor plugin() {
        try (Reader descriptor = new InputStreamReader(
                Objects.requireNonNull(
                        ParametersTest.class.getClassLoader().getResourceAsStream("META-INF/maven/plugin.xml")),
                StandardCharsets.UTF_8)) {
            return new PluginDescriptorBuilder().build(descriptor);
        } catch (Exception unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    static Stream<MojoDescriptor> goals() {
        return plugin().getMojos().stream().filter(goal -> !goal.getGoal().equals("help"));
    }

    static Stream<OfGoal> parameters() {
        return goals().flatMap(goal -> goal.getParameters().stream()
                .filter(Parameter::isEditable)
                .map(parameter -> new OfGoal(goal, parameter)));
    }

    private static Stream<OfGoal> parameters(Kind kind) {
        return parameters().filter(of -> of.kind() == kind);
    }

    static Stream<OfGoal> lists() {
        return parameters(Kind.LIST);
    }

    static Stream<OfGoal> paths() {
        return parameters(Kind.FILE);
    }

    /** Those whose texts cannot all be right. */
    static Stream<OfGoal> formed() {
        return parameters().filter(of -> of.kind() != Kind.STRING);
    }

    static Stream<OfGoal> needed() {
        return parameters()
                .filter(of -> of.parameter().isRequired() && of.parameter().getDefaultValue() == null);
    }

    private static MojoDescriptor goal(String name) {
        return goals().filter(goal -> goal.getGoal().equals(name)).findAny().orElseThrow();
    }

    /** Names all that the goal needs, in the pom. */
    private void complete(MojoDescriptor goal) {
        for (Parameter parameter : goal.getParameters()) {
            if (parameter.isRequired() && parameter.isEditable()) {
                boolean url = parameter.getName().equals("fhirUrl");
                pom.put(parameter.getName(), url ? "https://ehr.example/fhir" : "needed");
            }
        }
    }

    private void commandLine(String name, String value) {
        commandLine.put("cumulus." + name, value);
    }

    private static String element(String name, String content) {
        return "<" + name + ">" + content + "</" + name + ">";
    }

    private static String items(String... items) {
        return Stream.of(items).map(item -> element("item", item)).reduce("", String::concat);
    }

    private Xpp3Dom configuration() throws Exception {
        StringBuilder xml = new StringBuilder();
        pom.forEach((name, content) -> xml.append(element(name, content)));
        return Xpp3DomBuilder.build(new StringReader(element("configuration", xml.toString())));
    }

    /** As Maven does when it is about to run a goal. */
    private static Xpp3Dom withDefaults(Xpp3Dom configured, MojoDescriptor goal) {
        Xpp3Dom defaults = MojoDescriptorCreator.convert(goal);
        Xpp3Dom all = new Xpp3Dom("configuration");
        for (Parameter parameter : goal.getParameters()) {
            Xpp3Dom value = configured.getChild(parameter.getName());
            value = Xpp3Dom.mergeXpp3Dom(
                    value == null ? null : new Xpp3Dom(value), defaults.getChild(parameter.getName()), Boolean.TRUE);
            if (value != null) {
                all.addChild(new Xpp3Dom(value, parameter.getName()));
            }
        }
        return all;
    }

    private MavenSession session(Plugin declared) {
        MavenProject project = new MavenProject();
        project.setFile(basedir.resolve("pom.xml").toFile());
        project.getModel().setBuild(new Build());
        project.getBuild().setDirectory(basedir.resolve("target").toString());
        project.getBuild().addPlugin(declared);
        project.getProperties().putAll(properties);
        MavenSession session = Goals.session();
        session.getRequest().setGoals(called);
        session.setProjects(List.of(project));
        session.setCurrentProject(project);
        session.getUserProperties().putAll(commandLine);
        session.getSystemProperties()
                .setProperty("user.home", basedir.resolve("home").toString());
        return session;
    }

    /** The goal as it is called on the command line. */
    private AbstractCumulusMojo called(MojoDescriptor goal) throws Exception {
        if (called.isEmpty()) {
            called.add("cumulus:" + goal.getGoal());
        }
        Plugin declared = declared();
        declared.setConfiguration(configuration());
        return filled(goal, new MojoExecution(goal, "default-cli", MojoExecution.Source.CLI), session(declared));
    }

    /** The goal as it is bound to a phase. */
    private AbstractCumulusMojo bound(MojoDescriptor goal) throws Exception {
        called.add("verify");
        PluginExecution nightly = new PluginExecution();
        nightly.setId("nightly");
        nightly.addGoal(goal.getGoal());
        nightly.setConfiguration(configuration());
        Plugin declared = declared();
        declared.addExecution(nightly);
        return filled(goal, new MojoExecution(goal, "nightly", MojoExecution.Source.LIFECYCLE), session(declared));
    }

    private static Plugin declared() {
        Plugin plugin = new Plugin();
        plugin.setGroupId(KEY.split(":")[0]);
        plugin.setArtifactId(KEY.split(":")[1]);
        return plugin;
    }

    private AbstractCumulusMojo filled(MojoDescriptor goal, MojoExecution execution, MavenSession session)
            throws Exception {
        PlexusConfiguration all = new XmlPlexusConfiguration(withDefaults(configuration(), goal));
        execution.setConfiguration(withDefaults(configuration(), goal));
        AbstractCumulusMojo mojo = (AbstractCumulusMojo)
                Class.forName(goal.getImplementation()).getDeclaredConstructor().newInstance();
        mojo.setLog(log);
        Set<String> heard = new TreeSet<>();
        new GoalConfigurator()
                .configureComponent(
                        mojo,
                        all,
                        new PluginParameterExpressionEvaluator(session, execution),
                        null,
                        new Heard(mojo, heard));
        assertThat(heard).as("what Maven would refuse, skipped or not").containsAll(required(goal));
        return mojo;
    }

    /** What Maven hears of a goal that it fills: it refuses one without what is required. */
    private record Heard(AbstractCumulusMojo goal, Set<String> names) implements ConfigurationListener {
        @Override
        public void notifyFieldChangeUsingReflection(String name, Object value, Object target) {
            if (target == goal && value != null) {
                names.add(name);
            }
        }

        @Override
        public void notifyFieldChangeUsingSetter(String name, Object value, Object target) {
            notifyFieldChangeUsingReflection(name, value, target);
        }
    }

    private static List<String> required(MojoDescriptor goal) {
        return goal.getParameters().stream()
                .filter(Parameter::isRequired)
                .filter(Parameter::isEditable)
                .map(Parameter::getName)
                .toList();
    }

    private static Object valueOf(AbstractCumulusMojo goal, String name) throws Exception {
        for (Class<?> type = goal.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(goal);
                }
            }
        }
        throw new AssertionError(name);
    }

    private void assertRefuses(AbstractCumulusMojo goal, String message) {
        assertThatExceptionOfType(MojoFailureException.class)
                .isThrownBy(goal::execute)
                .withMessageStartingWith(message);
        assertThat(basedir).isEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("a property on the command line wins over the pom, for a goal that is called there")
    void commandLineWins(OfGoal of) throws Exception {
        complete(of.goal());
        pom.put(of.name(), of.kind().one);
        commandLine(of.name(), of.kind().other);

        AbstractCumulusMojo goal = called(of.goal());

        assertThat(valueOf(goal, of.name())).isEqualTo(of.kind().filled(of.kind().other, basedir));
        assertThat(goal.warnings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("lists")
    @DisplayName("the same where elements make a list; never are both taken")
    void listsAreNotMixed(OfGoal of) throws Exception {
        pom.put(of.name(), items("a", "b"));
        commandLine(of.name(), "c,d");

        assertThat(valueOf(called(of.goal()), of.name())).isEqualTo(List.of("c", "d"));
        AbstractCumulusMojo bound = bound(of.goal());
        assertThat(valueOf(bound, of.name())).isEqualTo(List.of("a", "b"));
        assertThat(bound.warnings()).hasSize(1);
        commandLine(of.name(), "a,b");
        called.clear();
        assertThat(bound(of.goal()).warnings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("for a goal that is bound to a phase, the pom's element counts, and a warning says so")
    void elementOfBoundGoalCounts(OfGoal of) throws Exception {
        complete(of.goal());
        pom.put(of.name(), of.kind().one);
        commandLine(of.name(), of.kind().other);

        AbstractCumulusMojo goal = bound(of.goal());

        assertThat(valueOf(goal, of.name())).isEqualTo(of.kind().filled(of.kind().one, basedir));
        assertThat(goal.warnings())
                .singleElement()
                .asString()
                .startsWith("<" + of.name() + "> in the pom counts for the "
                        + of.goal().getGoal() + " goal, which is bound to a phase, and -Dcumulus." + of.name()
                        + " does not.")
                .contains("<cumulus." + of.name() + "> in the <properties>");
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("a property counts where the pom has no element, called or bound, typed or among the pom's properties")
    void propertyAlone(OfGoal of) throws Exception {
        complete(of.goal());
        pom.remove(of.name());
        commandLine(of.name(), of.kind().other);
        Object other = of.kind().filled(of.kind().other, basedir);

        assertThat(valueOf(called(of.goal()), of.name())).isEqualTo(other);
        called.clear();
        AbstractCumulusMojo bound = bound(of.goal());
        assertThat(valueOf(bound, of.name())).isEqualTo(other);
        assertThat(bound.warnings()).isEmpty();
        properties.putAll(commandLine);
        commandLine.clear();
        assertThat(valueOf(called(of.goal()), of.name())).isEqualTo(other);
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("a misspelt property is refused, and so is a misspelt element; each with what is meant")
    void misspelt(OfGoal of) throws Exception {
        complete(of.goal());
        String misspelt = of.name() + "x";
        commandLine(misspelt, of.kind().one);
        assertRefuses(
                called(of.goal()),
                "-Dcumulus." + misspelt + " is no parameter of this plugin; did you mean -Dcumulus." + of.name() + "?");

        commandLine.clear();
        pom.put(misspelt, of.kind().one);
        assertRefuses(
                bound(of.goal()),
                "<" + misspelt + "> is no parameter of this plugin; did you mean <" + of.name() + ">?");
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("one that only other goals have is a warning, unless the build has such a goal, too")
    void ofOtherGoals(OfGoal of) throws Exception {
        for (MojoDescriptor goal : goals().toList()) {
            if (goal.getParameters().stream().anyMatch(known -> known.getName().equals(of.name()))) {
                continue;
            }
            commandLine(of.name(), of.kind().one);
            called.clear();
            assertThat(called(goal).warnings())
                    .as(goal.getGoal())
                    .singleElement()
                    .asString()
                    .startsWith("-Dcumulus." + of.name() + " has no effect: it is a parameter of ")
                    .contains(of.goal().getGoal());
            called.clear();
            called.add(KEY + ":1.2.3:" + of.goal().getGoal() + "@nightly");
            assertThat(called(goal).warnings()).as(goal.getGoal()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("formed")
    @DisplayName("a value that is none is refused: neither true nor false, no number, a URL for a path, an empty list")
    void wrongValue(OfGoal of) throws Exception {
        complete(of.goal());
        commandLine(of.name(), of.kind().wrong);
        String message =
                switch (of.kind()) {
                    case BOOLEAN -> " 'yes' must be true or false";
                    case INT -> " 'many' must be a whole number";
                    case LONG -> " '1.5' must be a whole number";
                    case DOUBLE -> " 'half' must be a number";
                    case FILE -> " 's3://bucket/folder' must be a path of this machine, and not a URL";
                    case LIST -> " is an empty list";
                    case STRING -> "";
                };

        assertRefuses(called(of.goal()), "<" + of.name() + ">" + message);
        commandLine.clear();
        pom.put(of.name(), of.kind().wrong);
        assertRefuses(bound(of.goal()), "<" + of.name() + ">" + message);
    }

    @ParameterizedTest
    @MethodSource("formed")
    @DisplayName("a value that is said and empty is refused where no text can be meant")
    void empty(OfGoal of) throws Exception {
        complete(of.goal());
        commandLine(of.name(), "");

        assertRefuses(called(of.goal()), "<" + of.name() + ">");
    }

    @ParameterizedTest
    @MethodSource("lists")
    @DisplayName("a list that is there and empty is refused, however that is written")
    void emptyList(OfGoal of) throws Exception {
        complete(of.goal());
        for (String content : List.of("", " ", items(""), items("", " "))) {
            pom.put(of.name(), content);
            called.clear();
            assertRefuses(called(of.goal()), "<" + of.name() + "> is an empty list");
            assertRefuses(bound(of.goal()), "<" + of.name() + "> is an empty list");
        }
        pom.put(of.name(), "");
        commandLine(of.name(), "c,d");
        called.clear();
        assertThat(valueOf(called(of.goal()), of.name())).isEqualTo(List.of("c", "d"));
    }

    @ParameterizedTest
    @MethodSource("lists")
    @DisplayName("an empty item of a list is left out, and blanks around an item")
    void emptyItem(OfGoal of) throws Exception {
        pom.put(of.name(), items("a", "", " ", " b,c "));
        assertThat(valueOf(bound(of.goal()), of.name())).isEqualTo(List.of("a", "b,c"));

        commandLine(of.name(), ",a,, b ,");
        called.clear();
        assertThat(valueOf(called(of.goal()), of.name())).isEqualTo(List.of("a", "b"));
    }

    @ParameterizedTest
    @MethodSource("paths")
    @DisplayName("no URL is taken for a path, and no path that cannot be one")
    void noPath(OfGoal of) throws Exception {
        complete(of.goal());
        for (String url : List.of("file:///data", "file:data", "https://ehr.example/fhir", "s3:/bucket", "sandbox:")) {
            commandLine(of.name(), url);
            assertRefuses(
                    called(of.goal()),
                    "<" + of.name() + "> '" + url + "' must be a path of this machine, and not a URL");
        }
        commandLine(of.name(), "with\0nothing");
        assertRefuses(called(of.goal()), "<" + of.name() + ">");
        commandLine(of.name(), "C:\\data");
        assertThat(valueOf(called(of.goal()), of.name())).isInstanceOf(File.class);
    }

    @ParameterizedTest
    @MethodSource("needed")
    @DisplayName("what is required and missing is named by us, as a goal that is skipped needs nothing")
    void required(OfGoal of) throws Exception {
        complete(of.goal());
        pom.remove(of.name());

        assertRefuses(
                called(of.goal()),
                "<" + of.name() + "> is missing, and the " + of.goal().getGoal()
                        + " goal needs it (in the pom, or -Dcumulus." + of.name() + "=…).");
    }

    @ParameterizedTest
    @MethodSource("parameters")
    @DisplayName("a goal that is skipped refuses nothing")
    void skipped(OfGoal of) throws Exception {
        commandLine(of.name(), of.kind().wrong);
        commandLine("skip", "true");
        commandLine(of.name() + "x", "unknown");

        called(of.goal()).execute();

        assertThat(log.lines()).containsExactly("INFO Skipped: cumulus.skip is set.");
        assertThat(basedir).isEmptyDirectory();
    }

    @Test
    @DisplayName("a goal says its warnings before it does anything, and not where it is skipped")
    void warnings() throws Exception {
        pom.put("fhirUrl", "ftp://ehr.example/fhir");
        commandLine("fhirUrl", "https://ehr.example/fhir");

        assertRefuses(bound(goal("export")), "<fhirUrl> 'ftp://ehr.example/fhir' must be an https:// URL");
        assertThat(log.warnings()).singleElement().asString().startsWith("WARN <fhirUrl> in the pom counts");
        pom.put("skip", "true");
        bound(goal("export")).execute();
        assertThat(log.warnings()).hasSize(1);
    }

    @Test
    @DisplayName("a name that comes close to none: what the goal has")
    void unlikeAny() throws Exception {
        commandLine("directory", "/secure");

        assertRefuses(
                called(goal("jwks")),
                "-Dcumulus.directory is no parameter of this plugin. The jwks goal has algorithm, keyId, skip, smartJwks.");
    }

    @ParameterizedTest
    @CsvSource({"type, types", "typefilter, typeFilters", "fhirurl, fhirUrl", "exportDir, exportDirectory"})
    @DisplayName("what people type instead of a parameter of the export")
    void usualMistakes(String typed, String meant) throws Exception {
        complete(goal("export"));
        commandLine(typed, "Patient");

        assertRefuses(called(goal("export")), "-Dcumulus." + typed + " is no parameter of this plugin");
        if (!meant.equals("exportDirectory")) {
            assertRefuses(
                    called(goal("export")),
                    "-Dcumulus." + typed + " is no parameter of this plugin; did you mean -Dcumulus." + meant + "?");
        }
    }

    @Test
    @DisplayName("a property that the pom has for itself is the pom's, on the command line, too")
    void propertyOfPom() throws Exception {
        complete(goal("export"));
        properties.put("cumulus.version", "1.0");
        commandLine("version", "2.0");

        assertThat(called(goal("export")).warnings()).isEmpty();
    }

    @Test
    @DisplayName("one that looks like a mistake is a warning there")
    void mistakeInProperties() throws Exception {
        complete(goal("export"));
        properties.put("cumulus.type", "Patient");

        assertThat(called(goal("export")).warnings())
                .containsExactly("<cumulus.type> in the <properties> of the pom is no parameter of this plugin; did you"
                        + " mean <cumulus.types>?");
    }

    @Test
    @DisplayName("what the help goal calls its parameters is nothing that can be typed with our prefix")
    void ofHelp() throws Exception {
        complete(goal("export"));
        commandLine("detail", "true");

        assertRefuses(called(goal("export")), "-Dcumulus.detail is no parameter of this plugin");
    }

    @Test
    @DisplayName("other plugins' properties are none of ours")
    void otherPlugins() throws Exception {
        complete(goal("export"));
        commandLine.put("maven.test.skip", "maybe");
        commandLine.put("cumulusx.type", "x");

        assertThat(called(goal("export")).warnings()).isEmpty();
    }
}
