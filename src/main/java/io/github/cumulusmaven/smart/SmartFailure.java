package io.github.cumulusmaven.smart;

import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Signals that no access token can be had: because of the key, the server's SMART configuration, or the token endpoint.
 * Carries no secret.
 */
public final class SmartFailure extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    /** The fault that was found. */
    public enum Kind {
        KEY_FILE_MISSING("no such file"),
        KEY_FILE_IS_FOLDER("is a folder, not a JWKS file"),
        /** The file is a pipe, as shells make them of {@code <(…)}, or a device. */
        KEY_FILE_NOT_REGULAR("is not a regular file"),
        KEY_FILE_UNREADABLE("cannot be read"),
        KEY_FILE_UNSAFE("is not used"),
        KEY_FILE_UNWRITABLE("cannot be written"),
        KEY_FILE_EXISTS("exists already, and keys are never overwritten"),
        KEY_FILE_EMPTY("is empty"),
        /** The file is in PEM form; only JWKS and JWK are read. */
        KEY_FILE_PEM("is a PEM file; only a JWKS or a single JWK is read, and cumulus:jwks makes one"),
        KEY_FILE_NOT_JWKS("is neither a JWKS nor a JWK"),
        /** The file has no private part of a key, and a public key can only verify. */
        KEY_PUBLIC_ONLY("holds public keys only; the private JWKS is needed"),
        KEY_SYMMETRIC("holds a symmetric key; SMART Backend Services needs an RSA or EC key"),
        /** The failure's detail lists the ids that are there. */
        KEY_ID_UNKNOWN("has no private key of this id"),
        KEY_TOO_SMALL("holds an RSA key of less than 2048 bits"),
        /** The keys have another curve or algorithm, are not meant for signing, or are damaged. */
        KEY_UNUSABLE("holds no key that can sign with RS256, RS384, RS512, ES256, ES384 or ES512"),
        /** The server has no SMART configuration at the well-known URL, or refuses it. */
        NO_DISCOVERY("no SMART configuration"),
        /** The answer is no SMART configuration, for instance a web page. */
        BAD_DISCOVERY("not a SMART configuration"),
        NO_TOKEN_ENDPOINT("the SMART configuration names no usable token_endpoint"),
        /** The failure has the status and, where the server gave them, OAuth's three words. */
        TOKEN_REFUSED("no access token"),
        /** The answer has a status of success, but no usable token. */
        BAD_TOKEN_REPLY("the answer holds no usable access token");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /**
     * A server's error answer; error, description and uri are OAuth's (RFC 6749, section 5.2).
     *
     * @param status the HTTP status
     * @param error OAuth's error code, for instance {@code invalid_client}
     * @param description the server's words
     * @param uri where the server explains more
     */
    public record Answer(int status, Optional<String> error, Optional<String> description, Optional<String> uri) {
        private String summary() {
            return "HTTP " + status
                    + error.map(code -> ", " + code).orElse("")
                    + description.map(words -> ": " + words).orElse("")
                    + uri.map(link -> " (see " + link + ")").orElse("");
        }
    }

    private final Kind kind;
    private final String where;
    private final transient Optional<Answer> answer;
    private final boolean passing;
    private final transient Optional<Duration> retryAfter;

    private SmartFailure(
            Kind kind,
            String where,
            String detail,
            Optional<Answer> answer,
            boolean passing,
            Optional<Duration> retryAfter) {
        super(where + ": " + kind.words + (detail.isEmpty() ? "" : ": " + detail));
        this.kind = kind;
        this.where = where;
        this.answer = answer;
        this.passing = passing;
        this.retryAfter = retryAfter;
    }

    /**
     * Makes a failure that a repetition does not cure. The detail is ours, or an id: never what a file or a server
     * holds.
     */
    public static SmartFailure of(Kind kind, String where, String detail) {
        return new SmartFailure(kind, where, detail, Optional.empty(), false, Optional.empty());
    }

    /** Makes a failure of an answer with a bad status; the refusal, which has all the server's words, is its cause. */
    public static SmartFailure answered(Kind kind, String where, Answer answer, boolean passing, HttpRefusal refusal) {
        SmartFailure failure =
                new SmartFailure(kind, where, answer.summary(), Optional.of(answer), passing, refusal.retryAfter());
        failure.initCause(refusal);
        return failure;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the file, or the URL without its secrets. */
    public String where() {
        return where;
    }

    /** Returns the server's answer, if it gave one (SM-14). */
    public Optional<Answer> answer() {
        return answer;
    }

    @Override
    public boolean isPassing() {
        return passing;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
