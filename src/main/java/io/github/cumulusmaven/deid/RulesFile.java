package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.InvalidRules.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the statements of a rules file; {@code rules.txt} describes them. */
final class RulesFile {
    static final String LOCAL_SYSTEM = "local-system";
    private static final String SYSTEM = "system=";
    private static final String NESTED = "nested=";
    private static final String SIMPLE = "simple";
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern ELEMENT = Pattern.compile("[A-Z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*)+");
    private static final Pattern LOCAL_PREFIX = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:\\S*");
    private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z0-9]*");

    private final String name;
    private final List<Statement> statements = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    private RulesFile(String name) {
        this.name = name;
    }

    /** A line that is neither empty nor a comment. */
    sealed interface Statement {
        int line();
    }

    record KeepElement(int line, String path, Treatment treatment) implements Statement {}

    record DropElement(int line, String path) implements Statement {}

    record ExtensionUrl(int line, ExtensionVerb verb, String url, ExtensionContent content) implements Statement {}

    /** Names the code systems that begin with a text, whatever its case: sites add codes to them. */
    record LocalSystem(int line, String prefix) implements Statement {}

    static RulesFile read(String name, BufferedReader reader) throws IOException, InvalidRules {
        RulesFile file = new RulesFile(name);
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            String said =
                    COMMENT.matcher(line.replace("\uFEFF", "")).replaceFirst("").strip();
            if (!said.isEmpty()) {
                String[] words = BLANKS.split(said);
                file.statements.add(file.statement(number, words));
                file.said.add(String.join(" ", words));
            }
        }
        return file;
    }

    List<Statement> statements() {
        return statements;
    }

    /** Returns the file's lines without comments. */
    String said() {
        return String.join("\n", said);
    }

    /** Returns the statements about extensions, without what is kept in them. */
    Stream<String> extensions() {
        return statements.stream()
                .filter(ExtensionUrl.class::isInstance)
                .map(ExtensionUrl.class::cast)
                .map(said -> said.verb().word() + " " + said.url());
    }

    private Statement statement(int line, String[] words) throws InvalidRules {
        if (ELEMENT.matcher(words[0]).matches()) {
            return element(line, words);
        }
        if (words[0].equals(LOCAL_SYSTEM)) {
            if (words.length != 2 || !LOCAL_PREFIX.matcher(words[1]).matches()) {
                throw invalid(line, Kind.NO_PREFIX);
            }
            return new LocalSystem(line, words[1]);
        }
        ExtensionVerb verb = ExtensionVerb.of(words[0])
                .orElseThrow(() -> invalid(
                        line,
                        Kind.UNKNOWN_STATEMENT,
                        words[0],
                        list(Stream.of(ExtensionVerb.values()).map(ExtensionVerb::word)) + ", " + LOCAL_SYSTEM));
        if (words.length < 2 || words[1].indexOf(':') < 0 || (words.length > 2 && verb != ExtensionVerb.KEEP)) {
            throw invalid(line, Kind.NO_URL, words[0]);
        }
        return new ExtensionUrl(line, verb, words[1], content(line, words));
    }

    private ExtensionContent content(int line, String[] words) throws InvalidRules {
        Set<String> nested = new LinkedHashSet<>();
        boolean hashId = false;
        for (int index = 2; index < words.length; index++) {
            if (words[index].equals(Action.HASH_ID.word())) {
                hashId = true;
            } else if (words[index].startsWith(NESTED) && !words[index].equals(NESTED)) {
                nested.add(words[index].substring(NESTED.length()));
            } else if (!words[index].equals(SIMPLE)) {
                throw invalid(line, Kind.UNKNOWN_CONTENT);
            }
        }
        boolean simple = List.of(words).contains(SIMPLE);
        if (simple && !nested.isEmpty()) {
            throw invalid(line, Kind.SIMPLE_AND_NESTED);
        }
        return new ExtensionContent(simple || !nested.isEmpty(), nested, hashId);
    }

    private Statement element(int line, String[] words) throws InvalidRules {
        if (words.length == 1) {
            throw invalid(line, Kind.NO_ACTION, words[0]);
        }
        if (words.length > 2 && !words[2].startsWith(SYSTEM)) {
            throw invalid(line, Kind.MORE_THAN_ACTION, words[0], words[1]);
        }
        if (words[1].equals("drop")) {
            refuseSystem(line, words);
            return new DropElement(line, words[0]);
        }
        return new KeepElement(line, words[0], treatment(line, words));
    }

    private void refuseSystem(int line, String[] words) throws InvalidRules {
        if (words.length > 2) {
            throw invalid(line, Kind.SYSTEM_OF_ACTION, words[0], words[1]);
        }
    }

    private Treatment treatment(int line, String[] words) throws InvalidRules {
        if (!TYPE.matcher(words[1]).matches()) {
            Action action = Action.of(words[1])
                    .orElseThrow(() -> invalid(
                            line,
                            Kind.UNKNOWN_ACTION,
                            words[1],
                            list(Stream.of(Action.values()).map(Action::word)) + ", drop"));
            refuseSystem(line, words);
            return new Treatment.Primitive(action);
        }
        Set<String> systems = new LinkedHashSet<>();
        for (int index = 2; index < words.length; index++) {
            if (!words[index].startsWith(SYSTEM) || words[index].equals(SYSTEM)) {
                throw invalid(line, Kind.MORE_THAN_TYPE, words[0]);
            }
            systems.add(words[index].substring(SYSTEM.length()));
        }
        return new Treatment.Typed(words[1], systems);
    }

    private static String list(Stream<String> words) {
        return words.collect(Collectors.joining(", "));
    }

    InvalidRules invalid(int line, Kind kind, String... values) {
        return new InvalidRules(name, line, kind, values);
    }
}
