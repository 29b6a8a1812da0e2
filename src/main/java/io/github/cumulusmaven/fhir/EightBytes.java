package io.github.cumulusmaven.fhir;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes at once, as a number. What is looked for is marked by the highest bit of its byte; of several marks
 * only the first is sure.
 */
public final class EightBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private EightBytes() {}

    /** Reads eight bytes, the first of them lowest. */
    public static long at(byte[] bytes, int index) {
        return (long) LONGS.get(bytes, index);
    }

    /** Marks a character of ASCII. */
    public static long marks(long eight, char ascii) {
        long others = eight ^ (ONES * ascii);
        return (others - ONES) & ~others & HIGHS;
    }

    /** Marks what is below a character of ASCII. */
    public static long marksBelow(long eight, char ascii) {
        return (eight - ONES * ascii) & ~eight & HIGHS;
    }

    /** Marks what is beyond ASCII. */
    public static long marksBeyondAscii(long eight) {
        return eight & HIGHS;
    }

    /** Tells which of the eight has the first mark. */
    public static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }
}
