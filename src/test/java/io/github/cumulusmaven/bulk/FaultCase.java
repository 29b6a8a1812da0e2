package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.bulk.FaultOutcome.Next;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.Scopes;
import io.github.cumulusmaven.smart.SigningKey;
import io.github.cumulusmaven.smart.SmartConfiguration;
import io.github.cumulusmaven.smart.SmartFailure;
import io.github.cumulusmaven.smart.TokenCache;
import io.github.cumulusmaven.smart.TokenEndpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One fault in one phase of an export: a run while it lasts, and where that fails, another once the server is well again.
 * Whatever must hold for all of them is looked at here, and what is wrong is listed.
 */
final class FaultCase {
    static final int FOR_EVER = Integer.MAX_VALUE;

    private static final SigningKey KEY = SigningKey.generate(KeyAlgorithm.ES384, Optional.of("k"));
    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration BEFORE_FIRST_POLL = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Long enough for a busy machine, and short enough for a suite. */
    private static final Duration SHORT = Duration.ofMillis(1500);

    private static final Set<String> OURS = Set.of("export.json", "log.ndjson", ".lock", ".gitignore");
    private static final List<Phase> FILES =
            Arrays.stream(Phase.values()).filter(Phase::isFile).toList();

    private final Fault fault;
    private final Phase phase;
    private final Path folder;
    private final ServedExport export;
    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final Recorder recorder = new Recorder();
    private final List<String> problems = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final FaultyServer server;

    /** What was found. */
    record Found(FaultOutcome outcome, List<String> problems) {}

    private FaultCase(Fault fault, Phase phase, int times, Path folder) throws IOException, SmartFailure {
        this.fault = fault;
        this.phase = phase;
        this.folder = folder;
        this.export = new ServedExport(phase == Phase.OUTPUT);
        this.server = new FaultyServer(KEY, clock, fault, phase, times, export, this::atDelete);
    }

    /** Plays it in a folder that is not there yet. */
    static Found play(Fault fault, Phase phase, int times, Path folder) throws Exception {
        FaultCase played = new FaultCase(fault, phase, times, folder);
        try (FaultyServer closed = played.server) {
            FaultOutcome outcome = played.play();
            played.problems.addAll(closed.problems());
            return new Found(outcome, List.copyOf(played.problems));
        }
    }

    private FaultOutcome play() throws Exception {
        Optional<String> failure = run(Next.NOTHING, fault.isSilent() ? SHORT : LONG);
        FaultOutcome first = observed(failure);
        if (failure.isEmpty()) {
            if (isBeyondNotice(phase) && !isRight(phase)) {
                return first.then(Next.UNSEEN);
            }
            if (phase == Phase.ERROR && !isRight(phase)) {
                require(!Files.exists(folder.resolve(ServedExport.name(phase))), "a damaged error file has its name");
                require(server.isDeleted(), "the server's job is still there");
                requireWhole(EnumSet.complementOf(EnumSet.of(phase)));
                return first.then(Next.WITHOUT);
            }
            requireWhole();
            return server.isDeleted() ? first : first.then(cleaned());
        }
        require(server.seen(Phase.DELETE).isEmpty(), "DELETE was sent after a failure");
        boolean miscounted = failure.get().equals("MISCOUNTED");
        requireRightSoFar(miscounted);
        Map<Phase, Integer> asked = requestsForWholeFiles();
        Next next = next();
        server.heal();
        if (miscounted) {
            Files.delete(folder.resolve(ServedExport.name(phase)));
        }
        if (next == Next.RESTART) {
            int before = server.seen(Phase.KICK_OFF).size();
            Optional<String> blind = run(Next.AGAIN, LONG);
            require(blind.equals(Optional.of("KICKOFF_INTERRUPTED")), "a lost kick-off was not noticed: " + blind);
            require(server.seen(Phase.KICK_OFF).size() == before, "a second kick-off was sent by itself");
        }
        int before = server.seen(phase).size();
        run(next, LONG).ifPresent(again -> problems.add("the healed server does not help: " + again));
        requireWhole();
        asked.forEach((file, times) -> require(
                next != Next.RESUME || server.seen(file).size() == times, file + " was whole, and fetched again"));
        List<FaultyServer.Seen> later = server.seen(phase);
        boolean ranged = later.size() > before && later.get(before).ranged();
        return first.then(next == Next.RESUME && ranged ? Next.RESUME_AT_BYTE : next);
    }

    /** What failed, as one word; nothing where all went well. */
    private Optional<String> run(Next way, Duration limit) throws Exception {
        ExportConfig config = config(way == Next.NOTHING ? 2 : 30);
        Sleeper sleeper = wait -> {
            clock.sleep(wait);
            server.timePasses();
        };
        try (HttpGateway gateway = new HttpGateway(new HttpGateway.Limits(LONG, limit, limit), "test/1", clock);
                ExportFolder taken = way == Next.CLEAN
                        ? ExportFolder.forResumption(folder)
                        : ExportFolder.forExport(config, way == Next.RESTART)) {
            BulkExport export = new BulkExport(new ExportContext(
                    config,
                    gateway,
                    tokens(gateway, sleeper),
                    FolderSeal.NONE,
                    clock,
                    sleeper,
                    () -> 0,
                    new ExportListeners(List.of(recorder))));
            if (way == Next.CLEAN) {
                export.resume(taken);
            } else {
                export.start(taken, way == Next.RESTART);
            }
            return Optional.empty();
        } catch (ExportFailure failure) {
            return failed(failure, failure.kind().name());
        } catch (SmartFailure failure) {
            return failed(failure, failure.kind().name());
        } catch (HttpFailure failure) {
            return failed(failure, failure.kind().name());
        } catch (HttpRefusal refusal) {
            return failed(refusal, "HTTP_" + refusal.status());
        }
    }

    private Optional<String> failed(Exception failure, String word) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        told.add(trace.toString());
        return Optional.of(word);
    }

    private ExportConfig config(int days) throws InvalidSetting {
        ExportTarget target = ExportTarget.parse(server.url("/fhir").toString());
        ExportParameters parameters = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        Patience patience =
                new Patience(Duration.ofHours(1), Duration.ofHours(24), Duration.ofDays(days), Optional.empty(), 10);
        return new ExportConfig(target, parameters, folder, 1, false, patience, Validation.LINES, false).validated();
    }

    /** As the goals do it. */
    private TokenCache tokens(HttpGateway gateway, Sleeper sleeper) throws IOException, InterruptedException {
        RetryPolicy policy = new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(30));
        Retries retries = new Retries(policy, sleeper, recorder, () -> 0);
        SmartConfiguration smart = SmartConfiguration.discover(gateway, retries, server.url("/fhir"), clock);
        ClientCredentials client = new ClientCredentials(FaultyServer.CLIENT, KEY);
        TokenCache tokens = new TokenCache(
                new TokenEndpoint(gateway, retries, smart, client, clock), Scopes.forTypes(List.of(), smart), clock);
        tokens.grantedScopes();
        return tokens;
    }

    private FaultOutcome observed(Optional<String> failure) {
        List<Duration> waits = new ArrayList<>(clock.sleeps());
        waits.remove(POLL);
        if (!recorder.events("accepted").isEmpty()) {
            waits.remove(BEFORE_FIRST_POLL);
        }
        boolean token = phase != Phase.TOKEN && server.seen(Phase.TOKEN).size() > 1;
        boolean links = phase.isFile() && server.seen(Phase.POLL).size() > 1;
        boolean ranged = server.seen(phase).stream().anyMatch(FaultyServer.Seen::ranged);
        return new FaultOutcome(
                failure, server.seen(phase).size(), List.copyOf(waits), token, links, ranged, Next.NOTHING);
    }

    private Next next() throws ExportFailure {
        return ExportFolder.look(folder)
                .map(state -> state instanceof KickingOff ? Next.RESTART : Next.RESUME)
                .orElse(Next.AGAIN);
    }

    /** All is here, but the server does not know that it may forget it. */
    private Next cleaned() throws Exception {
        require(recorder.events("jobNotDeleted").size() == 1, "nobody was told that the job is still there");
        server.heal();
        run(Next.CLEAN, LONG).ifPresent(failure -> problems.add("the healed server does not help: " + failure));
        require(server.isDeleted(), "the server's job is still there");
        return Next.CLEAN;
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            problems.add(otherwise);
        }
    }

    private boolean isRight(Phase file) {
        try {
            return Arrays.equals(Files.readAllBytes(folder.resolve(ServedExport.name(file))), export.content(file));
        } catch (IOException missing) {
            return false;
        }
    }

    private void atDelete() {
        FILES.forEach(file -> require(
                isRight(file) || isBeyondNotice(file) || file == Phase.ERROR && file == phase,
                "DELETE came before " + file + " was whole"));
    }

    /** Nothing that was announced tells the spoiled file from the whole one. */
    private boolean isBeyondNotice(Phase file) {
        return file == phase
                && (fault == Fault.LINE_LESS || fault == Fault.OUTCOME)
                && (file == Phase.ERROR || file == Phase.DELETED);
    }

    /** @param miscounted whether the file that the fault spoils was taken, for its count to be judged by the user */
    private void requireRightSoFar(boolean miscounted) {
        for (Phase file : FILES) {
            boolean there = Files.exists(folder.resolve(ServedExport.name(file)));
            boolean ofUser = miscounted && file == phase;
            require(!there || isRight(file) || ofUser, file + " has its name, and is not whole");
        }
    }

    private Map<Phase, Integer> requestsForWholeFiles() {
        Map<Phase, Integer> requests = new EnumMap<>(Phase.class);
        FILES.stream()
                .filter(this::isRight)
                .forEach(file -> requests.put(file, server.seen(file).size()));
        return requests;
    }

    /** The whole export: these bytes under these names, and nothing else; one job, and nothing secret. */
    private void requireWhole() throws IOException {
        requireWhole(EnumSet.copyOf(FILES));
    }

    private void requireWhole(Set<Phase> phases) throws IOException {
        Set<Phase> files = EnumSet.copyOf(FILES);
        files.retainAll(phases);
        files.forEach(file -> require(isRight(file), file + " is not what the server has"));
        List<String> expected = Stream.concat(OURS.stream(), files.stream().map(ServedExport::name))
                .sorted()
                .toList();
        require(names().equals(expected), "the folder holds " + names());
        require(
                phase == Phase.KICK_OFF || server.seen(Phase.KICK_OFF).size() == 1,
                "there were " + server.seen(Phase.KICK_OFF).size() + " kick-offs");
        String log = Files.readString(folder.resolve("log.ndjson"));
        requireEvents(log, files.size());
        String written = log + Files.readString(folder.resolve("export.json")) + told + recorder.events();
        require(!written.contains(FaultyServer.SECRET) && !written.contains("eyJ"), "a secret was written");
    }

    private void requireEvents(String log, int files) {
        List<String> events = log.lines()
                .map(line ->
                        FhirJson.parseObject(line).orElseThrow().path("eventId").asText())
                // a gateway's answer to the kick-off, before the server's own
                .dropWhile("client_error"::equals)
                // what the server answered to the DELETE comes last
                .filter(event -> !event.equals("delete_error"))
                .toList();
        require(events.get(0).equals("kickoff"), "the log begins with " + events.get(0));
        require(events.get(events.size() - 1).equals("export_complete"), "the log does not end with the export");
        require(Collections.frequency(events, "download_complete") >= files, "the log does not tell of all files");
        require(events.contains("status_complete") && events.contains("manifest_complete"), "the log has no manifest");
    }

    private List<String> names() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (IOException disk) {
            throw new UncheckedIOException(disk);
        }
    }
}
