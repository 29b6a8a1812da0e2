package io.github.cumulusmaven.http;

import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.net.URI;

/** No usable answer came: the network, the other side's TLS, or time. Carries no content. */
public final class HttpFailure extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    /** What happened to the exchange. */
    public enum Kind {
        /** The host's name is not known. */
        UNKNOWN_HOST(false, "host not found"),
        /** Nobody listens there. */
        NO_CONNECTION(true, "no connection"),
        /** The TLS handshake failed; trying again cannot help. */
        TLS(false, "TLS failure"),
        /** No answer within the time limit. */
        NO_ANSWER(true, "no answer in time"),
        /** The body stopped coming. */
        STALLED(true, "stalled body"),
        /** The connection ended in the middle. */
        BROKEN(true, "connection lost"),
        /** More redirects than anyone needs. */
        REDIRECT_LOOP(false, "too many redirects"),
        /** A redirect to nowhere. */
        BAD_REDIRECT(false, "redirect without a usable Location"),
        /** Another site answered in place of the one that was asked, and must not. */
        FOREIGN_ANSWER(false, "redirected to another site, which may not answer this"),
        /** The time that this gateway was given is over. */
        TIME_IS_UP(false, "the time of this run is over"),
        /** Neither http nor https. */
        NOT_WEB(false, "no http or https URL"),
        /** Plain http to another machine. */
        EXPOSED(false, "plain http to another machine"),
        /** A host that is this machine, or known to its network link only, where the user named no server. */
        LOCAL_ADDRESS(false, "a local address, where nothing may lead but the FHIR server's own URL");

        private final boolean passing;
        private final String words;

        Kind(boolean passing, String words) {
            this.passing = passing;
            this.words = words;
        }
    }

    private final Kind kind;
    private final String url;
    private final boolean passing;

    /** The URL is kept in its redacted form only. */
    public HttpFailure(Kind kind, String method, URI url, Throwable cause) {
        super(method + " " + RedactedUrl.of(url) + ": " + kind.words + detail(cause), cause);
        this.kind = kind;
        this.url = RedactedUrl.of(url);
        this.passing = kind.passing;
    }

    /** The same where our own rule, not an exception, ended the exchange. */
    public HttpFailure(Kind kind, String method, URI url) {
        super(method + " " + RedactedUrl.of(url) + ": " + kind.words);
        this.kind = kind;
        this.url = RedactedUrl.of(url);
        this.passing = kind.passing;
    }

    private HttpFailure(HttpFailure ofNetwork) {
        super(ofNetwork.getMessage(), ofNetwork);
        this.kind = ofNetwork.kind;
        this.url = ofNetwork.url;
        this.passing = true;
    }

    /** Returns this failure as one at a host that the server itself has named: if its name is not found, the network is down. */
    public HttpFailure atNamedHost() {
        return kind == Kind.UNKNOWN_HOST ? new HttpFailure(this) : this;
    }

    private static String detail(Throwable cause) {
        return cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    }

    public Kind kind() {
        return kind;
    }

    /** The URL, without anything secret in it. */
    public String url() {
        return url;
    }

    @Override
    public boolean isPassing() {
        return passing;
    }
}
