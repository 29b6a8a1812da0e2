package io.github.cumulusmaven.smart;

/**
 * Who the client is to the server, and what it proves that with.
 *
 * @param clientId as the server gave it at registration
 * @param key whose public part the server has
 */
public record ClientCredentials(String clientId, SigningKey key) {}
