package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.deid.InvalidRules;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.table.NdjsonFormat;
import io.github.cumulusmaven.table.OutputFormat;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the ETL's parameters say, as the ETL wants it. */
final class EtlSettings {
    private EtlSettings() {}

    static Path path(String setting, @Nullable File file) throws InvalidSetting {
        if (file == null) {
            throw new InvalidSetting(setting, "", "must name a folder");
        }
        return file.toPath().toAbsolutePath().normalize();
    }

    static OutputFormat format(String given) throws InvalidSetting {
        OutputFormat ndjson = new NdjsonFormat();
        if (!given.trim().equals(ndjson.code())) {
            throw new InvalidSetting("outputFormat", given, "must be " + ndjson.code());
        }
        return ndjson;
    }

    static ExportTime time(String given) throws InvalidSetting {
        return FhirInstant.ofUser(given)
                .flatMap(ExportTime::parse)
                .orElseThrow(() -> new InvalidSetting(
                        "exportTimestamp",
                        given,
                        "must be a date, or a time with seconds and a zone, for example 2026-11-01T00:00:00-05:00"));
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
            throw new InvalidSetting(
                    "deidRules", own.get().toString(), "must be a text file in UTF-8 that can be read");
        }
    }
}
