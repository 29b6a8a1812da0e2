package io.github.cumulusmaven.fhir;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Configures the JSON mapper of all: decimals keep their digits (FHIR gives {@code 1.50} another meaning than
 * {@code 1.5}), strings may be as long as an inlined clinical note, and trailing garbage is an error.
 *
 * <p>The limits are the same for what is read and what is written, so that whatever was accepted can be kept. A number of
 * a million digits would cost time that grows with the square of its length.
 */
public final class FhirJson {
    /** How many objects and arrays may be nested. */
    public static final int DEEPEST = 500;

    /** How many characters a number may have; FHIR's decimals have 18 digits. */
    public static final int LONGEST_NUMBER = 1000;

    /** How many bytes a property's name may have. */
    public static final int LONGEST_NAME = 50_000;

    /** Less than {@link #DEEPEST}, as answers are kept inside of files of ours. */
    private static final int DEEPEST_ANSWER = 400;

    private static final int LONGEST_STRING_OF_ANSWER = 1024 * 1024;
    private static final long LONGEST_ANSWER = 1024L * 1024 * 1024;

    private static final JsonMapper MAPPER = mapper(
            limits().maxNestingDepth(DEEPEST).maxStringLength(Integer.MAX_VALUE).build());
    private static final JsonMapper OF_ANSWERS = mapper(limits().maxNestingDepth(DEEPEST_ANSWER)
            .maxStringLength(LONGEST_STRING_OF_ANSWER)
            .maxDocumentLength(LONGEST_ANSWER)
            .build());

    private static StreamReadConstraints.Builder limits() {
        return StreamReadConstraints.builder().maxNumberLength(LONGEST_NUMBER).maxNameLength(LONGEST_NAME);
    }

    private static JsonMapper mapper(StreamReadConstraints limits) {
        return JsonMapper.builder(new JsonParsers(new JsonFactoryBuilder()
                        .streamReadConstraints(limits)
                        .streamWriteConstraints(StreamWriteConstraints.builder()
                                .maxNestingDepth(DEEPEST)
                                .build())))
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    private FhirJson() {}

    /** The mapper; immutable, shared by all threads. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** The mapper for what servers answer, which is small; not for their files. */
    public static JsonMapper answers() {
        return OF_ANSWERS;
    }

    /** The object that a text holds, or nothing when it is not JSON, beyond the limits, or not an object. */
    public static Optional<ObjectNode> parseObject(String text) {
        return parseObject(MAPPER, text);
    }

    /** The same of a server's answer. */
    public static Optional<ObjectNode> parseAnswer(String text) {
        return parseObject(OF_ANSWERS, text);
    }

    private static Optional<ObjectNode> parseObject(JsonMapper mapper, String text) {
        try {
            JsonNode node = mapper.readTree(text);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    /** A copy of a node with all texts in it replaced, those of names not among them. */
    public static JsonNode withTexts(JsonNode node, UnaryOperator<String> text) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties().forEach(field -> copy.set(field.getKey(), withTexts(field.getValue(), text)));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            array.forEach(item -> copy.add(withTexts(item, text)));
            return copy;
        }
        return node.isTextual() ? MAPPER.getNodeFactory().textNode(text.apply(node.asText())) : node;
    }

    /** The text of a field, or nothing when it is absent, null or not a primitive. */
    public static Optional<String> text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
    }
}
