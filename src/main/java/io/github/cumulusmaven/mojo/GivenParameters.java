package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.fhir.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.ConfigurationContainer;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.Parameter;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.configuration.DefaultPlexusConfiguration;
import org.codehaus.plexus.configuration.PlexusConfiguration;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/** Finds what a build says of the parameters of one goal: on the command line, and in the pom. */
final class GivenParameters {
    private static final String PREFIX = "cumulus.";

    /** In the data of the build's request: its goals share it. */
    private static final String TOLD = GivenParameters.class.getName();

    private final MavenSession session;
    private final MojoDescriptor goal;
    private final boolean called;
    private final List<Xpp3Dom> elements;

    GivenParameters(MavenSession session, MojoExecution execution) {
        this.session = session;
        this.goal = execution.getMojoDescriptor();
        this.called =
                execution.getSource() == MojoExecution.Source.CLI || "default-cli".equals(execution.getExecutionId());
        this.elements = elements(execution.getExecutionId());
    }

    /** The elements of the pom as they stand there: Maven fills those that are empty with defaults. */
    private List<Xpp3Dom> elements(@Nullable String executionId) {
        Optional<Plugin> plugin = project().flatMap(this::inPom);
        Optional<ConfigurationContainer> execution =
                plugin.map(declared -> declared.getExecutionsAsMap().get(executionId));
        return execution
                .or(() -> plugin.map(ConfigurationContainer.class::cast))
                .map(ConfigurationContainer::getConfiguration)
                .map(configuration -> configuration instanceof Xpp3Dom dom ? List.of(dom.getChildren()) : null)
                .orElse(List.of());
    }

    private Optional<Plugin> inPom(MavenProject project) {
        String key = plugin().getPluginLookupKey();
        return Optional.ofNullable(project.getPlugin(key)).or(() -> Optional.ofNullable(project.getPluginManagement())
                .map(management -> management.getPluginsAsMap().get(key)));
    }

    private Optional<MavenProject> project() {
        return Optional.ofNullable(session.getCurrentProject());
    }

    private PluginDescriptor plugin() {
        return goal.getPluginDescriptor();
    }

    /** All goals but Maven's own, for help, whose properties begin with nothing of ours. */
    private List<MojoDescriptor> ours() {
        return plugin().getMojos().stream()
                .filter(known -> !known.getGoal().equals("help"))
                .toList();
    }

    /** The goal's name. */
    String goal() {
        return goal.getGoal();
    }

    /** What a user can set of the goal. */
    List<Parameter> ofGoal() {
        return ofGoal(goal);
    }

    private static List<Parameter> ofGoal(MojoDescriptor goal) {
        return goal.getParameters() == null
                ? List.of()
                : goal.getParameters().stream().filter(Parameter::isEditable).toList();
    }

    private Set<String> names(Collection<MojoDescriptor> goals) {
        return goals.stream()
                .flatMap(known -> ofGoal(known).stream())
                .map(Parameter::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether the pom has the element, and nothing in it. */
    boolean hasEmptyElement(String name) {
        return elements.stream()
                .anyMatch(element -> element.getName().equals(name)
                        && element.getChildCount() == 0
                        && String.valueOf(element.getValue()).isBlank());
    }

    /**
     * Decides between the pom's element and the property on the command line: for a goal that was called there, the
     * property; for one that is bound to a phase, the element, with a warning.
     */
    PlexusConfiguration thatCounts(PlexusConfiguration value, List<String> warnings) {
        String name = value.getName();
        String expression = "${" + PREFIX + name + "}";
        boolean inPom = value.getChildCount() > 0 || !value.getValue(expression).equals(expression);
        Optional<String> property = property(name);
        if (!inPom || property.isEmpty()) {
            return value;
        }
        if (called) {
            PlexusConfiguration wins = new DefaultPlexusConfiguration(name, expression);
            for (String attribute : value.getAttributeNames()) {
                wins.setAttribute(attribute, value.getAttribute(attribute));
            }
            return wins;
        }
        if (!property.get().trim().equals(shown(value))) {
            warnings.add(
                    "<" + name + "> in the pom counts for the " + goal() + " goal, which is bound to a phase, and -D"
                            + PREFIX + name + " does not. To let the property count, take the element out of the"
                            + " <configuration>, and give its value as <" + PREFIX + name
                            + "> in the <properties> of the pom.");
        }
        return value;
    }

    private static String shown(PlexusConfiguration value) {
        return value.getChildCount() == 0
                ? value.getValue("").trim()
                : Stream.of(value.getChildren())
                        .map(item -> item.getValue("").trim())
                        .collect(Collectors.joining(","));
    }

    private Optional<String> property(String name) {
        return Stream.of(session.getUserProperties(), session.getSystemProperties())
                .map(properties -> properties.getProperty(PREFIX + name))
                .filter(value -> value != null)
                .findFirst();
    }

    /** Names of ours among properties, without what they begin with. */
    private static Stream<String> ours(Properties properties) {
        return properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> name.substring(PREFIX.length()));
    }

    private Set<String> typed() {
        return Stream.of(session.getUserProperties(), session.getSystemProperties())
                .flatMap(GivenParameters::ours)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> ofPom() {
        return project()
                .map(project -> ours(project.getProperties()).collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    /** What no goal of the plugin has. A property that the pom has as well is its own. */
    List<MojoFailureException> unknown() {
        Set<String> known = names(ours());
        Set<String> elementsKnown = names(plugin().getMojos());
        Set<String> ofBuild = names(goalsOfBuild());
        Set<String> ofPom = ofPom();
        List<MojoFailureException> unknown = new ArrayList<>();
        for (String name : typed()) {
            if (!known.contains(name) && !ofPom.contains(name)) {
                unknown.add(unknown("-D" + PREFIX + name, name, "-D" + PREFIX, "", ofBuild));
            }
        }
        for (Xpp3Dom element : elements) {
            if (!elementsKnown.contains(element.getName())) {
                unknown.add(unknown("<" + element.getName() + ">", element.getName(), "<", ">", ofBuild));
            }
        }
        return unknown;
    }

    private MojoFailureException unknown(String given, String name, String before, String after, Set<String> ofBuild) {
        Set<String> ofGoal = names(List.of(goal));
        return Failures.unknownParameter(
                given,
                Spelling.closest(name, ofGoal)
                        .or(() -> Spelling.closest(name, ofBuild))
                        .map(close -> before + close + after),
                goal(),
                ofGoal);
    }

    /** Warnings about what only other goals have than those of this build, and what looks like a mistake in the pom. */
    List<String> withoutEffect() {
        Set<String> known = names(ours());
        Set<String> ofBuild = names(goalsOfBuild());
        List<String> warnings = new ArrayList<>();
        for (String name : typed()) {
            if (known.contains(name) && !ofBuild.contains(name)) {
                warnings.add("-D" + PREFIX + name + " has no effect: it is a parameter of "
                        + ours().stream()
                                .filter(other -> names(List.of(other)).contains(name))
                                .map(MojoDescriptor::getGoal)
                                .sorted()
                                .collect(Collectors.joining(", "))
                        + ", and this build has no such goal.");
            }
        }
        for (String name : new TreeSet<>(ofPom())) {
            Optional<String> close = known.contains(name) ? Optional.empty() : Spelling.closest(name, known);
            close.ifPresent(
                    meant -> warnings.add("<" + PREFIX + name + "> in the <properties> of the pom is no parameter"
                            + " of this plugin; did you mean <" + PREFIX + meant + ">?"));
        }
        warnings.removeIf(warning -> !told().add(warning));
        return warnings;
    }

    /** What was said in this build already. */
    private Set<String> told() {
        return ofBuild(session, TOLD);
    }

    /** Keeps a set in the data of the build's request, which its goals share. */
    @SuppressWarnings("unchecked") // nobody else puts anything under a key of ours
    static <T> Set<T> ofBuild(MavenSession session, String key) {
        return (Set<T>) session.getRequest().getData().computeIfAbsent(key, added -> ConcurrentHashMap.newKeySet());
    }

    /** Those that were called, and where phases were, all that the poms have. */
    private List<MojoDescriptor> goalsOfBuild() {
        Set<String> names = new LinkedHashSet<>();
        names.add(goal());
        List<String> tasks = session.getGoals();
        for (String task : tasks) {
            names.add(task.replaceFirst("@.*", "").replaceFirst(".*:", ""));
        }
        if (tasks.isEmpty() || tasks.stream().anyMatch(task -> task.indexOf(':') < 0)) {
            for (MavenProject project : session.getProjects()) {
                inPom(project).ifPresent(plugin -> plugin.getExecutions()
                        .forEach(execution -> names.addAll(execution.getGoals())));
            }
        }
        return plugin().getMojos().stream()
                .filter(known -> names.contains(known.getGoal()))
                .toList();
    }
}
