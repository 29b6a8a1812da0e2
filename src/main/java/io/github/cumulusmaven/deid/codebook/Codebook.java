package io.github.cumulusmaven.deid.codebook;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * The codebook: the salt and the older ids of which anonymous ids are made. The salt is the secret: whoever has it can
 * tell whether a row is of a patient whose id he knows. Immutable, shared by all threads.
 */
public final class Codebook {
    private final String id;
    private final byte[] salt;
    private final Map<String, String> patients;
    private final Map<String, String> encounters;

    Codebook(String id, byte[] salt, Map<String, String> patients, Map<String, String> encounters) {
        this.id = id;
        this.salt = salt.clone();
        this.patients = Map.copyOf(patients);
        this.encounters = Map.copyOf(encounters);
    }

    /**
     * Returns the codebook's id. It is no secret: it is written beside the tables, whose ids all come from one
     * codebook.
     */
    public String id() {
        return id;
    }

    /**
     * Returns a digest of everything that ids are made of, to tell codebooks apart; without the salt, nothing else can
     * be learned from it.
     */
    public String fingerprint() {
        KeyedHash salted = new KeyedHash(salt);
        byte[] all = new byte[KeyedHash.BYTES];
        patients.forEach((real, given) -> add("Patient", real, given, salted, all));
        encounters.forEach((real, given) -> add("Encounter", real, given, salted, all));
        String told = "codebook\n" + HexFormat.of().formatHex(all);
        return id + " " + HexFormat.of().formatHex(salted.of(told.getBytes(StandardCharsets.UTF_8)));
    }

    /** Adds one mapping to the digest, in any order: sorting all mappings would take their memory once more. */
    private static void add(String type, String real, String given, KeyedHash salted, byte[] all) {
        byte[] entry = salted.of((type + "\n" + real + "\n" + given).getBytes(StandardCharsets.UTF_8));
        for (int at = 0; at < entry.length; at++) {
            all[at] ^= entry[at];
        }
    }

    /** Makes ids for one thread, and keeps no record of them. */
    public AnonymousIds anonymousIds() {
        return new AnonymousIds(this, (type, real, anonymous) -> {});
    }

    byte[] salt() {
        return salt.clone();
    }

    /** Returns the Patients' ids that older versions gave out at random, before ids were made by a hash. */
    Map<String, String> patients() {
        return patients;
    }

    Map<String, String> encounters() {
        return encounters;
    }

    @Override
    public String toString() {
        return "codebook " + id;
    }
}
