package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.Scrubber;
import io.github.cumulusmaven.deid.codebook.AnonymousIds;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.deid.codebook.PhiFolder;
import java.io.Closeable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** De-identification by rules, with the ids of a PHI folder. */
final class Deidentification implements Closeable {
    private final PhiFolder phi;
    private final ScrubRules rules;
    private final List<String> serverBases;
    private final AnonymousIds deletedIds;
    private final List<Scrubber> scrubbers = new ArrayList<>();

    private Deidentification(PhiFolder phi, ScrubRules rules, List<String> serverBases) {
        this.phi = phi;
        this.rules = rules;
        this.serverBases = serverBases;
        // ids that are only deleted need not be traced back
        this.deletedIds = phi.codebook().anonymousIds();
    }

    /** @param serverBases of the server that the resources come from */
    static Deidentification open(EtlFolders folders, ScrubRules rules, List<String> serverBases)
            throws CodebookFailure {
        return new Deidentification(PhiFolder.open(folders.phi(), folders.trustPhi()), rules, serverBases);
    }

    /** Names the secrets that the ids depend on. */
    String codebookId() {
        return phi.codebook().id();
    }

    /** Tells these secrets from others. */
    String codebookFingerprint() {
        return phi.codebook().fingerprint();
    }

    /** Makes a worker's own scrubber. */
    Scrubber scrubber() {
        Scrubber scrubber = new Scrubber(rules, phi.anonymousIds(), serverBases);
        scrubbers.add(scrubber);
        return scrubber;
    }

    /** Gives the id that a resource has in the tables. */
    String anonymizedId(String type, String id) {
        return deletedIds.of(type, id);
    }

    /** Gives what stays of a resource. */
    ScrubRules rules() {
        return rules;
    }

    /** Names the elements that can identify a person, and that a site's rules keep as they are. */
    List<String> directIdentifiers() {
        return rules.directIdentifiers();
    }

    /** Makes sure that the mappings of all ids so far are on disk. */
    void save() throws CodebookFailure {
        phi.saveMappings();
    }

    /** Brings the codebook's files to their final state, before the rows come in sight. */
    void finish() throws CodebookFailure {
        phi.finish();
    }

    /** Notes that a run went well. */
    void noteSuccess(Instant when, String input, String output) throws CodebookFailure {
        phi.noteSuccess(when, input, output);
    }

    /** Counts what all scrubbers did so far; to be asked while none is at work. */
    ScrubReport report() {
        return scrubbers.stream().map(Scrubber::report).reduce(ScrubReport.EMPTY, ScrubReport::plus);
    }

    @Override
    public void close() {
        phi.close();
    }
}
