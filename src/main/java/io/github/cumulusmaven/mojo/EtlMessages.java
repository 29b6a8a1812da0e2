package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.EtlWarning;
import io.github.cumulusmaven.progress.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes the sentences about what happens in a run of the ETL. */
final class EtlMessages {
    private static final int MOST_NAMES = 10;

    private EtlMessages() {}

    /** Says what a person should know, and what they can do. */
    static String of(EtlWarning warning) {
        if (warning instanceof EtlWarning.OwnOrigin own) {
            return own.folder() + " tells its own group and time ("
                    + (own.group().isEmpty() ? "no group" : own.group()) + ", " + own.time()
                    + "): <exportGroup> and <exportTimestamp> count for the folders of <input> that do not.";
        }
        if (warning instanceof EtlWarning.NewCodebook made) {
            return "There is no codebook in " + made.phiFolder() + " yet: a new one is made, and with it, every patient"
                    + " gets a new id. If there are older tables of these patients, stop, and name their phiDirectory.";
        }
        if (warning instanceof EtlWarning.IdentifiersKept kept) {
            return "The rules of deidRules keep what can identify persons: " + String.join(", ", kept.elements())
                    + ". The tables are not de-identified: treat them like the input.";
        }
        if (warning instanceof EtlWarning.ServerErrors reported) {
            return "The server has reported " + Console.counted(reported.errors(), "error")
                    + " with this export (the input's folder error): the tables lack what it could not export, and"
                    + " are called complete all the same. Read them before a study counts on these tables.";
        }
        if (warning instanceof EtlWarning.NotComplete incomplete) {
            return incomplete.table().table() + " is not called complete: "
                    + incomplete.reason().words() + ".";
        }
        return ofInput(warning);
    }

    private static String ofInput(EtlWarning warning) {
        if (warning instanceof EtlWarning.NoResources empty) {
            return empty.file() + " holds no FHIR resource. It is left out.";
        }
        if (warning instanceof EtlWarning.Unread unread) {
            return unread(unread);
        }
        if (warning instanceof EtlWarning.NoTables others) {
            List<String> counts = new ArrayList<>();
            named(others.files())
                    .forEach((type, count) -> counts.add(type + " (" + Console.counted(count, "file") + ")"));
            named(others.resources())
                    .forEach((type, count) -> counts.add(type + " (" + Console.counted(count, "resource") + ")"));
            return "Left out, as Cumulus has no tables for them: " + String.join(", ", counts) + ".";
        }
        if (warning instanceof EtlWarning.FilesGone gone) {
            return "The export brought " + String.join(", ", gone.types())
                    + ", of which there are no files any more. Bring them back.";
        }
        if (warning instanceof EtlWarning.NoFiles missing) {
            return "No files of " + String.join(", ", missing.types())
                    + ": no tables for them, and they are not called complete.";
        }
        if (warning instanceof EtlWarning.UntoldFile untold) {
            return unreadable(untold.file(), "what it holds cannot be told from its name");
        }
        if (warning instanceof EtlWarning.NotBundles other) {
            return unreadable(other.file(), "it is not made of Bundles of type transaction in JSON");
        }
        if (warning instanceof EtlWarning.UnclearDeletions unclear) {
            return unreadable(
                    unclear.file(),
                    Amounts.count(unclear.deletions())
                            + " of its deletions name no resource of the server, but something like a search");
        }
        throw new IllegalArgumentException(warning.getClass().getName());
    }

    private static String unread(EtlWarning.Unread unread) {
        List<String> files = unread.files();
        String shown = String.join(", ", files.subList(0, Math.min(MOST_NAMES, files.size())))
                + (files.size() > MOST_NAMES ? " and " + (files.size() - MOST_NAMES) + " more" : "");
        return "Not read, as they do not end in .ndjson, .jsonl or one of these and .gz: " + shown
                + ". If they are data, bring them into that form"
                + (unread.tables().isEmpty()
                        ? "."
                        : ", or else move them away: until then, what their names tell is not called complete ("
                                + unread.tables().stream().map(EtlTask::table).collect(Collectors.joining(", "))
                                + ").");
    }

    private static Map<String, Long> named(Map<String, Long> byType) {
        Map<String, Long> named = new TreeMap<>();
        byType.forEach((type, count) -> named.put(type.isEmpty() ? "types that FHIR does not have" : type, count));
        return named;
    }

    /** Says that a file is not read to its end, and why. */
    static String unreadable(String file, String reason) {
        return file + " cannot be read to its end: " + reason;
    }
}
