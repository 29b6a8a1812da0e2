package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.Sha256;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules that say what stays of a resource: an allow-list of elements and of extensions. Immutable, shared by all
 * threads.
 */
public final class ScrubRules {
    private static final String BUILT_IN = "rules.txt";
    private static final int LARGEST = 16 * 1024 * 1024;

    private final RuleSet set;
    private final RuleIndex index;
    private final List<String> directIdentifiers;
    private final RuleSet builtIn;
    private final List<String> siteExtensions;
    private final List<String> site;

    private ScrubRules(RuleSet set) {
        this.set = set;
        this.builtIn = set;
        this.siteExtensions = List.of();
        this.site = List.of();
        this.index = RuleIndex.of(set);
        this.directIdentifiers = List.of();
    }

    /** Extends the rules by a site's file. */
    private ScrubRules(ScrubRules before, RulesFile file) throws InvalidRules {
        this.set = before.set.extendedBy(file);
        this.builtIn = before.builtIn;
        this.siteExtensions =
                Stream.concat(before.siteExtensions.stream(), file.extensions()).toList();
        this.site = Stream.concat(before.site.stream(), Stream.of(file.said())).toList();
        this.index = RuleIndex.of(set);
        Set<String> known = before.index.directIdentifiers(Set.of());
        this.directIdentifiers = Stream.concat(
                        before.directIdentifiers.stream(),
                        index.directIdentifiers(before.index.changed()).stream()
                                .filter(place -> !known.contains(place)))
                .toList();
    }

    /** Reads the rules that come with the plugin: those of Cumulus ETL, corrected where FHIR R4 says otherwise. */
    public static ScrubRules builtIn() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(ScrubRules.class.getResourceAsStream(BUILT_IN), BUILT_IN),
                StandardCharsets.UTF_8))) {
            return new ScrubRules(RuleSet.empty(R4.load()).extendedBy(RulesFile.read(BUILT_IN, reader)));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InvalidRules broken) {
            throw new IllegalStateException(broken.file() + ":" + broken.line(), broken);
        }
    }

    /**
     * Returns these rules with a site's own, which win. {@code rules.txt} beside this class describes the file.
     *
     * @throws InvalidRules when a line cannot be followed; then no line is
     * @throws IOException when the file cannot be read, or is not UTF-8
     */
    public ScrubRules extendedBy(Path file) throws InvalidRules, IOException {
        byte[] rules = RegularFiles.readTarget(file, LARGEST);
        CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(new ByteArrayInputStream(rules), strict))) {
            return new ScrubRules(this, RulesFile.read(file.toString(), reader));
        }
    }

    /**
     * Returns the elements that a site's own rules keep as they are, and that name a person ({@code
     * Patient.name.family}), hold a complete note, or are otherwise hashed, masked or made less exact ({@code
     * Reference.reference}).
     */
    public List<String> directIdentifiers() {
        return directIdentifiers;
    }

    /**
     * Returns these rules with one more statement.
     *
     * @return nothing for a statement that cannot be followed
     */
    public Optional<ScrubRules> extendedBy(String statement) {
        try {
            RulesFile file = RulesFile.read(statement, new BufferedReader(new StringReader(statement)));
            return Optional.of(new ScrubRules(this, file));
        } catch (InvalidRules invalid) {
            return Optional.empty();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Returns the digest of a site's own rules, in hex, which differs where the rules do; empty without such rules. */
    public String sha256OfSite() {
        return site.isEmpty() ? "" : Sha256.hex(String.join("\n", site));
    }

    /** Tells whether an extension of that URL is kept. */
    public boolean keepsExtension(String url) {
        return set.keptExtensions().containsKey(url);
    }

    /** Tells whether the rules that come with the plugin keep an extension of that URL. */
    public boolean builtInKeepsExtension(String url) {
        return builtIn.keptExtensions().containsKey(url);
    }

    /** Returns the statements of a site's own rules about an extension: {@code keep-extension URL}. */
    public List<String> siteStatements(String url) {
        return siteExtensions.stream().filter(said -> said.endsWith(" " + url)).toList();
    }

    /**
     * Finds the rule that decides on an element of a resource; empty where the element or one that holds it is dropped.
     *
     * @param type the type of the resource
     * @param element the element's path below the resource, with dots: {@code contact.name.family}
     */
    public Optional<ElementRule> rule(String type, String element) {
        return index.rule(type, element);
    }

    RuleIndex index() {
        return index;
    }

    RuleSet set() {
        return set;
    }
}
