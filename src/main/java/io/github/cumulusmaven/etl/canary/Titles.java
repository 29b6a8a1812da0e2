package io.github.cumulusmaven.etl.canary;

import java.util.Arrays;
import java.util.List;

/**
 * Collects the words of a text that may be titles or suffixes, and all ways to leave some of them out: "John Major,
 * M.D.".
 */
final class Titles {
    private static final List<String> WORDS = List.of(
            "dr",
            "doctor",
            "drs",
            "prof",
            "professor",
            "mr",
            "mister",
            "mrs",
            "ms",
            "miss",
            "mx",
            "sir",
            "madam",
            "dame",
            "lady",
            "lord",
            "rev",
            "reverend",
            "fr",
            "father",
            "sister",
            "rabbi",
            "imam",
            "hon",
            "judge",
            "capt",
            "captain",
            "col",
            "colonel",
            "lt",
            "maj",
            "major",
            "sgt",
            "herr",
            "frau",
            "señor",
            "señora",
            "srta",
            "sra",
            "mme",
            "mlle",
            "m",
            "don",
            "doña",
            "jr",
            "jnr",
            "junior",
            "sr",
            "snr",
            "senior",
            "i",
            "ii",
            "iii",
            "iv",
            "v",
            "vi",
            "2nd",
            "3rd",
            "4th",
            "md",
            "d",
            "do",
            "o",
            "phd",
            "ph",
            "dphil",
            "msc",
            "ma",
            "mba",
            "bsc",
            "ba",
            "jd",
            "esq",
            "dds",
            "dmd",
            "dvm",
            "dpm",
            "od",
            "pharmd",
            "rn",
            "np",
            "pa",
            "c",
            "lpn",
            "crnp",
            "aprn",
            "cnm",
            "facs",
            "facp",
            "mph",
            "med",
            "edd",
            "psyd",
            "ret");

    private static final int SLOTS = 1024;
    private static final long[] TABLE = new long[SLOTS];
    private static final int MOST = 5;

    static {
        for (String word : WORDS) {
            long hash = ValueText.word(word);
            TABLE[place(hash)] = hash;
        }
    }

    private final long[] found = new long[MOST];
    private int count;

    private static int place(long hash) {
        int place = (int) hash & SLOTS - 1;
        while (TABLE[place] != 0 && TABLE[place] != hash) {
            place = (place + 1) & SLOTS - 1;
        }
        return place;
    }

    void clear() {
        count = 0;
    }

    /** Takes the hash of a word, if it is one of a title. */
    void add(long word) {
        if (count < MOST && TABLE[place(word)] != 0) {
            found[count++] = word;
        }
    }

    int count() {
        return count;
    }

    /** Returns in how many ways some of the titles can be left out. */
    int subsets() {
        return (1 << count) - 1;
    }

    /** Sums the hashes of the titles that the n-th way leaves out, from 1 on. */
    long subset(int number) {
        long sum = 0;
        for (int index = 0; index < count; index++) {
            sum += (number >> index & 1) == 0 ? 0 : found[index];
        }
        return sum;
    }

    /** Sums the hashes of all titles. */
    long sum() {
        return Arrays.stream(found, 0, count).sum();
    }
}
