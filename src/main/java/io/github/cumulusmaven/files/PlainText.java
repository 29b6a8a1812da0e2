package io.github.cumulusmaven.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Decodes small text files as editors and shells write them: UTF-8, or UTF-16 as PowerShell does, with or without a mark. */
public final class PlainText {
    private PlainText() {}

    /**
     * Decodes a text, without its byte-order mark.
     *
     * @throws CharacterCodingException when the bytes are no text
     */
    public static String decode(byte[] bytes) throws CharacterCodingException {
        String text = charset(bytes).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /**
     * Finds the charset by the byte-order mark or, without one, by the first character: the files that are read here
     * begin with ASCII.
     */
    private static Charset charset(byte[] bytes) {
        int first = bytes.length < 2 ? -1 : (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
        if (first == 0xFFFE || (first > 0 && (first & 0xff) == 0)) {
            return StandardCharsets.UTF_16LE;
        }
        return first == 0xFEFF || (first > 0 && first <= 0xff) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    }
}
