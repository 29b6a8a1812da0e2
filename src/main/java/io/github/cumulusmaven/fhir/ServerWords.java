package io.github.cumulusmaven.fhir;

import java.util.Optional;
import java.util.regex.Pattern;

/** A server's explanations, made fit to be shown: one line, not endless, and no token that it may have quoted. */
public final class ServerWords {
    private static final int LONGEST = 500;
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\s]+");
    private static final Pattern JWT = Pattern.compile("eyJ[\\w-]*(\\.[\\w-]*)*");

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(Bearer)\\s+[\\w.~+/-]{8,}=*");

    private ServerWords() {}

    /** Nothing where there is nothing to read. */
    public static Optional<String> shown(String words) {
        String line = UNPRINTABLE.matcher(words).replaceAll(" ").trim();
        String safe = withoutTokens(line);
        return Optional.of(safe.length() > LONGEST ? safe.substring(0, LONGEST) + "…" : safe)
                .filter(text -> !text.isEmpty());
    }

    /** The same text, with whatever looks like a token that it quotes replaced. */
    public static String withoutTokens(String text) {
        return BEARER.matcher(JWT.matcher(text).replaceAll("[JWT]")).replaceAll("$1 [token]");
    }
}
