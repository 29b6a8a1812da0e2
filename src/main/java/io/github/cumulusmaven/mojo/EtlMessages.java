package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.deid.InvalidRules;
import io.github.cumulusmaven.etl.Difference;
import io.github.cumulusmaven.etl.Difference.Amount;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.EtlWarning;
import io.github.cumulusmaven.etl.LineProblem;
import io.github.cumulusmaven.fhir.ndjson.LineLimit;
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

    /** Says what is wrong with a line, as the rest of a sentence. */
    static String of(LineProblem problem) {
        return switch (problem) {
            case NOT_JSON -> "is not JSON";
            case NOT_UTF8 -> "is not UTF-8";
            case CUT_OFF -> "is the last and cut off";
            case NOT_A_RESOURCE -> "is not a FHIR resource";
            case OTHER_TYPE -> "is a resource of another type than its file";
            case OPERATION_OUTCOME -> "is an OperationOutcome, in which the server says something of the export";
            case TOO_COMPLEX -> "is nested too deeply, of too many parts, or has too long a number or name";
            case TOO_LONG ->
                "is longer than " + LineLimit.LONGEST / (1024 * 1024) + " MB, more than can be held in memory";
            case NO_ID -> "has no id";
            case UNEXPECTED_VALUE -> "has an object or list where FHIR has a primitive value, or the reverse";
            case MODIFIER_EXTENSION -> "has a modifier extension that the rules do not know";
        };
    }

    /** Says in what the tables that are there differ from those of a run. */
    static String of(List<Difference> differences) {
        return differences.stream().map(EtlMessages::of).collect(Collectors.joining("; "));
    }

    private static String of(Difference difference) {
        String what = difference.what();
        return switch (difference.kind()) {
            case VERSION -> "they are of version " + what + " of this plugin";
            case CODEBOOK -> "they were made with another codebook";
            case PARAMETERS -> "they were made with another " + what;
            case FOLDER_GONE -> "they were made of " + what + ", too";
            case FOLDER_ADDED -> "they were made without " + what;
            case FOLDER_CHANGED -> what + " is not as it was then";
            case FOLDER_RESIZED -> what + " then held " + files(difference.then()) + ", now " + files(difference.now());
            case ORDER -> "their order in <input> was another";
            case TABLE -> what + " is not as it was written";
            case UNFETCHED -> Console.counted(difference.then().count(), "Medication") + " could not be fetched";
            case LOST -> "resources were lost when they were made";
        };
    }

    private static String files(Amount amount) {
        return Console.counted(amount.count(), "file") + " of " + Amounts.bytes(amount.bytes());
    }

    /** Says what is wrong with a line of a site's rules. */
    static String of(InvalidRules rules) {
        List<String> told = rules.values();
        String what = told.isEmpty() ? "" : told.get(0);
        return switch (rules.kind()) {
            case UNKNOWN_STATEMENT ->
                "\"" + what + "\" is neither an element (such as Patient.gender) nor one of " + told.get(1);
            case NO_URL -> what + " takes one absolute URL";
            case NO_PREFIX -> "local-system takes one beginning of a code system, such as urn:oid:1.2.840.114350.";
            case UNKNOWN_CONTENT -> "behind the URL there can only be simple, nested=URL …, or hash-id";
            case SIMPLE_AND_NESTED -> "an extension is either simple or has nested ones";
            case NO_ACTION -> what + ": what to do with it is missing";
            case MORE_THAN_ACTION -> what + ": there is something behind \"" + told.get(1) + "\"";
            case UNKNOWN_ACTION -> "\"" + what + "\" is no action; there are " + told.get(1);
            case MORE_THAN_TYPE -> what + ": behind the type there can only be system=URL";
            case SYSTEM_OF_ACTION ->
                what + ": system=URL can only stand behind a type, such as Identifier, and \"" + told.get(1)
                        + "\" is an action";
            case TWICE -> what + ": line " + told.get(1) + " has said so already, or otherwise";
            case CONTRADICTION -> what + ": line " + told.get(1) + " says " + told.get(2);
            case OF_ANY_RESOURCE -> what + " holds resources of any type: name the type, as in Patient.name";
            case UNKNOWN_ELEMENT ->
                "FHIR R4 has no " + what + (told.get(1).isEmpty() ? "" : "; did you mean " + told.get(1) + "?");
            case INSIDE_TYPE -> what + " is inside a data type, where one place can only have: drop";
            case FIXED -> what + " cannot be changed: each row needs it";
            case NOT_PRIMITIVE -> what + " is no primitive: name " + told.get(1);
            case NOT_PRIMITIVE_BUT_GROUP -> what + " is no primitive: name its elements";
            case NOT_A_DATE -> what + " is no date: year cannot be taken of it";
            case NOT_A_REFERENCE -> "hash-reference is only for Reference.reference";
            case NO_SYSTEM_BESIDE -> what + " needs a \"system\" beside " + told.get(1);
            case PRIMITIVE -> what + " is a primitive: it takes an action, for instance keep";
            case GROUP -> what + " has elements of its own: name those";
            case OTHER_TYPE -> what + " is " + told.get(1) + ", not " + told.get(2);
            case TYPE_WITHOUT_SYSTEM -> what + " has no \"system\"";
            case NOT_KEPT -> what + " is not kept anyway";
            case NOTHING_OF_TYPE ->
                "no element of " + what + " is kept: say which, for instance " + what + "." + told.get(1) + " …";
        };
    }

    /** Says that a file is not read to its end, and why. */
    static String unreadable(String file, String reason) {
        return file + " cannot be read to its end: " + reason;
    }
}
