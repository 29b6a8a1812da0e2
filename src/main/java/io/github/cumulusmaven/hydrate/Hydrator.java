package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Fetches one kind of resources or notes to which the resources of a folder refer, unless the folder has them already.
 */
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
