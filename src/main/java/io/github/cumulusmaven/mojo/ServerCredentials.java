package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.JwksFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/**
 * Finds the SMART client: the parameters win over the {@code <server>} of settings.xml, which wins over the environment.
 */
final class ServerCredentials {
    static final String CLIENT_ID_VARIABLE = "CUMULUS_SMART_CLIENT_ID";
    static final String JWKS_VARIABLE = "CUMULUS_SMART_JWKS";

    private static final Set<String> KNOWN_ELEMENTS = Set.of("authentication", "tokenUrl", "scopes", "keyId");

    private final Settings settings;
    private final SettingsDecrypter decrypter;
    private final Map<String, String> environment;

    ServerCredentials(Settings settings, SettingsDecrypter decrypter, Map<String, String> environment) {
        this.settings = settings;
        this.decrypter = decrypter;
        this.environment = environment;
    }

    /**
     * The client, or nothing where none is described.
     *
     * @throws InvalidSetting when the description is incomplete, or of a kind that is not supported
     * @throws IOException when the key cannot be read
     */
    Optional<ServerAccess.Client> client(String serverId, String clientId, String jwks)
            throws InvalidSetting, IOException {
        Optional<Server> server = serverId.isEmpty() ? Optional.empty() : Optional.of(server(serverId));
        Xpp3Dom configuration = server.map(ServerCredentials::configuration).orElseGet(() -> new Xpp3Dom("none"));
        boolean open = requireSupported(serverId, server, configuration);
        String id = first(clientId, server.map(Server::getUsername), CLIENT_ID_VARIABLE);
        String key = first(jwks, server.map(Server::getPrivateKey), JWKS_VARIABLE);
        if (open || (id.isEmpty() && key.isEmpty() && server.isEmpty())) {
            return Optional.empty();
        }
        if (id.isEmpty()) {
            throw new InvalidSetting(
                    "smartClientId", "", "is missing: give it, or the <username> of the <server>, beside the key");
        }
        if (key.isEmpty()) {
            throw new InvalidSetting(
                    "smartJwks", "", "is missing: give it, or the <privateKey> of the <server>, beside the client id");
        }
        Optional<String> keyId = child(configuration, "keyId");
        return Optional.of(new ServerAccess.Client(
                new ClientCredentials(contentOrValue(id), JwksFile.read(Path.of(key), keyId)),
                tokenUrl(serverId, configuration),
                child(configuration, "scopes")
                        .map(scopes -> List.of(scopes.split("[\\s,]+")))
                        .orElse(List.of())));
    }

    private String first(String parameter, Optional<String> ofServer, String variable) {
        String fallback = ofServer.map(String::trim)
                .orElseGet(() -> environment.getOrDefault(variable, "").trim());
        return parameter.isEmpty() ? fallback : parameter;
    }

    private Server server(String id) throws InvalidSetting {
        Server server = settings.getServer(id);
        if (server == null) {
            throw new InvalidSetting("serverId", id, "is not the <id> of a <server> in settings.xml");
        }
        SettingsDecryptionResult result = decrypter.decrypt(new DefaultSettingsDecryptionRequest(server));
        for (SettingsProblem problem : result.getProblems()) {
            if (problem.getSeverity() != SettingsProblem.Severity.WARNING) {
                throw new InvalidSetting(
                        "serverId",
                        id,
                        "is a <server> whose values Maven cannot decrypt; check settings-security.xml and encrypt them"
                                + " anew with mvn --encrypt-password");
            }
        }
        return result.getServer();
    }

    private static Xpp3Dom configuration(Server server) {
        return server.getConfiguration() instanceof Xpp3Dom dom ? dom : new Xpp3Dom("none");
    }

    /** Refuses what would otherwise be ignored in silence. True for a server that wants no authorization. */
    private static boolean requireSupported(String id, Optional<Server> server, Xpp3Dom configuration)
            throws InvalidSetting {
        for (Xpp3Dom element : configuration.getChildren()) {
            if (!KNOWN_ELEMENTS.contains(element.getName())) {
                throw new InvalidSetting(
                        "serverId",
                        id,
                        "has <" + element.getName() + "> in its <configuration>, which is not supported; known are "
                                + "<authentication>, <keyId>, <scopes> and <tokenUrl>");
            }
        }
        String authentication = child(configuration, "authentication").orElse("smart");
        if (!authentication.equals("smart") && !authentication.equals("none")) {
            throw new InvalidSetting(
                    "serverId", id, "asks for authentication '" + authentication + "'; supported are smart and none");
        }
        boolean open = authentication.equals("none");
        boolean passwordOnly = server.filter(ours -> ours.getPassword() != null && ours.getPrivateKey() == null)
                .isPresent();
        if (passwordOnly && !open) {
            throw new InvalidSetting(
                    "serverId",
                    id,
                    "has a <password>, which is not supported; SMART Backend Services needs a <privateKey>");
        }
        return open;
    }

    private static Optional<URI> tokenUrl(String serverId, Xpp3Dom configuration) throws InvalidSetting {
        Optional<String> url = child(configuration, "tokenUrl");
        try {
            return url.map(URI::create);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidSetting("serverId", serverId, "has a <tokenUrl> that is not a URL");
        }
    }

    private static Optional<String> child(Xpp3Dom configuration, String name) {
        return Optional.ofNullable(configuration.getChild(name))
                .map(Xpp3Dom::getValue)
                .map(String::trim)
                .filter(value -> !value.isEmpty());
    }

    /** A client id may be given as the path of a file that holds it. */
    private static String contentOrValue(String value) throws IOException {
        try {
            Path file = Path.of(value);
            return Files.isRegularFile(file) ? Files.readString(file).trim() : value;
        } catch (InvalidPathException noPath) {
            return value;
        }
    }
}
