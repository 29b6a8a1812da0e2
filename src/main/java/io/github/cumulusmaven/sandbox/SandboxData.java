package io.github.cumulusmaven.sandbox;

import java.nio.file.Path;

/** Where the patients of a sandbox server come from. */
public sealed interface SandboxData {

    /** The synthetic patients that come with the plugin. */
    static SandboxData sample() {
        return new Sample();
    }

    /**
     * The NDJSON files ({@code *.ndjson}, {@code *.ndjson.gz}) of a folder, as an export leaves them. They are read, never
     * changed, and must not be changed by others while they are served.
     *
     * <p>The type of a file is the one word of its name that is a resource type, else that of its first line. Bundles of
     * deletions are in {@code deleted/}. Where there is no Group, {@code Group/cohort} is all patients.
     */
    static SandboxData folder(Path path) {
        return new Folder(path);
    }

    /** See {@link SandboxData#sample()}. */
    record Sample() implements SandboxData {}

    /**
     * See {@link SandboxData#folder(Path)}.
     *
     * @param path of the folder
     */
    record Folder(Path path) implements SandboxData {}
}
