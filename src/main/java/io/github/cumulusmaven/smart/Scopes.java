package io.github.cumulusmaven.smart;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** SMART's scopes for systems: {@code system/Patient.read} in version 1, {@code system/Patient.rs} in version 2. */
public final class Scopes {
    private static final Pattern SYSTEM = Pattern.compile("system/(\\*|[A-Za-z]+)\\.(\\*|[a-z]+)");
    private static final Pattern VERSION_1 = Pattern.compile("read|write|\\*");
    private static final Pattern VERSION_2 = Pattern.compile("(?=.)c?r?u?d?s?");

    private Scopes() {}

    /**
     * A parsed SMART scope.
     *
     * @param type a resource type or {@code *}
     * @param access {@code read}, {@code write} or {@code *}, or letters of {@code cruds}
     */
    private record Scope(String type, String access) {
        private static Optional<Scope> of(String text) {
            Matcher matcher = SYSTEM.matcher(text);
            return matcher.matches() ? Optional.of(new Scope(matcher.group(1), matcher.group(2))) : Optional.empty();
        }

        private boolean isVersion1() {
            return VERSION_1.matcher(access).matches();
        }

        private boolean isVersion2() {
            return VERSION_2.matcher(access).matches();
        }

        private String letters() {
            return switch (access) {
                case "read" -> "rs";
                case "write" -> "cud";
                case "*" -> "cruds";
                default -> isVersion2() ? access : "";
            };
        }

        private boolean isAbout(String wanted) {
            return type.equals("*") || type.equals(wanted);
        }
    }

    /**
     * Returns the scopes to request for these types, or for all where none is named. Writes them in SMART version 1,
     * unless version 2 is clearly the server's only one: some servers claim version 2 and do not implement it (SM-16).
     */
    public static Set<String> forTypes(Collection<String> types, SmartConfiguration server) {
        String suffix = offersOnlyVersion2(server) ? ".rs" : ".read";
        Set<String> subjects = types.isEmpty() ? Set.of("*") : new LinkedHashSet<>(types);
        return subjects.stream()
                .map(type -> "system/" + type + suffix)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean offersOnlyVersion2(SmartConfiguration server) {
        Set<Scope> scopes = server.scopesSupported().stream()
                .map(text -> Scope.of(withoutQuery(text)))
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        boolean version1 = server.capabilities().contains("permission-v1")
                || scopes.stream().anyMatch(Scope::isVersion1);
        boolean version2 = server.capabilities().contains("permission-v2")
                || scopes.stream().anyMatch(Scope::isVersion2);
        return version2 && !version1;
    }

    private static String withoutQuery(String scope) {
        return scope.replaceFirst("\\?.*", "");
    }

    /**
     * Returns the requested scopes that the granted ones do not cover, whichever version either is written in. A grant
     * that is narrowed by a query does not cover its type.
     */
    public static Set<String> missing(Collection<String> asked, Collection<String> granted) {
        return asked.stream()
                .filter(scope -> !granted.contains(scope))
                .filter(scope -> Scope.of(scope)
                        .filter(wanted -> isCovered(wanted, granted))
                        .isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isCovered(Scope wanted, Collection<String> granted) {
        Set<Integer> letters = granted.stream()
                .map(Scope::of)
                .flatMap(Optional::stream)
                .filter(scope -> scope.isAbout(wanted.type()))
                .flatMap(scope -> scope.letters().chars().boxed())
                .collect(Collectors.toCollection(TreeSet::new));
        return !wanted.letters().isEmpty() && wanted.letters().chars().allMatch(letters::contains);
    }
}
