package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Reason;
import io.github.cumulusmaven.files.FolderLock;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.redact.Secrets;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folder of one export, held by one run at a time. */
public final class ExportFolder implements Closeable {
    /** Limits export.json, in bytes: with a million files it has some 300 MB, and is read as a stream. */
    public static final long LARGEST_STATE = 1024L * 1024 * 1024;

    /** Where files lie: by the manifest's lists. */
    private static final List<String> PLACES = List.of("", "deleted", "error");

    private static final String LOCK = ".lock";
    private static final String LOG = "log.ndjson";

    /** What is there before a kick-off was accepted: it stands in nobody's way. */
    private static final Set<String> BEFORE_KICK_OFF = Set.of(
            PrivateFiles.IGNORE,
            PrivateFiles.neighbour(PrivateFiles.IGNORE),
            LOCK,
            LOG,
            PrivateFiles.neighbour(ExportStateFile.NAME));

    /** What an export brings, whole. */
    private static final String FILE = "[A-Za-z]+\\.\\d{3,}\\.ndjson(\\.gz)?";

    private static final Pattern PART = Pattern.compile(FILE + "\\.part(\\.json|\\.json\\.tmp|\\.plain)?");
    private static final Pattern HALF = Pattern.compile(FILE + "\\.part");
    private static final Pattern OURS = Pattern.compile(FILE + "|" + PART);

    private final Path path;
    private final FolderLock lock;

    private ExportFolder(Path path, FolderLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a folder, and makes it where it does not exist.
     *
     * @throws ExportFailure when it holds something that is no export, or another run works in it
     */
    public static ExportFolder take(Path path) throws ExportFailure {
        refuseForeign(path);
        return lock(path);
    }

    /**
     * Takes a folder for an export, a new one or the unfinished one of the same request that it holds, and makes it where
     * it does not exist.
     *
     * @param restart whether an unfinished one of another request will do
     * @throws ExportFailure when it holds something else, or another run works in it
     */
    public static ExportFolder forExport(ExportConfig config, boolean restart) throws ExportFailure {
        ExportFolder folder = take(config.directory());
        try {
            Optional<ExportState> state = folder.readState();
            if (state.isPresent()) {
                folder.refuseOther(state.get(), config, restart);
            }
            return folder;
        } catch (ExportFailure used) {
            folder.close();
            throw used;
        }
    }

    private void refuseOther(ExportState state, ExportConfig config, boolean restart) throws ExportFailure {
        ExportRequest before = state.request();
        ExportRequest now = config.request("", "");
        if (state instanceof ExportState.Done done) {
            boolean same = !restart && before.isSameAs(now);
            if (!same) {
                throw new ExportFailure(Kind.FOLDER_FINISHED, path.toString(), Reason.KICKED_OFF, before.kickedOff());
            }
            requireFiles(done);
            return;
        }
        if (!restart && !before.isSameAs(now)) {
            throw new ExportFailure(
                    Kind.FOLDER_OTHER_REQUEST,
                    path.toString(),
                    Reason.OTHER_REQUEST,
                    before.described(),
                    now.described());
        }
    }

    /** An export of which files are gone since is not up to date. */
    private void requireFiles(ExportState.Done done) throws ExportFailure {
        for (FileState file : done.files()) {
            boolean here;
            try {
                here = file.proof() == null || WholeFile.hasSize(file(file.path()), file.proof());
            } catch (IOException unreadable) {
                throw new ExportFailure(Kind.DISK, file(file.path()).toString(), unreadable);
            }
            if (!here) {
                throw new ExportFailure(
                        Kind.FOLDER_FINISHED,
                        path.toString(),
                        Reason.FILE_GONE,
                        done.request().kickedOff(),
                        file.path());
            }
        }
    }

    /**
     * Finds the folder's export, if it is finished and nothing is left to say to the server.
     *
     * @throws ExportFailure when the folder cannot be read
     */
    public Optional<ExportState.Done> finished() throws ExportFailure {
        return readState()
                .map(state -> state instanceof ExportState.Done done ? done : null)
                .filter(done -> done.jobDeleted() || done.request().sandbox().isPresent());
    }

    /**
     * Sums a finished export up.
     *
     * @throws ExportFailure when the server's error reports cannot be read
     */
    public ExportSummary summary(ExportState.Done done) throws ExportFailure {
        try {
            return ExportSummary.of(done.transactionTime(), done.files(), this, Duration.ZERO);
        } catch (IOException unreadable) {
            throw new ExportFailure(Kind.DISK, path.toString(), unreadable);
        }
    }

    /** Notes how a run ended, where it has left a state. An interrupt that ended it does not keep it from that. */
    public void note(String outcome) throws ExportFailure {
        boolean interrupted = Thread.interrupted();
        try {
            Optional<ExportState> state = readState();
            if (state.isPresent()) {
                stateFile(path).write(state.get(), outcome);
            }
        } catch (IOException disk) {
            throw new ExportFailure(Kind.DISK, path.toString(), disk);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Does so for a finished export whose own run was killed before it could. */
    public void noteIfMissing(String outcome) throws ExportFailure {
        try {
            if (!stateFile(path).outcome().isEmpty()) {
                return;
            }
        } catch (IOException unreadable) {
            throw new ExportFailure(Kind.DISK, path.toString(), unreadable);
        }
        note(outcome);
    }

    /** Notes that the folder's job was given up; its files stay. */
    public ExportState cancelled(ExportState.OfJob state, Instant now) throws ExportFailure {
        if (state instanceof ExportState.Cancelled) {
            return state;
        }
        ExportState cancelled = state instanceof ExportState.Done done
                ? done.cleaned()
                : new ExportState.Cancelled(
                        state.job(),
                        now.toString(),
                        state instanceof ExportState.Downloading downloading ? downloading.files() : List.of());
        try {
            writeState(cancelled);
        } catch (IOException disk) {
            throw new ExportFailure(Kind.DISK, path.toString(), disk);
        }
        return cancelled;
    }

    /**
     * Takes the folder of an export that began.
     *
     * @throws ExportFailure when there is none, or another run works in it
     */
    public static ExportFolder forResumption(Path path) throws ExportFailure {
        if (readState(path).isEmpty()) {
            throw new ExportFailure(Kind.NOTHING_TO_RESUME, path.toString(), Reason.NO_STATE);
        }
        return lock(path);
    }

    /**
     * Takes a folder of resources to add to, whoever made it.
     *
     * @throws ExportFailure when another run works in it
     */
    public static ExportFolder forHydration(Path path) throws ExportFailure {
        return lock(path, hasBegun(path));
    }

    /**
     * Notes what one run has added to a finished export of ours, in its state and its log; to other folders, nothing.
     *
     * @param files new ones
     * @param allMedications whether all Medications that are referred to are there now; nothing where nobody looked
     * @param counts for the log, by name
     */
    public void hydrated(
            List<AddedFile> files,
            Optional<Boolean> allMedications,
            Map<String, Long> counts,
            InstantSource clock,
            ZoneId zone)
            throws ExportFailure, IOException {
        Optional<ExportState> state = readState();
        if (state.isPresent() && state.get() instanceof ExportState.Done done) {
            stateFile(path)
                    .write(done.with(files, allMedications), stateFile(path).outcome());
            try (ExportLog log = new ExportLog(log(), done.job().exportId(), clock, zone, new Secrets())) {
                log.hydrated(counts);
            }
        }
    }

    /**
     * Writes into the log what a server says of its own faults in a failure that no state of the export knows: such words
     * may be of anybody, and are for the folder's owner only.
     *
     * @return where they are; nothing where there are none, or the disk does not take them
     */
    public Optional<Path> noteServerError(IOException failure, InstantSource clock) {
        if (!(failure.getCause() instanceof HttpRefusal refusal && refusal.isWithheld())) {
            return Optional.empty();
        }
        try {
            String id = readState().map(state -> state.request().exportId()).orElseGet(BulkExport::newId);
            try (ExportLog log = new ExportLog(log(), id, clock, ZoneId.systemDefault(), new Secrets())) {
                log.kickOffLost(refusal);
            }
            return Optional.of(log());
        } catch (ExportFailure | UncheckedIOException disk) {
            return Optional.empty();
        }
    }

    /** How far an export is that another run may be working on. */
    public static Optional<ExportState> look(Path path) throws ExportFailure {
        return readState(path);
    }

    /**
     * Finds how far the export is that a folder of any origin may hold: what another tool has put there under the name of our
     * state is none.
     */
    public static Optional<ExportState> lookIfOurs(Path path) throws ExportFailure, IOException {
        return stateFile(path).isOurs() ? readState(path) : Optional.empty();
    }

    /** The last job that the folder's log tells of: what is left to know where the state is damaged. */
    public static Optional<LoggedJob> logged(Path path) {
        return LoggedJob.last(path.resolve(LOG));
    }

    /** Whether an export was begun there, finished or not. */
    public static boolean hasBegun(Path path) {
        return Files.exists(path.resolve(ExportStateFile.NAME));
    }

    /** Before anything is written: a folder of other things stays untouched. */
    private static void refuseForeign(Path path) throws ExportFailure {
        if (!Files.exists(path)) {
            return;
        }
        if (Files.exists(path.resolve(ExportStateFile.NAME))) {
            readState(path);
            return;
        }
        try (Stream<Path> content = Files.list(path)) {
            boolean foreign = content.map(file -> String.valueOf(file.getFileName()))
                    .anyMatch(name -> !BEFORE_KICK_OFF.contains(name));
            if (foreign) {
                throw new ExportFailure(Kind.FOLDER_NOT_EMPTY, path.toString(), Reason.FOREIGN_FILES);
            }
        } catch (IOException unreadable) {
            throw new ExportFailure(Kind.DISK, path.toString(), unreadable);
        }
    }

    private static ExportFolder lock(Path path) throws ExportFailure {
        return lock(path, true);
    }

    private static ExportFolder lock(Path path, boolean ours) throws ExportFailure {
        try {
            PrivateFiles.createFolder(path);
            if (ours) {
                for (String below : PLACES) {
                    RegularFiles.refuseLinks(path, path.resolve(below));
                }
                PrivateFiles.ignoreInGit(path);
            }
            Path file = path.resolve(LOCK);
            Optional<FolderLock> lock = FolderLock.take(file);
            ExportFolder folder = new ExportFolder(
                    path,
                    lock.orElseThrow(() -> new ExportFailure(
                            Kind.FOLDER_IN_USE, path.toString(), Reason.PROCESS, FolderLock.holder(file))));
            folder.removeLeftover(ours);
            return folder;
        } catch (IOException unusable) {
            throw new ExportFailure(Kind.DISK, path.toString(), unusable);
        }
    }

    private void removeLeftover(boolean ours) throws IOException {
        try {
            if (ours) {
                stateFile(path).removeLeftover();
            }
        } catch (IOException unusable) {
            close();
            throw unusable;
        }
    }

    /** Where the folder is. */
    public Path path() {
        return path;
    }

    Path log() {
        return path.resolve(LOG);
    }

    /** The place of a file of the manifest. */
    Path file(String relative) {
        return path.resolve(relative);
    }

    /** The names of all that lies in it, but not in the folders below. */
    Set<String> names() throws IOException {
        try (Stream<Path> content = Files.list(path)) {
            return content.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
        }
    }

    /** Finds what earlier runs have left of files that are not whole. */
    Set<Path> parts() throws IOException {
        return new HashSet<>(found(PART));
    }

    /** Removes what downloads that are whole now have left behind, if they were killed in the wrong moment. */
    void removeParts() throws IOException {
        delete(PART);
    }

    /** Forces to the disk that the files have their names: before nobody else has them any more. */
    void forceNames() {
        PLACES.forEach(below -> PrivateFiles.forceNames(path.resolve(below)));
    }

    private void delete(Pattern names) throws IOException {
        for (Path file : found(names)) {
            Files.delete(file);
        }
    }

    private List<Path> found(Pattern names) throws IOException {
        return found(path, names);
    }

    /** Finds what is there of files that are not whole, also while another run fetches them. */
    public static List<Path> halfFiles(Path folder) throws IOException {
        return found(folder, HALF);
    }

    private static List<Path> found(Path folder, Pattern names) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String below : PLACES) {
            Path place = folder.resolve(below);
            // The folder itself may be a link, as its user has named it.
            boolean there =
                    below.isEmpty() ? Files.isDirectory(place) : Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
            if (there) {
                try (Stream<Path> content = Files.list(place)) {
                    content.filter(file -> names.matcher(String.valueOf(file.getFileName()))
                                    .matches())
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    /** How far the export is, if one began. */
    public Optional<ExportState> readState() throws ExportFailure {
        return readState(path);
    }

    private static Optional<ExportState> readState(Path path) throws ExportFailure {
        ExportStateFile file = stateFile(path);
        try {
            return file.read();
        } catch (ExportStateFile.Damaged damaged) {
            throw new ExportFailure(Kind.FOLDER_DAMAGED, path.toString(), damaged);
        } catch (IOException unreadable) {
            throw new ExportFailure(Kind.DISK, file.path().toString(), unreadable);
        }
    }

    void writeState(ExportState state) throws IOException {
        stateFile(path).write(state);
    }

    /** Nothing began, or what began is given up. */
    void deleteState() throws IOException {
        stateFile(path).delete();
    }

    private static ExportStateFile stateFile(Path folder) {
        return new ExportStateFile(folder.resolve(ExportStateFile.NAME));
    }

    /** Deletes what an export brought, but for some of it. */
    void clearBut(Set<String> stays) throws IOException {
        for (Path file : found(OURS)) {
            if (!stays.contains(path.relativize(file).toString().replace('\\', '/'))) {
                Files.delete(file);
            }
        }
    }

    /** Deletes what an export brought, finished or not, and then its state; the log stays, and all that is not ours. */
    void clear() throws IOException {
        delete(OURS);
        deleteState();
    }

    /** Other folders, side by side with this one, with an unfinished export of the same data. */
    List<Path> unfinishedBeside(String fhirUrl) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            return List.of();
        }
        try (Stream<Path> siblings = Files.list(parent)) {
            return siblings.filter(other -> !other.equals(path) && isUnfinished(other, fhirUrl))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static boolean isUnfinished(Path folder, String fhirUrl) {
        try {
            return stateFile(folder)
                    .read()
                    .filter(state -> !(state instanceof ExportState.Done) && !(state instanceof ExportState.Cancelled))
                    .map(state -> state.request().fhirUrl())
                    .filter(fhirUrl::equals)
                    .isPresent();
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException closing) {
            // The lock ends with the process at the latest.
            return;
        }
    }
}
