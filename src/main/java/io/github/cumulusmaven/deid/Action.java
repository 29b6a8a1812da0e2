package io.github.cumulusmaven.deid;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The treatments of a primitive that stays, at least in part. */
enum Action {
    KEEP,
    HASH_ID,
    HASH_REFERENCE,
    YEAR,
    ZIP3,
    MASK,
    MASK_NOTE,
    FREE_TEXT,
    KEEP_UNLESS_LOCAL_CODE,
    FREE_TEXT_UNLESS_LOCAL_CODE;

    /** Returns the action's word in a rules file. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Action> of(String word) {
        return Stream.of(values()).filter(action -> action.word().equals(word)).findFirst();
    }

    boolean masks() {
        return this == MASK || this == MASK_NOTE;
    }

    boolean hashes() {
        return this == HASH_ID || this == HASH_REFERENCE;
    }

    boolean leavesAsItIs() {
        return this == KEEP || this == FREE_TEXT || looksForLocalCodes();
    }

    boolean looksForLocalCodes() {
        return this == KEEP_UNLESS_LOCAL_CODE || this == FREE_TEXT_UNLESS_LOCAL_CODE;
    }
}
