package io.github.cumulusmaven.bulk;

/** Failures over a status URL that a server has named, for tests of what is said of them. */
public final class Named {
    private Named() {}

    public static ExportFailure of(ExportFailure.Kind kind, String where, String url) {
        return ExportFailure.named(kind, where, url);
    }
}
