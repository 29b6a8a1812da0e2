package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.files.PlainText;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.run.ServerAccess;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final String CLIENT_ID_SETTING = "smartClientId";

    static final String CLIENT_ID_VARIABLE = "CUMULUS_SMART_CLIENT_ID";
    static final String JWKS_VARIABLE = "CUMULUS_SMART_JWKS";

    private static final Set<String> KNOWN_ELEMENTS =
            Set.of("authentication", "fhirUrl", "keyId", "scopes", "tokenUrl", "trustedHosts");

    /** Some servers hand out signed tokens as client ids. */
    private static final int LONGEST_CLIENT_ID = 4096;

    /** What RFC 6749 allows, but for what keys and sentences have in them. */
    private static final Pattern CLIENT_ID = Pattern.compile("[\\x21-\\x7E&&[^{}\"]]+");

    private static final int LARGEST_FILE = 64 * 1024;

    /** As files for shells and containers have it. */
    private static final Pattern ASSIGNED = Pattern.compile("(?:export\\s+)?[A-Z_]*CLIENT_?ID\\s*=\\s*(\\S.*)");

    private static final Pattern LOOKS_LIKE_A_PATH =
            Pattern.compile("(/|~|\\.\\.?[/\\\\]|\\\\|[A-Za-z]:[/\\\\]).*|.*\\.(?i:txt|json|jwks?|pem|properties)");

    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?");

    private static final Pattern LOOKS_LIKE_A_KEY = Pattern.compile("[\"\n]|-----BEGIN");

    private final Settings settings;
    private final SettingsDecrypter decrypter;
    private final Map<String, String> environment;
    private final Secrets secrets;

    /** What is secret in settings.xml becomes one of the run's secrets when it is read. */
    ServerCredentials(
            Settings settings, SettingsDecrypter decrypter, Map<String, String> environment, Secrets secrets) {
        this.settings = settings;
        this.decrypter = decrypter;
        this.environment = environment;
        this.secrets = secrets;
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
        boolean open = wantsNoAuthorization(serverId, configuration);
        String id = first(clientId, server.map(Server::getUsername), CLIENT_ID_VARIABLE);
        String key = first(jwks, server.map(Server::getPrivateKey), JWKS_VARIABLE);
        if (open || (id.isEmpty() && key.isEmpty() && server.isEmpty())) {
            return Optional.empty();
        }
        requireBoth(server, id, key);
        SigningKey signingKey = JwksFile.read(path(key), child(configuration, "keyId"));
        return Optional.of(new ServerAccess.Client(
                new ClientCredentials(contentOrValue(id, whereClientId(serverId, clientId, server)), signingKey),
                tokenUrl(serverId, configuration),
                words(configuration, "scopes"),
                pins(serverId, configuration),
                trustedHosts(serverId, configuration)));
    }

    private static List<URI> pins(String serverId, Xpp3Dom configuration) throws InvalidSetting {
        List<URI> pins = new ArrayList<>();
        for (String url : words(configuration, "fhirUrl")) {
            try {
                pins.add(ExportTarget.parse(url).base());
            } catch (InvalidSetting wrong) {
                throw SettingMessages.refused(
                        "serverId",
                        serverId,
                        "has a <fhirUrl> in its <configuration> that " + SettingMessages.clause(wrong));
            }
        }
        return pins;
    }

    private static Set<String> trustedHosts(String serverId, Xpp3Dom configuration) throws InvalidSetting {
        Set<String> hosts = new TreeSet<>();
        for (String host : words(configuration, "trustedHosts")) {
            if (!HOST.matcher(host).matches()) {
                throw SettingMessages.refused(
                        "serverId",
                        serverId,
                        "has <trustedHosts> that are not names of hosts, like files.example or files.example:8443");
            }
            hosts.add(host.toLowerCase(Locale.ROOT));
        }
        return hosts;
    }

    /** What all elements of a name hold, themselves or in elements of their own; commas and blanks divide it. */
    private static List<String> words(Xpp3Dom configuration, String name) {
        return Arrays.stream(configuration.getChildren(name))
                .flatMap(element -> Stream.concat(Stream.of(element), Arrays.stream(element.getChildren())))
                .flatMap(element -> Optional.ofNullable(element.getValue()).stream())
                .flatMap(value -> Arrays.stream(value.trim().split("[\\s,]+")))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** The command that hides the key from other users of this machine, where they can read it. */
    Optional<String> exposure(String serverId, String jwks) throws InvalidSetting {
        Optional<Server> server = serverId.isEmpty() ? Optional.empty() : Optional.of(server(serverId));
        String key = first(jwks, server.map(Server::getPrivateKey), JWKS_VARIABLE);
        return key.isEmpty() ? Optional.empty() : JwksFile.exposure(path(key));
    }

    private static void requireBoth(Optional<Server> server, String id, String key) throws InvalidSetting {
        if (key.isEmpty() && server.map(Server::getPassword).isPresent()) {
            throw SettingMessages.refused(
                    "serverId",
                    server.get().getId(),
                    "has a <password>, which is not supported; SMART Backend Services needs a <privateKey>");
        }
        if (id.isEmpty()) {
            throw SettingMessages.refused(
                    "smartClientId",
                    "",
                    "is missing beside the key: give it, the <username> of the <server>, or " + CLIENT_ID_VARIABLE
                            + " in the environment");
        }
        if (key.isEmpty()) {
            throw SettingMessages.refused(
                    "smartJwks",
                    "",
                    "is missing beside the client id: give it, the <privateKey> of the <server>, or " + JWKS_VARIABLE
                            + " in the environment");
        }
    }

    private String first(String parameter, Optional<String> ofServer, String variable) {
        String fallback = ofServer.map(String::trim)
                .orElseGet(() -> environment.getOrDefault(variable, "").trim());
        return parameter.isEmpty() ? fallback : parameter;
    }

    /** What a user has to look at who is told that the client id is wrong. */
    private static String whereClientId(String serverId, String parameter, Optional<Server> server) {
        if (!parameter.isEmpty()) {
            return "";
        }
        return server.map(Server::getUsername).isPresent()
                ? " (from the <username> of the <server> " + serverId + " in settings.xml)"
                : " (from " + CLIENT_ID_VARIABLE + " in the environment)";
    }

    private Server server(String id) throws InvalidSetting {
        Server server = settings.getServer(id);
        if (server == null) {
            throw SettingMessages.refused("serverId", id, "is not the <id> of a <server> in settings.xml");
        }
        SettingsDecryptionResult result = decrypter.decrypt(new DefaultSettingsDecryptionRequest(server));
        for (SettingsProblem problem : result.getProblems()) {
            if (problem.getSeverity() != SettingsProblem.Severity.WARNING) {
                throw SettingMessages.refused(
                        "serverId",
                        id,
                        "is a <server> whose values Maven cannot decrypt; check settings-security.xml and encrypt them"
                                + " anew with mvn --encrypt-password");
            }
        }
        Server decrypted = result.getServer();
        Stream.of(Optional.ofNullable(decrypted.getPassword()), Optional.ofNullable(decrypted.getPassphrase()))
                .flatMap(Optional::stream)
                .forEach(secrets::add);
        return decrypted;
    }

    private static Xpp3Dom configuration(Server server) {
        return server.getConfiguration() instanceof Xpp3Dom dom ? dom : new Xpp3Dom("none");
    }

    /** Refuses what would otherwise be ignored in silence. */
    private static boolean wantsNoAuthorization(String id, Xpp3Dom configuration) throws InvalidSetting {
        for (Xpp3Dom element : configuration.getChildren()) {
            if (!KNOWN_ELEMENTS.contains(element.getName())) {
                throw SettingMessages.refused(
                        "serverId",
                        id,
                        "has <" + element.getName() + "> in its <configuration>, which is not supported; known are "
                                + "<authentication>, <fhirUrl>, <keyId>, <scopes>, <tokenUrl> and <trustedHosts>");
            }
        }
        String authentication = child(configuration, "authentication").orElse("smart");
        if (!authentication.equals("smart") && !authentication.equals("none")) {
            throw SettingMessages.refused(
                    "serverId", id, "asks for authentication '" + authentication + "'; supported are smart and none");
        }
        return authentication.equals("none");
    }

    private static Optional<URI> tokenUrl(String serverId, Xpp3Dom configuration) throws InvalidSetting {
        Optional<String> url = child(configuration, "tokenUrl");
        try {
            Optional<URI> parsed = url.map(URI::create);
            if (parsed.filter(Origin::hasUnderscore).isPresent()) {
                throw SettingMessages.refused(
                        "serverId", serverId, "has a <tokenUrl> that " + SettingMessages.underscore());
            }
            if (parsed.isEmpty() || parsed.get().getHost() != null) {
                return parsed;
            }
        } catch (IllegalArgumentException malformed) {
            throw notAUrl(serverId);
        }
        throw notAUrl(serverId);
    }

    private static InvalidSetting notAUrl(String serverId) {
        return SettingMessages.refused(
                "serverId", serverId, "has a <tokenUrl> that is not a URL like https://ehr.example/oauth2/token");
    }

    private static Optional<String> child(Xpp3Dom configuration, String name) {
        return Optional.ofNullable(configuration.getChild(name))
                .map(Xpp3Dom::getValue)
                .map(String::trim)
                .filter(value -> !value.isEmpty());
    }

    /** A client id may be given as the path of a file that holds it. What is shown as one must not be a key. */
    private static String contentOrValue(String value, String where) throws InvalidSetting, IOException {
        Optional<Path> file = file(value);
        if (file.isEmpty()) {
            requireNoPath(value, where);
            return checked(value, "", "", where);
        }
        String shown = file.get().toString();
        try {
            String content = PlainText.decode(RegularFiles.readTarget(file.get(), LARGEST_FILE))
                    .strip();
            Matcher assigned = ASSIGNED.matcher(content);
            return checked(assigned.matches() ? unquoted(assigned.group(1)) : content, shown, "is a file that ", where);
        } catch (CharacterCodingException binary) {
            throw SettingMessages.refused(CLIENT_ID_SETTING, shown, "is a file that holds no text" + where);
        }
    }

    private static String unquoted(String value) {
        return value.strip().replaceFirst("^([\"'])(.*)\\1$", "$2");
    }

    private static void requireNoPath(String value, String where) throws InvalidSetting {
        if (LOOKS_LIKE_A_KEY.matcher(value).find() || value.contains("://")) {
            return;
        }
        Optional<Path> path = path(value, any -> true);
        if (path.filter(Files::isDirectory).isPresent()) {
            throw SettingMessages.refused(
                    CLIENT_ID_SETTING, value, "is a folder, not a client id, nor a file with one" + where);
        }
        boolean inFolder = path.map(Path::getParent).filter(Files::isDirectory).isPresent();
        if (inFolder || LOOKS_LIKE_A_PATH.matcher(value).matches()) {
            throw SettingMessages.refused(
                    CLIENT_ID_SETTING,
                    value,
                    "looks like the path of a file with the client id, and there is none" + where);
        }
    }

    private static String checked(String id, String shown, String subject, String where) throws InvalidSetting {
        String wrong = wrong(id);
        if (wrong.isEmpty()) {
            return id;
        }
        throw SettingMessages.refused(
                CLIENT_ID_SETTING,
                shown,
                (subject.isEmpty() ? "is no client id: it " : subject) + wrong + where
                        + "; it must be a client id, or a file that holds one and nothing else");
    }

    /** Why a text is no client id, without a word of it; empty where it is one. */
    private static String wrong(String id) {
        if (id.isEmpty()) {
            return "is empty";
        }
        if (id.length() > LONGEST_CLIENT_ID) {
            return "has " + id.length() + " characters, and a client id has at most " + LONGEST_CLIENT_ID;
        }
        if (id.contains("\"kty\"") || id.contains("-----BEGIN")) {
            return "holds a key";
        }
        if (id.chars().anyMatch(Character::isWhitespace)) {
            return "holds several words or lines";
        }
        return CLIENT_ID.matcher(id).matches()
                ? ""
                : "holds characters that no client id has, such as quotes or braces";
    }

    /** What names the same client from any folder. */
    static String lasting(String clientId) {
        return file(clientId).map(file -> file.toAbsolutePath().toString()).orElse(clientId);
    }

    private static Optional<Path> file(String value) {
        return path(value, Files::isRegularFile);
    }

    private static Optional<Path> path(String value, Predicate<Path> what) {
        try {
            return Optional.of(Path.of(value)).filter(what);
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    /** A key that stands where its path should is not looked for: the message about it would show it. */
    private static Path path(String key) throws InvalidSetting {
        try {
            if (!LOOKS_LIKE_A_KEY.matcher(key).find()) {
                return Path.of(key);
            }
        } catch (InvalidPathException malformed) {
            throw notAPath();
        }
        throw notAPath();
    }

    private static InvalidSetting notAPath() {
        return SettingMessages.refused(
                "smartJwks", "", "must be the path of a file that holds the key, not the key itself");
    }
}
