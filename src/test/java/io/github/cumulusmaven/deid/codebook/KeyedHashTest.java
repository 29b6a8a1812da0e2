package io.github.cumulusmaven.deid.codebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class KeyedHashTest {
    @Test
    void givesTheValuesOfRfc4231() {
        assertThat(hex(new KeyedHash(repeated(0x0b, 20)), "Hi There"))
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(hex(new KeyedHash("Jefe".getBytes(StandardCharsets.US_ASCII)), "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(hex(new KeyedHash(repeated(0xaa, 131)), "Test Using Larger Than Block-Size Key - Hash Key First"))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    @Test
    void agreesWithThePlatformForKeysAndTextsOfEachLength() throws GeneralSecurityException {
        for (int length = 1; length < 140; length++) {
            byte[] key = repeated(length, length);
            byte[] text = repeated(length + 1, length * 2);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            KeyedHash hash = new KeyedHash(key);
            assertThat(hash.of(text)).isEqualTo(mac.doFinal(text));
            assertThat(hash.of(text)).as("once more").isEqualTo(mac.doFinal(text));
        }
    }

    private static String hex(KeyedHash hash, String text) {
        return HexFormat.of().formatHex(hash.of(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] repeated(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
