package io.github.cumulusmaven.etl.canary;

import io.github.cumulusmaven.deid.ScrubRules;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Chooses the change of a site's rules file that drops a place, and as little as possible beside it. */
final class NarrowestRule {
    /** Matches an element inside an extension that the rules do not keep by its URL. */
    private static final Pattern EXTENSION = Pattern.compile("(^|\\.)(extension|modifierExtension)(\\.|$)");

    /** Values, codes and their words are what tables are made for. */
    private static final Pattern DATA =
            Pattern.compile("(?!meta\\.)(.*\\.)?(value[A-Z]\\w*(\\.value)?|(coding\\.)?code|(?<!(^|\\.)note\\.)text)");

    private final ScrubRules rules;

    NarrowestRule(ScrubRules rules) {
        this.rules = rules;
    }

    /**
     * Finds the change; empty where every change would also empty the element of all other tables, as {@code
     * Coding.code drop} would.
     */
    Optional<RulesChange> of(PhiPlace place) {
        if (place.extension().isPresent()) {
            return place.extension().flatMap(this::withoutExtension);
        }
        if (EXTENSION.matcher(place.element()).find()) {
            return Optional.empty();
        }
        String type = place.contained().orElse(place.type());
        String element = place.contained().isPresent()
                ? place.element().substring(place.element().lastIndexOf("contained.") + "contained.".length())
                : place.element();
        return Stream.of(Optional.of(type + "." + element), ofMeta(element))
                .flatMap(Optional::stream)
                .map(path -> path + " drop")
                .filter(statement -> drops(statement, type, element))
                .findFirst()
                .map(statement -> new RulesChange(
                        List.of(), Optional.of(statement), Optional.of(element).filter(DATA.asMatchPredicate())));
    }

    /** Drops an extension, and removes the site's statements that keep it: a file that says both is refused. */
    private Optional<RulesChange> withoutExtension(String url) {
        Optional<String> drop = Optional.of("drop-extension " + url);
        List<String> contradicting = rules.siteStatements(url);
        boolean enough = contradicting.equals(List.of("keep-extension " + url)) && !rules.builtInKeepsExtension(url);
        return drop.filter(this::isAccepted)
                .map(statement -> new RulesChange(contradicting, enough ? Optional.empty() : drop, Optional.empty()));
    }

    /** Tags and security labels are of no use to a study: they may go from all tables. */
    private static Optional<String> ofMeta(String element) {
        String[] names = element.split("\\.", 3);
        return names[0].equals("meta") && names.length > 1 ? Optional.of("Meta." + names[1]) : Optional.empty();
    }

    private boolean isAccepted(String statement) {
        return rules.extendedBy(statement).isPresent();
    }

    private boolean drops(String statement, String type, String element) {
        return rules.extendedBy(statement)
                .filter(extended -> extended.rule(type, element).isEmpty())
                .isPresent();
    }
}
