package io.github.cumulusmaven.sandbox;

/**
 * Who asks, and what they may see.
 *
 * @param clientId empty on an open server
 * @param scopes of the token
 */
record Access(String clientId, Scopes scopes) {
    /** To an open server all clients are one. */
    static final Access ANYONE = new Access("", Scopes.EVERYTHING);
}
