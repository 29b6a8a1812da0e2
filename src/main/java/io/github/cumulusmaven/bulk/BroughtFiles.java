package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.DownloadPlan.Item;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.Manifest.NotAManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What earlier runs have brought. Between two runs anything may happen to it, and the server's copies go in the end: what
 * is not as it was brought does not count, and is fetched again.
 *
 * @param folder where it lies
 * @param job whose it is
 * @param validation how closely to look at what nobody has noted yet
 * @param listeners hears of what has changed
 */
record BroughtFiles(ExportFolder folder, ExportJob job, Validation validation, ExportListeners listeners) {

    /** The files of an interrupted run with what is known of them from the disk, without reading them all. */
    List<FileState> of(Downloading state) throws IOException {
        Set<String> names = folder.names();
        List<Announced> announced = announced(state);
        List<FileState> found = new ArrayList<>();
        for (int index = 0; index < state.files().size(); index++) {
            FileState file = state.files().get(index);
            found.add(file.proof() == null ? unnoted(file, names, announced.get(index)) : noted(file));
        }
        return found;
    }

    private FileState noted(FileState file) throws IOException {
        return WholeFile.hasSize(folder.file(file.path()), Objects.requireNonNull(file.proof())) ? file : lost(file);
    }

    private FileState lost(FileState file) {
        listeners.tell(listener ->
                listener.warned(file.path() + " is not there any more as it was brought; it is asked for again"));
        return file.missing();
    }

    /** One that lies in its place came whole, only a moment before the end; it may have got its type then, and its name. */
    private FileState unnoted(FileState file, Set<String> names, Announced announced) throws IOException {
        FileState renamed = DownloadPlan.typed(file, names).orElse(file);
        Path path = folder.file(renamed.path());
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return file.missing();
        }
        try {
            return renamed.whole(
                    renamed.path(),
                    renamed.type(),
                    WholeFile.checked(path, new FileCheck(file, announced, validation)));
        } catch (DamagedFile damaged) {
            return lost(file);
        }
    }

    /** What the manifest promises of each file, as far as it can be told from what was kept of it. */
    private List<Announced> announced(Downloading state) throws IOException {
        List<Manifest> pages = new ArrayList<>();
        try {
            for (ManifestPage page : state.manifest()) {
                pages.add(page.parsed(job.statusUrl()));
            }
        } catch (NotAManifest changed) {
            pages.clear();
        }
        List<Item> items = new ListedFiles(folder, job).of(pages);
        return items.size() == state.files().size()
                ? items.stream().map(Item::announced).toList()
                : state.files().stream().map(file -> Announced.NOTHING).toList();
    }

    /** The same files, read once more: those that are not what they were are missing. */
    List<FileState> verified(List<FileState> files) throws IOException {
        List<FileState> verified = new ArrayList<>();
        for (FileState file : files) {
            verified.add(file.proof() == null || isSame(file) ? file : lost(file));
        }
        return verified;
    }

    private boolean isSame(FileState file) throws IOException {
        return WholeFile.isSame(folder.file(file.path()), Objects.requireNonNull(file.proof()));
    }

    /**
     * All files of a job that is fetched, those verified that this run has not brought itself.
     *
     * @param before as they were when the run began to fetch
     */
    List<Item> verified(List<Item> before, List<FileState> files) throws IOException {
        List<Item> verified = new ArrayList<>();
        for (int index = 0; index < files.size(); index++) {
            FileState file = files.get(index);
            boolean brought = before.get(index).state().proof() == null;
            FileState now = brought || isSame(file) ? file : lost(file);
            if (now.proof() == null) {
                Files.deleteIfExists(folder.file(now.path()));
            }
            verified.add(before.get(index).with(now));
        }
        return verified;
    }

    /** What stayed of an earlier job cannot be fetched again. */
    void requireKept() throws ExportFailure, IOException {
        Kept kept = job.kept();
        for (FileState file : kept == null ? List.<FileState>of() : kept.files()) {
            if (file.proof() == null || !isSame(file)) {
                throw new ExportFailure(
                        Kind.DISK,
                        folder.file(file.path()).toString(),
                        "it is not there any more as it was brought, and the server has forgotten the job that it is from;"
                                + " put it back, or export anew");
            }
        }
    }
}
