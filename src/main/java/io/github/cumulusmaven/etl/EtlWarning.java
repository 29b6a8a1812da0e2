package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.completion.ExportTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Tells what a person should know of a run, in values: the sentences are the listener's. */
public sealed interface EtlWarning {
    /** Tells that a folder has a group and a time of its own, so that those of the settings do not count for it. */
    record OwnOrigin(Path folder, String group, ExportTime time) implements EtlWarning {}

    /** Tells that a folder has no codebook yet, so that all ids are new. */
    record NewCodebook(Path phiFolder) implements EtlWarning {}

    /** Names the elements that can identify a person, and that a site's rules keep as they are. */
    record IdentifiersKept(List<String> elements) implements EtlWarning {}

    /** Names a file in which there are no resources. */
    record NoResources(String file) implements EtlWarning {}

    /**
     * Names files that may be data, but whose names end otherwise than those that are read.
     *
     * @param tables that may lack what is in them
     */
    record Unread(List<String> files, List<EtlTask> tables) implements EtlWarning {}

    /**
     * Counts what is no table's, by resource type; under an empty name, of types that FHIR does not have.
     *
     * @param files of one type only
     * @param resources in files of several types
     */
    record NoTables(Map<String, Long> files, Map<String, Long> resources) implements EtlWarning {}

    /** Names the types of which the export brought resources, and of which there are no files any more. */
    record FilesGone(List<String> types) implements EtlWarning {}

    /** Names the types of which there are no files. */
    record NoFiles(List<String> types) implements EtlWarning {}

    /** Names a file of which neither the name nor the content tells what it holds, as it cannot be read. */
    record UntoldFile(String file) implements EtlWarning {}

    /** Names a file of deleted ids that is not made of Bundles of type transaction. */
    record NotBundles(String file) implements EtlWarning {}

    /** Counts the deletions in a file that name no resource of the server. */
    record UnclearDeletions(String file, long deletions) implements EtlWarning {}

    /** Tells why a table is not called complete. */
    record NotComplete(EtlTask table, Incomplete reason) implements EtlWarning {}

    /** Counts the errors that the server has reported with the export. */
    record ServerErrors(long errors) implements EtlWarning {}
}
