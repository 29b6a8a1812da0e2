package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.http.TrustedOrigins;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.DoubleSupplier;

/**
 * What is wanted, and what all runs of an export work with.
 *
 * @param credentials for the FHIR base and the polling URL
 * @param seal of this user's runs
 * @param random the chance in the lengths of waits, from 0 to 1
 */
record ExportContext(
        ExportConfig config,
        HttpGateway gateway,
        Authorizer credentials,
        FolderSeal seal,
        InstantSource clock,
        Sleeper sleeper,
        DoubleSupplier random,
        ExportListeners listeners) {
    private static final RetryPolicy BRIEF = new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(5));

    Instant now() {
        return clock.instant();
    }

    /** Gathers all who hear of what is done in a folder: its log is one of them. */
    ExportListeners listeners(ExportFolder folder, ExportRequest request) {
        return listeners.with(log(folder, request));
    }

    ExportLog log(ExportFolder folder, ExportRequest request) {
        return new ExportLog(folder.log(), request.exportId(), clock, ZoneId.systemDefault(), gateway.secrets());
    }

    /** The server's side of a job. */
    ServerJob job(URI statusUrl, Authorizer authorizer) {
        Retries retries = new Retries(BRIEF, sleeper, listeners, random);
        return new ServerJob(statusUrl, gateway, authorizer, retries);
    }

    /** The credentials, for the FHIR base only. */
    Authorizer home() {
        return TrustedOrigins.of(credentials, config.target().base());
    }

    /** The credentials, for the FHIR base and this polling URL, which the server or the user has given to this run. */
    Authorizer trusted(URI statusUrl) {
        return TrustedOrigins.of(credentials, config.target().base(), statusUrl);
    }

    /**
     * The credentials for a job of which a folder tells: its polling URL gets them only where the seal covers it, and may be
     * a local address only where the user has typed it.
     */
    Authorizer trusted(ExportJob ofFolder) {
        if (seal.coversTyped(ofFolder)) {
            gateway.allow(ofFolder.statusUrl());
        }
        return seal.covers(ofFolder) ? trusted(ofFolder.statusUrl()) : home();
    }
}
