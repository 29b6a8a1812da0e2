package io.github.cumulusmaven.http;

import io.github.cumulusmaven.redact.Secrets;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the id by which a server's administrators find a request in their logs. */
public final class SupportId {
    /** The names of the headers at servers, gateways and clouds; the first that an answer has counts. */
    private static final List<String> HEADERS = List.of(
            "X-Request-Id",
            "X-Correlation-Id",
            "Request-Id",
            "Correlation-Id",
            "opc-request-id",
            "X-Amzn-RequestId",
            "x-amzn-trace-id",
            "x-amz-request-id",
            "apigw-requestid",
            "x-ms-request-id",
            "X-Cloud-Trace-Context",
            "X-Trace-Id",
            "CF-Ray");

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/=;+-]{1,100}");

    private SupportId() {}

    /** Finds the first such header and its id: {@code X-Request-Id abc}. */
    static Optional<String> of(HttpHeaders headers, Secrets secrets) {
        return HEADERS.stream()
                .flatMap(name -> headers
                        .firstValue(name)
                        .filter(id -> ID.matcher(id).matches())
                        .map(id -> name + " " + secrets.words(id, 100))
                        .stream())
                .findFirst();
    }

    /** Tells whether a header of this name holds such an id. */
    public static boolean isNamedBy(String header) {
        return HEADERS.stream().anyMatch(header::equalsIgnoreCase);
    }
}
