package io.github.cumulusmaven.deid.codebook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.deid.codebook.CodebookFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.Rights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code codebook.json} in Cumulus ETL's form. */
final class CodebookFile {
    static final String NAME = "codebook.json";
    private static final String OLD_COPY = "codebook.version-0.json";

    private static final int VERSION = 1;
    private static final int SALT_BYTES = 32;
    private static final int SHORTEST_SALT = 16;
    private static final int SALT_VALUES = 256;

    /** Codebooks of version 0 have all ids of Patients and Encounters. */
    private static final int LARGEST = 1024 * 1024 * 1024;

    private final Path path;
    private final Rights rights;

    CodebookFile(Path folder, Rights rights) {
        this.rights = rights;
        this.path = folder.resolve(NAME);
    }

    boolean exists() {
        return Files.exists(path);
    }

    /**
     * Reads the codebook, or makes a new one where there is none. Whatever it lacked is on the disk before it is used,
     * and nothing is written unless all of it can be used.
     *
     * @param saltUsed whether there are ids that were made with its salt, which a new one must not follow
     */
    Codebook readOrCreate(boolean saltUsed) throws CodebookFailure {
        try {
            ObjectNode stored =
                    exists() ? read() : FhirJson.mapper().createObjectNode().put("version", VERSION);
            ObjectNode current = upgraded(stored);
            complete(current, saltUsed);
            Codebook codebook = codebook(current);
            if (isVersion0(stored)) {
                write(path.resolveSibling(OLD_COPY), RegularFiles.read(path, LARGEST));
            }
            if (!exists() || !current.equals(stored)) {
                write(path, FhirJson.mapper().writeValueAsBytes(current));
            }
            return codebook;
        } catch (IOException unusable) {
            throw new CodebookFailure(path, unusable);
        }
    }

    private void write(Path file, byte[] content) throws IOException {
        PrivateFiles.replace(file, rights, out -> out.write(content));
    }

    private ObjectNode read() throws IOException, CodebookFailure {
        Optional<ObjectNode> stored =
                FhirJson.parseObject(new String(RegularFiles.read(path, LARGEST), StandardCharsets.UTF_8));
        return stored.orElseThrow(() -> damaged(Kind.NOT_JSON));
    }

    private CodebookFailure damaged(Kind kind) {
        return new CodebookFailure(kind, path);
    }

    private static boolean isVersion0(ObjectNode stored) {
        JsonNode version = stored.path("version");
        return version.isMissingNode() || version.equals(stored.numberNode(0));
    }

    private ObjectNode upgraded(ObjectNode stored) throws CodebookFailure {
        if (isVersion0(stored)) {
            return fromVersion0(stored);
        }
        JsonNode version = stored.path("version");
        if (!version.equals(stored.numberNode(VERSION))) {
            throw new CodebookFailure(Kind.UNKNOWN_VERSION, path, version.isInt() ? version.asText() : "");
        }
        return stored.deepCopy();
    }

    private ObjectNode fromVersion0(ObjectNode stored) throws CodebookFailure {
        if (!stored.path("mrn").isObject()) {
            throw damaged(Kind.NO_PATIENTS);
        }
        ObjectNode upgraded = FhirJson.mapper().createObjectNode().put("version", VERSION);
        ObjectNode patients = upgraded.putObject("Patient");
        ObjectNode encounters = upgraded.putObject("Encounter");
        for (Map.Entry<String, JsonNode> patient : stored.path("mrn").properties()) {
            patients.put(patient.getKey(), anonymous(patient.getValue()));
            for (Map.Entry<String, JsonNode> encounter :
                    patient.getValue().path("encounter").properties()) {
                encounters.put(encounter.getKey(), anonymous(encounter.getValue()));
            }
        }
        return upgraded;
    }

    private String anonymous(JsonNode entry) throws CodebookFailure {
        return FhirJson.text(entry, "deid").orElseThrow(() -> damaged(Kind.NO_ANONYMOUS_ID));
    }

    private void complete(ObjectNode codebook, boolean saltUsed) throws CodebookFailure {
        if (codebook.path("codebook_id").asText().isEmpty()) {
            codebook.put("codebook_id", UUID.randomUUID().toString());
        }
        if (codebook.path("id_salt").isMissingNode()) {
            if (saltUsed) {
                throw damaged(Kind.SALT_MISSING);
            }
            byte[] salt = new byte[SALT_BYTES];
            new SecureRandom().nextBytes(salt);
            codebook.put("id_salt", HexFormat.of().formatHex(salt));
        }
    }

    private Codebook codebook(ObjectNode current) throws CodebookFailure {
        return new Codebook(
                current.path("codebook_id").asText(),
                salt(current.path("id_salt").asText()),
                old(current, "Patient"),
                old(current, "Encounter"));
    }

    private byte[] salt(String hex) throws CodebookFailure {
        if (hex.length() < SHORTEST_SALT * 2 || !hex.matches("([0-9a-fA-F]{2})+")) {
            throw damaged(Kind.SALT_NOT_HEX);
        }
        byte[] salt = HexFormat.of().parseHex(hex);
        if (!isRandomLooking(salt)) {
            throw damaged(Kind.WEAK_SALT);
        }
        return salt;
    }

    /**
     * Tells random bytes from repetitions and sequences: of those, no more than half of the bytes differ, or few of the
     * steps from one to the next. Of random salts, less than one in 10⁹ of 16 bytes is refused, of 32 one in 10¹³.
     */
    static boolean isRandomLooking(byte[] salt) {
        BitSet values = new BitSet();
        BitSet steps = new BitSet();
        for (int index = 0; index < salt.length; index++) {
            values.set(salt[index] & 0xff);
            steps.set((salt[index] - salt[Math.max(0, index - 1)]) & 0xff);
        }
        int counted = Math.min(salt.length, SALT_VALUES);
        return values.cardinality() > counted / 2 && steps.cardinality() > counted / 3;
    }

    private static Map<String, String> old(ObjectNode codebook, String type) {
        Map<String, String> ids = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : codebook.path(type).properties()) {
            if (!entry.getValue().asText().isEmpty()) {
                ids.put(entry.getKey(), entry.getValue().asText());
            }
        }
        return ids;
    }
}
