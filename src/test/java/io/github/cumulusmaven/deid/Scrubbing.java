package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.codebook.Codebook;
import io.github.cumulusmaven.deid.codebook.Codebooks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A scrubber with a known codebook, and what it makes of resources. */
final class Scrubbing {
    private static final String SALT = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    static final String ABSENT =
            "{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"masked\"}";

    private final Scrubber scrubber;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Scrubbing(Scrubber scrubber) {
        this.scrubber = scrubber;
    }

    static Scrubbing in(Path folder) throws Exception {
        return of(ScrubRules.builtIn());
    }

    /** With what a site's rules file says. */
    static Scrubbing withRules(Path folder, String... lines) throws Exception {
        Path file = Files.write(folder.resolve("rules.txt"), List.of(lines));
        return of(ScrubRules.builtIn().extendedBy(file));
    }

    private static Scrubbing of(ScrubRules rules) {
        Codebook codebook = Codebooks.withSalt(SALT, Map.of("old", "given-to-old"));
        return new Scrubbing(new Scrubber(rules, codebook.anonymousIds(), List.of("https://ehr.example/fhir")));
    }

    /** What the resource becomes; fails when it is skipped. */
    String scrub(String resource) throws IOException {
        return text(result(resource));
    }

    /** The same, of a resource that hides its type. */
    String scrub(String type, String resource) throws IOException {
        return text(result(type, resource.getBytes(StandardCharsets.UTF_8)));
    }

    private String text(ScrubResult result) {
        if (result instanceof ScrubResult.Skipped skipped) {
            throw new AssertionError("skipped: " + skipped);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** A resource with only a type and an id besides what is given, and what becomes of that; "" for nothing. */
    String inside(String type, String properties) throws IOException {
        String scrubbed = scrub("{\"resourceType\":\"" + type + "\",\"id\":\"1\"," + properties + "}");
        String frame = "{\"resourceType\":\"" + type + "\",\"id\":\"" + hash("1") + "\"";
        if (!scrubbed.startsWith(frame)) {
            throw new AssertionError("not as expected: " + scrubbed);
        }
        String rest = scrubbed.substring(frame.length(), scrubbed.length() - 1);
        return rest.isEmpty() ? "" : rest.substring(1);
    }

    ScrubResult result(String resource) throws IOException {
        String type = resource.replaceAll("(?s)^.*?\"resourceType\"\\s*:\\s*\"([A-Za-z]*)\".*$", "$1");
        return result(type, resource.getBytes(StandardCharsets.UTF_8));
    }

    ScrubResult result(String type, byte[] resource) throws IOException {
        out.reset();
        byte[] amidOthers = new byte[resource.length + 20];
        System.arraycopy(resource, 0, amidOthers, 10, resource.length);
        return scrubber.scrub(type, amidOthers, 10, resource.length, out);
    }

    /** What the last resource became; nothing when it was skipped. */
    byte[] written() {
        return out.toByteArray();
    }

    ScrubReport report() {
        return scrubber.report();
    }

    /** The anonymous id, computed the long way. */
    static String hash(String id) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(HexFormat.of().parseHex(SALT), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(id.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
