package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.hydrate.FailureList;
import io.github.cumulusmaven.hydrate.Hydrated;
import java.io.IOException;
import java.util.List;

/** Brings the Medications that the input refers to and lacks, before tables are made of them. */
@FunctionalInterface
public interface Supplement {
    /**
     * Fetches them. What does not come is counted.
     *
     * @throws IOException when a file cannot be read or written
     */
    Supplied bring(InputFolder input, FailureList failures) throws IOException, InterruptedException;

    /**
     * What came.
     *
     * @param hydrated in numbers
     * @param files of Medications, new ones
     */
    record Supplied(Hydrated hydrated, List<InputFile> files) {
        public Supplied {
            files = List.copyOf(files);
        }
    }
}
