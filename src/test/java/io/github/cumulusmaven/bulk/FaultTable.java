package io.github.cumulusmaven.bulk;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Which faults are tried where, and what is expected of them. */
final class FaultTable {
    /** Where the made part of the page begins. */
    private static final String MARK = "<!-- From here on, FaultSuiteTest writes. -->\n";

    /** Others would only wait longer for the same. */
    private static final Set<Fault> LASTING = EnumSet.of(
            Fault.NO_CONNECTION,
            Fault.NO_ANSWER,
            Fault.CUT_HEAD,
            Fault.CUT_BODY,
            Fault.CUT_CHUNKS,
            Fault.CUT_OPEN_BODY,
            Fault.BAD_GZIP,
            Fault.HALF,
            Fault.LINE_LESS,
            Fault.EMPTY,
            Fault.WEB_PAGE,
            Fault.OUTCOME,
            Fault.HTTP_401,
            Fault.HTTP_403,
            Fault.HTTP_404,
            Fault.HTTP_429,
            Fault.HTTP_429_SECONDS,
            Fault.HTTP_500,
            Fault.HTTP_503,
            Fault.LOOP);

    /** Each line: once or always, a fault, phases, and {@link FaultOutcome#code()}. */
    private static final String EXPECTED = """
            """;

    private static final Map<Cell, String> EXPECTATIONS = new HashMap<>();

    static final List<Cell> CELLS = Stream.of(false, true)
            .flatMap(forEver -> Arrays.stream(Fault.values())
                    .flatMap(fault -> Arrays.stream(Phase.values()).map(phase -> new Cell(forEver, fault, phase))))
            .filter(Cell::isTried)
            .toList();

    private FaultTable() {}

    /**
     * One of the suite's cases.
     *
     * @param forEver or once
     */
    record Cell(boolean forEver, Fault fault, Phase phase) {
        boolean isTried() {
            return !forEver || LASTING.contains(fault);
        }

        @Override
        public String toString() {
            return (forEver ? "always " : "once ") + fault + " " + phase;
        }
    }

    static String expected(Cell cell) {
        return EXPECTATIONS.getOrDefault(cell, "");
    }
}
