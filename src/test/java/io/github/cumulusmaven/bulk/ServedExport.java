package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * The files of a job: what a whole export of it is, byte by byte.
 *
 * @param large whether one is more than a megabyte, so that another run can go on with a part of it
 */
record ServedExport(boolean large) {
    private static final int MANY = 26_000;
    private static final int FEW = 100;
    private static final byte[] MANY_OBSERVATIONS = lines("Observation", MANY);
    private static final byte[] FEW_OBSERVATIONS = lines("Observation", FEW);
    private static final byte[] PATIENTS = lines("Patient", 50);
    private static final byte[] PACKED_PATIENTS = Answer.gzip(PATIENTS);
    private static final byte[] DELETIONS =
            """
            {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient/x1"}}]}
            {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient/x2"}}]}
            {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient/x3"}}]}
            """
                    .getBytes(StandardCharsets.UTF_8);
    private static final byte[] NOTES =
            """
            {"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}
            {"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}
            {"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}
            """
                    .getBytes(StandardCharsets.UTF_8);

    private static final Map<Phase, String> NAMES = Map.of(
            Phase.OUTPUT, "Observation.000.ndjson",
            Phase.PACKED, "Patient.000.ndjson",
            Phase.DELETED, "deleted/Bundle.000.ndjson",
            Phase.ERROR, "error/OperationOutcome.000.ndjson");

    private static byte[] lines(String type, int count) {
        return IntStream.range(0, count)
                .mapToObj(id -> Exports.resource(type, id) + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    int count(Phase file) {
        return switch (file) {
            case OUTPUT -> large ? MANY : FEW;
            case PACKED -> 50;
            default -> 3;
        };
    }

    /** Its name in the folder. */
    static String name(Phase file) {
        return NAMES.getOrDefault(file, "");
    }

    /** What it must hold in the end. */
    byte[] content(Phase file) {
        return switch (file) {
            case OUTPUT -> large ? MANY_OBSERVATIONS : FEW_OBSERVATIONS;
            case PACKED -> PATIENTS;
            case DELETED -> DELETIONS;
            case ERROR -> NOTES;
            default -> throw new IllegalArgumentException(file.words());
        };
    }

    /** The whole file, or the rest of it. */
    Answer answer(Phase file, TestServer.Request request) {
        boolean packed = file == Phase.PACKED
                && request.header("Accept-Encoding").orElse("").contains("gzip");
        byte[] body = packed ? PACKED_PATIENTS : content(file);
        String tag = "\"" + file + (packed ? "-gz" : "") + "\"";
        Answer answer = Answer.of(200)
                .with("Content-Type", "application/fhir+ndjson")
                .with("ETag", tag)
                .withBody(body);
        return (packed ? answer.with("Content-Encoding", "gzip") : answer).ranged(request);
    }

    static byte[] unpacked(byte[] packed) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return gzip.readAllBytes();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
