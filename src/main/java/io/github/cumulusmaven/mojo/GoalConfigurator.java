package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.fhir.InvalidSetting;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.descriptor.Parameter;
import org.codehaus.plexus.classworlds.realm.ClassRealm;
import org.codehaus.plexus.component.configurator.BasicComponentConfigurator;
import org.codehaus.plexus.component.configurator.ComponentConfigurationException;
import org.codehaus.plexus.component.configurator.ConfigurationListener;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluator;
import org.codehaus.plexus.configuration.DefaultPlexusConfiguration;
import org.codehaus.plexus.configuration.PlexusConfiguration;

/**
 * Fills the parameters of all goals. Maven's own way of doing so ignores a property where the pom has the element, and a
 * name that it does not know; it takes any word but "true" for false, a URL for a folder below the project, and an empty
 * list for none. What is wrong is kept for {@link AbstractCumulusMojo#execute()}: a goal that is skipped refuses nothing.
 */
final class GoalConfigurator extends BasicComponentConfigurator {
    /** What {@code @Mojo(configurator = …)} calls it, as {@code META-INF/plexus/components.xml} has it. */
    static final String HINT = "cumulus";

    private static final Pattern URL = Pattern.compile(
            "[A-Za-z][A-Za-z0-9+.-]+:(/.*)?|(?i:file|https?|ftp|s3[an]?|gs|abfss?|wasbs?|hdfs|sandbox):.*",
            Pattern.DOTALL);

    @Override
    public void configureComponent(
            Object component,
            PlexusConfiguration configuration,
            ExpressionEvaluator evaluator,
            ClassRealm realm,
            ConfigurationListener listener)
            throws ComponentConfigurationException {
        AbstractCumulusMojo goal = (AbstractCumulusMojo) component;
        try {
            Filling filling = new Filling(
                    new GivenParameters((MavenSession) evaluator.evaluate("${session}"), (MojoExecution)
                            evaluator.evaluate("${mojoExecution}")),
                    evaluator);
            PlexusConfiguration checked = filling.checked(configuration);
            super.configureComponent(goal, checked, evaluator, realm, filling.listeningFor(listener, goal));
            goal.configured(filling.warnings, filling.problems.stream().findFirst());
        } catch (ExpressionEvaluationException unresolvable) {
            throw new ComponentConfigurationException("Cannot resolve the parameters", unresolvable);
        }
    }

    /** Whether a text is a URL, or begins like one, where a path should be. A letter and a colon are a drive of Windows. */
    static boolean isUrl(String text) {
        return URL.matcher(text).matches();
    }

    /** Names a path that this Java cannot use, and why. */
    static InvalidSetting unusablePath(String setting, String value) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(value)
                ? SettingMessages.refused(setting, Consoles.printable(value), "is not a path")
                : SettingMessages.refused(
                        setting,
                        value,
                        "has characters that Java cannot use in paths where it runs with the encoding "
                                + System.getProperty("sun.jnu.encoding")
                                + ": set the environment variable LC_ALL=C.UTF-8 before you call Maven");
    }

    /** The configuration of one goal, on its way from Maven to the goal. */
    private static final class Filling {
        private final GivenParameters given;
        private final ExpressionEvaluator evaluator;
        private final List<String> warnings;
        private final List<Exception> problems;
        private final List<String> refused = new ArrayList<>();

        Filling(GivenParameters given, ExpressionEvaluator evaluator) {
            this.given = given;
            this.evaluator = evaluator;
            this.warnings = new ArrayList<>(given.withoutEffect());
            this.problems = new ArrayList<>(given.unknown());
        }

        /** The values that the goal gets: those that are wrong are left out, and noted. */
        PlexusConfiguration checked(PlexusConfiguration configuration) throws ExpressionEvaluationException {
            Map<String, Parameter> parameters = new LinkedHashMap<>();
            given.ofGoal().forEach(parameter -> parameters.put(parameter.getName(), parameter));
            PlexusConfiguration checked = new DefaultPlexusConfiguration(configuration.getName());
            for (PlexusConfiguration value : configuration.getChildren()) {
                Parameter parameter = parameters.remove(value.getName());
                if (parameter == null) {
                    checked.addChild(value);
                } else {
                    check(parameter, given.thatCounts(value, warnings)).ifPresent(checked::addChild);
                }
            }
            for (Parameter parameter : parameters.values()) {
                check(parameter, new DefaultPlexusConfiguration(parameter.getName()));
            }
            return checked;
        }

        private Optional<PlexusConfiguration> check(Parameter parameter, PlexusConfiguration value)
                throws ExpressionEvaluationException {
            try {
                if (isList(parameter)) {
                    return Optional.of(list(parameter, value));
                }
                Optional<String> text = text(value);
                if (text.isPresent()) {
                    requireOfType(parameter, text.get());
                }
                if (parameter.isRequired()
                        && text.orElse("").isBlank()
                        && value.getAttribute("default-value") == null) {
                    throw SettingMessages.refused(
                            parameter.getName(), "", "is missing, and the " + given.goal() + " goal needs it");
                }
                return Optional.of(value);
            } catch (InvalidSetting wrong) {
                problems.add(wrong);
                refused.add(parameter.getName());
                return Optional.empty();
            }
        }

        private static boolean isList(Parameter parameter) {
            return parameter.getType().equals(List.class.getName());
        }

        /** What was given, as text; nothing where the default counts. */
        private Optional<String> text(PlexusConfiguration value) throws ExpressionEvaluationException {
            String raw = value.getValue(null);
            Object found = raw == null ? null : evaluator.evaluate(raw);
            return Optional.ofNullable(found).map(Object::toString);
        }

        /** Leaves out items that are empty. Commas part a list that is given as one text. */
        private PlexusConfiguration list(Parameter parameter, PlexusConfiguration value)
                throws ExpressionEvaluationException, InvalidSetting {
            // Maven gives the elements of a list the text of its property, too
            Optional<String> text = value.getChildCount() == 0 ? text(value) : Optional.empty();
            boolean silent = value.getChildCount() == 0 && text.isEmpty();
            if (silent && !given.hasEmptyElement(parameter.getName())) {
                String otherwise = value.getAttribute("default-value");
                text = Optional.ofNullable(otherwise);
                if (text.isEmpty()) {
                    return value;
                }
            }
            PlexusConfiguration items = new DefaultPlexusConfiguration(value.getName());
            for (PlexusConfiguration item : value.getChildren()) {
                Optional<String> word = text(item);
                if (!word.orElse("").isBlank()) {
                    items.addChild(item.getName(), word.orElse("").trim());
                }
            }
            Arrays.stream(text.orElse("").split(","))
                    .map(String::trim)
                    .filter(Predicate.not(String::isEmpty))
                    .forEach(item -> items.addChild("item", item));
            if (items.getChildCount() == 0) {
                throw SettingMessages.refused(
                        parameter.getName(), "", "is an empty list: name something, or leave it out altogether");
            }
            return items;
        }

        private static void requireOfType(Parameter parameter, String text) throws InvalidSetting {
            switch (parameter.getType()) {
                case "boolean" ->
                    require(
                            text.trim().equalsIgnoreCase("true") || text.trim().equalsIgnoreCase("false"),
                            parameter,
                            text,
                            "must be true or false");
                case "int", "long", "double" -> requireNumber(parameter, text);
                case "java.io.File" -> {
                    require(!text.isBlank(), parameter, text, "must be a path; leave it out if you mean none");
                    require(!isUrl(text.trim()), parameter, text, "must be a path of this machine, and not a URL");
                }
                default -> {}
            }
        }

        private static void requireNumber(Parameter parameter, String text) throws InvalidSetting {
            String type = parameter.getType();
            try {
                double number = type.equals("int")
                        ? Integer.parseInt(text)
                        : type.equals("long") ? Long.parseLong(text) : Double.parseDouble(text);
                require(Double.isFinite(number), parameter, text, "must be a number");
            } catch (NumberFormatException malformed) {
                throw SettingMessages.refused(
                        parameter.getName(),
                        text,
                        type.equals("double") ? "must be a number, for example 0.01" : "must be a whole number");
            }
        }

        private static void require(boolean right, Parameter parameter, String text, String allowed)
                throws InvalidSetting {
            if (!right) {
                throw SettingMessages.refused(parameter.getName(), text, allowed);
            }
        }

        /**
         * Checks the paths that Maven made. Maven would refuse a goal without what is required even where it is skipped: it
         * is told that what is missing, or was left out as wrong, is there.
         */
        ConfigurationListener listeningFor(ConfigurationListener maven, AbstractCumulusMojo goal) {
            refused.forEach(name -> tell(maven, name, "", goal));
            return new ConfigurationListener() {
                @Override
                public void notifyFieldChangeUsingSetter(String name, Object value, Object target) {
                    notifyFieldChangeUsingReflection(name, value, target);
                }

                @Override
                public void notifyFieldChangeUsingReflection(String name, Object value, Object target) {
                    if (value instanceof File file) {
                        try {
                            file.toPath();
                        } catch (InvalidPathException unusable) {
                            problems.add(unusablePath(name, file.getPath()));
                        }
                    }
                    tell(maven, name, value, target);
                }
            };
        }

        private static void tell(ConfigurationListener maven, String name, Object value, Object target) {
            if (maven != null) {
                maven.notifyFieldChangeUsingReflection(name, value, target);
            }
        }
    }
}
