package io.github.cumulusmaven.deid;

/** Finds the properties of the object that is scrubbed at one depth; the last one, where a name comes twice. */
final class Level {
    static final int ABSENT = -1;

    private final long[] stamps;
    private final int[] positions;
    private long stamp;

    /** Whether the code was made up on site. */
    boolean badCode;

    boolean badDisplay;

    Level(int names) {
        stamps = new long[names * 2];
        positions = new int[names * 2];
    }

    /** Forgets all. */
    void begin(long unusedStamp) {
        stamp = unusedStamp;
        badCode = false;
        badDisplay = false;
    }

    void put(int name, boolean sibling, int position) {
        int key = key(name, sibling);
        stamps[key] = stamp;
        positions[key] = position;
    }

    int find(int name, boolean sibling) {
        int key = key(name, sibling);
        return stamps[key] == stamp ? positions[key] : ABSENT;
    }

    private static int key(int name, boolean sibling) {
        return name * 2 + (sibling ? 1 : 0);
    }
}
