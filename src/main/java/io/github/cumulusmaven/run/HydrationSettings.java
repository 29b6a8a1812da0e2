package io.github.cumulusmaven.run;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.InvalidSetting.Kind;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.hydrate.NoteSettings;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Holds what is to be fetched, and how.
 *
 * @param kinds what is fetched
 * @param notes which notes
 * @param parallel requests at a time
 */
public record HydrationSettings(Set<HydrationKind> kinds, NoteSettings notes, int parallel) {
    private static final String NONE = "none";

    private static final int MOST_PARALLEL = 64;

    /** A resource with its notes is one line, and readers of NDJSON, ours among them, do not take lines of any length. */
    private static final long LARGEST_NOTE = 100_000_000;

    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9.+-]+/[a-z0-9.+-]+");

    /** Reads them, as a user gives them. */
    public static HydrationSettings of(List<String> kinds, List<String> noteTypes, long maxNoteSize, int parallel)
            throws InvalidSetting {
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new InvalidSetting(
                    "parallelDownloads", String.valueOf(parallel), Kind.OUT_OF_RANGE, 1, MOST_PARALLEL);
        }
        return new HydrationSettings(kinds(kinds), notes(noteTypes, maxNoteSize), parallel);
    }

    /** Fetches what tables need. */
    public static HydrationSettings ofMedications(int parallel) throws InvalidSetting {
        return of(List.of(HydrationKind.MEDICATIONS.word()), List.of(), 1, parallel);
    }

    /** Reads the kinds alone. */
    public static Set<HydrationKind> kinds(List<String> words) throws InvalidSetting {
        Set<HydrationKind> kinds = EnumSet.noneOf(HydrationKind.class);
        if (words.size() == 1 && words.get(0).trim().equalsIgnoreCase(NONE)) {
            return kinds;
        }
        for (String word : words) {
            kinds.add(HydrationKind.named(word)
                    .orElseThrow(
                            () -> new InvalidSetting("hydrate", word, Kind.NOT_AMONG_NOR_NONE, HydrationKind.words())));
        }
        return kinds;
    }

    private static NoteSettings notes(List<String> types, long most) throws InvalidSetting {
        if (most < 1 || most > LARGEST_NOTE) {
            throw new InvalidSetting("maxNoteSize", String.valueOf(most), Kind.OUT_OF_RANGE, 1, LARGEST_NOTE);
        }
        for (String type : types) {
            if (!MEDIA_TYPE.matcher(type.trim().toLowerCase(Locale.ROOT)).matches()) {
                throw new InvalidSetting("noteTypes", type, Kind.NO_MEDIA_TYPES);
            }
        }
        return new NoteSettings(
                types.stream().map(type -> type.trim().toLowerCase(Locale.ROOT)).collect(Collectors.toSet()), most);
    }

    /** Refuses a rate of errors that is none. */
    public static void requireRate(double maxErrorRate) throws InvalidSetting {
        if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) {
            throw new InvalidSetting("maxErrorRate", String.valueOf(maxErrorRate), Kind.OUT_OF_RANGE, 0, 1);
        }
    }
}
