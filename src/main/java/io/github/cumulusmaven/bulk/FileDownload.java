package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.bulk.DownloadPlan.Item;
import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.fhir.ndjson.LineMeter;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.GzipBody;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpReply;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** One attempt to bring one file over whole (FL ids). */
final class FileDownload {
    private static final int BUFFER = 128 * 1024;

    private final HttpGateway gateway;
    private final Authorizer authorizer;
    private final boolean compress;
    private final Set<HttpReply> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    FileDownload(HttpGateway gateway, Authorizer authorizer, boolean compress) {
        this.gateway = gateway;
        this.authorizer = authorizer;
        this.compress = compress;
    }

    /**
     * A whole file that lies under its temporary name.
     *
     * @param proof what was found in it
     * @param firstType the resource type of its first line; empty for a file without lines
     */
    record Fetched(Proof proof, String firstType) {}

    /**
     * Fetches a file from its beginning and checks it.
     *
     * @param received told of the bytes as they come
     * @throws DamagedFile when what came is not the whole file
     * @throws IOException when it does not come, or cannot be written
     */
    Fetched fetch(Item item, Path part, LongConsumer received) throws IOException, InterruptedException {
        HttpCall call = HttpCall.get(item.url(), "application/fhir+ndjson").with("Accept-Encoding", "gzip");
        try (HttpReply reply = gateway.send(call, authorizer)) {
            open.add(reply);
            goOn();
            try {
                return store(reply, item.state(), part, received);
            } finally {
                open.remove(reply);
            }
        } catch (HttpFailure broken) {
            goOn();
            if (broken.kind() == HttpFailure.Kind.UNKNOWN_HOST) {
                // The manifest's names are good: it is the network that is down, and may come back.
                throw new DamagedFile(String.valueOf(broken.getMessage()));
            }
            throw broken;
        }
    }

    /** Ends all attempts. Interrupting their threads is not enough: the JDK's client ignores it inside a body. */
    void stop() {
        stopped = true;
        open.forEach(reply -> {
            try {
                reply.close();
            } catch (IOException closing) {
                // It is given up in any case.
                open.remove(reply);
            }
        });
    }

    private void goOn() throws InterruptedException {
        if (stopped) {
            throw new InterruptedException("download stopped");
        }
    }

    private Fetched store(HttpReply reply, FileState state, Path part, LongConsumer received) throws IOException {
        if (reply.status() != 200) {
            throw reply.refusal();
        }
        LineMeter meter = new LineMeter();
        String sha256;
        try (DigestingFile file = DigestingFile.create(part)) {
            transfer(reply.body(), file, meter, received);
            sha256 = file.finish();
        } catch (ZipException | EOFException broken) {
            throw new DamagedFile("its gzip data are damaged or cut");
        }
        Proof proof = new Proof(meter.resources(), meter.bytes(), sha256);
        return new Fetched(proof, check(state, part, meter));
    }

    private void transfer(InputStream body, DigestingFile file, LineMeter meter, LongConsumer received)
            throws IOException {
        BufferedInputStream peekable = GzipBody.peekable(body);
        boolean gzip = GzipBody.isGzip(peekable);
        if (gzip && compress) {
            try (InputStream plain = GzipBody.decode(new CopyingStream(peekable, file))) {
                pump(plain, OutputStream.nullOutputStream(), meter, received);
            }
        } else if (compress) {
            try (OutputStream zipped = new GZIPOutputStream(file.keptOpen(), BUFFER)) {
                pump(peekable, zipped, meter, received);
            }
        } else {
            try (InputStream plain = GzipBody.decode(peekable)) {
                pump(plain, file, meter, received);
            }
        }
    }

    private static void pump(InputStream plain, OutputStream out, LineMeter meter, LongConsumer received)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
            meter.update(buffer, 0, count);
            out.write(buffer, 0, count);
            received.accept(count);
        }
    }

    private static String check(FileState file, Path part, LineMeter meter) throws IOException {
        Long announced = file.count();
        if (file.kind() == FileState.Kind.OUTPUT && announced != null && announced != meter.resources()) {
            throw new DamagedFile("the manifest announces " + announced + " resources, it holds " + meter.resources());
        }
        if (meter.endsInsideLine() && !endsWithWholeValue(part, meter.lastLineStart())) {
            throw new DamagedFile("it ends in the middle of a line");
        }
        String firstType = meter.resources() == 0 ? "" : firstType(part);
        if (file.kind() == FileState.Kind.OUTPUT && meter.resources() > 0 && !firstType.equals(file.type())) {
            checkUnexpected(firstType, file.type());
        }
        return firstType;
    }

    private static void checkUnexpected(String firstType, @Nullable String announced) throws DamagedFile {
        if (firstType.equals("OperationOutcome")) {
            throw new DamagedFile("the server sent an OperationOutcome in its place");
        }
        if (announced != null) {
            throw new DamagedFile("it holds " + shown(firstType) + ", the manifest announces " + announced);
        }
    }

    private static String shown(String type) {
        return ResourceType.isSafeName(type) ? type : "something else";
    }

    /** The newline at the end is optional; a last line without it must at least be whole JSON (FL-15). */
    private static boolean endsWithWholeValue(Path part, long lastLine) throws IOException {
        try (InputStream plain = GzipBody.decode(Files.newInputStream(part))) {
            plain.skipNBytes(lastLine);
            try (JsonParser parser = FhirJson.mapper().createParser(plain)) {
                parser.nextToken();
                parser.skipChildren();
                return parser.nextToken() == null;
            }
        } catch (JsonProcessingException cut) {
            return false;
        }
    }

    private static String firstType(Path part) throws IOException {
        try (InputStream plain = GzipBody.decode(Files.newInputStream(part));
                JsonParser parser = FhirJson.mapper().createParser(plain)) {
            return resourceType(parser).orElseThrow(() -> new DamagedFile("its first line is not a FHIR resource"));
        } catch (JsonProcessingException other) {
            throw new DamagedFile("its first line is not JSON");
        }
    }

    private static Optional<String> resourceType(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals("resourceType");
            JsonToken value = parser.nextToken();
            if (found && value == JsonToken.VALUE_STRING) {
                return Optional.of(parser.getText());
            }
            parser.skipChildren();
        }
        return Optional.empty();
    }
}
