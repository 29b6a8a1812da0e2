package io.github.cumulusmaven.smart;

/**
 * Holds the client's id and the key with which it authenticates itself. {@link TokenEndpoint} writes the request with them;
 * {@code mojo.ServerCredentials} makes them from the settings.
 *
 * @param clientId the id that the server gave it at registration
 * @param key the signing key whose public part the server has
 */
public record ClientCredentials(String clientId, SigningKey key) {}
