package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Reason;
import io.github.cumulusmaven.bulk.ExportState.Complete;
import io.github.cumulusmaven.bulk.FileList.Item;
import io.github.cumulusmaven.fhir.FhirInstant;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The manifest that an export began with. What is read again later, for its links, must be the same: a server that lists
 * other files, or those of another time, would make one export of two halves.
 *
 * @param pages as they came, signed queries redacted; never empty, but for {@link #NONE}
 * @param files all of them, with what is known of each
 */
record EarlierManifest(List<ManifestPage> pages, List<FileState> files) {
    /** None was read yet. */
    static final EarlierManifest NONE = new EarlierManifest(List.of(), List.of());

    EarlierManifest {
        pages = List.copyOf(pages);
        files = List.copyOf(files);
    }

    /** Reads that of a state in which no file was fetched yet; none where it cannot be read any more. */
    static EarlierManifest of(Complete state, FileList list) throws IOException {
        return list.planStored(state.manifest())
                .map(items -> new EarlierManifest(
                        state.manifest(), items.stream().map(Item::state).toList()))
                .orElse(NONE);
    }

    /** Where nothing was listed, nothing can be mixed up. */
    boolean isEmpty() {
        return files.isEmpty();
    }

    /** As the server wrote it; empty where it did not. */
    String transactionTime() throws IOException {
        return pages.isEmpty() ? "" : pages.get(0).transactionTime();
    }

    /** The pages of the same manifest read again, with this one's time: that is what the export counts as of. */
    List<ManifestPage> renewed(List<Manifest> again) throws IOException {
        List<ManifestPage> renewed = new ArrayList<>();
        for (Manifest page : again) {
            renewed.add(page.raw().withTime(transactionTime()));
        }
        return renewed;
    }

    /**
     * Whether the same manifest read again tells of a later time than this one. Then all that is in this one is in that one
     * too, and the export counts as of the earlier time.
     *
     * @param where the folder
     * @throws ExportFailure when the time is an earlier one, or none: then something may be missing
     */
    boolean isBefore(Manifest again, String where) throws ExportFailure, IOException {
        String time = transactionTime();
        Optional<Instant> before = FhirInstant.parse(time);
        Optional<Instant> now = FhirInstant.parse(again.transactionTime());
        if (before.equals(now)) {
            return false;
        }
        if (now.isEmpty() || before.filter(now.get()::isBefore).isPresent()) {
            throw new ExportFailure(
                    Kind.MANIFEST_CHANGED,
                    where,
                    Reason.OTHER_TIME,
                    time,
                    now.isEmpty() ? "" : again.transactionTime());
        }
        return true;
    }
}
