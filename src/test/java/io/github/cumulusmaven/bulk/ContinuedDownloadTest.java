package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.FileDownload.Fetched;
import io.github.cumulusmaven.bulk.FileList.Item;
import io.github.cumulusmaven.bulk.Manifest.Announced;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.http.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("FL-12 a body that breaks off")
class ContinuedDownloadTest {
    private static final int LINES = 100_000;
    private static final byte[] PLAIN = IntStream.range(0, LINES)
            .mapToObj(number -> Exports.resource("Patient", number) + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);
    private static final byte[] PACKED = Answer.gzip(PLAIN);
    private static final int BREATH = 400_000;
    private static final Answer FILE = Answer.of(200)
            .with("ETag", "\"v1\"")
            .with("Date", "Mon, 23 Nov 2026 04:00:00 GMT")
            .withBody(PLAIN);
    private static final Answer PACKED_FILE =
            FILE.with("Content-Encoding", "gzip").withBody(PACKED);

    @TempDir
    private Path folder;

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final HttpGateway gateway = Exports.gateway(clock);
    private final Recorder recorder = new Recorder();
    private final AtomicLong received = new AtomicLong();
    private Path part;
    private Path note;

    @BeforeEach
    void name() {
        part = folder.resolve("x.part");
        note = folder.resolve("x.part.json");
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private Fetched fetch(URI url, boolean compress, int attempts) throws IOException, InterruptedException {
        FileState state = new FileState("x", FileState.Kind.OUTPUT, "Patient", SignedUrl.kept(url), (long) LINES, null);
        Item item = new Item(state, url.toString(), 0, Announced.NOTHING);
        return new FileDownload(gateway, Authorizer.NONE, compress, Validation.LINES)
                .fetch(
                        item,
                        new PartFile(part),
                        Exports.retries(attempts, clock, recorder).series("x"),
                        Exports.requester(url, received::addAndGet));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** From where on the rest was asked for. The JDK's client may lose the last bytes before a break. */
    private static List<Integer> offsets(TestServer server) {
        return server.headers("range").stream()
                .filter(range -> !range.isEmpty())
                .map(range -> Integer.valueOf(range.replaceFirst("^bytes=(\\d+)-$", "$1")))
                .toList();
    }

    /** A server with a file of which it knows ranges. */
    private static TestServer serving(Answer file) {
        return new TestServer().otherwise(file::ranged);
    }

    /** A server with one file for so many requests, and then another. */
    private static TestServer serving(Answer first, int requests, Answer then) {
        AtomicInteger answers = new AtomicInteger();
        return new TestServer()
                .otherwise(request -> (answers.getAndIncrement() < requests ? first : then).ranged(request));
    }

    /** A run that is killed when so many bytes are on the disk: nothing tidies up after it. */
    private void killed(URI url, byte[] onDisk, String validator, long length) throws IOException {
        Files.write(part, onDisk);
        new PartFile(part).writeNote(new PartNote(url.toString(), validator, "", length));
    }

    @Test
    @DisplayName("goes on where it broke, as often as that takes: attempts that bring it farther do not count")
    void goesOn() throws Exception {
        try (TestServer server = serving(FILE.cut(BREATH))) {
            Fetched fetched = fetch(server.url("/f"), false, 4);

            assertThat(fetched.path()).hasBinaryContent(PLAIN);
            assertThat(fetched.proof()).isEqualTo(new FileState.Proof(LINES, PLAIN.length, sha256(PLAIN)));
            assertThat(received).hasValue(PLAIN.length);
            assertThat(offsets(server))
                    .hasSize(server.requests().size() - 1)
                    .hasSizeGreaterThanOrEqualTo(PLAIN.length / BREATH)
                    .isSorted();
            assertThat(server.headers("if-range")).startsWith("", "\"v1\"");
            assertThat(recorder.events("retrying"))
                    .hasSize(server.requests().size() - 1)
                    .contains("retrying x 1/4 PT1S");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    @DisplayName(
            "goes on in the middle of a gzip block, whether it is kept or unpacked, and in one that is being packed")
    void gzip(boolean packed, boolean compress) throws Exception {
        Answer file = packed ? PACKED_FILE.cut(PACKED.length / 3) : FILE.cut(BREATH);
        try (TestServer server = serving(file)) {
            Fetched fetched = fetch(server.url("/f"), compress, 9);

            assertThat(fetched.proof().bytes()).isEqualTo(PLAIN.length);
            assertThat(fetched.proof().resources()).isEqualTo(LINES);
            assertThat(fetched.proof()).isEqualTo(WholeFile.measure(fetched.path()));
            assertThat(received).hasValue(PLAIN.length);
            assertThat(server.headers("range")).filteredOn(String::isEmpty).hasSize(1);
            if (packed) {
                assertThat(server.headers("accept-encoding")).containsOnly("gzip");
            }
        }
    }

    @Test
    @DisplayName("goes on after the process was killed, with what is on the disk")
    void afterAKill() throws Exception {
        try (TestServer server = serving(FILE)) {
            killed(server.url("/f"), Arrays.copyOf(PLAIN, 123_456), "\"v1\"", PLAIN.length);

            Fetched fetched = fetch(server.url("/f"), false, 1);

            assertThat(fetched.path()).hasBinaryContent(PLAIN);
            assertThat(fetched.proof()).isEqualTo(new FileState.Proof(LINES, PLAIN.length, sha256(PLAIN)));
            assertThat(server.headers("range")).containsExactly("bytes=123456-");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("goes on with gzip after the process was killed, as it is also unpacked only in the end")
    void gzipAfterAKill(boolean compress) throws Exception {
        try (TestServer server = serving(FILE.withBody(PACKED))) {
            killed(server.url("/f"), Arrays.copyOf(PACKED, 12_345), "\"v1\"", PACKED.length);

            Fetched fetched = fetch(server.url("/f"), compress, 1);

            assertThat(fetched.path()).hasBinaryContent(compress ? PACKED : PLAIN);
            assertThat(fetched.proof()).isEqualTo(WholeFile.measure(fetched.path()));
            assertThat(server.headers("range")).containsExactly("bytes=12345-");
        }
    }

    @Test
    @DisplayName("what a power failure has filled with zeros is asked for again")
    void powerFailure() throws Exception {
        try (TestServer server = serving(FILE)) {
            killed(server.url("/f"), Arrays.copyOf(PLAIN, 1000), "\"v1\"", PLAIN.length);
            Files.write(part, new byte[200_000], StandardOpenOption.APPEND);

            assertThat(fetch(server.url("/f"), false, 1).path()).hasBinaryContent(PLAIN);
            assertThat(server.headers("range")).containsExactly("bytes=1000-");
        }
    }

    @Test
    @DisplayName("a hole that a power failure has left in its middle is filled")
    void hole() throws Exception {
        byte[] holed = Arrays.copyOf(PLAIN, 200_000);
        Arrays.fill(holed, 70_000, 74_096, (byte) 0);
        try (TestServer server = serving(FILE)) {
            killed(server.url("/f"), holed, "\"v1\"", PLAIN.length);

            assertThat(fetch(server.url("/f"), false, 1).path()).hasBinaryContent(PLAIN);
            assertThat(server.headers("range")).containsExactly("bytes=70000-");
        }
    }

    @Test
    @DisplayName("what has come whole before the kill is not asked for again")
    void wholeBeforeTheKill() throws Exception {
        try (TestServer server = serving(FILE)) {
            killed(server.url("/f"), PLAIN, "\"v1\"", PLAIN.length);

            assertThat(fetch(server.url("/f"), false, 1).proof().sha256()).isEqualTo(sha256(PLAIN));
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    @DisplayName("what has come whole but wrong is fetched from its beginning")
    void wrongBeforeTheKill() throws Exception {
        byte[] wrong = PLAIN.clone();
        wrong[PLAIN.length - 1] = '{';
        try (TestServer server = serving(FILE)) {
            killed(server.url("/f"), wrong, "\"v1\"", PLAIN.length);

            assertThat(fetch(server.url("/f"), false, 2).path()).hasBinaryContent(PLAIN);
            assertThat(server.headers("range")).containsExactly("");
        }
    }

    @Test
    @DisplayName("a file of another link, of another version or with a note that cannot be read is begun anew")
    void otherPart() throws Exception {
        try (TestServer server = serving(FILE)) {
            byte[] other = new byte[5000];
            Arrays.fill(other, (byte) 'x');
            killed(server.url("/other"), other, "\"v1\"", PLAIN.length);
            assertThat(fetch(server.url("/f"), false, 1).path()).hasBinaryContent(PLAIN);
            killed(server.url("/f"), other, "\"v0\"", PLAIN.length);
            assertThat(fetch(server.url("/f"), false, 2).path()).hasBinaryContent(PLAIN);
            killed(server.url("/f"), other, "\"v1\"", 4000);
            assertThat(fetch(server.url("/f"), false, 1).path()).hasBinaryContent(PLAIN);
            for (String damaged : List.of("", "{", "[]", "{\"url\":\"x\"}", "\0\0\0")) {
                Files.write(part, other);
                Files.writeString(note, damaged);
                assertThat(fetch(server.url("/f"), false, 1).path()).hasBinaryContent(PLAIN);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes 0-99/100",
                "bytes 7-%d/%d",
                "bytes FROM-%d/999999999",
                "bytes */%d",
                "lines 100000-%d/%d",
                "bytes FROM-5/%d"
            })
    @DisplayName("another part than was asked for is not taken")
    void wrongRange(String range) throws Exception {
        String claimed =
                range.replaceFirst("%d", String.valueOf(PLAIN.length - 1)).replace("%d", String.valueOf(PLAIN.length));
        AtomicInteger answers = new AtomicInteger();
        TestServer.Handler claiming = request -> {
            Answer answer = FILE.cut(BREATH).ranged(request);
            String from = request.header("Range").orElse("").replaceAll("\\D", "");
            return answers.getAndIncrement() >= 2
                    ? FILE
                    : answer.status() == 206 ? answer.with("Content-Range", claimed.replace("FROM", from)) : answer;
        };
        try (TestServer server = new TestServer().otherwise(claiming)) {
            assertThat(fetch(server.url("/f"), false, 4).path()).hasBinaryContent(PLAIN);
            assertThat(server.headers("range")).hasSize(3).last().isEqualTo("");
            assertThat(offsets(server)).hasSize(1);
        }
    }

    @Test
    @DisplayName("a file that has changed in the meantime is fetched from its beginning")
    void changed() throws Exception {
        byte[] newer =
                new String(PLAIN, StandardCharsets.UTF_8).replace('1', '7').getBytes(StandardCharsets.UTF_8);
        Answer now = FILE.withBody(newer).with("ETag", "\"v2\"").cut(BREATH);
        try (TestServer server = serving(FILE.cut(BREATH), 1, now)) {
            assertThat(fetch(server.url("/f"), false, 9).path()).hasBinaryContent(newer);
            assertThat(received).hasValue(newer.length);
            assertThat(server.headers("if-range")).startsWith("", "\"v1\"", "").endsWith("\"v2\"");
        }
    }

    @Test
    @DisplayName("a changed file with a 206 all the same is not mixed with the old one")
    void changedAndPartial() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        TestServer.Handler careless = request -> answers.getAndIncrement() == 0
                ? FILE.cut(BREATH)
                : FILE.ranged(request).with("ETag", "\"v2\"");
        try (TestServer server = new TestServer().otherwise(careless)) {
            assertThat(fetch(server.url("/f"), false, 3).path()).hasBinaryContent(PLAIN);
            assertThat(server.headers("range")).hasSize(3).last().isEqualTo("");
            assertThat(offsets(server)).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ETag: \"x\"                                     | | true",
                "ETag: W/\"x\"                                   | | false",
                "                                                | | false",
                "Last-Modified: Mon, 23 Nov 2026 03:59:59 GMT    | | true",
                "Last-Modified: Mon, 23 Nov 2026 04:00:00 GMT    | | false",
                "Last-Modified: yesterday                        | | false",
                "ETag: \"x\"                                     | Accept-Ranges: none | false",
                "ETag: \"x\"                                     | Accept-Ranges: bytes | true",
            })
    @DisplayName("is continued only where the server tells one version of it from another")
    void validators(String header, String more, boolean continued) throws Exception {
        Answer file = Answer.of(200)
                .with("Date", "Mon, 23 Nov 2026 04:00:00 GMT")
                .withBody(PLAIN)
                .cut(PLAIN.length - 1000);
        for (String line : Stream.of(header, more).filter(Objects::nonNull).toList()) {
            String[] named = line.split(": ", 2);
            file = file.with(named[0], named[1]);
        }
        try (TestServer server = serving(file)) {
            if (continued) {
                assertThat(fetch(server.url("/f"), false, 3).path()).hasBinaryContent(PLAIN);
                assertThat(server.headers("range")).hasSize(2);
                assertThat(offsets(server)).hasSize(1);
            } else {
                assertThatThrownBy(() -> fetch(server.url("/f"), false, 3)).isInstanceOf(HttpFailure.class);
                assertThat(server.headers("range")).containsOnly("").hasSize(3);
                assertThat(folder).isEmptyDirectory();
            }
        }
    }

    @Test
    @DisplayName("from a server without ranges it is fetched from its beginning, and the range is asked for once only")
    void withoutRanges() throws Exception {
        Answer broken = FILE.cut(BREATH);
        try (TestServer server = new TestServer().otherwise(broken, broken, broken, broken, FILE)) {
            assertThat(fetch(server.url("/f"), false, 9).path()).hasBinaryContent(PLAIN);
            assertThat(server.headers("range")).hasSize(5).endsWith("", "", "");
            assertThat(offsets(server)).hasSize(1);
        }
    }

    @Test
    @DisplayName("what is packed on the fly cannot be continued: the plain file, which often can, is asked for")
    void packedOnTheFly() throws Exception {
        Answer packed = PACKED_FILE.with("ETag", "W/\"v1\"").cut(PACKED.length / 2);
        Answer plain = FILE.cut(PLAIN.length / 2);
        try (TestServer server = new TestServer()
                .otherwise(request -> (request.header("Accept-Encoding").equals(Optional.of("gzip")) ? packed : plain)
                        .ranged(request))) {
            assertThat(fetch(server.url("/f"), false, 9).path()).hasBinaryContent(PLAIN);
            assertThat(server.headers("accept-encoding")).startsWith("gzip", "identity", "identity");
        }
    }

    @Test
    @DisplayName("when the attempts are used up it stays, with a note for the next run, which holds no signature")
    void stays() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        try (TestServer server = new TestServer()
                .otherwise(request ->
                        answers.getAndIncrement() < 2 ? FILE.cut(BREATH).ranged(request) : Answer.of(503))) {
            URI url = server.url("/f?X-Amz-Signature=s3cret");

            assertThatThrownBy(() -> fetch(url, false, 3)).hasMessageContaining("HTTP 503");

            byte[] first = Files.readAllBytes(part);
            assertThat(first).isNotEmpty().isEqualTo(Arrays.copyOf(PLAIN, first.length));
            assertThat(note)
                    .hasContent("{\"url\":\"" + server.url("/f?X-Amz-Signature=REDACTED")
                            + "\",\"validator\":\"\\\"v1\\\"\",\"encoding\":\"\",\"length\":" + PLAIN.length + "}");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(note)))
                    .isEqualTo("rw-------");
            assertThat(received).hasValue(0);

            answers.set(0);
            URI fresh = server.url("/f?X-Amz-Signature=other");
            assertThatThrownBy(() -> fetch(fresh, false, 3)).hasMessageContaining("HTTP 503");
            byte[] second = Files.readAllBytes(part);
            assertThat(second).hasSizeGreaterThan(first.length).isEqualTo(Arrays.copyOf(PLAIN, second.length));
        }
    }

    @Test
    @DisplayName("a server that sends the rest in pieces is asked for piece after piece")
    void pieces() throws Exception {
        TestServer.Handler pieces = request -> {
            int from = from(request);
            int end = Math.min(PLAIN.length, from + 1_400_000);
            return from == 0
                    ? FILE.cut(end)
                    : Answer.of(206)
                            .with("ETag", "\"v1\"")
                            .with("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + PLAIN.length)
                            .withBody(Arrays.copyOfRange(PLAIN, from, end));
        };
        try (TestServer server = new TestServer().otherwise(pieces)) {
            assertThat(fetch(server.url("/f"), false, 9).path()).hasBinaryContent(PLAIN);
            assertThat(recorder.events("retrying")).hasSize(1);
            assertThat(offsets(server)).hasSizeGreaterThan(1);
        }
    }

    private static int from(TestServer.Request request) {
        return Integer.parseInt("0" + request.header("Range").orElse("").replaceAll("\\D", ""));
    }

    @ParameterizedTest
    @CsvSource({"true, 3", "false, 4"})
    @DisplayName("where nobody told its length at first, the end of a piece is not that of the file")
    void piecesOfUnknownLength(boolean told, int requests) throws Exception {
        TestServer.Handler pieces = request -> {
            int from = from(request);
            if (from >= PLAIN.length) {
                return Answer.of(416, "over").with("Content-Range", "bytes */" + PLAIN.length);
            }
            int end = Math.min(PLAIN.length, from + 2_400_000);
            return request.header("Range").isEmpty()
                    ? FILE.chunked().cut(100_000)
                    : Answer.of(206)
                            .with("ETag", "\"v1\"")
                            .with(
                                    "Content-Range",
                                    "bytes " + from + "-" + (end - 1) + "/" + (told ? PLAIN.length : "*"))
                            .withBody(Arrays.copyOfRange(PLAIN, from, end));
        };
        try (TestServer server = new TestServer().otherwise(pieces)) {
            assertThat(fetch(server.url("/f"), false, 2).path()).hasBinaryContent(PLAIN);
            assertThat(server.requests()).hasSize(requests);
        }
    }

    @ParameterizedTest
    @CsvSource({"Content-Range: bytes */%d, 1", "X: y, 2", "Content-Range: bytes */9, 2"})
    @DisplayName("what has come whole before the kill, which nobody knew, is taken if the server says so")
    void wholeOfUnknownLength(String header, int requests) throws Exception {
        String[] told = header.replace("%d", "" + PLAIN.length).split(": ");
        try (TestServer server = new TestServer()
                .otherwise(request ->
                        request.header("Range").isPresent() ? Answer.of(416).with(told[0], told[1]) : FILE)) {
            Files.write(part, PLAIN);
            new PartFile(part).writeNote(new PartNote(server.url("/f").toString(), "\"v1\"", "", null));

            assertThat(fetch(server.url("/f"), false, 2).path()).hasBinaryContent(PLAIN);
            assertThat(server.requests()).hasSize(requests);
        }
    }

    @Test
    @DisplayName(
            "where the very same bytes come twice, no third time is asked for: the announced count is wrong, not they")
    void wrongTwice() throws Exception {
        byte[] short1 = Arrays.copyOf(PLAIN, new String(PLAIN, StandardCharsets.UTF_8).lastIndexOf("{\"resource"));
        try (TestServer server = serving(FILE.withBody(short1))) {
            assertThat(fetch(server.url("/f"), false, 9).path()).hasBinaryContent(short1);
            assertThat(server.requests()).hasSize(2);
        }
    }
}
