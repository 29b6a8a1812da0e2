package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;

/** The few FHIR data types that the sample needs. */
final class Fhir {
    /** As Synthea writes a dateTime. */
    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");

    private Fhir() {}

    record Coding(String system, String code, String display) {}

    static ObjectNode resource(String type, String id) {
        return object().put("resourceType", type).put("id", id);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String type(JsonNode resource) {
        return resource.required("resourceType").textValue();
    }

    static String id(JsonNode resource) {
        return resource.required("id").textValue();
    }

    static String referenceTo(JsonNode resource) {
        return type(resource) + "/" + id(resource);
    }

    static ObjectNode reference(String target) {
        return object().put("reference", target);
    }

    static ObjectNode concept(Coding coding) {
        ObjectNode concept = object();
        concept.withArray("coding")
                .addObject()
                .put("system", coding.system())
                .put("code", coding.code())
                .put("display", coding.display());
        return concept.put("text", coding.display());
    }

    /** The first code of a CodeableConcept, or an empty string. */
    static String code(JsonNode concept) {
        return concept.at("/coding/0/code").asText();
    }

    static OffsetDateTime dateTime(JsonNode value) {
        return OffsetDateTime.parse(value.textValue());
    }

    static String dateTime(OffsetDateTime value) {
        return DATE_TIME.format(value.withOffsetSameInstant(ZoneOffset.UTC));
    }

    static void copy(ObjectNode from, String field, ObjectNode to) {
        copy(from, field, to, field);
    }

    static void copy(ObjectNode from, String field, ObjectNode to, String newField) {
        if (from.has(field)) {
            to.set(newField, from.get(field).deepCopy());
        }
    }

    /** Every object in the tree, outermost first. */
    static void eachObject(JsonNode node, Consumer<ObjectNode> consumer) {
        if (node instanceof ObjectNode object) {
            consumer.accept(object);
        }
        node.forEach(child -> eachObject(child, consumer));
    }
}
