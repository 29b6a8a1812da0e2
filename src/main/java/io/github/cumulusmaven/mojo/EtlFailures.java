package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.deid.InvalidRules;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.EtlFailure;
import io.github.cumulusmaven.etl.canary.PhiFinding;
import io.github.cumulusmaven.etl.canary.PhiPlace;
import io.github.cumulusmaven.etl.canary.RulesChange;
import io.github.cumulusmaven.files.UnsafePath;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.run.OnTheFly;
import io.github.cumulusmaven.run.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a user is told when tables could not be made. */
final class EtlFailures {
    private static final int MOST_FINDINGS = 20;
    private static final String OTHER_OUTPUT = "Name another <outputDirectory>, or empty this one.";
    private static final String GROUP_AND_TIME =
            "<exportGroup> (-Dcumulus.exportGroup=…; empty for an export of no group) and"
                    + " <exportTimestamp> (-Dcumulus.exportTimestamp=2026-01-31T12:00:00Z).";
    private static final String BY_HAND = " Or say whose data these are, and as of when: " + GROUP_AND_TIME
            + " Of several folders, that counts for those without a log.";

    private EtlFailures() {}

    /**
     * A message, with nothing in it that moves a cursor.
     *
     * @param configuration whether the user can put it right, rather than the machine
     */
    record Message(boolean configuration, String text) {
        static Message of(boolean configuration, String text) {
            return new Message(configuration, Consoles.printable(text));
        }

        static Message ofLines(List<String> lines) {
            return new Message(true, lines.stream().map(Consoles::printable).collect(Collectors.joining("\n")));
        }
    }

    /** The message, for failures of the ETL. */
    static Optional<Message> message(Throwable failure) {
        if (failure instanceof EtlFailure etl) {
            return Optional.of(Message.of(
                    etl.kind() != EtlFailure.Kind.DISK && etl.kind() != EtlFailure.Kind.AFTER_PUBLICATION, etl(etl)));
        }
        if (failure instanceof CodebookFailure codebook) {
            return Optional.of(
                    codebook.kind() == CodebookFailure.Kind.NOT_OURS
                            ? Message.ofLines(codebook(codebook).lines().toList())
                            : Message.of(codebook.kind() != CodebookFailure.Kind.DISK, codebook(codebook)));
        }
        if (failure instanceof InvalidRules rules) {
            return Optional.of(Message.of(
                    true,
                    "<deidRules> " + rules.file() + ", line " + rules.line() + ": " + EtlMessages.of(rules) + "."));
        }
        return Optional.empty();
    }

    /** The message, for outcomes that nobody wants. */
    static Optional<String> message(Outcome outcome) {
        if (outcome instanceof Outcome.PhiFound found) {
            return Optional.of(found(found).text());
        }
        if (outcome instanceof Outcome.NotAllFetched incomplete) {
            return Optional.of(Consoles.printable(incomplete(incomplete.results())));
        }
        return outcome instanceof Outcome.ResourcesLost lost
                ? Optional.of(Consoles.printable(lost(lost.tables())))
                : Optional.empty();
    }

    /**
     * Tells what became of an export that the run made for itself, and how it goes on.
     *
     * @param resumption what is said of an export that was cut off
     * @param sandbox whether the server was our own, and has ended
     * @param tables the command line that makes the tables of a folder
     */
    static String fate(OnTheFly.Fate export, String resumption, boolean sandbox, CommandLine tables) {
        if (!export.stays()) {
            return fateOfTemporary(export, sandbox);
        }
        if (export.exported()) {
            return "The export is whole, and stays. Its tables alone, with the other settings of this run:\n  "
                    + tables;
        }
        return sandbox ? resumption : resumption + "\nand then, with the other settings of this run, with\n  " + tables;
    }

    private static String fateOfTemporary(OnTheFly.Fate export, boolean sandbox) {
        String fate = export.deleted()
                ? " has been deleted with its temporary folder."
                : " is still in " + export.folder() + ": delete it, for it holds patients' data.";
        if (export.exported()) {
            return "What was exported" + fate + " With <exportTo> it stays, and need not be exported again.";
        }
        return sandbox
                ? "What came" + fate
                : "What came" + fate + " The job may still be on the server, until that deletes it by itself."
                        + " With <exportTo>, what comes stays, and the resume goal can go on.";
    }

    private static String lost(Outcome.Built tables) {
        long count = tables.summary().errors();
        return Amounts.count(count)
                + (count == 1 ? " resource or file" : " resources or files")
                + " could not become rows (see above). All the others are in the tables in " + tables.output()
                + ". Mend the input, and run it again into another <outputDirectory>; or allow a fraction with"
                + " <maxErrorRate>. <errorsTo> keeps copies of such lines.";
    }

    private static String incomplete(List<Hydrated> results) {
        long count = results.stream().mapToLong(Hydrated::errors).sum();
        boolean gaveUp = results.stream().anyMatch(result -> result.gaveUp().isPresent());
        return Amounts.count(count)
                + (count == 1 ? " thing" : " things")
                + " could not be fetched (see above). All that came is in the folder, and the same command tries only what"
                + " is missing. "
                + (gaveUp
                        ? "Check the server (<fhirUrl> names another one) and the client's scopes first."
                        : "<errorsTo> lists what lacks something; <maxErrorRate> allows a fraction.");
    }

    private static Message found(Outcome.PhiFound failure) {
        List<PhiFinding> findings = failure.findings();
        List<PhiFinding> shown = findings.subList(0, Math.min(MOST_FINDINGS, findings.size()));
        List<String> lines = new ArrayList<>();
        lines.add("The tables hold what identifies patients, so nothing was published in " + failure.output()
                + ". Values of source Patients are in:");
        shown.forEach(finding -> lines.add(place(finding)));
        if (findings.size() > shown.size()) {
            lines.add("  and " + Amounts.count(findings.size() - shown.size()) + " elements more");
        }
        List<RulesChange> changes = shown.stream()
                .flatMap(finding -> finding.rule().stream())
                .distinct()
                .toList();
        // A number that only looks like somebody's would cost a whole column.
        boolean harmlessFirst =
                changes.stream().anyMatch(change -> change.emptied().isPresent());
        lines.addAll(harmlessFirst ? acknowledging(shown) : dropping(changes));
        lines.addAll(harmlessFirst ? dropping(changes) : acknowledging(shown));
        return Message.ofLines(lines);
    }

    private static List<String> dropping(List<RulesChange> changes) {
        List<String> lines = new ArrayList<>();
        List<String> remove =
                changes.stream().flatMap(change -> change.remove().stream()).toList();
        if (!remove.isEmpty()) {
            lines.add("To drop these extensions, take lines out of the file of <deidRules>:");
            remove.forEach(line -> lines.add("  " + line));
        }
        List<RulesChange> adding =
                changes.stream().filter(change -> change.add().isPresent()).toList();
        if (!adding.isEmpty()) {
            lines.add("To drop these elements, put lines into the file of <deidRules>:");
            adding.forEach(change -> lines.add("  " + change.add().get()
                    + change.emptied()
                            .map(element -> "  # removes all of this table's " + element)
                            .orElse("")));
        }
        return lines;
    }

    private static List<String> acknowledging(List<PhiFinding> shown) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "To look at the rows, write them where only you can read, with -Dcumulus.phiCanary=off. For what turns out"
                        + " to be harmless, put lines into the file of <acknowledgedFindings> (-Dcumulus.acknowledgedFindings=…), each"
                        + " with its reason behind the #:");
        shown.stream()
                .map(finding -> "  " + finding.place().acknowledgement() + "  # …")
                .distinct()
                .forEach(lines::add);
        return lines;
    }

    private static String place(PhiFinding finding) {
        String rows = finding.rows() == 1 ? "a row" : "at least " + Amounts.count(finding.rows()) + " rows";
        String ids = finding.firstRows().isEmpty()
                ? " (ids not shown, as they may be real)"
                : ", first id " + String.join(", ", finding.firstRows());
        PhiPlace place = finding.place();
        return "  " + place.table() + ": " + place.shownElement() + " ("
                + place.kind().word() + "), in " + rows + ids;
    }

    private static String etl(EtlFailure failure) {
        String where = failure.where();
        String what = failure.what();
        return switch (failure.kind()) {
            case NO_INPUT ->
                "Cannot read " + where + ": there is no such folder. Name the folder of an export as <input>.";
            case NOTHING_TO_DO ->
                "There is nothing to do with " + where
                        + ": it has no file of a type that becomes a table. Is it the folder of an export? File names should hold a resource type, as in"
                        + " Patient.000.ndjson.";
            case SEVERAL_LOGS ->
                "There are several export logs in " + where + " (" + what
                        + " and none named log.ndjson). Leave the right one there." + BY_HAND;
            case LOG_WITHOUT_KICK_OFF -> incompleteLog(where, "no kickoff event");
            case LOG_WITHOUT_END ->
                incompleteLog(where, "no status_complete event with a transactionTime for the last kickoff");
            case LOG_LACKS_FILES -> incompleteLog(where, what + " of its files were asked for and did not come");
            case EXPORT_UNFINISHED ->
                "The export is not finished (" + where + ": " + what + "). "
                        + (what.equals("cancelled")
                                ? "Export again into another folder."
                                : "Go on with the resume goal first.");
            case EXPORT_DAMAGED ->
                where + " is damaged: "
                        + ExportMessages.words(Objects.requireNonNull(failure.getCause()))
                        + ". It knows which files came, and whether they are still as"
                        + " they were. Bring it back from a copy, or export again into another folder; or, to read the"
                        + " files as those of another tool, move it away, and say whose data these are, and as of when: "
                        + GROUP_AND_TIME;
            case NO_GROUP, NO_TIME ->
                "It is not known whose data " + where + " holds, and as of when: there is no log.ndjson."
                        + " Completion tracking needs both: give " + GROUP_AND_TIME;
            case MISSING_RESOURCES ->
                "There are no files of " + what + " in " + where
                        + ", though <tasks> names them. Leave them out, or set <allowMissingResources> to make empty"
                        + " tables and call them complete.";
            case OUTPUT_NOT_EMPTY -> "Not writing into " + where + ": it is not empty. " + OTHER_OUTPUT;
            case RECORD_DAMAGED ->
                "Not writing into " + where + ": " + what + " in it is damaged, so that it cannot tell its codebook. "
                        + OTHER_OUTPUT;
            case OTHER_TABLES -> otherTables(failure) + OTHER_OUTPUT;
            case INPUT_CHANGED ->
                otherTables(failure)
                        + "If the input is not meant to have changed, bring its files back as they were. Else name"
                        + " another <outputDirectory>, or empty this one.";
            case OUTPUT_IN_USE ->
                "Another run writes into " + where + ". Wait for it, or name another <outputDirectory>.";
            case OTHER_CODEBOOK ->
                "The tables in " + where + " were made with the secrets of "
                        + (what.isEmpty() ? "another folder" : what)
                        + ". With others, no id would match: name that folder as <phiDirectory>, or another"
                        + " <outputDirectory>.";
            case ERRORS_NOT_EMPTY -> "Not writing into " + where + ": it is not empty. Name another <errorsTo>.";
            case AFTER_PUBLICATION ->
                "The tables are published in " + where + ", and whole. Only afterwards, something failed: "
                        + disk(failure, where) + "Mend that; the tables need not be made again.";
            case DISK -> disk(failure, where) + "Nothing was published: mend that, and run it again.";
        };
    }

    private static String incompleteLog(String log, String why) {
        return "The export log " + log + " tells of no export that came to its end: " + why + "." + BY_HAND;
    }

    private static String otherTables(EtlFailure failure) {
        return "Not writing into " + failure.where() + ": it is not empty, and its tables are not those of this run: "
                + EtlMessages.of(failure.differences()) + ". ";
    }

    private static String damaged(String where, String why) {
        return where + " is not what it should be: " + why
                + ". Bring it back from a backup; a new one would give every patient another id.";
    }

    private static String disk(Exception failure, String where) {
        return "Cannot read or write " + Failures.place(failure, where) + ": " + Failures.reason(failure) + ". ";
    }

    private static String codebook(CodebookFailure failure) {
        String where = failure.where();
        return switch (failure.kind()) {
            case IN_USE -> "Another run (process " + failure.what() + ") works with " + where + ". Wait for it.";
            case CODEBOOK_MISSING ->
                damaged(where, "codebook.json is missing, though there are ids that were made with it");
            case NOT_JSON -> damaged(where, "it is not a JSON object");
            case NO_PATIENTS -> damaged(where, "it has neither a version nor the patients that version 0 has");
            case NO_ANONYMOUS_ID -> damaged(where, "an entry of version 0 has no anonymous id");
            case SALT_MISSING -> damaged(where, "id_salt is missing, though there are ids that were made with it");
            case SALT_NOT_HEX -> damaged(where, "id_salt is not made of 64 hex digits");
            case MAPPINGS_DAMAGED ->
                where + " is not what it should be: it is not a JSON object of mappings"
                        + ". Bring it back from a backup. Without one, move it away, as ids can be computed again from"
                        + " the codebook; but keep it with the backups: what re-identifies older patients is in it.";
            case WEAK_SALT ->
                where
                        + " is not used: id_salt is a pattern, which can be guessed, so that anybody could compute which row is whose. Name a <phiDirectory> with a codebook that"
                        + " this plugin or Cumulus ETL has made; with it, every patient gets a new id.";
            case NOT_OURS ->
                where + " is not used: "
                        + (failure.getCause() instanceof UnsafePath unsafe
                                ? unsafe.getReason() + ". Run:\n  " + unsafe.remedy()
                                : "")
                        + "\nif it is this site's own. Where a group shares it on purpose, or its file system knows no"
                        + " owners, set <trustPhiDirectory>true</trustPhiDirectory> (-Dcumulus.trustPhiDirectory=true).";
            case UNKNOWN_VERSION ->
                where + " is of a version that this plugin does not know (version "
                        + (failure.what().isEmpty() ? "?" : failure.what()) + "). Use a newer plugin.";
            case DISK -> disk(failure, where) + "Check the <phiDirectory>: its rights, and the space on the disk.";
        };
    }
}
