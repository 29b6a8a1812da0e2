package io.github.cumulusmaven.etl.canary;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.InvalidSetting.Kind;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The findings that a person has looked at and declared harmless: one a line, by the element and the kind of the value
 * found, with the reason behind a {@code #}. They do not keep tables from being published.
 *
 * @param reasons by place, as {@link PhiPlace#acknowledgement()} writes it; a reason may be empty
 */
public record AcknowledgedFindings(Map<String, String> reasons) {
    /** Acknowledges nothing. */
    public static final AcknowledgedFindings NONE = new AcknowledgedFindings(Map.of());

    private static final String SETTING = "acknowledgedFindings";
    private static final int LARGEST = 16 * 1024 * 1024;
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#(.*)");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern ELEMENT =
            Pattern.compile("[A-Z][A-Za-z0-9]*(\\._?[a-z][A-Za-z0-9]*(\\([^()\\s]+\\))?)+");
    private static final List<String> KINDS =
            Arrays.stream(PhiKind.values()).map(PhiKind::word).toList();

    public AcknowledgedFindings {
        reasons = new LinkedHashMap<>(reasons);
    }

    /**
     * Reads a file.
     *
     * @throws InvalidSetting when it cannot be read, or a line cannot be followed
     */
    public static AcknowledgedFindings read(Path file) throws InvalidSetting {
        Map<String, String> reasons = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            Matcher comment = COMMENT.matcher(line);
            String reason = comment.find() ? comment.group(1).strip() : "";
            String place = comment.replaceFirst("").strip();
            if (!place.isEmpty()) {
                reasons.put(place(file + ", line " + number, BLANKS.split(place)), reason);
            }
        }
        return new AcknowledgedFindings(reasons);
    }

    /** Returns the digest of the findings, in hex, which differs where the findings do. */
    public String sha256() {
        return Sha256.hex(new TreeMap<>(reasons).toString());
    }

    private static List<String> lines(Path file) throws InvalidSetting {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(RegularFiles.readTarget(file, LARGEST));
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.replace("\uFEFF", "").lines().toList();
        } catch (IOException unreadable) {
            throw new InvalidSetting(SETTING, file.toString(), Kind.UNREADABLE);
        }
    }

    private static String place(String where, String[] words) throws InvalidSetting {
        if (words.length != 2 || !ELEMENT.matcher(words[0]).matches() || !KINDS.contains(words[1])) {
            throw new InvalidSetting(
                    SETTING,
                    where,
                    Kind.NO_ACKNOWLEDGEMENT,
                    KINDS.stream().sorted().toList());
        }
        return words[0] + " " + words[1];
    }

    /** Returns the reason why a finding is harmless, if somebody has acknowledged it. */
    Optional<String> reason(PhiPlace place) {
        return Optional.ofNullable(reasons.get(place.acknowledgement()));
    }
}
