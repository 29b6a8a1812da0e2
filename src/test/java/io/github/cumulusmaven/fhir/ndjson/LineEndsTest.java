package io.github.cumulusmaven.fhir.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LineEndsTest {
    @Test
    void findsALineFeedWhereverItIs() {
        for (int length = 1; length < 40; length++) {
            for (int place = 0; place < length; place++) {
                byte[] bytes = new byte[length];
                Arrays.fill(bytes, (byte) 'x');
                bytes[place] = '\n';
                assertThat(LineEnds.find(bytes, 0, length)).isEqualTo(place);
                assertThat(LineEnds.find(bytes, place, length)).isEqualTo(place);
                assertThat(LineEnds.find(bytes, place + 1, length)).isEqualTo(length);
                assertThat(LineEnds.find(bytes, 0, place)).as("up to it").isEqualTo(place);
            }
        }
    }

    @Test
    void takesNoOtherByteForOne() {
        byte[] others = new byte[255 * 8];
        for (int index = 0; index < others.length; index++) {
            int value = index % 255;
            others[index] = (byte) (value < '\n' ? value : value + 1);
        }
        assertThat(LineEnds.find(others, 0, others.length)).isEqualTo(others.length);
        // 0x0B behind a line feed is what a careless subtraction borrows from
        byte[] text = "ab\u000B\n\u000Bcdefghij".getBytes(StandardCharsets.UTF_8);
        assertThat(LineEnds.find(text, 0, text.length)).isEqualTo(3);
    }

    @Test
    void findsALineFeedOrWhatIsNotAscii() {
        for (int length = 1; length < 40; length++) {
            for (int place = 0; place < length; place++) {
                for (byte sought : new byte[] {'\n', (byte) 0x80, (byte) 0xE4, (byte) 0xFF}) {
                    byte[] bytes = new byte[length];
                    Arrays.fill(bytes, (byte) 0x7F);
                    bytes[place] = sought;
                    assertThat(LineEnds.findOrNonAscii(bytes, 0, length)).isEqualTo(place);
                    assertThat(LineEnds.findOrNonAscii(bytes, place + 1, length))
                            .isEqualTo(length);
                    assertThat(LineEnds.findOrNonAscii(bytes, 0, place)).isEqualTo(place);
                }
            }
        }
    }
}
