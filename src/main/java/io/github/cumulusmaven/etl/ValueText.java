package io.github.cumulusmaven.etl;

/**
 * A text, reduced to what the PHI canary compares: 64 bits that are the same whatever the case, the order of the words and
 * what stands between them ("Wolf, Ardath" and "ARDATH WOLF"), and how distinctive it is. Reused, as there are many; not
 * thread-safe.
 */
final class ValueText {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /** Keeps a phone number apart from any other number of the same digits. */
    private static final long OF_PHONE = 0x2127599bf4325c37L;

    /** Lower-case letters and digits of ASCII by themselves; 0 for what is between words. */
    private static final char[] FOLDED = folded();

    /** Fewer could be a room, a code or a year. */
    private static final int DISTINCTIVE = 8;

    /** As many as a social security number has; fewer could be a date. */
    private static final int DISTINCTIVE_DIGITS = 9;

    private static final int SHORTEST_PHONE = 10;
    private static final int LONGEST_PHONE = 15;

    private long hash;
    private long digitsHash;
    private int letters;
    private int digits;
    private int words;
    private int gaps;
    private int seenDigits;
    private char firstDigit;
    private boolean phoneLike;
    private boolean email;
    private boolean path;

    private static char[] folded() {
        char[] table = new char[128];
        for (char next = 0; next < table.length; next++) {
            table[next] = Character.isLetterOrDigit(next) ? Character.toLowerCase(next) : 0;
        }
        return table;
    }

    ValueText read(String text) {
        return read(text.toCharArray(), 0, text.length());
    }

    ValueText read(char[] text, int from, int length) {
        begin();
        long word = BASIS;
        for (int index = from; index < from + length; index++) {
            char next = text[index];
            char fold = next < FOLDED.length ? FOLDED[next] : foldOther(next);
            if (fold != 0) {
                word = (word ^ fold) * PRIME;
                count(fold);
            } else {
                word = endWord(word);
                between(next);
            }
        }
        endWord(word);
        return this;
    }

    private void begin() {
        hash = 0;
        digitsHash = BASIS;
        letters = 0;
        digits = 0;
        words = 0;
        gaps = 0;
        seenDigits = 0;
        phoneLike = true;
        email = false;
        path = false;
    }

    private static char foldOther(char next) {
        boolean ofWord = Character.isLetterOrDigit(next) || Character.isSurrogate(next);
        return ofWord ? Character.toLowerCase(next) : 0;
    }

    private void count(char fold) {
        if (fold >= '0' && fold <= '9') {
            if (digits == 0) {
                firstDigit = fold;
            }
            // +1 617 555 0100 is 617 555 0100
            boolean countryCode = digits == 0 && fold == '1';
            digitsHash = countryCode ? digitsHash : (digitsHash ^ fold) * PRIME;
            digits++;
            seenDigits |= 1 << (fold - '0');
        } else {
            letters++;
        }
    }

    private void between(char next) {
        switch (next) {
            case ' ', '+', '-', '.', '(', ')' -> gaps++;
            case '/', '|', '=', '#', '?' -> {
                path = true;
                phoneLike = false;
            }
            case '@' -> {
                email = true;
                phoneLike = false;
            }
            default -> phoneLike = false;
        }
    }

    private long endWord(long word) {
        if (word != BASIS) {
            hash += mixed(word);
            words++;
        }
        return BASIS;
    }

    private static long mixed(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    /** What stands for two values together, the first naming the second. */
    static long pair(long first, long second) {
        return mixed(first * 31 + second);
    }

    /** The sum of the hashes of two texts is that of both in one. */
    long hash() {
        return hash;
    }

    int letters() {
        return letters;
    }

    int words() {
        return words;
    }

    /** Whether it may be or hold a URL, a query or a token. */
    boolean isPath() {
        return path;
    }

    /** Whether it can hardly stand for anything else. */
    boolean isDistinctive() {
        return (letters > 0 && digits > 0 && letters + digits >= DISTINCTIVE)
                || (email && letters >= DISTINCTIVE)
                || isDistinctiveNumber();
    }

    /** Digits in groups, as people write numbers; the same without groups may be any number. */
    boolean isDistinctiveNumber() {
        return isNumber() && gaps > 0 && digits >= DISTINCTIVE_DIGITS && Integer.bitCount(seenDigits) > 2;
    }

    /** Whether it is of digits, be they in groups. */
    boolean isNumber() {
        return letters == 0 && digits > 0;
    }

    /** Whether it is written as phone numbers are, with nothing else. */
    boolean isPhone() {
        int national = firstDigit == '1' ? digits - 1 : digits;
        return phoneLike
                && isNumber()
                && national >= SHORTEST_PHONE
                && digits <= LONGEST_PHONE
                && Integer.bitCount(seenDigits) > 2;
    }

    /** A phone number however it is written. */
    long phone() {
        return mixed(digitsHash ^ OF_PHONE);
    }

    /** Whether something is between its digits or words. */
    boolean isGrouped() {
        return gaps > 0;
    }
}
