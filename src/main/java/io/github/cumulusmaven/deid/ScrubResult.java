package io.github.cumulusmaven.deid;

/** The result for one resource. Nothing in it identifies anybody. */
public sealed interface ScrubResult {
    /**
     * A resource that was de-identified and written.
     *
     * @param id the anonymous id
     */
    record Kept(String id) implements ScrubResult {}

    /**
     * A resource that was left out.
     *
     * @param reason why it was left out
     * @param element the element that is the reason, by its name in the rules; of {@link SkipReason#OTHER_TYPE}, the
     *     resource type, if FHIR has it; empty where it is the whole
     */
    record Skipped(SkipReason reason, String element) implements ScrubResult {}
}
