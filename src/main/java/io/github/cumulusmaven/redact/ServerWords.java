package io.github.cumulusmaven.redact;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes what a server says fit to be shown: one line, not endless, no token that it quotes, and no URL with what is not to
 * be seen of it. Takes time in proportion to the text: no pattern here repeats a group.
 */
public final class ServerWords {
    private static final int MOST = 300;

    /** How many characters are read, which is more than anybody reads. */
    private static final int LOOKED_AT = 16_384;

    /** Matches a complete sequence that moves a terminal's cursor or colours its text (ECMA-48). */
    private static final Pattern TERMINAL = Pattern.compile("\\x1B\\[[0-?]*+[ -/]*+[@-~]");

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]++");
    private static final Pattern SPACE = Pattern.compile("\\s++");
    private static final Pattern JWT = Pattern.compile("eyJ[\\w.-]*+");
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(Bearer)\\s++[\\w.~+/-]{8,}+=*+");
    private static final String AROUND_WORDS = "\"'`<>{}";
    private static final String BETWEEN_PARAMETERS = "&;,";

    private ServerWords() {}

    /** Returns the beginning of the words in one line; empty where none are left. */
    public static Optional<String> shown(String words) {
        return Optional.of(shown(words, MOST)).filter(text -> !text.isEmpty());
    }

    /** Returns the beginning of the words, of another length, in one line. */
    public static String shown(String words, int most) {
        String beginning = words.length() > LOOKED_AT ? words.substring(0, LOOKED_AT) : words;
        String line = SPACE.matcher(printable(beginning)).replaceAll(" ").trim();
        return cut(withoutTokens(withoutValues(line)), most);
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "…";
    }

    /**
     * Replaces control characters by spaces: a text from elsewhere must not move a terminal's cursor, nor begin lines
     * of its own.
     */
    public static String printable(String text) {
        return UNPRINTABLE.matcher(TERMINAL.matcher(text).replaceAll("")).replaceAll(" ");
    }

    /** Replaces whatever looks like a token in the text. */
    public static String withoutTokens(String text) {
        return BEARER.matcher(JWT.matcher(text).replaceAll("[JWT]")).replaceAll("$1 [token]");
    }

    /** Replaces the values of URLs in the text, and of parameters whose names tell that they are secret. */
    public static String withoutValues(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        boolean secretNext = false;
        int index = 0;
        while (index < text.length()) {
            int start = index;
            while (index < text.length() && !isAroundWords(text.charAt(index))) {
                index++;
            }
            if (index == start) {
                safe.append(text.charAt(index++));
            } else {
                String word = text.substring(start, index);
                boolean separator = word.equals(":") || word.equals("=");
                safe.append(secretNext && !separator ? RedactedUrl.HIDDEN : word(word));
                secretNext = separator ? secretNext : !secretNext && isNameOfSecret(text, start, index);
            }
        }
        return safe.toString();
    }

    private static boolean isAroundWords(char character) {
        return character <= ' ' || Character.isWhitespace(character) || AROUND_WORDS.indexOf(character) >= 0;
    }

    /** Tells whether a word is the name of a secret in JSON: in quotes, and followed by a colon. */
    private static boolean isNameOfSecret(String text, int start, int end) {
        return start > 0
                && text.charAt(start - 1) == '"'
                && text.startsWith("\":", end)
                && RedactedUrl.isSecret(text.substring(start, end));
    }

    private static String word(String word) {
        String plain = word.replace("\\/", "/");
        return plain.contains("://") || plain.indexOf('?') >= 0 ? url(plain) : parameters(word);
    }

    /** Redacts the URL in a word, without the punctuation before it. */
    private static String url(String word) {
        int scheme = word.indexOf("://");
        int question = word.indexOf('?');
        int start = question < 0 || scheme < question ? Math.max(0, scheme) : 0;
        while (start > 0 && Character.isLetterOrDigit(word.charAt(start - 1))) {
            start--;
        }
        return word.substring(0, start) + RedactedUrl.of(word.substring(start));
    }

    private static String parameters(String word) {
        if (word.indexOf('=') < 0 && word.indexOf(':') < 0) {
            return word;
        }
        StringBuilder safe = new StringBuilder();
        int start = 0;
        for (int end = 0; end <= word.length(); end++) {
            if (end == word.length() || BETWEEN_PARAMETERS.indexOf(word.charAt(end)) >= 0) {
                safe.append(parameter(word.substring(start, end)));
                safe.append(end == word.length() ? "" : word.charAt(end));
                start = end + 1;
            }
        }
        return safe.toString();
    }

    private static String parameter(String pair) {
        int equals = pair.indexOf('=');
        int end = equals < 0 ? pair.indexOf(':') : equals;
        boolean secret = end > 0 && end < pair.length() - 1 && RedactedUrl.isSecret(pair.substring(0, end));
        return secret ? pair.substring(0, end + 1) + RedactedUrl.HIDDEN : pair;
    }
}
