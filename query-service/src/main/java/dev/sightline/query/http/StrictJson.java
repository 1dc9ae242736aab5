package dev.sightline.query.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.sightline.base.error.ServiceException;
import jakarta.inject.Singleton;

/**
 * Reads a body that somebody wrote by hand: what it does not know, or what follows the object, is an error that names
 * its place, such as {@code limits.spans_per_second} or {@code measures[1].aggregation}. Never quotes the body.
 */
@Singleton
public class StrictJson {
    private final ObjectMapper json;

    StrictJson(ObjectMapper json) {
        this.json = json;
    }

    /** Throws INVALID_ARGUMENT. {@code what} says what the object is of, such as "settings". */
    public <T> T read(String body, Class<T> type, String what) {
        return read(json.readerFor(type).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES), "body", body, what);
    }

    /** The same of a parameter that may hold more than is known here. */
    public <T> T readParameter(String name, String value, Class<T> type, String what) {
        return read(json.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES), name, value, what);
    }

    /** The body that the framework has read; throws INVALID_ARGUMENT where there was none. */
    public static <T> T present(T body) {
        return present("body", body);
    }

    private static <T> T present(String field, T value) {
        if (value == null) {
            throw ServiceException.invalid(field, "must be a JSON object");
        }
        return value;
    }

    private static <T> T read(ObjectReader reader, String field, String text, String what) {
        try {
            return present(field, reader.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .without(DeserializationFeature.ACCEPT_FLOAT_AS_INT).readValue(text == null ? "" : text));
        } catch (JsonMappingException e) {
            throw e.getPath().isEmpty() ? ServiceException.invalid(field, "must be a JSON object of " + what)
                    : ServiceException.invalid(path(e), e instanceof UnrecognizedPropertyException
                            ? "is not known here" : "is not of the type that is expected here");
        } catch (JsonProcessingException e) {
            throw ServiceException.invalid(field, "is not JSON");
        }
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }
}
