package io.github.cumulusmaven.http;

import io.github.cumulusmaven.files.Daemons;
import io.github.cumulusmaven.http.HttpFailure.Kind;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;

/**
 * The only way to the network: one client for a goal's life time.
 *
 * <p>Redirects are followed here and not by the JDK's client, which on Java 17 sends the {@code Authorization} header
 * along to another origin. HTTP/1.1 only: the JDK mishandles HTTP/2's GOAWAY before 17.0.17. SOCKS proxies and TLS to a
 * proxy are not supported by the JDK's client.
 */
public final class HttpGateway implements AutoCloseable {
    private static final String BUFFER_SIZE = "jdk.httpclient.bufsize";
    private static final int BUFFER = 128 * 1024;
    private static final int MOST_REDIRECTS = 5;
    private static final int SEE_OTHER = 303;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, SEE_OTHER, 307, 308);

    private final boolean largeFiles;
    private final Limits limits;
    private final String userAgent;
    private final InstantSource clock;
    private final ExecutorService executor;
    private final HttpClient client;
    private final BodyWatch watch;
    private final LocalAddresses localAddresses = new LocalAddresses();
    private final Secrets secrets;
    private volatile Deadline end = Deadline.never();
    private volatile UrlRewrites rewrites = UrlRewrites.NONE;

    /**
     * The time limits of waiting.
     *
     * @param connect for a connection
     * @param answer for an answer's headers, and then for the complete body where it is known to be small
     * @param stall for a body's next byte
     */
    public record Limits(Duration connect, Duration answer, Duration stall) {
        /** Patient enough for a busy EHR. */
        public static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(2));
    }

    /** Makes a gateway for large files, with secrets that no other part of the run needs to know. */
    public HttpGateway(Limits limits, String userAgent, InstantSource clock) {
        this(limits, userAgent, clock, new Secrets());
    }

    /** Makes a gateway for large files; adds the credentials it sends to the secrets. */
    public HttpGateway(Limits limits, String userAgent, InstantSource clock, Secrets secrets) {
        this(limits, userAgent, clock, secrets, true);
    }

    /** Makes a gateway for many small answers, each of which would have to pay for a large buffer. */
    public static HttpGateway forSmallAnswers(Limits limits, String userAgent, InstantSource clock, Secrets secrets) {
        return new HttpGateway(limits, userAgent, clock, secrets, false);
    }

    private HttpGateway(Limits limits, String userAgent, InstantSource clock, Secrets secrets, boolean largeFiles) {
        this.largeFiles = largeFiles;
        this.limits = limits;
        this.userAgent = userAgent;
        this.clock = clock;
        this.secrets = secrets;
        this.executor = Executors.newCachedThreadPool(Daemons.named("cumulus-http"));
        this.client = newClient();
        this.watch = new BodyWatch(limits.stall());
    }

    /** Returns what this run knows to be secret: the credentials that were sent, and what others have added. */
    public Secrets secrets() {
        return secrets;
    }

    private HttpClient newClient() {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.connect())
                .executor(largeFiles ? executor : HttpGateway::runHere);
        return largeFiles ? withLargeBuffer(builder) : builder.build();
    }

    /**
     * Runs a task of the JDK's client in its selector's thread: to hand it to another one takes a fifth of the time of a
     * small answer. What the task throws must not end the selector, and with it all other requests.
     */
    private static void runHere(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            Thread here = Thread.currentThread();
            here.getUncaughtExceptionHandler().uncaughtException(here, failure);
        }
    }

    /**
     * Lets the JDK's client read 128 KB at a time: its own 16 KB, with two changes of threads for each, are a third of a
     * download's work. It looks at the property once in a JVM's life, when the first client is made, so nothing needs to
     * stay behind; what a user has set wins.
     */
    private static HttpClient withLargeBuffer(HttpClient.Builder client) {
        if (System.getProperty(BUFFER_SIZE) != null) {
            return client.build();
        }
        System.setProperty(BUFFER_SIZE, String.valueOf(BUFFER));
        try {
            return client.build();
        } finally {
            System.clearProperty(BUFFER_SIZE);
        }
    }

    /**
     * Lets requests go to a host that the user has named, wherever that is. All other hosts, which servers name, are
     * refused where they are local addresses of a kind at which the user has named none.
     */
    public HttpGateway allow(URI namedByUser) {
        localAddresses.allow(namedByUser);
        return this;
    }

    /** Sends requests to the addresses that the user knows, where a server names others. */
    public HttpGateway rewriting(UrlRewrites known) {
        rewrites = known;
        known.bases().values().forEach(localAddresses::allow);
        return this;
    }

    /** Lists the server's base under its real address and under the server's own names for it. */
    public List<String> basesOf(URI base) {
        return rewrites.basesOf(base.toString());
    }

    /** Resolves a URL that a server names in the answer of another URL, by the rules of {@link NamedUrl}. */
    public Optional<URI> resolve(URI source, String named) {
        return NamedUrl.resolve(source, named, rewrites);
    }

    /** Tells whether the host of a URL can be looked up; true where a proxy looks names up instead. */
    public boolean isHostKnown(URI url) {
        return localAddresses.isKnown(rewrites.apply(url));
    }

    /**
     * Ends all requests, and their bodies, after a time, with {@link HttpFailure.Kind#TIME_IS_UP}. Only those that begin or
     * delete a job at the server have the time that they need: nobody would know what became of it.
     */
    public void endAfter(Duration left) {
        end = Deadline.after(left, true);
    }

    /** Lifts the time limit of the run. */
    public void endNever() {
        end = Deadline.never();
    }

    /**
     * Sends a request, once, and returns the answer whatever its status. A GET follows up to five redirects; a refused
     * credential (401) is renewed once and the request repeated.
     *
     * @throws HttpFailure when no answer comes
     * @throws IOException when the authorizer cannot get a credential
     */
    public HttpReply send(HttpCall named, Authorizer authorizer) throws IOException, InterruptedException {
        HttpCall call = named.to(rewrites.apply(named.url()));
        Optional<String> credential = authorizer.authorization(call.url());
        HttpReply reply = follow(call, credential, authorizer);
        boolean refused = reply.status() == 401 && isHome(call, reply.url());
        if (!refused || credential.isEmpty() || !renewed(authorizer, credential.get(), reply)) {
            return reply;
        }
        reply.close();
        return follow(call, authorizer.authorization(call.url()), authorizer);
    }

    private static boolean renewed(Authorizer authorizer, String credential, HttpReply reply)
            throws IOException, InterruptedException {
        try {
            return authorizer.renew(credential);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            reply.close();
            throw failure;
        }
    }

    /** Tells whether a credential for the call may go to this URL. */
    private static boolean isHome(HttpCall call, URI url) {
        return Origin.of(url).equals(Origin.of(call.url())) && !SignedUrl.isSigned(url);
    }

    /**
     * Follows redirects. Sends the credential only to the origin it was requested for, and never again once a redirect
     * has led elsewhere, not even back: another site must not choose what is done in our name (FL-03).
     */
    private HttpReply follow(HttpCall call, Optional<String> credential, Authorizer authorizer)
            throws IOException, InterruptedException {
        HttpCall hop = call;
        boolean atHome = true;
        boolean patient = call.once() || call.method().equals("DELETE");
        Deadline deadline = (patient ? Deadline.never() : end).orAfter(call.limit());
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            atHome &= isHome(call, hop.url());
            Optional<Origin> withheldFor =
                    credential.isEmpty() ? authorizer.withheldFor(call.url()) : withheldFor(call, hop.url());
            HttpReply reply = exchange(hop, atHome ? credential : Optional.empty(), withheldFor, deadline);
            Optional<String> location = reply.header("Location");
            if (!isFollowed(call, reply.status()) || location.isEmpty()) {
                return reply;
            }
            reply.close();
            hop = hop.to(resolve(hop, location.get()));
        }
        throw new HttpFailure(Kind.REDIRECT_LOOP, call.method(), call.url());
    }

    /**
     * Tells whether to follow a redirect. A 303 to a once-only call is not followed: the server has done what was
     * asked.
     */
    private static boolean isFollowed(HttpCall call, int status) {
        return call.method().equals("GET") && REDIRECTS.contains(status) && !(call.once() && status == SEE_OTHER);
    }

    private static Optional<Origin> withheldFor(HttpCall call, URI hop) {
        return Optional.of(Origin.of(call.url()))
                .filter(home -> !home.equals(Origin.of(hop)) && !SignedUrl.isSigned(hop));
    }

    private URI resolve(HttpCall from, String location) throws HttpFailure {
        return resolve(from.url(), location)
                .orElseThrow(() -> new HttpFailure(Kind.BAD_REDIRECT, from.method(), from.url()));
    }

    private HttpReply exchange(
            HttpCall call, Optional<String> credential, Optional<Origin> withheldFor, Deadline deadline)
            throws IOException, InterruptedException {
        if (!Origin.isWeb(call.url())) {
            throw new HttpFailure(Kind.NOT_WEB, call.method(), call.url());
        }
        if (Origin.of(call.url()).isExposed()) {
            throw new HttpFailure(Kind.EXPOSED, call.method(), call.url());
        }
        if (localAddresses.refuse(call.url())) {
            throw new HttpFailure(Kind.LOCAL_ADDRESS, call.method(), call.url());
        }
        Duration left = deadline.left();
        if (left.isNegative() || left.isZero()) {
            throw new HttpFailure(deadline.kind(Kind.NO_ANSWER), call.method(), call.url());
        }
        Duration wait = left.compareTo(limits.answer()) < 0 ? left : limits.answer();
        HttpResponse<InputStream> response = send(request(call, credential, wait), call, deadline);
        BodyWatch.WatchedBody body = watch.watch(response.body(), call, deadline);
        return new HttpReply(
                call.method(),
                call.url(),
                response.statusCode(),
                response.headers(),
                body,
                limits.answer(),
                clock.instant(),
                withheldFor,
                credential.isPresent(),
                rewrites,
                secrets);
    }

    private HttpRequest request(HttpCall call, Optional<String> credential, Duration wait) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.url())
                .method(call.method(), body(call))
                .timeout(wait);
        request.setHeader("User-Agent", userAgent);
        call.headers().forEach(request::setHeader);
        credential.ifPresent(value -> authorize(request, value));
        return request.build();
    }

    private static BodyPublisher body(HttpCall call) {
        byte[] bytes = call.bytes();
        if (bytes.length > 0) {
            return BodyPublishers.ofByteArray(bytes);
        }
        return call.once() ? new SentOnce() : BodyPublishers.noBody();
    }

    /** Sets the {@code Authorization} header, and replaces the JDK's exception, which would quote the credential. */
    private void authorize(HttpRequest.Builder request, String credential) {
        secrets.addRenewed(credential.substring(credential.indexOf(' ') + 1));
        try {
            request.setHeader("Authorization", credential);
        } catch (IllegalArgumentException quoting) {
            throw new IllegalArgumentException("the credential holds a character that no HTTP header may hold");
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request, HttpCall call, Deadline deadline)
            throws HttpFailure, InterruptedException {
        try {
            // An idle connection may be closed already: a request that cannot be sent again needs a new one.
            HttpClient sender = call.once() ? newClient() : client;
            return sender.send(request, BodyHandlers.ofInputStream());
        } catch (IOException failure) {
            Kind kind = deadline.kind(kindOf(failure));
            throw isOurs(failure)
                    ? new HttpFailure(kind, call.method(), call.url(), failure)
                    : new HttpFailure(kind, call.method(), call.url());
        } catch (IllegalArgumentException unreadable) {
            // In this form the JDK's client lets a malformed Content-Length escape.
            throw new HttpFailure(Kind.BROKEN, call.method(), call.url());
        }
    }

    /**
     * Tells whether a failure's message comes from the JDK; other messages may quote what the server sent, even the
     * rest of an earlier body.
     */
    private static boolean isOurs(IOException failure) {
        return failure instanceof SSLException
                || failure instanceof SocketException
                || failure instanceof HttpTimeoutException
                || failure instanceof UnknownHostException;
    }

    private static Kind kindOf(IOException failure) {
        if (failure instanceof HttpConnectTimeoutException) {
            return Kind.NO_CONNECTION;
        }
        if (failure instanceof HttpTimeoutException) {
            return Kind.NO_ANSWER;
        }
        if (failure instanceof SSLException) {
            return wasCutOff(failure) ? Kind.NO_CONNECTION : Kind.TLS;
        }
        if (failure instanceof ConnectException) {
            return isUnknownHost(failure) ? Kind.UNKNOWN_HOST : Kind.NO_CONNECTION;
        }
        return failure instanceof UnknownHostException ? Kind.UNKNOWN_HOST : Kind.BROKEN;
    }

    /** Tells whether the other side hung up in the handshake, as a server does that is just starting or stopping. */
    private static boolean wasCutOff(IOException failure) {
        return failure.getCause() instanceof SocketException
                || String.valueOf(failure.getMessage()).contains("terminated the handshake");
    }

    /** Tells whether a host's name is unknown, which the JDK hides inside a ConnectException without a message. */
    private static boolean isUnknownHost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    /** Ends all that is under way. */
    @Override
    public void close() {
        watch.close();
        executor.shutdownNow();
    }
}
