package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.deid.ScrubResult;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.Scrubber;
import io.github.cumulusmaven.deid.codebook.AnonymousIds;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.deid.codebook.PhiFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** De-identification by rules, with the ids of a PHI folder. */
final class RuledDeidentification implements Deidentification {
    /** A line may be as long as memory allows. */
    private static final int DECODED_AT_ONCE = 8192;

    private final PhiFolder phi;
    private final ScrubRules rules;
    private final List<String> serverBases;
    private final AnonymousIds deletedIds;
    private final List<Scrubber> scrubbers = new ArrayList<>();

    private RuledDeidentification(PhiFolder phi, ScrubRules rules, List<String> serverBases) {
        this.phi = phi;
        this.rules = rules;
        this.serverBases = serverBases;
        // ids that are only deleted need not be traced back
        this.deletedIds = phi.codebook().anonymousIds();
    }

    /** @param serverBases of the server that the resources come from */
    static Deidentification open(EtlFolders folders, ScrubRules rules, List<String> serverBases)
            throws CodebookFailure {
        return new RuledDeidentification(PhiFolder.open(folders.phi(), folders.trustPhi()), rules, serverBases);
    }

    @Override
    public String codebookId() {
        return phi.codebook().id();
    }

    @Override
    public String codebookFingerprint() {
        return phi.codebook().fingerprint();
    }

    @Override
    public LineScrubber scrubber() {
        Scrubber scrubber = new Scrubber(rules, phi.anonymousIds(), serverBases);
        scrubbers.add(scrubber);
        return (type, bytes, offset, length, target) -> scrub(scrubber, type, bytes, offset, length, target);
    }

    private static Scrubbed scrub(
            Scrubber scrubber, String type, byte[] bytes, int offset, int length, OutputStream target)
            throws IOException {
        ScrubResult result = scrubber.scrub(type, bytes, offset, length, target);
        if (result instanceof ScrubResult.Kept kept) {
            return new Scrubbed.Row(kept.id());
        }
        ScrubResult.Skipped skipped = (ScrubResult.Skipped) result;
        LineProblem problem = problem(skipped);
        boolean damaged = problem == LineProblem.NOT_JSON && !isUtf8(bytes, offset, length);
        return new Scrubbed.NoRow(damaged ? LineProblem.NOT_UTF8 : problem, skipped.element());
    }

    /** What is cut off inside of a character may be UTF-8. */
    private static boolean isUtf8(byte[] bytes, int offset, int length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        CharBuffer out = CharBuffer.allocate(DECODED_AT_ONCE);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, out, false);
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, false);
        }
        return !result.isError();
    }

    private static LineProblem problem(ScrubResult.Skipped skipped) {
        return switch (skipped.reason()) {
            case NOT_JSON -> LineProblem.NOT_JSON;
            case TOO_COMPLEX -> LineProblem.TOO_COMPLEX;
            case NOT_A_RESOURCE -> LineProblem.NOT_A_RESOURCE;
            case OTHER_TYPE ->
                skipped.element().equals("OperationOutcome") ? LineProblem.OPERATION_OUTCOME : LineProblem.OTHER_TYPE;
            case NO_ID -> LineProblem.NO_ID;
            case WRONG_SHAPE -> LineProblem.UNEXPECTED_VALUE;
            case MODIFIER_EXTENSION -> LineProblem.MODIFIER_EXTENSION;
        };
    }

    @Override
    public String anonymizedId(String type, String id) {
        return deletedIds.of(type, id);
    }

    @Override
    public ScrubRules rules() {
        return rules;
    }

    @Override
    public List<String> directIdentifiers() {
        return rules.directIdentifiers();
    }

    @Override
    public void save() throws CodebookFailure {
        phi.saveMappings();
    }

    @Override
    public void finish() throws CodebookFailure {
        phi.finish();
    }

    @Override
    public void noteSuccess(Instant when, String input, String output) throws CodebookFailure {
        phi.noteSuccess(when, input, output);
    }

    @Override
    public ScrubReport report() {
        return scrubbers.stream().map(Scrubber::report).reduce(ScrubReport.EMPTY, ScrubReport::plus);
    }

    @Override
    public void close() {
        phi.close();
    }
}
