package io.github.cumulusmaven.deid.codebook;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives anonymous ids: HMAC-SHA256 of the id with the codebook's salt, in hex, unless the codebook has an old one.
 *
 * <p>The latest few thousand are remembered, as rows name the same patients again and again. Not thread-safe: each
 * thread has its own.
 */
public final class AnonymousIds {
    private final KeyedHash salted;
    private final Map<String, String> oldPatients;
    private final Map<String, String> oldEncounters;
    private final Recorder recorder;
    private final Recent patients = new Recent();
    private final Recent encounters = new Recent();
    private final Recent others = new Recent();

    /** Hears of ids that can be traced back, when they are first used, and sometimes again. */
    interface Recorder {
        void record(String resourceType, String real, String anonymous);
    }

    AnonymousIds(Codebook codebook, Recorder recorder) {
        this.salted = new KeyedHash(codebook.salt());
        this.oldPatients = codebook.patients();
        this.oldEncounters = codebook.encounters();
        this.recorder = recorder;
    }

    /** Returns the anonymous id of a resource. */
    public String of(String resourceType, String id) {
        return switch (resourceType) {
            case "Patient" -> patient(id);
            case "Encounter" -> encounter(id);
            default -> other(id);
        };
    }

    /** Returns the anonymous id of a Patient. */
    public String patient(String id) {
        return traceable("Patient", id, oldPatients, patients);
    }

    /** Returns the anonymous id of an Encounter. */
    public String encounter(String id) {
        return traceable("Encounter", id, oldEncounters, encounters);
    }

    /** Returns the anonymous id of any other resource. */
    public String other(String id) {
        String known = others.get(id);
        return known != null ? known : others.put(id, hash(id));
    }

    private String traceable(String type, String id, Map<String, String> old, Recent recent) {
        String known = recent.get(id);
        if (known != null) {
            return known;
        }
        String given = old.get(id);
        if (given != null) {
            return given;
        }
        String hash = hash(id);
        recorder.record(type, id, hash);
        return recent.put(id, hash);
    }

    private String hash(String id) {
        return HexFormat.of().formatHex(salted.of(id.getBytes(StandardCharsets.UTF_8)));
    }

    /** Caches ids in a fixed number of places; a new one replaces an older one in its place. */
    private static final class Recent {
        private static final int PLACES = 1 << 13;

        private final @Nullable String[] ids = new String[PLACES];
        private final @Nullable String[] hashes = new String[PLACES];

        @Nullable
        String get(String id) {
            int place = place(id);
            return id.equals(ids[place]) ? hashes[place] : null;
        }

        String put(String id, String hash) {
            int place = place(id);
            ids[place] = id;
            hashes[place] = hash;
            return hash;
        }

        private static int place(String id) {
            int hash = id.hashCode();
            return (hash ^ (hash >>> 13)) & (PLACES - 1);
        }
    }
}
