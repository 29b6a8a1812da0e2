package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import java.io.IOException;
import java.nio.file.Path;

/** Brings one kind of thing over that the resources of a folder refer to. What is there already is not fetched again. */
public interface Hydrator {
    /**
     * Looks what is missing, and fetches it. What does not come is counted, and told of.
     *
     * @param input to look through
     * @param target where new files go to; what a killed run has left there is gone on with
     * @throws IOException when a file cannot be read or written
     */
    Hydrated hydrate(InputFolder input, Path target) throws IOException, InterruptedException;
}
