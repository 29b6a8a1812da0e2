package io.github.cumulusmaven.run;

import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.UrlRewrites;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides which server a run asks, and as which client. What a folder names, be it the server or the client, counts only
 * where its seal is this user's.
 *
 * @param named the settings that name the client, as another run from another folder can use them
 * @param urlRewrites as the user gives them
 * @param seal of this user's runs
 * @param credentials finds the client that settings name
 */
public record Vouching(
        Map<String, String> named, List<String> urlRewrites, FolderSeal seal, Vouching.Credentials credentials) {
    /** Finds the client that settings name; none where they name none. */
    @FunctionalInterface
    public interface Credentials {
        Optional<ServerAccess.Client> of(Map<String, String> named) throws InvalidSetting, IOException;
    }

    /**
     * Finds the client for a server that the user names, or that a folder names.
     *
     * @param configured the server as the user names it; may be empty
     * @throws InvalidSetting when the client is pinned to other servers
     * @throws UnsealedFolder when nobody but the folder vouches for the server, or for the client
     */
    public KnownServer server(URI base, Optional<ExportState> folder, String configured)
            throws InvalidSetting, UnsealedFolder, IOException {
        Map<String, String> naming = named(folder);
        Optional<ServerAccess.Client> client = credentials.of(naming);
        boolean pinned = client.isPresent() && client.get().isPinnedTo(base);
        if (client.isPresent() && !pinned && !client.get().pins().isEmpty()) {
            throw new InvalidSetting(
                    "serverId",
                    naming.getOrDefault("serverId", ""),
                    InvalidSetting.Kind.PINNED_ELSEWHERE,
                    client.get().pins(),
                    base);
        }
        if (folder.isEmpty() || seal.covers(folder.get())) {
            return new KnownServer(base, client, true);
        }
        boolean known = pinned
                || (!configured.isEmpty()
                        && ServerAccess.isSameBase(
                                ExportTarget.parse(configured).base(), base));
        boolean unnamed = client.isEmpty()
                && naming.isEmpty()
                && folder.get().request().client().keySet().stream()
                        .anyMatch(name -> !name.equals(UrlRewriting.SETTING));
        if (unnamed || (client.isPresent() && !known)) {
            throw new UnsealedFolder(base, !known, unnamed, seal.problem().map(Exception.class::cast));
        }
        return new KnownServer(base, client, known);
    }

    /** Where the settings name no client, takes the names of a folder's kick-off, if its seal is this user's. */
    private Map<String, String> named(Optional<ExportState> folder) {
        return named.isEmpty() ? ofFolder(folder) : named;
    }

    private Map<String, String> ofFolder(Optional<ExportState> folder) {
        return folder.filter(seal::covers)
                .map(state -> state.request().client())
                .orElse(Map.of());
    }

    /** Tells what another run needs to reach the server: the names of the client, and the server's real addresses. */
    public Map<String, String> remembered(Optional<ExportState> folder) throws InvalidSetting {
        UrlRewriting.parse(urlRewrites);
        Map<String, String> remembered = new TreeMap<>(named(folder));
        String ours = String.join(",", urlRewrites).trim();
        if (!ours.isEmpty()) {
            remembered.put(UrlRewriting.SETTING, ours);
        } else {
            Optional.ofNullable(ofFolder(folder).get(UrlRewriting.SETTING))
                    .ifPresent(known -> remembered.put(UrlRewriting.SETTING, known));
        }
        return remembered;
    }

    /** Tells the server's real addresses, likewise. */
    public UrlRewrites rewrites(Optional<ExportState> folder) throws InvalidSetting {
        return UrlRewriting.remembered(remembered(folder));
    }
}
