package io.github.cumulusmaven.hydrate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The reasons why a referenced resource or note was not added. */
public enum Problem {
    /** The server does not have it (any more). */
    NOT_FOUND(1, true, "the server does not have it"),
    /** The server refuses to give it. */
    REFUSED(2, true, "the server refuses it"),
    /** The server, or the connection to it, does not work. */
    OUT_OF_REACH(3, true, "the server could not give it"),
    /** The server sent another type of content, another resource, or an OperationOutcome instead. */
    SOMETHING_ELSE(4, true, "the server sent something else"),
    /** A file cannot be read to its end, so its later references are unknown. */
    UNREADABLE(5, true, "a file cannot be read to its end"),
    /** A note that is larger than the user wants. */
    TOO_LARGE(6, false, "it is too large (see maxNoteSize)"),
    /** A note of a type that the user does not want. */
    OTHER_TYPE(7, false, "it is of a type that noteTypes does not name"),
    /** The reference leads to another server, which must not see our credentials (FL-14). */
    ELSEWHERE(8, false, "it is on another server"),
    /** The reference is a search, a URN or a fragment, which cannot be fetched. */
    NO_LINK(9, false, "its reference leads nowhere");

    private final long number;
    private final boolean error;
    private final String words;

    Problem(long number, boolean error, String words) {
        this.number = number;
        this.error = error;
        this.words = words;
    }

    /** Returns a number above 0 that stands for the problem where only numbers can be stored. */
    long number() {
        return number;
    }

    /** Returns the problem for which a number stands, if there is one. */
    static Optional<Problem> of(long number) {
        return Arrays.stream(values())
                .filter(problem -> problem.number == number)
                .findAny();
    }

    /** Tells whether the missing resource or note is an error. */
    public boolean isError() {
        return error;
    }

    /** Returns the reports' word for the problem. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the messages' words for the problem. */
    public String words() {
        return words;
    }
}
