package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was added to a finished export, because the server does not export it.
 *
 * @param files all that were added, by any run
 * @param medications whether all Medications that are referred to are there
 */
public record Hydration(
        @JsonProperty("files") List<AddedFile> files, @JsonProperty("medications") boolean medications) {
    public Hydration {
        files = List.copyOf(files);
    }

    /** With what one more run has added, and what it has found out about Medications, if it looked for them. */
    Hydration with(List<AddedFile> more, Optional<Boolean> allMedications) {
        List<AddedFile> all = new ArrayList<>(files);
        all.addAll(more);
        return new Hydration(all, allMedications.orElse(medications));
    }
}
