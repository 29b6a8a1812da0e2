package io.github.cumulusmaven.sandbox;

import com.sun.net.httpserver.HttpServer;
import io.github.cumulusmaven.files.Daemons;
import io.github.cumulusmaven.files.TemporaryFolder;
import io.github.cumulusmaven.smart.SmartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A small SMART bulk-data server on 127.0.0.1, over real HTTP: for trials, demonstrations and tests that have no EHR.
 *
 * <p>It speaks Bulk Data Access 2 and 3 (of {@code _typeFilter} the token and date searches, and no
 * {@code _elements}, {@code includeAssociatedData} and {@code organizeOutputBy}) and SMART Backend
 * Services. Exports are really made, into a private folder in {@code java.io.tmpdir} that is deleted with the server;
 * memory does not grow with the data, but for the ids of what is read by id.
 *
 * <p>Nobody from elsewhere can connect, but every user of this machine can, and can register: data that they must not
 * see does not belong here.
 */
public final class SandboxServer implements AutoCloseable {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int HTTP_THREADS = 16;
    private static final int JOB_THREADS = 2;
    private static final int SECONDS_TO_END = 10;
    private static final String EXPORTS = "exports";
    private static final String INDEX = "index";

    /**
     * The JDK's server sends the head and the body of an answer apart, and without this each of them costs the client
     * 40 ms on Java 17 (Nagle's algorithm meets delayed acknowledgement). Nothing but that server reads it.
     */
    private static final String WORK = "cumulus-sandbox-";

    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private final HttpServer http;
    private final TemporaryFolder temporary;
    private final Path work;
    private final URI origin;
    private final Clients clients;
    private final ExportJobs jobs;
    private final ExecutorService httpThreads =
            Executors.newFixedThreadPool(HTTP_THREADS, Daemons.named("cumulus-sandbox-http"));
    private final ExecutorService jobThreads =
            Executors.newFixedThreadPool(JOB_THREADS, Daemons.named("cumulus-sandbox-export"));
    private final Thread lastResort = new Thread(this::closeInHaste, "cumulus-sandbox-end");
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Starts a server, which can be used at once. */
    public static SandboxServer start(SandboxConfig config, InstantSource clock) throws IOException {
        return start(config, clock, SandboxListener.NONE);
    }

    /**
     * The same with a request log.
     *
     * @throws IOException when the port is taken, or the data is not there
     */
    public static SandboxServer start(SandboxConfig config, InstantSource clock, SandboxListener listener)
            throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        TemporaryFolder.deleteLeftOver(parent, WORK);
        return startIn(TemporaryFolder.in(parent, WORK), config, clock, listener);
    }

    /** With a work folder that the server makes and deletes. */
    static SandboxServer startIn(
            TemporaryFolder temporary, SandboxConfig config, InstantSource clock, SandboxListener listener)
            throws IOException {
        temporary.createForAll();
        Path work = temporary.path();
        try {
            DataFolder data = DataFolder.open(folder(config.data(), work));
            Files.createDirectory(work.resolve(EXPORTS));
            Files.createDirectory(work.resolve(INDEX));
            SandboxServer server = new SandboxServer(bind(config.port()), data, temporary, clock);
            server.serve(config.secure(), data, clock, listener);
            return server;
        } catch (IOException | RuntimeException failure) {
            temporary.delete();
            throw failure;
        }
    }

    private static Path folder(SandboxData data, Path work) throws IOException {
        if (data instanceof SandboxData.Folder folder) {
            return folder.path();
        }
        Path sample = Files.createDirectory(work.resolve("sample"));
        SandboxData.Sample.copyTo(sample);
        return sample;
    }

    private static HttpServer bind(int port) throws IOException {
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
        return HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
    }

    private SandboxServer(HttpServer http, DataFolder data, TemporaryFolder temporary, InstantSource clock) {
        this.http = http;
        this.temporary = temporary;
        this.work = temporary.path();
        this.origin = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
        this.clients = new Clients(tokenUrl());
        this.jobs = new ExportJobs(data, work.resolve(EXPORTS), jobThreads, clock);
    }

    private void serve(boolean secure, DataFolder data, InstantSource clock, SandboxListener listener) {
        AccessTokens tokens = new AccessTokens(clock);
        TokenCheck check = secure ? tokens : TokenCheck.NONE;
        ResourceEndpoint resources = new ResourceEndpoint(check, data, work.resolve(INDEX));
        SandboxRouter router = new SandboxRouter(
                new DiscoveryEndpoint(
                        origin,
                        data.types(),
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString()),
                new AuthEndpoint(clients, tokens, clock),
                new ExportEndpoint(origin, check, secure, data.types(), resources.groups(), jobs, clock),
                resources,
                listener);
        http.createContext("/", router);
        http.setExecutor(httpThreads);
        http.start();
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Where FHIR begins. */
    public URI fhirBase() {
        return origin.resolve(SandboxRouter.FHIR);
    }

    /** The token endpoint, which is also the audience of client assertions. */
    public URI tokenUrl() {
        return origin.resolve(SandboxRouter.TOKEN);
    }

    /** Where its files are, while it runs. */
    Path workFolder() {
        return work;
    }

    /**
     * Registers a client, as {@code POST /auth/register} does.
     *
     * @param publicJwks its public keys
     * @return the client id
     * @throws SmartFailure when there is no usable key
     */
    public String register(String publicJwks) throws SmartFailure {
        return clients.register(publicJwks);
    }

    /**
     * Registers a client under an id that it has already, so that its settings outlive the server.
     *
     * @throws SmartFailure when there is no usable key
     */
    public void register(String clientId, String publicJwks) throws SmartFailure {
        clients.register(clientId, publicJwks);
    }

    /** Ends all that is under way and deletes all files. */
    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        http.stop(0);
        httpThreads.shutdownNow();
        jobs.removeAll();
        jobThreads.shutdownNow();
        awaitEnd(httpThreads);
        awaitEnd(jobThreads);
        temporary.delete();
        forgetLastResort();
    }

    /** Also for a caller who is interrupted: as long as they run, the threads write files. */
    private static void awaitEnd(ExecutorService threads) {
        boolean interrupted = Thread.interrupted();
        try {
            threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException impatient) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The files may be of patients: they must not outlive a process that is stopped with Ctrl-C. */
    private void closeInHaste() {
        try {
            close();
        } catch (IOException tooLate) {
            // Nobody is left to be told.
        }
    }

    private void forgetLastResort() {
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException shuttingDown) {
            // The hook is what runs this.
        }
    }
}
