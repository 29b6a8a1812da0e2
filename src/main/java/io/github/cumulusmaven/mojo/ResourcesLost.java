package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.etl.EtlSummary;

/** The tables are made, and more resources than allowed are missing from them. */
final class ResourcesLost extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient EtlSummary summary;

    ResourcesLost(EtlSummary summary) {
        this.summary = summary;
    }

    EtlSummary summary() {
        return summary;
    }
}
