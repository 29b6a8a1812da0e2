package io.github.cumulusmaven.sandbox;

/** Tells by a request's access token who asks, and what they may see. */
@FunctionalInterface
interface TokenCheck {
    /** Lets everyone in: to an open server all clients are one. */
    TokenCheck NONE = request -> Access.ANYONE;

    /** Finds what the sender of a request may do; without a good token, refuses. */
    Access access(Request request) throws Refusal;

    /**
     * Who asks, and what they may see.
     *
     * @param clientId empty on an open server
     * @param scopes of the token
     */
    record Access(String clientId, Scopes scopes) {
        static final Access ANYONE = new Access("", Scopes.EVERYTHING);
    }
}
