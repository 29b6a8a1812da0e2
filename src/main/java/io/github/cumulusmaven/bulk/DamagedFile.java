package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Retries;
import java.io.IOException;
import java.util.Optional;

/** What came, if anything, is not the whole file. Fetching it again, from its beginning, may help. */
final class DamagedFile extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    /** Names what is wrong. The words go into {@code log.ndjson} and {@code export.json}, also where no console is. */
    enum Kind {
        LINE_NOT_UTF8("line %s is not UTF-8"),
        LINE_NOT_JSON("line %s is not JSON"),
        LINE_NOT_WHOLE("line %s is not whole JSON"),
        LINE_NO_RESOURCE("line %s is not a resource"),
        LINE_HOLDS_MORE("line %s holds more than one resource"),
        LAST_LINE_HOLDS_MORE("its last line holds more than one resource"),
        FIRST_LINE_NO_RESOURCE("its first line is not a FHIR resource"),
        ENDS_INSIDE_LINE("it ends in the middle of a line"),
        /** A disk or a server often fills with NUL bytes what it has lost. */
        ENDS_IN_NULS("it ends in NUL bytes, which are no text"),
        ENDS_AFTER("it ends after %s bytes"),
        ENDS_BEFORE_LENGTH("it ends after %s of %s bytes"),
        INDENTED("it is indented JSON, in which a resource takes several lines"),
        OPERATION_OUTCOME("the server sent an OperationOutcome in its place"),
        OTHER_TYPE("it holds %s, the manifest announces %s"),
        OTHER_COUNT("the manifest announces %s resources, it holds %s"),
        OTHER_SIZE("the manifest announces %s bytes, it has %s"),
        OTHER_SIZE_AS_SENT("the manifest announces %s bytes, it has %s (%s as sent)"),
        OTHER_SHA256("the manifest announces the SHA-256 %s, it has %s"),
        BROKEN_GZIP("its gzip data are damaged or cut"),
        UTF16("it is text in UTF-16, and not in UTF-8"),
        JSON_ARRAY("it is a JSON array, and not a resource in each line"),
        HTML("it is an HTML page"),
        XML("it is XML"),
        ZIP("it is a ZIP archive"),
        OTHER_COMPRESSION("it is compressed with %s, and only gzip was asked for"),
        LINK_LEADS_ELSEWHERE("it cannot be continued: its link leads elsewhere now"),
        NO_PARTS("it cannot be continued: the server sends only whole files"),
        OTHER_VERSION("it cannot be continued: the file on the server is another one now"),
        OTHER_PART("it cannot be continued: the server sends another part than it was asked for"),
        REST_REFUSED("it cannot be continued: HTTP %s"),
        NO_URL("entry %s of the manifest (%s) has no URL"),
        MALFORMED_URL("entry %s of the manifest (%s) has a URL that is none"),
        OTHER_SCHEME("entry %s of the manifest (%s) has a URL of the scheme %s, which cannot be asked");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /** Stands for the type of an entry that has none. */
    static final String NO_TYPE = "of no type";

    private final String content;
    private final boolean passing;

    /** Makes one of what is wrong and the values that its words have places for, none of them content. */
    DamagedFile(Kind kind, Object... values) {
        this(kind.words.formatted(values), "", true);
    }

    private DamagedFile(String reason, String content, boolean passing) {
        super(reason);
        this.content = content;
        this.passing = passing;
    }

    /** Makes one that no further attempt mends. */
    static DamagedFile forGood(Kind kind, Object... values) {
        return new DamagedFile(kind.words.formatted(values), "", false);
    }

    /** Says whether it is about the file with this SHA-256. */
    boolean isOf(String sha256) {
        return content.equals(sha256);
    }

    /** The same with the SHA-256 of what is wrong about it: when the very same comes again, no third time will help. */
    DamagedFile in(String sha256) {
        return new DamagedFile(reason(), sha256, passing);
    }

    /** This failure, or the end of all attempts when the one before was about the same content. */
    DamagedFile after(Optional<DamagedFile> before) {
        boolean again = !content.isEmpty()
                && before.filter(other -> other.content.equals(content)).isPresent();
        return again ? new DamagedFile(reason() + ", and so when it was fetched again", content, false) : this;
    }

    private String reason() {
        return String.valueOf(getMessage());
    }

    @Override
    public boolean isPassing() {
        return passing;
    }
}
