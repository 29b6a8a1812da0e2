package io.github.cumulusmaven.fhir;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Finds what a misspelt name means. */
public final class Spelling {
    private static final int FAR = 3;

    private Spelling() {}

    /** The name that comes closest, if any comes close. */
    public static Optional<String> closest(String misspelt, Collection<String> names) {
        return new TreeSet<>(names)
                .stream()
                        .min(Comparator.comparingInt(name -> distance(misspelt, name)))
                        .filter(name -> distance(misspelt, name) <= Math.min(FAR, misspelt.length() / 2));
    }

    /** Levenshtein's distance, blind to case. */
    private static int distance(String left, String right) {
        String from = left.toLowerCase(Locale.ROOT);
        String to = right.toLowerCase(Locale.ROOT);
        int[] previous = new int[to.length() + 1];
        for (int column = 0; column < previous.length; column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[to.length() + 1];
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int change = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
                current[column] =
                        Math.min(previous[column - 1] + change, 1 + Math.min(previous[column], current[column - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
