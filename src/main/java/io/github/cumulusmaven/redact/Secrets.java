package io.github.cumulusmaven.redact;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the secrets of one run, and replaces them by value wherever they turn up: as they are, percent-encoded, or escaped
 * as in JSON or HTML. For many threads. Takes time in proportion to the text.
 */
public final class Secrets {
    /** Stands where a secret was. Needs no escape in JSON. */
    public static final String HIDDEN = "[secret]";

    /** The length of the shortest secret: shorter ones would hide ordinary words. */
    private static final int SHORTEST_SECRET = 8;

    private static final int SHORTEST_PRIVATE_VALUE = 3;

    /** How many renewed tokens are remembered: a run of weeks gets a new one every few minutes. */
    private static final int MOST_RENEWED = 64;

    /** How many characters of a server's words are searched; the rest is cut off unsearched. */
    private static final int MOST_WORDS = 16_384;

    /**
     * The longest encoded piece of a secret that is too short to be recognized, where each character is encoded three
     * times.
     */
    private static final int LONGEST_REST = SecretPieces.LENGTH * "%25252F".length();

    /** How many layers of encoding are removed, as of a URL within JSON within JSON. */
    private static final int MOST_ENCODINGS = 3;

    private final Set<String> lasting = new LinkedHashSet<>();
    private final Deque<String> renewed = new ArrayDeque<>();
    private final Set<String> privateValues = new LinkedHashSet<>();
    private volatile Sought secrets = new Sought(new SecretPieces(List.of()), List.of());
    private volatile Sought all = secrets;
    private volatile String latest = "";

    /**
     * A text that is searched for as a whole.
     *
     * @param text the text
     * @param word whether it counts only where no letter or digit is beside it
     */
    private record Whole(String text, boolean word) {
        boolean isAt(String where, int start, int end) {
            return !word || !(isWordPart(where, start - 1) || isWordPart(where, end));
        }

        private static boolean isWordPart(String text, int index) {
            return index >= 0 && index < text.length() && Character.isLetterOrDigit(text.charAt(index));
        }
    }

    /** Remembers a secret for the whole run: a key, a password. */
    public synchronized void add(String secret) {
        if (secret.length() >= SHORTEST_SECRET && lasting.add(secret)) {
            update();
        }
    }

    /** Remembers one of many secrets that replace one another, tokens and assertions; the oldest are forgotten. */
    public void addRenewed(String secret) {
        if (!secret.equals(latest)) {
            addNew(secret);
        }
    }

    private synchronized void addNew(String secret) {
        if (secret.length() >= SHORTEST_SECRET) {
            boolean known = renewed.remove(secret);
            renewed.addLast(secret);
            if (renewed.size() > MOST_RENEWED) {
                renewed.removeFirst();
            }
            if (!known) {
                update();
            }
        }
        latest = secret;
    }

    /** Remembers a value that may be of a person; it is replaced in what servers say, and not elsewhere. */
    public synchronized void addPrivateValue(String value) {
        if (value.length() >= SHORTEST_PRIVATE_VALUE && privateValues.add(value)) {
            addPrivateValues();
        }
    }

    private void update() {
        Set<String> known = Stream.concat(lasting.stream(), renewed.stream())
                .flatMap(secret -> Stream.of(secret, secret.replace(' ', '+')))
                .collect(Collectors.toSet());
        List<Whole> tooShort = known.stream()
                .filter(secret -> secret.length() < SecretPieces.LENGTH)
                .map(secret -> new Whole(secret, false))
                .toList();
        secrets = new Sought(new SecretPieces(known), tooShort);
        addPrivateValues();
    }

    private void addPrivateValues() {
        Stream<Whole> values = privateValues.stream().map(value -> new Whole(value, true));
        all = new Sought(
                secrets.pieces, Stream.concat(secrets.wholes.stream(), values).toList());
    }

    /** Replaces all secrets in a text of ours. */
    public String redact(String text) {
        return redact(text, secrets);
    }

    /** Replaces all secrets, and all values that may be of a person, in what a server says. */
    public String redactWords(String text) {
        return redact(text, all);
    }

    /**
     * Replaces all secrets, and all values that may be of a person, in the beginning of a text of any length, and makes
     * the beginning fit to be shown.
     */
    public String words(String text, int most) {
        boolean cut = text.length() > MOST_WORDS;
        String safe = redactWords(cut ? text.substring(0, MOST_WORDS) : text);
        // The beginning of a secret that the cut has left may be too short to be known.
        return ServerWords.shown(cut ? safe.substring(0, Math.max(0, safe.length() - LONGEST_REST)) : safe, most);
    }

    private static String redact(String text, Sought sought) {
        if (sought.isEmpty()) {
            return text;
        }
        BitSet found = new BitSet();
        Decoded level = Decoded.of(text);
        for (int encodings = 0; encodings <= MOST_ENCODINGS; encodings++) {
            sought.find(level, found);
            Decoded next = level.decode();
            if (next.text().length() == level.text().length()) {
                break;
            }
            level = next;
        }
        return found.isEmpty() ? text : without(text, found);
    }

    /**
     * All texts that are searched for.
     *
     * @param pieces the pieces of secrets
     * @param wholes the texts that are too short for pieces, or no secrets
     */
    private record Sought(SecretPieces pieces, List<Whole> wholes) {
        boolean isEmpty() {
            return pieces.isEmpty() && wholes.isEmpty();
        }

        void find(Decoded level, BitSet found) {
            String text = level.text();
            pieces.find(text, (start, end) -> found.set(level.origin(start), level.origin(end)));
            for (Whole whole : wholes) {
                int start = text.indexOf(whole.text());
                while (start >= 0) {
                    int end = start + whole.text().length();
                    if (whole.isAt(text, start, end)) {
                        found.set(level.origin(start), level.origin(end));
                    }
                    start = text.indexOf(whole.text(), end);
                }
            }
        }
    }

    private static String without(String text, BitSet found) {
        StringBuilder safe = new StringBuilder();
        int done = 0;
        for (int first = found.nextSetBit(0); first >= 0; first = found.nextSetBit(done)) {
            safe.append(text.substring(done, first)).append(HIDDEN);
            done = found.nextClearBit(first);
        }
        return safe.append(text.substring(done)).toString();
    }

    /**
     * A decoded text with the origin of each of its characters.
     *
     * @param text the decoded text
     * @param origins the index of each character, and of the end, in the original; empty where the text is the original
     */
    @SuppressWarnings("ArrayRecordComponent") // two of them are never compared
    private record Decoded(String text, int[] origins) {
        static Decoded of(String text) {
            return new Decoded(text, new int[0]);
        }

        int origin(int index) {
            return origins.length == 0 ? index : origins[index];
        }

        /** Decodes one layer; the length stays the same where nothing in the text is encoded. */
        Decoded decode() {
            StringBuilder decoded = new StringBuilder(text.length());
            int[] from = new int[text.length() + 1];
            int index = 0;
            while (index < text.length()) {
                from[decoded.length()] = origin(index);
                Encodings.One one = Encodings.at(text, index);
                decoded.append(one.character());
                index += one.length();
            }
            from[decoded.length()] = origin(text.length());
            return new Decoded(decoded.toString(), Arrays.copyOf(from, decoded.length() + 1));
        }
    }
}
