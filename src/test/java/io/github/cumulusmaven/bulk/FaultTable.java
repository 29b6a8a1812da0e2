package io.github.cumulusmaven.bulk;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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
            Fault.HTTP_500,
            Fault.HTTP_503,
            Fault.LOOP);

    /** Each line: once or always, a fault, phases, and {@link FaultOutcome#code()}. ALL and FILES stand for several. */
    private static final String EXPECTED =
            """
            once NO_CONNECTION: ALL = 1x 1s
            once NO_ANSWER: DISCOVERY POLL PAGE FILES = 2x
            once NO_ANSWER: TOKEN DELETE = 2x 1s
            once NO_ANSWER: KICK_OFF = !KICKOFF_UNKNOWN 1x RESTART
            once CUT_HEAD: DISCOVERY TOKEN POLL PAGE FILES DELETE = 2x 1s
            once CUT_HEAD: KICK_OFF = !KICKOFF_UNKNOWN 1x RESTART
            once SILENCE: DISCOVERY TOKEN POLL PAGE FILES DELETE = 2x 1s
            once SILENCE: KICK_OFF = !KICKOFF_UNKNOWN 1x RESTART
            once CUT_BODY: DISCOVERY TOKEN POLL PAGE = 2x 1s
            once CUT_BODY: KICK_OFF DELETE = 1x
            once CUT_BODY: FILES = 2x 1s range
            once CUT_CHUNKS: DISCOVERY TOKEN POLL PAGE = 2x 1s
            once CUT_CHUNKS: KICK_OFF DELETE = 1x
            once CUT_CHUNKS: FILES = 2x 1s range
            once CUT_OPEN_BODY: DISCOVERY = !BAD_DISCOVERY 1x AGAIN
            once CUT_OPEN_BODY: TOKEN = !BAD_TOKEN_REPLY 1x AGAIN
            once CUT_OPEN_BODY: KICK_OFF DELETE = 1x
            once CUT_OPEN_BODY: POLL PAGE FILES = 2x 1s
            once STALLED_BODY: DISCOVERY TOKEN POLL PAGE = 2x 1s
            once STALLED_BODY: KICK_OFF DELETE = 1x
            once STALLED_BODY: FILES = 2x 1s range
            once BAD_GZIP: DISCOVERY TOKEN POLL PAGE FILES = 2x 1s
            once BAD_GZIP: KICK_OFF DELETE = 1x
            once HALF: DISCOVERY = !BAD_DISCOVERY 1x AGAIN
            once HALF: TOKEN = !BAD_TOKEN_REPLY 1x AGAIN
            once HALF: KICK_OFF DELETE = 1x
            once HALF: POLL PAGE FILES = 2x 1s
            once LINE_LESS: DELETED ERROR = 1x UNSEEN
            once LINE_LESS: OUTPUT PACKED = 2x 1s
            once EMPTY: DISCOVERY = !BAD_DISCOVERY 1x AGAIN
            once EMPTY: TOKEN = !BAD_TOKEN_REPLY 1x AGAIN
            once EMPTY: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once EMPTY: POLL PAGE FILES = 2x 1s
            once EMPTY: DELETE = 1x
            once WEB_PAGE: DISCOVERY = !BAD_DISCOVERY 1x AGAIN
            once WEB_PAGE: TOKEN = !BAD_TOKEN_REPLY 1x AGAIN
            once WEB_PAGE: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once WEB_PAGE: POLL PAGE FILES = 2x 1s
            once WEB_PAGE: DELETE = 1x
            once OUTCOME: DISCOVERY = !NO_TOKEN_ENDPOINT 1x AGAIN
            once OUTCOME: TOKEN = !BAD_TOKEN_REPLY 1x AGAIN
            once OUTCOME: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once OUTCOME: POLL PAGE DELETED OUTPUT PACKED = 2x 1s
            once OUTCOME: ERROR = 1x UNSEEN
            once OUTCOME: DELETE = 1x
            once HTTP_400: DISCOVERY = !NO_DISCOVERY 1x AGAIN
            once HTTP_400: TOKEN = 2x
            once HTTP_400: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once HTTP_400: POLL PAGE = !JOB_FAILED 1x RESUME
            once HTTP_400: DELETED OUTPUT PACKED = !DOWNLOAD 1x RESUME
            once HTTP_400: ERROR = 2x 1s links
            once HTTP_400: DELETE = 1x CLEAN
            once HTTP_401: DISCOVERY = !NO_DISCOVERY 1x AGAIN
            once HTTP_401: TOKEN = 2x
            once HTTP_401: KICK_OFF POLL PAGE DELETED OUTPUT PACKED DELETE = 2x token
            once HTTP_401: ERROR = 2x 1s links
            once HTTP_403: DISCOVERY = !NO_DISCOVERY 1x AGAIN
            once HTTP_403: TOKEN = !TOKEN_REFUSED 1x AGAIN
            once HTTP_403: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once HTTP_403: POLL PAGE = 2x 1m
            once HTTP_403: FILES = 2x 1s links
            once HTTP_403: DELETE = 1x CLEAN
            once HTTP_404: DISCOVERY = !NO_DISCOVERY 1x AGAIN
            once HTTP_404: TOKEN = !TOKEN_REFUSED 1x AGAIN
            once HTTP_404: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once HTTP_404: POLL PAGE = 2x 1m
            once HTTP_404: FILES = 2x 1s links
            once HTTP_404: DELETE = 1x
            once HTTP_408: DISCOVERY TOKEN POLL PAGE FILES DELETE = 2x 1s
            once HTTP_408: KICK_OFF = !KICKOFF_UNKNOWN 1x RESTART
            once HTTP_410: DISCOVERY = !NO_DISCOVERY 1x AGAIN
            once HTTP_410: TOKEN = !TOKEN_REFUSED 1x AGAIN
            once HTTP_410: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once HTTP_410: POLL PAGE = 2x 1m
            once HTTP_410: FILES = 2x 1s links
            once HTTP_410: DELETE = 1x
            once HTTP_425: DISCOVERY TOKEN POLL PAGE FILES DELETE = 2x 1s
            once HTTP_425: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once HTTP_429: DISCOVERY TOKEN KICK_OFF FILES DELETE = 2x 1s
            once HTTP_429: POLL PAGE = 2x 2s
            once HTTP_429_SECONDS: DISCOVERY TOKEN KICK_OFF POLL PAGE FILES = 2x 30s
            once HTTP_429_SECONDS: DELETE = 2x 5s
            once HTTP_429_DATE: DISCOVERY TOKEN = 2x 30s
            once HTTP_429_DATE: KICK_OFF POLL PAGE FILES = 2x 40s
            once HTTP_429_DATE: DELETE = 2x 5s
            once HTTP_500: DISCOVERY TOKEN POLL PAGE FILES DELETE = 2x 1s
            once HTTP_500: KICK_OFF = !KICKOFF_REFUSED 1x AGAIN
            once HTTP_502: DISCOVERY TOKEN POLL PAGE FILES DELETE = 2x 1s
            once HTTP_502: KICK_OFF = !KICKOFF_UNKNOWN 1x RESTART
            once HTTP_503: ALL = 2x 1s
            once HTTP_504: DISCOVERY TOKEN POLL PAGE FILES DELETE = 2x 1s
            once HTTP_504: KICK_OFF = !KICKOFF_UNKNOWN 1x RESTART
            once LOOP: DISCOVERY KICK_OFF POLL PAGE FILES = 2x
            once LOOP: TOKEN = !TOKEN_REFUSED 1x AGAIN
            once LOOP: DELETE = 1x CLEAN
            once ELSEWHERE: DISCOVERY POLL PAGE FILES = 1x
            once ELSEWHERE: TOKEN = !TOKEN_REFUSED 1x AGAIN
            once ELSEWHERE: KICK_OFF = !FOREIGN_ANSWER 1x RESTART
            once ELSEWHERE: DELETE = 1x CLEAN
            always NO_CONNECTION: DISCOVERY TOKEN = !NO_CONNECTION 0x 3s AGAIN
            always NO_CONNECTION: KICK_OFF = !NO_CONNECTION 0x 4s AGAIN
            always NO_CONNECTION: POLL PAGE = !STATUS_UNREACHABLE 0x 24h9m39s RESUME
            always NO_CONNECTION: DELETED = !DOWNLOAD 0x 36s RESUME
            always NO_CONNECTION: OUTPUT = !DOWNLOAD 0x 27s RESUME
            always NO_CONNECTION: ERROR = !DOWNLOAD 0x 18s RESUME
            always NO_CONNECTION: PACKED = !DOWNLOAD 0x 9s RESUME
            always NO_CONNECTION: DELETE = 0x 2s CLEAN
            always NO_ANSWER: DISCOVERY = !BROKEN 8x 3s AGAIN
            always NO_ANSWER: TOKEN = !BROKEN 4x 3s AGAIN
            always NO_ANSWER: POLL PAGE = !STATUS_UNREACHABLE 72x 24h8m15s token RESUME
            always NO_ANSWER: DELETED OUTPUT PACKED = !DOWNLOAD 20x 9s RESUME
            always NO_ANSWER: ERROR = 20x 9s links WITHOUT
            always NO_ANSWER: DELETE = 3x 2s CLEAN
            always CUT_HEAD: DISCOVERY TOKEN = !BROKEN 4x 3s AGAIN
            always CUT_HEAD: POLL PAGE = !STATUS_UNREACHABLE 36x 24h8m15s token RESUME
            always CUT_HEAD: DELETED OUTPUT PACKED = !DOWNLOAD 10x 9s RESUME
            always CUT_HEAD: ERROR = 10x 9s links WITHOUT
            always CUT_HEAD: DELETE = 3x 2s CLEAN
            always CUT_BODY: DISCOVERY TOKEN = !BROKEN 4x 3s AGAIN
            always CUT_BODY: KICK_OFF DELETE = 1x
            always CUT_BODY: POLL PAGE = !STATUS_UNREACHABLE 36x 24h8m15s token RESUME
            always CUT_BODY: DELETED = !DOWNLOAD 18x 17s range RESUME
            always CUT_BODY: ERROR = 18x 17s links range WITHOUT
            always CUT_BODY: OUTPUT = !DOWNLOAD 30x 29s range RESUME_AT_BYTE
            always CUT_BODY: PACKED = !DOWNLOAD 17x 16s range RESUME
            always CUT_CHUNKS: DISCOVERY TOKEN = !BROKEN 4x 3s AGAIN
            always CUT_CHUNKS: KICK_OFF DELETE = 1x
            always CUT_CHUNKS: POLL PAGE = !STATUS_UNREACHABLE 36x 24h8m15s token RESUME
            always CUT_CHUNKS: DELETED = !DOWNLOAD 18x 17s range RESUME_AT_BYTE
            always CUT_CHUNKS: ERROR = 18x 17s links range WITHOUT
            always CUT_CHUNKS: OUTPUT = !DOWNLOAD 30x 29s range RESUME_AT_BYTE
            always CUT_CHUNKS: PACKED = !DOWNLOAD 17x 16s range RESUME_AT_BYTE
            always CUT_OPEN_BODY: KICK_OFF DELETE = 1x
            always CUT_OPEN_BODY: POLL PAGE = !NOT_A_MANIFEST 5x 15s RESUME
            always CUT_OPEN_BODY: DELETED OUTPUT PACKED = !DOWNLOAD 10x 9s RESUME
            always CUT_OPEN_BODY: ERROR = 10x 9s WITHOUT
            always BAD_GZIP: DISCOVERY TOKEN = !BROKEN 4x 3s AGAIN
            always BAD_GZIP: KICK_OFF DELETE = 1x
            always BAD_GZIP: POLL PAGE = !STATUS_UNREACHABLE 36x 24h8m15s token RESUME
            always BAD_GZIP: DELETED OUTPUT PACKED = !DOWNLOAD 10x 9s RESUME
            always BAD_GZIP: ERROR = 10x 9s WITHOUT
            always HALF: KICK_OFF DELETE = 1x
            always HALF: POLL PAGE = !NOT_A_MANIFEST 5x 15s RESUME
            always HALF: DELETED OUTPUT PACKED = !DOWNLOAD 10x 9s RESUME
            always HALF: ERROR = 10x 9s WITHOUT
            always LINE_LESS: DELETED ERROR = 1x UNSEEN
            always LINE_LESS: OUTPUT PACKED = !MISCOUNTED 2x 1s RESUME
            always EMPTY: POLL PAGE = !NOT_A_MANIFEST 5x 15s RESUME
            always EMPTY: DELETED = !DOWNLOAD 2x 1s RESUME
            always EMPTY: OUTPUT PACKED = !MISCOUNTED 2x 1s RESUME
            always EMPTY: ERROR = 2x 1s WITHOUT
            always EMPTY: DELETE = 1x
            always WEB_PAGE: POLL PAGE = !NOT_A_MANIFEST 5x 15s RESUME
            always WEB_PAGE: DELETED OUTPUT PACKED = !DOWNLOAD 2x 1s RESUME
            always WEB_PAGE: ERROR = 2x 1s WITHOUT
            always WEB_PAGE: DELETE = 1x
            always OUTCOME: POLL PAGE = !NOT_A_MANIFEST 5x 15s RESUME
            always OUTCOME: DELETED OUTPUT PACKED = !DOWNLOAD 2x 1s RESUME
            always OUTCOME: ERROR = 1x UNSEEN
            always OUTCOME: DELETE = 1x
            always HTTP_401: TOKEN = !TOKEN_REFUSED 2x AGAIN
            always HTTP_401: KICK_OFF = !KICKOFF_REFUSED 2x token AGAIN
            always HTTP_401: POLL PAGE = !HTTP_401 2x token RESUME
            always HTTP_401: DELETED OUTPUT PACKED = !DOWNLOAD 2x token RESUME
            always HTTP_401: ERROR = 2x 1s links WITHOUT
            always HTTP_401: DELETE = 2x token CLEAN
            always HTTP_403: POLL PAGE = !HTTP_403 3x 2m RESUME
            always HTTP_403: DELETED OUTPUT PACKED = !DOWNLOAD 2x 1s links RESUME
            always HTTP_403: ERROR = 2x 1s links WITHOUT
            always HTTP_403: DELETE = 1x CLEAN
            always HTTP_404: POLL PAGE = !JOB_GONE 3x 2m RESUME
            always HTTP_404: DELETED OUTPUT PACKED = !FILES_GONE 2x 1s links RESUME
            always HTTP_404: ERROR = 2x 1s links WITHOUT
            always HTTP_404: DELETE = 1x
            always HTTP_429: DISCOVERY = !NO_DISCOVERY 4x 3s AGAIN
            always HTTP_429: TOKEN = !TOKEN_REFUSED 4x 3s AGAIN
            always HTTP_429: KICK_OFF = !KICKOFF_REFUSED 35x 23h8m15s token AGAIN
            always HTTP_429: POLL PAGE = !TOO_LONG 58x 47h59m49s token RESUME
            always HTTP_429: DELETED OUTPUT PACKED = !DOWNLOAD 10x 9s RESUME
            always HTTP_429: ERROR = 10x 9s links WITHOUT
            always HTTP_429: DELETE = 3x 2s CLEAN
            always HTTP_500: DISCOVERY = !NO_DISCOVERY 4x 3s AGAIN
            always HTTP_500: TOKEN = !TOKEN_REFUSED 4x 3s AGAIN
            always HTTP_500: POLL PAGE = !STATUS_UNREACHABLE 36x 24h8m15s token RESUME
            always HTTP_500: DELETED OUTPUT PACKED = !DOWNLOAD 10x 9s RESUME
            always HTTP_500: ERROR = 10x 9s WITHOUT
            always HTTP_500: DELETE = 3x 2s CLEAN
            always HTTP_503: DISCOVERY = !NO_DISCOVERY 4x 3s AGAIN
            always HTTP_503: TOKEN = !TOKEN_REFUSED 4x 3s AGAIN
            always HTTP_503: KICK_OFF = !KICKOFF_REFUSED 35x 23h8m15s token AGAIN
            always HTTP_503: POLL PAGE = !STATUS_UNREACHABLE 36x 24h8m15s token RESUME
            always HTTP_503: DELETED OUTPUT PACKED = !DOWNLOAD 10x 9s RESUME
            always HTTP_503: ERROR = 10x 9s links WITHOUT
            always HTTP_503: DELETE = 3x 2s CLEAN
            always LOOP: DISCOVERY KICK_OFF = !REDIRECT_LOOP 6x AGAIN
            always LOOP: POLL PAGE = !REDIRECT_LOOP 6x RESUME
            always LOOP: DELETED OUTPUT PACKED = !DOWNLOAD 6x RESUME
            always LOOP: ERROR = 6x WITHOUT
            always LOOP: DELETE = 1x CLEAN
            """;

    private static final Map<Cell, String> EXPECTATIONS = EXPECTED.lines()
            .flatMap(FaultTable::expectations)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    static final List<Cell> CELLS = Stream.of(false, true)
            .flatMap(forEver -> Arrays.stream(Fault.values())
                    .flatMap(fault -> Arrays.stream(Phase.values()).map(phase -> new Cell(forEver, fault, phase))))
            .filter(Cell::isTried)
            .toList();

    private FaultTable() {}

    private static Stream<Map.Entry<Cell, String>> expectations(String line) {
        int colon = line.indexOf(": ");
        int equals = line.indexOf(" = ");
        String[] which = line.substring(0, colon).split(" ");
        return Arrays.stream(line.substring(colon + 2, equals).split(" "))
                .flatMap(FaultTable::phases)
                .map(phase -> new Cell(which[0].equals("always"), Fault.valueOf(which[1]), phase))
                .map(cell -> Map.entry(cell, line.substring(equals + 3)));
    }

    private static Stream<Phase> phases(String word) {
        return switch (word) {
            case "ALL" -> Arrays.stream(Phase.values());
            case "FILES" -> Arrays.stream(Phase.values()).filter(Phase::isFile);
            default -> Stream.of(Phase.valueOf(word));
        };
    }

    /**
     * One of the suite's cases.
     *
     * @param forEver or once
     */
    record Cell(boolean forEver, Fault fault, Phase phase) {
        /** Where a fault once is too much already, nothing is new about more of it; and only files have lines. */
        boolean isTried() {
            return hasRow() && (fault != Fault.LINE_LESS || phase.isFile()) && !isAsOnce();
        }

        boolean hasRow() {
            return !forEver || LASTING.contains(fault);
        }

        boolean isAsOnce() {
            return forEver && expected(new Cell(false, fault, phase)).startsWith("!");
        }

        @Override
        public String toString() {
            return (forEver ? "always " : "once ") + fault + " " + phase;
        }
    }

    static String expected(Cell cell) {
        return EXPECTATIONS.getOrDefault(cell, "");
    }

    /** The page, its tables made anew. */
    static String page(String before, Function<Cell, FaultOutcome> outcomes) {
        String introduction = before.substring(0, before.indexOf(MARK) + MARK.length());
        return introduction + "\n## What happens once\n\n" + table(false, outcomes) + "\n## What does not stop\n\n"
                + table(true, outcomes);
    }

    private static String symbols(Cell cell, Function<Cell, FaultOutcome> outcomes) {
        if (cell.isTried()) {
            return outcomes.apply(cell).symbols();
        }
        return cell.isAsOnce() ? "↑" : "—";
    }

    private static String table(boolean forEver, Function<Cell, FaultOutcome> outcomes) {
        StringBuilder table = new StringBuilder("| fault |");
        Arrays.stream(Phase.values())
                .forEach(phase -> table.append(' ').append(phase.words()).append(" |"));
        table.append("\n|").append(" --- |".repeat(Phase.values().length + 1)).append('\n');
        for (Fault fault : Fault.values()) {
            if (new Cell(forEver, fault, Phase.OUTPUT).hasRow()) {
                table.append("| ").append(fault.words()).append(" |");
                for (Phase phase : Phase.values()) {
                    table.append(' ')
                            .append(symbols(new Cell(forEver, fault, phase), outcomes))
                            .append(" |");
                }
                table.append('\n');
            }
        }
        return table.toString();
    }
}
