package io.github.cumulusmaven.hydrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a resource when its notes are put into it. */
class NotedResourceTest {
    private static final Note NOTE =
            new Note("Feels fine.".getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");

    private static NotedResource resource(String line) {
        return NotedResource.of(line.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    private static String with(String line, Map<Integer, Note> notes) throws IOException {
        return new String(resource(line).with(notes), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("FL-13 only the attachment changes, all else stays byte by byte")
    void byteByByte() throws IOException {
        String before =
                "{ \"z\" : 1.50, \"resourceType\":\"DocumentReference\",\"a\":1e3,  \"id\":\"d1\",\"text\":\"\\u00e4 ä 𝄞 \\/\","
                        + "\"content\":[ {\"format\":{\"code\":\"x\"}, \"attachment\": ";
        String after = ",\"more\":-0.0} ], \"last\":[1.0E+2,null,true],\"last\":\"twice\"}";

        String whole = with(before + "{\"contentType\":\"text/plain\",\"url\":\"Binary/1\"}" + after, Map.of(0, NOTE));

        assertThat(whole).startsWith(before + "{").endsWith("}" + after);
        assertThat(whole.substring(before.length(), whole.length() - after.length()))
                .isEqualTo("{\"contentType\":\"text/plain; charset=utf-8\",\"url\":\"Binary/1\",\"size\":11,\"hash\":\""
                        + NOTE.hash() + "\",\"data\":\"RmVlbHMgZmluZS4=\"}");
    }

    @Test
    @DisplayName("FL-13 size and hash (SHA-1, base64) are those of the note, the URL and what is unknown stay")
    void attachment() throws IOException {
        String line = with(
                "{\"resourceType\":\"DiagnosticReport\",\"id\":\"r1\",\"presentedForm\":[{\"title\":\"A\",\"url\":\"Binary/1\","
                        + "\"size\":7,\"hash\":\"old\",\"contentType\":\"text/plain\",\"data\":\"\","
                        + "\"extension\":[{\"url\":\"u\",\"valueDecimal\":1.50}]}]}",
                Map.of(0, new Note("abc".getBytes(StandardCharsets.UTF_8), "text/plain; charset=us-ascii")));

        JsonNode form = FhirJson.parseObject(line).orElseThrow().at("/presentedForm/0");
        assertThat(form.path("title").asText()).isEqualTo("A");
        assertThat(form.path("url").asText()).isEqualTo("Binary/1");
        assertThat(form.path("contentType").asText()).isEqualTo("text/plain; charset=us-ascii");
        assertThat(form.path("size").asInt()).isEqualTo(3);
        assertThat(form.path("hash").asText()).as("SHA-1 of abc").isEqualTo("qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
        assertThat(form.path("data").asText()).isEqualTo("YWJj");
        assertThat(line)
                .contains("\"valueDecimal\":1.50")
                .containsOnlyOnce("\"data\"")
                .containsOnlyOnce("\"size\"");
    }

    @Test
    @DisplayName("FL-13 what stays of an attachment stays byte by byte, however it is written")
    void keptMembers() throws IOException {
        String line = with(
                "{\"resourceType\":\"DiagnosticReport\",\"id\":\"r1\",\"presentedForm\":[ { \"data\" : \"\" , \"t\\u0069tle\" :"
                        + " \"\\u00e4 ä, \" ,\r \"url\":\"Binary/1\" , \"_url\" : [ 1.50 ,\t{ } ], \"pages\" : 1e3 } ]}",
                Map.of(0, NOTE));

        assertThat(line)
                .contains(
                        "\"presentedForm\":[ {\"contentType\":\"text/plain; charset=utf-8\",\"t\\u0069tle\" :"
                                + " \"\\u00e4 ä, \",\"url\":\"Binary/1\",\"_url\" : [ 1.50 ,\t{ } ],\"pages\" : 1e3,\"size\":11,")
                .endsWith("\"} ]}");
    }

    @Test
    @DisplayName("FL-13 each of several attachments gets its own note, the others stay as they are")
    void several() throws IOException {
        String plain = "{\"resourceType\":\"DocumentReference\",\"id\":\"d1\",\"content\":["
                + "{\"attachment\":{\"url\":\"Binary/0\"}},{\"attachment\":{\"url\":\"Binary/1\"}},"
                + "{\"attachment\":{\"contentType\":\"text/html\",\"data\":\"YQ==\",\"url\":\"Binary/2\"}},"
                + "{\"attachment\":{\"url\":\"Binary/3\"}}]}";

        JsonNode content = FhirJson.parseObject(with(
                        plain,
                        Map.of(
                                1, new Note(new byte[] {'1'}, "text/plain; charset=utf-8"),
                                3, new Note(new byte[] {'3'}, "text/plain; charset=utf-8"))))
                .orElseThrow()
                .path("content");

        assertThat(content.findValuesAsText("url")).containsExactly("Binary/0", "Binary/1", "Binary/2", "Binary/3");
        assertThat(content.at("/0/attachment").size()).isEqualTo(1);
        assertThat(content.at("/1/attachment/data").asText()).isEqualTo("MQ==");
        assertThat(content.at("/2/attachment").toString())
                .isEqualTo("{\"contentType\":\"text/html\",\"data\":\"YQ==\",\"url\":\"Binary/2\"}");
        assertThat(content.at("/3/attachment/data").asText()).isEqualTo("Mw==");
    }

    @Test
    @DisplayName(
            "what only looks like attachments is none: in contained resources, extensions and elements deeper down")
    void lookAlikes() {
        String decoy = "[{\"attachment\":{\"url\":\"Binary/decoy\",\"contentType\":\"text/plain\"}}]";
        NotedResource resource =
                resource("{\"contained\":[{\"resourceType\":\"DocumentReference\",\"id\":\"c\",\"content\":" + decoy
                        + ",\"presentedForm\":[{\"url\":\"Binary/decoy\"}]}],\"extension\":[{\"content\":" + decoy
                        + "}],\"context\":{\"resourceType\":\"Patient\",\"id\":\"x\",\"content\":" + decoy
                        + "},\"content\":[{\"content\":"
                        + decoy
                        + ",\"attachment\":{\"url\":\"Binary/1\",\"extension\":[{\"attachment\":{\"url\":\"Binary/decoy\"}}]}},"
                        + "\"odd\",[{\"attachment\":{\"url\":\"Binary/decoy\"}}],{\"attachment\":[{\"url\":\"Binary/decoy\"}]},"
                        + "{\"attachment\":\"Binary/decoy\"}],\"resourceType\":\"DocumentReference\",\"id\":\"d1\"}");

        assertThat(resource.id()).isEqualTo("d1");
        assertThat(resource.attachments()).extracting(Attachment::url).containsExactly("Binary/1");
    }

    @Test
    @DisplayName("an attachment is external when it has a URL that leads out of the resource, and no data")
    void external() {
        NotedResource resource = resource("{\"resourceType\":\"DiagnosticReport\",\"id\":\"r\",\"presentedForm\":["
                + "{\"url\":\"Binary/1\"},{\"url\":\" \"},{\"data\":\"YQ==\",\"url\":\"Binary/2\"},{\"data\":\" \",\"url\":\"Binary/3\","
                + "\"size\":9},{\"contentType\":\"text/plain\"},{\"url\":\"#contained\"}]}");

        assertThat(resource.attachments())
                .extracting(Attachment::isExternal)
                .containsExactly(true, false, false, true, false, false);
        assertThat(resource.attachments()).extracting(Attachment::size).containsExactly(-1L, -1L, -1L, 9L, -1L, -1L);
    }

    @Test
    @DisplayName("a resource is one line, also where it came with line ends between its tokens")
    void oneLine() throws IOException {
        String line = with(
                "{\"resourceType\":\"DocumentReference\",\r\n\"id\":\"d1\",\n\"content\":[{\"attachment\":{\"url\":\"Binary/1\"}}]}",
                Map.of(0, NOTE));

        assertThat(line).doesNotContain("\n", "\r").startsWith("{\"resourceType\":\"DocumentReference\",\"id\"");
        assertThat(FhirJson.parseObject(line)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resourceType\":\"Patient\",\"id\":\"p1\"}",
                "{\"resourceType\":\"DocumentReference\"}",
                "{\"resourceType\":\"DocumentReference\",\"id\":\"d1\",\"content\":[{\"attachment\":{\"url\":\"x\"}}",
                "[{\"resourceType\":\"DocumentReference\",\"id\":\"d1\"}]",
                "\u0000\u0000\u0000",
                "null"
            })
    @DisplayName("other types, resources without an id and what is no JSON are left alone")
    void others(String line) {
        assertThat(NotedResource.of(line.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    @DisplayName(
            "a line in UTF-16, as some shells write files, is left alone: nobody tells where in it an attachment is")
    void utf16() {
        String line =
                "{\"resourceType\":\"DocumentReference\",\"id\":\"d1\",\"content\":[{\"attachment\":{\"url\":\"u\"}}]}";

        assertThat(NotedResource.of(line.getBytes(StandardCharsets.UTF_8))).isPresent();
        assertThat(NotedResource.of(line.getBytes(StandardCharsets.UTF_16LE))).isEmpty();
    }

    @Test
    @DisplayName("data that are not base64 are no note that others could get")
    void notBase64() {
        NotedResource resource = resource(
                "{\"resourceType\":\"DiagnosticReport\",\"id\":\"r\",\"presentedForm\":["
                        + "{\"url\":\"Binary/1\",\"data\":\"?\"},{\"url\":\"Binary/2\",\"data\":\"YWJj\",\"contentType\":\"text/plain\"}]}");
        List<Attachment> forms = resource.attachments();

        assertThat(resource.note(forms.get(0))).isEmpty();
        assertThat(resource.note(forms.get(1)))
                .hasValueSatisfying(note -> assertThat(new String(note.data(), StandardCharsets.UTF_8))
                        .isEqualTo("abc"));
    }
}
