package io.github.cumulusmaven.mojo;

import static io.github.cumulusmaven.mojo.AbstractCumulusMojo.text;

import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.deid.InvalidRules;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.EtlConfig;
import io.github.cumulusmaven.etl.EtlFolders;
import io.github.cumulusmaven.etl.Selection;
import io.github.cumulusmaven.etl.canary.AcknowledgedFindings;
import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.table.NdjsonFormat;
import io.github.cumulusmaven.table.OutputFormat;
import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the ETL's parameters say, as the ETL wants it. */
final class EtlSettings {
    private static final Pattern SERVER = Pattern.compile("(?i:https?:)|sandbox:");

    private EtlSettings() {}

    static Path path(String setting, @Nullable File file) throws InvalidSetting {
        if (file == null) {
            throw SettingMessages.refused(setting, "", "must name a folder");
        }
        return file.toPath().toAbsolutePath().normalize();
    }

    /** The input, as it was written: a URL may have commas. */
    static String source(EtlMojo parameters) {
        return parameters.input.stream().map(String::trim).collect(Collectors.joining(","));
    }

    /** The server that the parameters name; empty where they name none. */
    static String server(EtlMojo parameters) {
        String source = source(parameters);
        return isServer(source) ? source : text(parameters.fhirUrl);
    }

    /**
     * Makes the settings of a run.
     *
     * @param sources the folders of the input
     * @param name what the record of the run calls them
     * @param rewrites the addresses of servers that call themselves otherwise
     * @param buildDirectory where {@code mvn clean} deletes
     */
    static EtlConfig config(
            EtlMojo parameters, List<Path> sources, String name, UrlRewrites rewrites, Optional<Path> buildDirectory)
            throws InvalidSetting {
        EtlFolders folders = new EtlFolders(
                sources,
                path("outputDirectory", parameters.outputDirectory),
                path("phiDirectory", parameters.phiDirectory),
                parameters.errorsTo == null ? Optional.empty() : Optional.of(path("errorsTo", parameters.errorsTo)),
                parameters.trustPhiDirectory);
        return new EtlConfig(
                        apart(folders, buildDirectory, parameters.exportTo == null ? "input" : "exportTo"),
                        name,
                        Selection.of(parameters.tasks, parameters.excludeResources, parameters.allowMissingResources)
                                .vouchingFor(parameters.completeResources),
                        format(parameters.outputFormat),
                        parameters.batchSize,
                        parameters.maxErrorRate,
                        base(server(parameters)),
                        rewrites,
                        Optional.ofNullable(parameters.exportGroup).map(String::trim),
                        parameters.exportTimestamp == null
                                ? Optional.empty()
                                : Optional.of(time(parameters.exportTimestamp)),
                        parameters.comment == null ? "" : parameters.comment,
                        Runtime.getRuntime().availableProcessors(),
                        parameters.version,
                        canary(
                                parameters.phiCanary,
                                Optional.ofNullable(parameters.acknowledgedFindings),
                                Optional.ofNullable(parameters.canaryPatients)))
                .validated();
    }

    /** Whether it is a server's URL; all else is a folder. */
    static boolean isServer(String input) {
        return SERVER.matcher(input).lookingAt();
    }

    /** A relative one counts from the project, or without one from where Maven runs. */
    static Path folder(String input, @Nullable File basedir) throws InvalidSetting {
        if (GoalConfigurator.isUrl(input)) {
            throw SettingMessages.refused(
                    "input", RedactedUrl.of(input), "must be a folder, or a URL that begins with https://");
        }
        try {
            Path folder = Path.of(input);
            return (basedir == null ? folder : basedir.toPath().resolve(folder))
                    .toAbsolutePath()
                    .normalize();
        } catch (InvalidPathException malformed) {
            throw GoalConfigurator.unusablePath("input", input);
        }
    }

    /** Reads the folders of the input; commas may be a folder's own. */
    static List<Path> folders(List<String> input, @Nullable File basedir) throws InvalidSetting {
        String joined = String.join(",", input).trim();
        if (input.size() > 1 && folder(joined, basedir).toFile().isDirectory()) {
            return List.of(folder(joined, basedir));
        }
        Set<Path> folders = new LinkedHashSet<>();
        for (String name : input) {
            if (isServer(name.trim())) {
                throw SettingMessages.refused(
                        "input", RedactedUrl.of(name), "must be one FHIR server, or folders only");
            }
            if (!name.isBlank()) {
                folders.add(folder(name.trim(), basedir));
            }
        }
        return List.copyOf(folders);
    }

    /** The FHIR base of a server whose URL is known before it runs. */
    static Optional<String> base(String url) throws InvalidSetting {
        boolean isKnown = isServer(url) && !url.startsWith("sandbox:");
        return isKnown ? Optional.of(ExportTarget.parse(url).base().toString()) : Optional.empty();
    }

    /** Whoever names it expects an export. */
    static void refuseForFolder(@Nullable File exportTo) throws InvalidSetting {
        if (exportTo != null) {
            throw SettingMessages.refused(
                    "exportTo",
                    exportTo.getPath(),
                    "is for an export, and <input> is a folder: leave it out, or name a FHIR server as <input>");
        }
    }

    /** Refuses folders inside the wrong others; the export's is known to the user by this name. */
    static EtlFolders apart(EtlFolders folders, Optional<Path> buildDirectory, String export) throws InvalidSetting {
        try {
            return folders.validated(buildDirectory);
        } catch (InvalidSetting inside) {
            throw inside.setting().equals("input") ? inside.of(export) : inside;
        }
    }

    static OutputFormat format(String given) throws InvalidSetting {
        OutputFormat ndjson = new NdjsonFormat();
        if (!given.trim().equals(ndjson.code())) {
            throw SettingMessages.refused("outputFormat", given, "must be " + ndjson.code());
        }
        return ndjson;
    }

    static ExportTime time(String given) throws InvalidSetting {
        return FhirInstant.ofUser(given)
                .flatMap(ExportTime::parse)
                .orElseThrow(() -> SettingMessages.refused(
                        "exportTimestamp",
                        given,
                        "must be a date, or a time with seconds and a zone, for example 2026-11-01T00:00:00-05:00"));
    }

    /** Reads what the PHI canary is to do. */
    static CanaryConfig canary(String mode, Optional<File> acknowledged, Optional<File> patients)
            throws InvalidSetting {
        if (patients.filter(folder -> !folder.isDirectory()).isPresent()) {
            throw SettingMessages.refused(
                    "canaryPatients", patients.get().toString(), "must be a folder that is there");
        }
        return new CanaryConfig(
                CanaryMode.parse(mode),
                acknowledged.isEmpty()
                        ? AcknowledgedFindings.NONE
                        : AcknowledgedFindings.read(acknowledged.get().toPath()),
                patients.map(File::toPath));
    }

    /** The built-in rules, and a site's own. */
    static ScrubRules rules(Optional<File> own) throws InvalidRules, InvalidSetting {
        ScrubRules builtIn = ScrubRules.builtIn();
        if (own.isEmpty()) {
            return builtIn;
        }
        try {
            return builtIn.extendedBy(own.get().toPath());
        } catch (IOException unreadable) {
            throw SettingMessages.refused(
                    "deidRules", own.get().toString(), "must be a text file in UTF-8 that can be read");
        }
    }
}
