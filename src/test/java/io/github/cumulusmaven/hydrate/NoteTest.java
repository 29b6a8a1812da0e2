package io.github.cumulusmaven.hydrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as a note among the things that servers send. */
class NoteTest {

    private static Fetcher.Body body(String contentType, byte[] bytes) {
        return new Fetcher.Body(bytes, Optional.of(contentType).filter(type -> !type.isEmpty()));
    }

    private static Fetcher.Body body(String contentType, String text) {
        return body(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertNoNote(Fetcher.Body body, String words) {
        assertThatThrownBy(() -> Note.of(body, "text/plain"))
                .isInstanceOfSatisfying(
                        NotFetched.class, no -> assertThat(no.problem()).isEqualTo(Problem.SOMETHING_ELSE))
                .hasMessage(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain; charset=windows-1252 | text/plain;charset=utf-8 | text/plain; charset=windows-1252",
                "Text/Plain;Charset=\"ISO-8859-15\" | text/plain | text/plain; charset=iso-8859-15",
                "text/plain | text/plain;charset=ISO-8859-2 | text/plain; charset=iso-8859-2",
                "text/html | text/html | text/html; charset=utf-8",
                "'' | text/html | text/html; charset=utf-8",
            })
    @DisplayName("FL-13 the charset is the server's, else the attachment's, else what the bytes are")
    void charset(String sent, String wanted, String contentType) throws Exception {
        Note note = Note.of(body(sent, "ä"), wanted);

        assertThat(note.contentType()).isEqualTo(contentType);
        assertThat(note.data()).isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("FL-13 bytes that are not UTF-8 and of which nobody tells the charset are taken for ISO 8859-1")
    void latin() throws Exception {
        Note note = Note.of(body("text/plain", "ä".getBytes(StandardCharsets.ISO_8859_1)), "text/plain");

        assertThat(note.contentType()).isEqualTo("text/plain; charset=iso-8859-1");
        assertThat(note.data()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/pdf | application/pdf | application/pdf",
                "application/xhtml+xml | application/xhtml+xml | application/xhtml+xml; charset=utf-8",
                "application/xml;charset=utf-16 | application/xml | application/xml; charset=utf-16",
            })
    @DisplayName("FL-13 what is no text gets no charset")
    void noCharset(String sent, String wanted, String contentType) throws Exception {
        assertThat(Note.of(body(sent, "%"), wanted).contentType()).isEqualTo(contentType);
    }

    @ParameterizedTest
    @CsvSource({"application/fhir+json", "application/json;charset=UTF-8", "''"})
    @DisplayName("FL-13 a Binary in JSON is unwrapped, also where its base64 has line ends")
    void binary(String contentType) throws Exception {
        Note note = Note.of(
                body(
                        contentType,
                        "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain; charset=us-ascii\",\"data\":\"RmVlbHMg\\r\\n ZmluZS4=\\n\"}"),
                "text/plain");

        assertThat(new String(note.data(), StandardCharsets.UTF_8)).isEqualTo("Feels fine.");
        assertThat(note.contentType()).isEqualTo("text/plain; charset=us-ascii");
    }

    @Test
    @DisplayName("FL-13 a note that begins with a brace is one where the server says so")
    void brace() throws Exception {
        assertThat(Note.of(body("text/plain", "{rtf"), "text/plain").data()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html | <p> | another content type than text/plain",
                "application/fhir+xml | <Binary/> | another content type than text/plain",
                "text/plain | '' | nothing, as if it were a note",
                "application/fhir+json | {\"resourceType\":\"OperationOutcome\"} | an OperationOutcome in its place",
                "'' | {\"resourceType\":\"OperationOutcome\"} | an OperationOutcome in its place",
                "application/json | {\"resourceType\":\"Patient\"} | another resource in its place",
                "application/fhir+json | <html> | JSON that is no resource",
                "application/fhir+json | {\"resourceType\":\"Binary\"} | nothing, as if it were a note",
                "application/fhir+json | {\"resourceType\":\"Binary\",\"data\":\"?\"} | a Binary whose data are not base64",
                "application/fhir+json | {\"resourceType\":\"Binary\",\"contentType\":\"text/html\",\"data\":\"YQ==\"}"
                        + " | another content type than text/plain",
            })
    @DisplayName("what else a server may send with 200 is no note")
    void noNote(String contentType, String text, String words) {
        assertNoNote(body(contentType, text), words);
    }
}
