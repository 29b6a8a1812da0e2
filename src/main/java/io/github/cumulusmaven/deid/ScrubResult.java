package io.github.cumulusmaven.deid;

/** What became of a resource. Nothing in it identifies anybody. */
public sealed interface ScrubResult {
    /**
     * De-identified and written.
     *
     * @param id the anonymous id
     */
    record Kept(String id) implements ScrubResult {}

    /**
     * Left out.
     *
     * @param reason why
     * @param element the element that is the reason, by its name in the rules; of {@link SkipReason#OTHER_TYPE}, the resource
     *     type, if FHIR has it; empty where it is the whole
     */
    record Skipped(SkipReason reason, String element) implements ScrubResult {}
}
