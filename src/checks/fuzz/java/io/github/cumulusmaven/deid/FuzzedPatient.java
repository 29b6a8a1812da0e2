package io.github.cumulusmaven.deid;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;

/**
 * Makes Patients of which all that is to be dropped holds a secret, and all that may stay does not. Their shape, white
 * space, escapes and order are the fuzzer's.
 */
final class FuzzedPatient {
    static final String SECRET = "S3CR3T";

    static final String WHOLE =
            """
            {"resourceType":"Patient","id":"p1","meta":{"lastUpdated":"2026-11-23T04:00:00Z","tag":[{"system":"http://x","code":"a"}]},\
            "extension":[{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[{"url":"text","valueString":"x"}]}],\
            "identifier":[{"system":"urn:mrn","value":"1"}],"name":[{"family":"A"}],"gender":"female","birthDate":"1970-01-01",\
            "address":[{"line":["1 Main St"],"postalCode":"02139"}],"deceasedBoolean":false,"multipleBirthInteger":2,\
            "contained":[{"resourceType":"Observation","id":"o1","valueQuantity":{"value":1.50}}],\
            "generalPractitioner":[{"reference":"Practitioner/1","display":"Dr. A"}]}\
            """;

    private static final String[] DROPPED = {"name", "telecom", "photo", "text", "zz", "_zz", "Name", "\\u006eame"};
    private static final String[] KEPT = {
        "\"gender\":\"female\"",
        "\"birthDate\":\"1970-01-01\"",
        "\"meta\":{\"lastUpdated\":\"2026-11-23T04:00:00Z\"%s}",
        "\"address\":[{\"state\":\"MA\"%s,\"postalCode\":\"02139\"}]",
        "\"maritalStatus\":{\"coding\":[{\"system\":\"http://x\",\"code\":\"M\"%s}]}",
        "\"contained\":[{\"resourceType\":\"Observation\",\"id\":\"1\",\"valueQuantity\":{\"value\":1.50%s}}]",
        "\"extension\":[{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race\",\"extension\":[{\"url\":\"text\",\"valueString\":\"x\"}]%s}]",
        "\"generalPractitioner\":[{\"reference\":\"Practitioner/1\"%s}]",
        "\"_birthDate\":{\"extension\":[{\"url\":\"http://x\"%s}]}",
        "\"multipleBirthInteger\":2"
    };
    private static final String[] BLANKS = {"", "", "", " ", "\t", "\r"};

    private final FuzzedDataProvider data;

    FuzzedPatient(FuzzedDataProvider data) {
        this.data = data;
    }

    String line() {
        StringBuilder line = new StringBuilder("{\"resourceType\":\"Patient\",\"id\":\"p1\"");
        for (int part = data.consumeInt(0, 30); part > 0; part--) {
            line.append(blank()).append(',').append(blank());
            if (data.consumeBoolean()) {
                line.append(dropped());
            } else {
                String inside = data.consumeBoolean() ? "," + unknown() : "";
                line.append(data.pickValue(KEPT).replace("%s", inside));
            }
        }
        return line.append('}').toString();
    }

    private String dropped() {
        return '"' + data.pickValue(DROPPED) + '"' + blank() + ':' + blank() + value(0);
    }

    /** Nothing that FHIR has at any place. */
    private String unknown() {
        return "\"zz" + data.consumeInt(0, 9) + "\":" + value(0);
    }

    private String value(int depth) {
        int kind = depth > 6 ? 0 : data.consumeInt(0, 5);
        return switch (kind) {
            case 1 -> "{\"" + (data.consumeBoolean() ? SECRET : "gender") + "\":" + value(depth + 1) + "}";
            case 2 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
            case 3 -> "{\"resourceType\":\"Patient\",\"id\":\"" + SECRET + "\",\"gender\":\"" + SECRET + "\"}";
            case 4 -> "\"\\\"" + SECRET + "\\\\\"";
            case 5 -> "\"" + SECRET + "\\u0022,\\\"gender\\\":\\\"" + SECRET + "\"";
            default -> '"' + SECRET + '"';
        };
    }

    private String blank() {
        return data.pickValue(BLANKS);
    }
}
