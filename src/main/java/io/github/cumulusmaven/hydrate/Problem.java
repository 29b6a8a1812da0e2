package io.github.cumulusmaven.hydrate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why something that is referred to was not brought over. */
public enum Problem {
    /** The server has no such thing (any more). */
    NOT_FOUND(1, true, "the server does not have it"),
    /** The server does not want to give it. */
    REFUSED(2, true, "the server refuses it"),
    /** The server, or the way to it, does not work. */
    OUT_OF_REACH(3, true, "the server could not give it"),
    /** Another type of content, another resource, an OperationOutcome in its place. */
    SOMETHING_ELSE(4, true, "the server sent something else"),
    /** What refers to it, if anything does, is unknown. */
    UNREADABLE(5, true, "a file cannot be read to its end"),
    /** Larger than the user wants. */
    TOO_LARGE(6, false, "it is too large (see maxNoteSize)"),
    /** A note of a type that the user does not want. */
    OTHER_TYPE(7, false, "it is of a type that noteTypes does not name"),
    /** FL-14: our credentials are none of another server's business. */
    ELSEWHERE(8, false, "it is on another server"),
    /** A search, a URN, a fragment: nothing that can be read. */
    NO_LINK(9, false, "its reference leads nowhere");

    private final long number;
    private final boolean error;
    private final String words;

    Problem(long number, boolean error, String words) {
        this.number = number;
        this.error = error;
        this.words = words;
    }

    /** One above 0 that stands for it where only numbers can be kept. */
    long number() {
        return number;
    }

    /** The problem that a number stands for, if it stands for one. */
    static Optional<Problem> of(long number) {
        return Arrays.stream(values())
                .filter(problem -> problem.number == number)
                .findAny();
    }

    /** Whether something is missing that should be there. */
    public boolean isError() {
        return error;
    }

    /** What reports call it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What messages say of it. */
    public String words() {
        return words;
    }
}
