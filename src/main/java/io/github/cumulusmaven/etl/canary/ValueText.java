package io.github.cumulusmaven.etl.canary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reduces a text to what the PHI canary compares: 64 bits that are the same whatever the case, the accents, the order
 * of the words and the separators ("Wolf, Ardath" and "ARDATH WOLF"), and how distinctive the text is. Reused, as there
 * are many; not thread-safe.
 */
final class ValueText {
    /** Turns the hash of a number into that of its digits, however they are grouped and whatever letters are with them. */
    private static final long OF_DIGITS = 0x2545f4914f6cdd1dL;

    /** Keeps a phone number apart from any other number of the same digits. */
    private static final long OF_PHONE = 0x2127599bf4325c37L;

    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private static final byte[] URN_UUID = "urn:uuid:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] URN_OID = "urn:oid:".getBytes(StandardCharsets.US_ASCII);

    private static final char BETWEEN = 0x100;
    private static final char APOSTROPHE = 0x101;
    private static final char PATH = 0x102;
    private static final char STOP = 0x103;

    /** Maps a byte to itself or its lower case where it belongs to a word, else to its role between words. */
    private static final char[] IN_TEXT = table(false);

    private static final char[] IN_JSON = table(true);

    private static final long HASH_OF_UUID = word("urn:uuid:");
    private static final long HASH_OF_OID = word("urn:oid:");

    /** Fewer could be a room, a code or a year. */
    private static final int DISTINCTIVE = 8;

    /** How many digits make a number distinctive: as many as a social security number has; fewer could be a date. */
    private static final int DISTINCTIVE_DIGITS = 9;

    /** Fewer are no number of a patient even where nothing else is to be expected. */
    private static final int FEWEST_DIGITS = 6;

    private static final int MOST_LETTERS_OF_NUMBER = 4;
    private static final int DISTINCT_DIGITS = 3;
    private static final int SHORTEST_PHONE = 10;
    private static final int LONGEST_PHONE = 15;
    private static final int MOST_SEGMENTS = 64;

    private final Titles titles = new Titles();
    private long[] segments = new long[8];
    private byte[] separators = new byte[8];
    private int segmentCount;
    private long hash;
    private int words;
    private long owner;

    private byte[] span = {};
    private int spanFrom;
    private int spanTo;

    private boolean analyzed;
    private int letters;
    private int digits;
    private int gaps;
    private int seenDigits;
    private boolean phoneLike;
    private boolean email;
    private long digitsHash;
    private long phoneHash;
    private boolean countryCode;

    private static char[] table(boolean json) {
        char[] table = new char[256];
        for (char next = 0; next < table.length; next++) {
            boolean ascii = next < 0x80;
            char other = ascii ? BETWEEN : json ? STOP : next;
            table[next] = ascii && Character.isLetterOrDigit(next) ? Character.toLowerCase(next) : other;
        }
        table['\''] = APOSTROPHE;
        for (char path : "/|=#?&".toCharArray()) {
            table[path] = PATH;
        }
        if (json) {
            table['"'] = STOP;
            table['\\'] = STOP;
        }
        return table;
    }

    /** Folds and reads a plain text. */
    ValueText read(String text) {
        byte[] folded = folded(text).getBytes(StandardCharsets.UTF_8);
        scan(folded, 0, folded.length, IN_TEXT);
        return this;
    }

    /**
     * Reads a JSON string.
     *
     * @param from behind its opening quote
     * @return where its closing quote is
     */
    int readJson(byte[] json, int from, int to) throws IOException {
        int end = scan(json, from, to, IN_JSON);
        if (end < to && json[end] == '"') {
            return end;
        }
        int quote = JsonString.end(json, from, to);
        read(JsonString.text(json, from, quote));
        return quote;
    }

    /** Reads ASCII, such as a JSON number. */
    void readAscii(byte[] text, int from, int to) {
        scan(text, from, to, IN_TEXT);
    }

    /**
     * Folds a text: compatible forms become one ("ﬁ", full-width digits), as do upper and lower case; accents go, as
     * people leave them out. Marks of other scripts than ours stay: they are vowels there.
     */
    private static String folded(String text) {
        if (isAscii(text)) {
            return text;
        }
        String upper = Normalizer.normalize(text, Normalizer.Form.NFKD).toUpperCase(Locale.ROOT);
        String lower = Normalizer.normalize(upper, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        StringBuilder folded = new StringBuilder(lower.length());
        lower.codePoints().forEach(next -> {
            if (next < 0x80 || isOfWord(next)) {
                folded.appendCodePoint(next == 'ς' ? 'σ' : next);
            } else if (next == '\u2019' || next == '\u02BC') {
                folded.append('\'');
            } else if (!isAccent(next)) {
                folded.append(' ');
            }
        });
        return folded.toString();
    }

    private static boolean isAscii(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (text.charAt(index) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAccent(int next) {
        return next >= 0x300 && next <= 0x36F;
    }

    private static boolean isOfWord(int next) {
        int type = Character.getType(next);
        boolean mark = type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
        return next != '\u02BC' && (Character.isLetterOrDigit(next) || (mark && !isAccent(next)));
    }

    /** Hashes the words of a text; returns the index where the text ends, or cannot be read byte by byte. */
    private int scan(byte[] in, int from, int to, char[] table) {
        hash = 0;
        words = 0;
        owner = 0;
        segmentCount = 0;
        analyzed = false;
        titles.clear();
        long sum = 0;
        long before = 0;
        long word = BASIS;
        int at = from;
        for (; at < to; at++) {
            char next = table[in[at] & 0xff];
            if (next < BETWEEN) {
                word = (word ^ next) * PRIME;
                continue;
            }
            if (next == STOP) {
                break;
            }
            if (next == APOSTROPHE) {
                if (owner == 0 && word != BASIS && isPossessive(in, at, to, table)) {
                    owner = sum + mixed(word);
                }
                continue;
            }
            if (word != BASIS) {
                long mixed = mixed(word);
                sum += mixed;
                words++;
                titles.add(mixed);
                word = BASIS;
            }
            if (next == PATH) {
                segment(sum - before, in[at]);
                before = sum;
            }
        }
        if (word != BASIS) {
            long mixed = mixed(word);
            sum += mixed;
            words++;
            titles.add(mixed);
        }
        if (segmentCount > 0) {
            segment(sum - before, (byte) 0);
        }
        hash = sum;
        span = in;
        spanFrom = from;
        spanTo = at;
        return at;
    }

    /** Tells whether an s and then the end of the word follow an apostrophe. */
    private static boolean isPossessive(byte[] in, int apostrophe, int to, char[] table) {
        boolean s = apostrophe + 1 < to && (in[apostrophe + 1] | 0x20) == 's';
        return s && (apostrophe + 2 >= to || table[in[apostrophe + 2] & 0xff] >= BETWEEN);
    }

    private void segment(long segmentHash, byte separator) {
        if (segmentCount == segments.length) {
            if (segmentCount == MOST_SEGMENTS) {
                segmentCount--;
            } else {
                segments = Arrays.copyOf(segments, segmentCount * 2);
                separators = Arrays.copyOf(separators, segmentCount * 2);
            }
        }
        segments[segmentCount] = segmentHash;
        separators[segmentCount++] = separator;
    }

    private static long mixed(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    /** Hashes a text without its case, accents and order. */
    static long word(String folded) {
        return new ValueText().read(folded).hash;
    }

    /** Hashes two values together, of which the first names the second. */
    static long pair(long first, long second) {
        return mixed(first * 31 + second);
    }

    /** Returns the hash of the text: the sum of the hashes of two texts is that of both in one. */
    long hash() {
        return hash;
    }

    int words() {
        return words;
    }

    /** Returns the length of the text, in bytes. */
    int length() {
        return spanTo - spanFrom;
    }

    /** Returns the hash of the words before a possessive ("Ardath Wolf's pump"), or 0. */
    long owner() {
        return owner;
    }

    /** Returns the hash of the UUID or OID in a URN, or 0. */
    long urn() {
        return isUrn(URN_UUID) ? hash - HASH_OF_UUID : isUrn(URN_OID) ? hash - HASH_OF_OID : 0;
    }

    private boolean isUrn(byte[] beginning) {
        if (spanTo - spanFrom <= beginning.length || (span[spanFrom] | 0x20) != 'u') {
            return false;
        }
        for (int index = 0; index < beginning.length; index++) {
            byte next = span[spanFrom + index];
            if (next != beginning[index] && (next | 0x20) != beginning[index]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the titles among the words. */
    Titles titles() {
        return titles;
    }

    /** Returns the number of segments between the separators of URLs, queries and tokens; 0 without a separator. */
    int segments() {
        return segmentCount;
    }

    long segment(int number) {
        return segments[number];
    }

    /** Returns the separator behind a segment; 0 for the last. */
    byte separator(int number) {
        return separators[number];
    }

    int letters() {
        analyze();
        return letters;
    }

    /** Tells whether the text can hardly stand for anything else. */
    boolean isDistinctive() {
        analyze();
        return (letters > 0 && digits > 0 && letters + digits >= DISTINCTIVE)
                || (email && letters >= DISTINCTIVE)
                || (isNumber() && gaps > 0 && isDistinctiveNumber());
    }

    /**
     * Tells whether a number can hardly stand for anything else, if it is grouped as people write numbers; without
     * groups, such digits may be any number.
     */
    private boolean isDistinctiveNumber() {
        return digits >= DISTINCTIVE_DIGITS && Integer.bitCount(seenDigits) >= DISTINCT_DIGITS;
    }

    /** Tells whether the text consists of digits, in groups or not. */
    boolean isNumber() {
        analyze();
        return letters == 0 && digits > 0;
    }

    /** Tells whether the text is a number so long that it hardly stands for anything else, even without groups. */
    boolean isLongNumber() {
        return isNumber() && isDistinctiveNumber();
    }

    /** Tells whether the number is grouped like a social security number. */
    boolean isSocialSecurityNumber() {
        analyze();
        return isNumber()
                && digits == DISTINCTIVE_DIGITS
                && gaps == 2
                && length() == 11
                && span[spanFrom + 3] == '-'
                && span[spanFrom + 6] == '-';
    }

    /** Tells whether the last byte is a digit, as that of most numbers is. */
    boolean mayBeNumber() {
        return spanTo > spanFrom && span[spanTo - 1] >= '0' && span[spanTo - 1] <= '9';
    }

    /**
     * Tells whether the text may be the number of a patient where a code or words are expected: 12345678, MRN:
     * 12345678.
     */
    boolean hasPlainNumber() {
        analyze();
        return digits >= FEWEST_DIGITS
                && letters <= MOST_LETTERS_OF_NUMBER
                && Integer.bitCount(seenDigits) >= DISTINCT_DIGITS;
    }

    /** Hashes the digits of that number ({@link #hasPlainNumber}). */
    long plainNumber() {
        analyze();
        return mixed(digitsHash ^ OF_DIGITS);
    }

    /** Tells whether the text is a phone number and nothing else. */
    boolean isPhone() {
        analyze();
        int national = countryCode ? digits - 1 : digits;
        return phoneLike
                && isNumber()
                && national >= SHORTEST_PHONE
                && digits <= LONGEST_PHONE
                && Integer.bitCount(seenDigits) >= DISTINCT_DIGITS;
    }

    /** Hashes a phone number, however it is written: +1 617 555 0100 is 617 555 0100. */
    long phone() {
        analyze();
        return mixed(phoneHash ^ OF_PHONE);
    }

    /** Tells whether separators stand between the digits or words. */
    boolean isGrouped() {
        analyze();
        return gaps > 0;
    }

    /** Hashes the digits as one word. */
    long ungrouped() {
        analyze();
        return mixed(digitsHash);
    }

    /** Looks at a text a second time; most need it not. */
    private void analyze() {
        if (analyzed) {
            return;
        }
        analyzed = true;
        letters = 0;
        digits = 0;
        gaps = 0;
        seenDigits = 0;
        phoneLike = true;
        email = false;
        digitsHash = BASIS;
        phoneHash = BASIS;
        countryCode = false;
        for (int at = spanFrom; at < spanTo; at++) {
            byte next = span[at];
            if (next >= '0' && next <= '9') {
                countryCode |= digits == 0 && next == '1';
                phoneHash = digits == 0 && next == '1' ? phoneHash : (phoneHash ^ next) * PRIME;
                digitsHash = (digitsHash ^ next) * PRIME;
                digits++;
                seenDigits |= 1 << (next - '0');
            } else if (IN_TEXT[next & 0xff] < BETWEEN) {
                letters += (next & 0xC0) == 0x80 ? 0 : 1;
            } else if (" +-.()".indexOf(next) >= 0) {
                gaps++;
            } else {
                email |= next == '@';
                phoneLike = false;
            }
        }
    }
}
