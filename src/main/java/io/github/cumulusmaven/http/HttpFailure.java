package io.github.cumulusmaven.http;

import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.net.URI;

/** Signals that no usable answer came: because of the network, the other side's TLS, or time. Carries no content. */
public final class HttpFailure extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    /** The way in which the exchange failed. */
    public enum Kind {
        /** The host's name cannot be resolved. */
        UNKNOWN_HOST(false, "host not found"),
        /** The host accepts no connection at this port. */
        NO_CONNECTION(true, "no connection"),
        /** The TLS handshake failed; trying again cannot help. */
        TLS(false, "TLS failure"),
        /** No answer within the time limit. */
        NO_ANSWER(true, "no answer in time"),
        /** The server stopped sending in the middle of the body. */
        STALLED(true, "stalled body"),
        /** The connection ended in the middle of the exchange. */
        BROKEN(true, "connection lost"),
        /** More redirects than anyone needs. */
        REDIRECT_LOOP(false, "too many redirects"),
        /** A redirect has no usable {@code Location}. */
        BAD_REDIRECT(false, "redirect without a usable Location"),
        /** A redirect led to another site for a request that only the first site may answer. */
        FOREIGN_ANSWER(false, "redirected to another site, which may not answer this"),
        /** The time limit of the whole run has passed. */
        TIME_IS_UP(false, "the time of this run is over"),
        /** Neither http nor https. */
        NOT_WEB(false, "no http or https URL"),
        /** Plain http to another machine. */
        EXPOSED(false, "plain http to another machine"),
        /** The host is this machine, or known to its network link only, and the user named no server there. */
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

    /** Makes a failure that keeps only the URL's redacted form. */
    public HttpFailure(Kind kind, String method, URI url, Throwable cause) {
        super(method + " " + RedactedUrl.of(url) + ": " + kind.words + detail(cause), cause);
        this.kind = kind;
        this.url = RedactedUrl.of(url);
        this.passing = kind.passing;
    }

    /** Makes a failure without a cause: our own rule, not an exception, ended the exchange. */
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

    /** Returns the URL without its secrets. */
    public String url() {
        return url;
    }

    @Override
    public boolean isPassing() {
        return passing;
    }
}
