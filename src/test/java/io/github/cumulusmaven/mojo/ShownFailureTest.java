package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShownFailureTest {
    private static final String SECRET = "https://s3.example/p?sig=0815";

    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        ShownFailure.of(failure, new Secrets()).printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    @Test
    @DisplayName("our own messages, and Java's about files and connections, are kept, with every place in the code")
    void ours() {
        HttpFailure lost = new HttpFailure(
                HttpFailure.Kind.NO_CONNECTION,
                "GET",
                URI.create("https://ehr.example/fhir"),
                new ConnectException("Connection refused"));
        ExportFailure failure = new ExportFailure(ExportFailure.Kind.STATUS_UNREACHABLE, "https://ehr.example", lost);

        assertThat(printed(failure))
                .contains("io.github.cumulusmaven.bulk.ExportFailure: GET https://ehr.example/fhir: no connection")
                .contains("Caused by: ", "io.github.cumulusmaven.http.HttpFailure: GET https://ehr.example/fhir")
                .contains("java.net.ConnectException: Connection refused")
                .contains("at io.github.cumulusmaven.mojo.ShownFailureTest.ours");
    }

    @Test
    @DisplayName("the messages of others are left out: they may quote a patient's data or a signed URL")
    void others() {
        IllegalArgumentException foreign = new IllegalArgumentException("Illegal character in query: " + SECRET);
        IOException own = new IOException("it failed", foreign);
        own.addSuppressed(new IllegalStateException(SECRET));

        assertThat(printed(own))
                .contains("java.io.IOException: it failed")
                .contains("java.lang.IllegalArgumentException")
                .contains("Suppressed: ", "java.lang.IllegalStateException")
                .doesNotContain("0815");
    }

    @Test
    @DisplayName("also where one of ours repeats it")
    void repeated() {
        ExportFailure failure =
                new ExportFailure(ExportFailure.Kind.DISK, "/data/export", new IllegalArgumentException(SECRET));

        assertThat(failure).hasMessageContaining("0815");
        assertThat(printed(failure)).contains("ExportFailure").doesNotContain("0815");
    }

    @Test
    @DisplayName("a circle of causes ends")
    void circle() {
        Exception one = new Exception("one");
        Exception two = new Exception("two", one);
        one.initCause(two);
        one.addSuppressed(two);

        assertThat(printed(two)).contains("java.lang.Exception");
    }
}
