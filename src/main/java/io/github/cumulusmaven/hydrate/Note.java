package io.github.cumulusmaven.hydrate;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The body of a note.
 *
 * @param data its bytes
 * @param contentType its media type, with the charset
 */
@SuppressWarnings("ArrayRecordComponent") // two of them are never compared
record Note(byte[] data, String contentType) {
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:-]+)\"?");
    /** How many bytes the names of a note's contentType, size and hash, and its size and hash, take at the most. */
    private static final int AROUND = 256;

    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";
    private static final String FHIR = "application/fhir+json";
    private static final String JSON = "application/json";

    /**
     * Reads a note from the server's answer for an attachment: the note itself, or a Binary that holds it.
     *
     * @param wanted the attachment's content type; where it is empty, the server's counts
     * @throws NotFetched when the answer is anything else
     */
    static Note of(Fetcher.Body body, String wanted) throws NotFetched {
        String sent = body.contentType().orElse("");
        String type = NoteSettings.mediaType(sent);
        boolean looksLikeJson = body.bytes().length > 0 && body.bytes()[0] == '{';
        if (type.equals(FHIR) || type.equals(JSON) || (type.isEmpty() && looksLikeJson)) {
            return ofResource(body.bytes(), wanted);
        }
        requireType(sent, wanted);
        return of(body.bytes(), sent, wanted);
    }

    /**
     * Decodes the note that an attachment's {@code data:} URL holds (RFC 2397).
     *
     * @throws NotFetched when it cannot be decoded
     */
    static Note ofData(String url, String wanted) throws NotFetched {
        int comma = url.indexOf(',');
        try {
            String type = url.substring(DATA.length(), comma);
            String text = URLDecoder.decode(url.substring(comma + 1).replace("+", "%2B"), StandardCharsets.ISO_8859_1);
            boolean base64 = type.toLowerCase(Locale.ROOT).endsWith(BASE64);
            // A decoder that skips unknown characters would make another note of the text.
            byte[] data = base64
                    ? Base64.getDecoder()
                            .decode(text.replaceAll("\\s+", "")
                                    .replace('-', '+')
                                    .replace('_', '/'))
                    : text.getBytes(StandardCharsets.ISO_8859_1);
            String sent = base64 ? type.substring(0, type.length() - BASE64.length()) : type;
            requireType(sent, wanted);
            return of(data, sent, wanted);
        } catch (IndexOutOfBoundsException | IllegalArgumentException damaged) {
            throw new NotFetched(Problem.NO_LINK, "a data: link that cannot be decoded");
        }
    }

    static boolean isData(String url) {
        return url.regionMatches(true, 0, DATA, 0, DATA.length());
    }

    /** Tells whether a content type says nothing, as servers give it to everything. */
    private static boolean isUntold(String type) {
        return type.isEmpty() || type.endsWith("/octet-stream") || type.equals("application/x-download");
    }

    private static void requireType(String sent, String wanted) throws NotFetched {
        String type = NoteSettings.mediaType(sent);
        String expected = NoteSettings.mediaType(wanted);
        if (!isUntold(type) && !expected.isEmpty() && !type.equals(expected)) {
            throw new NotFetched(Problem.SOMETHING_ELSE, "another content type than " + expected);
        }
    }

    private static Note ofResource(byte[] json, String wanted) throws NotFetched {
        SentResource resource = SentResource.of(json)
                .orElseThrow(() -> new NotFetched(Problem.SOMETHING_ELSE, "JSON that is no resource"));
        if (!resource.type().equals("Binary")) {
            String named = resource.type().equals("OperationOutcome") ? "an OperationOutcome" : "another resource";
            throw new NotFetched(Problem.SOMETHING_ELSE, named + " in its place");
        }
        String sent = resource.contentType();
        requireType(sent, wanted);
        try {
            byte[] data = Base64.getDecoder().decode(resource.data().replaceAll("\\s+", ""));
            return of(data, sent, wanted);
        } catch (IllegalArgumentException notBase64) {
            throw new NotFetched(Problem.SOMETHING_ELSE, "a Binary whose data are not base64");
        }
    }

    private static Note of(byte[] data, String sent, String wanted) throws NotFetched {
        if (data.length == 0) {
            throw new NotFetched(Problem.SOMETHING_ELSE, "nothing, as if it were a note");
        }
        String type = NoteSettings.mediaType(wanted.isEmpty() ? sent : wanted);
        if (isUntold(type)) {
            throw new NotFetched(
                    Problem.SOMETHING_ELSE, "something of which neither it nor the attachment says the type");
        }
        Optional<String> charset = charset(sent).or(() -> charset(wanted));
        if (charset.isEmpty() && isText(type)) {
            charset = Optional.of(isUtf8(data) ? "utf-8" : "iso-8859-1");
        }
        return new Note(data, type + charset.map(name -> "; charset=" + name).orElse(""));
    }

    /** Tells whether a type has a charset; PDF, for instance, has none. */
    private static boolean isText(String type) {
        return type.startsWith("text/") || type.endsWith("xml");
    }

    private static Optional<String> charset(String contentType) {
        Matcher matcher = CHARSET.matcher(contentType);
        return matcher.find() ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    private static boolean isUtf8(byte[] data) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
            return true;
        } catch (CharacterCodingException other) {
            return false;
        }
    }

    /** Returns by how many bytes the note makes its resource longer, at the most. */
    long room() {
        return (data.length + 2L) / 3 * 4 + contentType.length() + AROUND;
    }

    /** Returns the hash as an attachment gives it: SHA-1, in base64 (FHIR R4, Attachment.hash). */
    String hash() {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(data));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }
}
