package io.github.cumulusmaven.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.http.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("FL-06 gzip, told by its first bytes")
class GzipBodyTest {
    /** Hands out a few bytes at a time and never tells that there is more, as a slow network does. */
    private static final class Slow extends FilterInputStream {
        private final int most;

        Slow(byte[] bytes, int most) {
            super(new ByteArrayInputStream(bytes));
            this.most = most;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return super.read(buffer, offset, Math.min(most, length));
        }

        @Override
        public int available() {
            return 0;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] decoded(byte[] body, int chunk) throws IOException {
        try (InputStream plain = GzipBody.decode(new Slow(body, chunk))) {
            return plain.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 1_000_000})
    void oneMember(int chunk) throws IOException {
        byte[] plain = new byte[300_000];
        new Random(1).nextBytes(plain);

        assertThat(decoded(Answer.gzip(plain), chunk)).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, 1_000_000})
    @DisplayName("FL-06 every member counts, also when the next is not there yet")
    void manyMembers(int chunk) throws IOException {
        byte[] body = concat(
                Answer.gzip(bytes("first\n")),
                Answer.gzip(new byte[0]),
                Answer.gzip(bytes("second\n".repeat(20_000))),
                Answer.gzip(bytes("third\n")));

        assertThat(new String(decoded(body, chunk), StandardCharsets.UTF_8))
                .isEqualTo("first\n" + "second\n".repeat(20_000) + "third\n");
    }

    @Test
    @DisplayName("FL-06 each member's first byte may come alone")
    void membersInSeparatePieces() throws IOException {
        byte[] member = Answer.gzip(bytes("line\n"));

        assertThat(new String(decoded(concat(member, member, member), member.length), StandardCharsets.UTF_8))
                .isEqualTo("line\nline\nline\n");
    }

    @Test
    void headersWithNameCommentExtraAndChecksum() throws IOException {
        byte[] plain = Answer.gzip(bytes("x"));
        byte[] header = {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 0};
        byte[] body = concat(
                header,
                new byte[] {3, 0, 'a', 0, 'b'},
                bytes("name\0"),
                bytes("comment\0"),
                new byte[] {1, 2},
                Arrays.copyOfRange(plain, 10, plain.length));

        assertThat(decoded(body, 1)).isEqualTo(bytes("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{}", "\u001f", "\u001fx"})
    void whatIsNotGzipStaysAsItIs(String text) throws IOException {
        assertThat(decoded(bytes(text), 1)).isEqualTo(bytes(text));
    }

    @Test
    @DisplayName("FL-11 a cut at any byte is noticed")
    void cutAnywhere() {
        byte[] member = Answer.gzip(bytes("0123456789".repeat(10)));
        byte[] body = concat(member, member);

        for (int length = 2; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            if (length != member.length) {
                assertThatThrownBy(() -> decoded(cut, 5))
                        .as("cut at %d", length)
                        .isInstanceOf(EOFException.class);
            }
        }
    }

    @Test
    @DisplayName("FL-11 damage is noticed")
    void damaged() {
        byte[] member = Answer.gzip(bytes("0123456789".repeat(10)));
        byte[] checksum = member.clone();
        checksum[member.length - 6] ^= 1;
        byte[] size = member.clone();
        size[member.length - 1] ^= 1;

        for (byte[] body :
                new byte[][] {checksum, size, concat(member, bytes("trailing")), concat(member, bytes("\0x"))}) {
            assertThatThrownBy(() -> decoded(body, 50)).isInstanceOfAny(ZipException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512, 100_000})
    @DisplayName("FL-06 zeros behind the last member, with which some tools fill a block, are no damage")
    void padded(int zeros) throws IOException {
        byte[] body = concat(Answer.gzip(bytes("first\n")), Answer.gzip(bytes("second\n")), new byte[zeros]);

        assertThat(new String(decoded(body, 50), StandardCharsets.UTF_8)).isEqualTo("first\nsecond\n");
    }

    @Test
    @DisplayName("FL-11 a connection that breaks between two members is no end")
    void brokenBetweenMembers() {
        InputStream breaking = new InputStream() {
            private final InputStream member = new ByteArrayInputStream(Answer.gzip(bytes("line\n")));

            @Override
            public int read() throws IOException {
                int next = member.read();
                if (next < 0) {
                    throw new IOException("connection lost");
                }
                return next;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = member.read(buffer, offset, length);
                if (count < 0) {
                    throw new IOException("connection lost");
                }
                return count;
            }
        };

        assertThatThrownBy(() -> GzipBody.decode(breaking).readAllBytes()).hasMessage("connection lost");
    }

    @Test
    void peekingTakesNothingAway() throws IOException {
        var body = GzipBody.peekable(new ByteArrayInputStream(new byte[] {0x1f, (byte) 0x8b, 8}));

        assertThat(GzipBody.isGzip(body)).isTrue();
        assertThat(body.readAllBytes()).containsExactly(0x1f, 0x8b, 8);
    }
}
