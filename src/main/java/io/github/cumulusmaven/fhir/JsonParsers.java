package io.github.cumulusmaven.fhir;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.DataInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;

/**
 * Makes parsers for which a number with an exponent that no decimal can have, as 1E99999999999, is bad JSON like any other:
 * Jackson throws a {@link NumberFormatException} for it, which no reader of foreign bytes expects.
 */
final class JsonParsers extends JsonFactory {
    private static final long serialVersionUID = 1L;

    JsonParsers(JsonFactoryBuilder settings) {
        super(settings);
    }

    @Override
    public TSFBuilder<?, ?> rebuild() {
        return new JsonFactoryBuilder(this);
    }

    @Override
    protected JsonParser _createParser(InputStream in, IOContext context) throws IOException {
        return new OfDecimals(super._createParser(in, context));
    }

    @Override
    protected JsonParser _createParser(Reader in, IOContext context) throws IOException {
        return new OfDecimals(super._createParser(in, context));
    }

    @Override
    protected JsonParser _createParser(char[] text, int offset, int length, IOContext context, boolean recyclable)
            throws IOException {
        return new OfDecimals(super._createParser(text, offset, length, context, recyclable));
    }

    @Override
    protected JsonParser _createParser(byte[] bytes, int offset, int length, IOContext context) throws IOException {
        return new OfDecimals(super._createParser(bytes, offset, length, context));
    }

    @Override
    protected JsonParser _createParser(DataInput in, IOContext context) throws IOException {
        return new OfDecimals(super._createParser(in, context));
    }

    private static final class OfDecimals extends JsonParserDelegate {
        OfDecimals(JsonParser parser) {
            super(parser);
        }

        /** Reads a number in one of the ways that make a decimal of it: Jackson checks what the others make. */
        private interface Reading<T> {
            T number() throws IOException;
        }

        private <T> T read(Reading<T> reading) throws IOException {
            try {
                return reading.number();
            } catch (NumberFormatException outOfRange) {
                throw new JsonParseException(this, "a number beyond what decimals can hold");
            }
        }

        @Override
        public BigDecimal getDecimalValue() throws IOException {
            return read(super::getDecimalValue);
        }

        @Override
        public Number getNumberValue() throws IOException {
            return read(super::getNumberValue);
        }

        @Override
        public Number getNumberValueExact() throws IOException {
            return read(super::getNumberValueExact);
        }
    }
}
