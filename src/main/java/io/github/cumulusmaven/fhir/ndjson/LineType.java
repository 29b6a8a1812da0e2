package io.github.cumulusmaven.fhir.ndjson;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ResourceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Tells the resource type of a line of NDJSON, which mostly stands first in it. */
public final class LineType {
    private static final byte[] NAME = "\"resourceType\"".getBytes(StandardCharsets.US_ASCII);

    private LineType() {}

    /** The type's name, of FHIR or one that could be of it; empty where the line tells none. */
    public static String of(byte[] line, int from, int to) {
        int at = LineEnds.afterBlanks(line, from, to);
        if (at == to || line[at] != '{') {
            return "";
        }
        int value = afterName(line, LineEnds.afterBlanks(line, at + 1, to), to);
        String type = value < 0 ? parsed(line, at, to) : quoted(line, value, to);
        return ResourceType.isSafeName(type) ? type : "";
    }

    /** Where the value begins, if the name is here; else a number below 0. */
    private static int afterName(byte[] line, int from, int to) {
        if (to - from <= NAME.length) {
            return -1;
        }
        for (int index = 0; index < NAME.length; index++) {
            if (line[from + index] != NAME[index]) {
                return -1;
            }
        }
        int colon = LineEnds.afterBlanks(line, from + NAME.length, to);
        int value = colon < to && line[colon] == ':' ? LineEnds.afterBlanks(line, colon + 1, to) : to;
        return value < to && line[value] == '"' ? value + 1 : -1;
    }

    private static String quoted(byte[] line, int from, int to) {
        int end = from;
        while (end < to && line[end] != '"') {
            end++;
        }
        return end == to ? "" : new String(line, from, end - from, StandardCharsets.UTF_8);
    }

    /** What stands before the type is skipped; so may be what is no JSON behind it. */
    private static String parsed(byte[] line, int from, int to) {
        try (JsonParser json = FhirJson.mapper().createParser(line, from, to - from)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = json.currentName().equals("resourceType");
                if (json.nextToken() == JsonToken.VALUE_STRING && wanted) {
                    return json.getText();
                }
                json.skipChildren();
            }
            return "";
        } catch (IOException notJson) {
            return "";
        }
    }
}
