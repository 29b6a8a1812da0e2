package io.github.cumulusmaven.sandbox;

/**
 * What a sandbox server serves, and to whom.
 *
 * @param port of 127.0.0.1; 0 for any that is free
 * @param data the patients
 * @param secure whether exports need an access token, as with an EHR
 */
public record SandboxConfig(int port, SandboxData data, boolean secure) {
    private static final int HIGHEST_PORT = 65_535;

    public SandboxConfig {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("port: " + port);
        }
    }
}
