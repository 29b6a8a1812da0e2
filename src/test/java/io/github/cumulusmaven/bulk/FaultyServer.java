package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.TestServer;
import io.github.cumulusmaven.http.TestServer.Request;
import io.github.cumulusmaven.smart.AssertionRefused;
import io.github.cumulusmaven.smart.AssertionVerifier;
import io.github.cumulusmaven.smart.SigningKey;
import io.github.cumulusmaven.smart.SmartFailure;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A SMART bulk data server with one job, on two sites, one request a connection. One of its phases goes wrong for as long
 * as it is told. It keeps an eye on its client, too.
 */
final class FaultyServer implements AutoCloseable {
    static final String CLIENT = "client-1";

    /** In each token, and in the signed link. */
    static final String SECRET = "s3cret";

    /** Whatever a client may take for "it is gone" (DL-02). */
    private static final Set<Integer> GONE = Set.of(200, 202, 204, 404, 410);

    private static final String STATUS = "/jobs/1";
    private static final String SIGNED = "/files/ERROR?sig=" + SECRET;

    /** A request that came. */
    record Seen(Phase phase, Instant time, boolean ranged) {}

    private final HandClock clock;
    private final AssertionVerifier verifier;
    private final ServedExport export;
    private final Runnable onDelete;
    private final Fault fault;
    private final Phase phase;
    private final TestServer here;
    private final TestServer elsewhere;
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private boolean away;
    private int left;
    private int polls;
    private boolean deleted;
    private boolean vanishing;

    /**
     * A server in which the first requests of a phase go wrong.
     *
     * @param times how many of them
     * @param export what it has
     * @param onDelete run when the job is to be deleted
     */
    FaultyServer(
            SigningKey registered,
            HandClock clock,
            Fault fault,
            Phase phase,
            int times,
            ServedExport export,
            Runnable onDelete)
            throws SmartFailure {
        this.clock = clock;
        this.fault = fault;
        this.phase = phase;
        this.left = times;
        this.export = export;
        this.onDelete = onDelete;
        this.here = new TestServer(clock).otherwise(request -> here(request).with("Connection", "close"));
        this.elsewhere =
                new TestServer(clock).otherwise(request -> elsewhere(request).with("Connection", "close"));
        this.verifier = new AssertionVerifier(registered.publicJwks(), CLIENT, url("/token"));
        vanishBefore(Phase.DISCOVERY);
    }

    URI url(String path) {
        return here.url(path);
    }

    /** All goes well from now on. */
    synchronized void heal() {
        left = 0;
        comeBack();
    }

    /** Time passes: who does not listen any more may do so again. */
    synchronized void timePasses() {
        if (vanishing) {
            vanishing = false;
            vanishBefore(Phase.POLL);
            return;
        }
        if (away && left > 0 && left < Integer.MAX_VALUE) {
            left--;
        }
        if (left == 0) {
            comeBack();
        }
    }

    List<Seen> seen(Phase which) {
        return seen.stream().filter(request -> request.phase() == which).toList();
    }

    /** What it was asked, in order. */
    List<Phase> order() {
        return seen.stream().map(Seen::phase).toList();
    }

    synchronized boolean isDeleted() {
        return deleted;
    }

    /** What a client must not do. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    private void comeBack() {
        away = false;
        here.comeBack();
    }

    private synchronized void vanishBefore(Phase next) {
        if (fault == Fault.NO_CONNECTION && next == phase && left > 0) {
            away = true;
            here.leave();
        }
    }

    private Answer elsewhere(Request request) {
        if (request.header("Authorization").isPresent()) {
            problems.add("a token was sent to another site");
        }
        return good(request);
    }

    private synchronized Answer here(Request request) {
        Optional<Phase> asked = phase(request);
        boolean first = asked.equals(Optional.of(Phase.POLL)) && ++polls == 1;
        if (first) {
            // Its client waits now: it is to find nobody after that.
            vanishing = fault == Fault.NO_CONNECTION && phase == Phase.POLL && left > 0;
            return authorized(request, Answer.of(202).with("X-Progress", "50%").with("Retry-After", "10"));
        }
        if (asked.isEmpty()) {
            return good(request);
        }
        seen.add(new Seen(asked.get(), clock.instant(), request.header("Range").isPresent()));
        boolean spoiled = asked.get() == phase && left > 0;
        if (asked.get() == Phase.DELETE) {
            onDelete.run();
        }
        if (spoiled) {
            left -= left < Integer.MAX_VALUE ? 1 : 0;
            Answer wrong = fault.spoil(
                    good(request),
                    new Fault.Scene(clock.instant(), url(request.path()), elsewhere.url(request.path())));
            deleted |= asked.get() == Phase.DELETE && GONE.contains(wrong.status());
            return wrong;
        }
        Answer answer = authorized(request, good(request));
        if (answer.status() / 100 == 2) {
            next(asked.get()).ifPresent(this::vanishBefore);
            deleted |= asked.get() == Phase.DELETE;
        }
        return answer;
    }

    /**
     * The phase that comes after this one with no other request in between. The server's capabilities are asked for beside
     * the kick-off, before it or after it, and so tell nothing.
     */
    private static Optional<Phase> next(Phase before) {
        boolean between = before == Phase.KICK_OFF || before == Phase.DELETE;
        return between ? Optional.empty() : Optional.of(Phase.values()[before.ordinal() + 1]);
    }

    private static Optional<Phase> phase(Request request) {
        String path = request.path();
        if (path.startsWith("/files/")) {
            return Optional.of(Phase.valueOf(path.substring("/files/".length()).replaceFirst("\\?.*", "")));
        }
        if (request.method().equals("DELETE")) {
            return Optional.of(Phase.DELETE);
        }
        return switch (path) {
            case "/fhir/.well-known/smart-configuration" -> Optional.of(Phase.DISCOVERY);
            case "/token" -> Optional.of(Phase.TOKEN);
            case "/fhir/$export" -> Optional.of(Phase.KICK_OFF);
            case STATUS -> Optional.of(Phase.POLL);
            case STATUS + "?page=2" -> Optional.of(Phase.PAGE);
            default -> Optional.empty();
        };
    }

    /** A token where there must be one, and none where there must not. */
    private Answer authorized(Request request, Answer answer) {
        String token = request.header("Authorization").orElse("");
        Optional<Phase> asked = phase(request);
        boolean needed = asked.filter(which -> which != Phase.DISCOVERY && which != Phase.TOKEN && which != Phase.ERROR)
                .isPresent();
        if (!needed && !token.isEmpty()) {
            problems.add("a token was sent to " + asked);
        }
        return !needed || tokens.contains(token) ? answer : Answer.of(401);
    }

    private Answer good(Request request) {
        Optional<Phase> asked = phase(request);
        return asked.map(which -> switch (which) {
                    case DISCOVERY -> json(200, "{\"token_endpoint\":\"" + url("/token") + "\"}");
                    case TOKEN -> token(request);
                    case KICK_OFF ->
                        json(202, "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}")
                                .with("Content-Location", url(STATUS).toString());
                    case POLL -> json(200, page(List.of(Phase.OUTPUT, Phase.DELETED), STATUS + "?page=2"));
                    case PAGE -> json(200, page(List.of(Phase.PACKED, Phase.ERROR), ""));
                    case DELETE -> json(202, "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}");
                    case OUTPUT, PACKED, DELETED, ERROR -> export.answer(which, request);
                })
                .orElseGet(() -> json(200, "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\"}"));
    }

    private static Answer json(int status, String body) {
        return Answer.of(status, "application/json", body);
    }

    private Answer token(Request request) {
        try {
            verifier.verify(request.form().getOrDefault("client_assertion", ""), clock.instant());
        } catch (AssertionRefused refused) {
            problems.add("an assertion was refused: " + refused.description());
            return json(400, "{\"error\":\"" + refused.error() + "\"}");
        }
        String token = SECRET + "-" + (tokens.size() + 1);
        tokens.add("Bearer " + token);
        return json(200, "{\"access_token\":\"" + token + "\",\"token_type\":\"bearer\",\"expires_in\":300}");
    }

    private String page(List<Phase> files, String next) {
        String link = next.isEmpty() ? "" : ",\"link\":[{\"relation\":\"next\",\"url\":\"" + url(next) + "\"}]";
        return "{\"transactionTime\":\"" + Exports.TIME + "\",\"request\":\"x\",\"requiresAccessToken\":true,"
                + "\"output\":[" + entries(files, "Observation", Phase.OUTPUT)
                + entries(files, "Patient", Phase.PACKED) + "],\"deleted\":["
                + entries(files, "Bundle", Phase.DELETED) + "],\"error\":["
                + entries(files, "OperationOutcome", Phase.ERROR) + "]" + link + "}";
    }

    private String entries(List<Phase> files, String type, Phase which) {
        URI link = which == Phase.ERROR ? url(SIGNED) : url("/files/" + which);
        return files.contains(which) ? Exports.entry(link, type, export.count(which)) : "";
    }

    @Override
    public void close() {
        here.close();
        elsewhere.close();
    }
}
