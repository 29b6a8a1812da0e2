package io.github.cumulusmaven.bulk;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Lists what servers do otherwise than the specification, or in several ways, as far as a value can say it: status codes,
 * names, forms and patience. Begin here to add another one. What needs a decision is in the reader of that answer: of a
 * status request, {@link StatusRequest} tells what the answer is, and {@link StatusPoll} what follows. Tolerances of the
 * token endpoint are in {@code smart.TokenEndpoint}, those of any answer (URLs, {@code Retry-After}) in {@code http}.
 */
final class Tolerances {
    private Tolerances() {}

    // The kick-off: KickOff, KickOffAnswer

    /**
     * The status codes that say "not now". Some servers tell of an export that runs already by 409, where the
     * specification has 429.
     */
    static final Set<Integer> NOT_NOW = Set.of(409, 429, 503);

    /** The status codes of a gateway, Cloudflare's from 520 on: the server behind it may have begun the export. */
    static final Set<Integer> ANSWER_LOST = Set.of(408, 502, 504, 520, 521, 522, 523, 524, 525, 526, 527);

    /**
     * The status codes that come with the status URL in {@code Location}, where the specification has 202 and
     * Content-Location.
     */
    static final Set<Integer> NAME_LOCATION = Set.of(201, 202, 303);

    /** The characters that some servers write around the URL in a header. */
    static final String BEFORE_URL = " \t<\"'";

    static final String AFTER_URL = " \t>\"'";

    // The status request: StatusRequest, StatusPoll

    /** The number of times that a server must say "failed", or send a page in place of the manifest, to be believed. */
    static final int MOST_VERDICTS = 5;

    /**
     * The number of times that a job must be denied, and below the time, to be believed: a node that lags behind does it in
     * passing.
     */
    static final int FEWEST_DENIALS = 3;

    static final Duration DENIED = Duration.ofMinutes(2);
    static final Duration BETWEEN_DENIALS = Duration.ofMinutes(1);

    /** The time that a server may be out of reach in one piece: a night's maintenance, a weekend's morning. */
    static final Duration LONGEST_OUTAGE = Duration.ofHours(24);

    // The manifest: Manifest

    /** The names of the lists of files. The drafts of version 4 say "outcome" for "error". */
    static final Map<String, FileState.Kind> LISTS = new TreeMap<>(Map.of(
            "output", FileState.Kind.OUTPUT,
            "deleted", FileState.Kind.DELETED,
            "error", FileState.Kind.ERROR,
            "outcome", FileState.Kind.ERROR));

    /** Two of them tell a manifest without a list of files, which LinuxForHealth sends for none, from other JSON. */
    static final List<String> MARKS = List.of("transactionTime", "request", "requiresAccessToken");

    /** Says how long a file is: the name and the form in DPC's extension; version 4 has {@code fileSize}. */
    static final String FILE_LENGTH = "file_length";

    static final Pattern LENGTH = Pattern.compile("(\\d{1,18})(\\.0+)?");

    /** Says what a file's digest is: the name and the form in DPC's extension. */
    static final String CHECKSUM = "checksum";

    static final Pattern SHA256 = Pattern.compile("(?i)sha-?256:([0-9a-f]{64})");

    // The files: FileDownload, Downloader, MissingFiles

    /** The status codes that come with a file, or with an empty one. */
    static final Set<Integer> FILE_SENT = Set.of(200, 203, 204);

    /** The types that are asked for in turn where a server refuses one with 406: Oracle wants the last one. */
    static final List<String> FILE_TYPES = List.of("application/fhir+ndjson", "*/*", "application/fhir+json");

    /** The status codes that say that there are too many requests at a time. */
    static final Set<Integer> BUSY = Set.of(429, 503);

    /** The status codes for a link whose time is over, or for one of a job that the server has forgotten. */
    static final Set<Integer> STALE_LINK = Set.of(403, 404, 410);

    /** The status codes of storage services for a signature whose time is over. */
    static final Set<Integer> STALE_SIGNATURE = Set.of(400, 401);

    /** The status codes that may be about the server's load or our token, and not about the file. */
    static final Set<Integer> OF_SERVER = Set.of(401, 408, 425, 429, 502, 503, 504);

    // The clean-up: ServerJob

    /**
     * The status codes that say that a job was deleted, where the specification has 202; that it is not known is
     * another matter.
     */
    static final Set<Integer> DELETED = Set.of(200, 202, 204);
}
