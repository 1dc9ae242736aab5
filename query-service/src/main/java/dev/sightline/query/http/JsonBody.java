package dev.sightline.query.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.sightline.base.error.ServiceException;
import jakarta.inject.Singleton;

/** Reads request bodies strictly: what is unknown, of the wrong type or left over is an error that names the field. */
@Singleton
public class JsonBody {
    private final ObjectMapper json;

    JsonBody(ObjectMapper json) {
        this.json = json;
    }

    /** Throws INVALID_ARGUMENT; an empty body is an error too. */
    public <T> T read(String body, Class<T> type) {
        try {
            T value = json.readerFor(type).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .without(DeserializationFeature.ACCEPT_FLOAT_AS_INT).readValue(body == null ? "" : body);
            if (value == null) {
                throw ServiceException.invalid("body", "must be a JSON object");
            }
            return value;
        } catch (JsonMappingException e) {
            throw e.getPath().isEmpty() ? ServiceException.invalid("body", "must be a JSON object")
                    : ServiceException.invalid(path(e), e instanceof UnrecognizedPropertyException
                            ? "is not a known field" : "is not of the type that is expected here");
        } catch (JsonProcessingException e) {
            throw ServiceException.invalid("body", "is not JSON");
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
