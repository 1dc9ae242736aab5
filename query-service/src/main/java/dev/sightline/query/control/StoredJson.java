package dev.sightline.query.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import jakarta.inject.Singleton;

/**
 * The JSON that stands in columns of PostgreSQL. We wrote it, so what can't be read or written is our fault: INTERNAL,
 * saying {@code what} it is and nothing of what it holds. What callers send is {@code StrictJson}'s. Thread-safe.
 */
@Singleton
public class StoredJson {
    private final ObjectMapper json;

    StoredJson(ObjectMapper json) {
        this.json = json;
    }

    public <T> T read(String document, Class<T> type, String what) {
        return read(json.readerFor(type), document, what);
    }

    public <T> T read(String document, TypeReference<T> type, String what) {
        return read(json.readerFor(type), document, what);
    }

    private static <T> T read(ObjectReader reader, String document, String what) {
        try {
            return reader.readValue(document);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, what + " can't be read", e);
        }
    }

    public String write(Object value, String what) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, what + " can't be written", e);
        }
    }
}
