package dev.sightline.query.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * The ingest settings of projects: in PostgreSQL, remembered for {@link SettingsConfig#cacheLifetime}. What is put here
 * is told by this process at once, by others within that time. Thread-safe, blocking.
 */
@Singleton
public class SettingsStore {
    private final ControlData control;
    private final ObjectMapper json;
    private final ObjectReader strict;
    private final AsyncCache<String, IngestSettings> remembered;

    SettingsStore(ControlData control, ObjectMapper json, SettingsConfig config) {
        this.control = control;
        this.json = json;
        this.strict = json.readerFor(IngestSettings.class).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .without(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
        this.remembered = Caffeine.newBuilder().maximumSize(config.cacheEntriesMax())
                .expireAfterWrite(config.cacheLifetime())
                .executor(Executors.newVirtualThreadPerTaskExecutor()).buildAsync();
    }

    public IngestSettings of(ProjectScope scope) {
        try {
            return remembered.get(scope.projectId(), this::load).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServiceException known ? known : e;
        }
    }

    private IngestSettings load(String projectId) {
        return control.settingsDocument(projectId).map(document -> {
            try {
                return json.readValue(document, IngestSettings.class);
            } catch (JsonProcessingException e) {
                throw ServiceException.of(ErrorCode.INTERNAL, "the settings of a project can't be read", e);
            }
        }).orElseGet(IngestSettings::none);
    }

    /** Replaces the project's settings by what the JSON text says. Throws INVALID_ARGUMENT, which names the field. */
    IngestSettings replace(ProjectScope scope, String document) {
        IngestSettings settings = parse(document);
        SettingsCheck.check(settings, control.publicKeysOf(scope.projectId()));
        try {
            control.saveSettingsDocument(scope.projectId(), json.writeValueAsString(settings));
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "the settings can't be written", e);
        }
        remembered.synchronous().put(scope.projectId(), settings);
        return settings;
    }

    private IngestSettings parse(String document) {
        try {
            IngestSettings settings = strict.readValue(document);
            if (settings == null) {
                throw ServiceException.invalid("body", "must be a JSON object");
            }
            return settings;
        } catch (JsonMappingException e) {
            throw e.getPath().isEmpty() ? ServiceException.invalid("body", "must be a JSON object of settings")
                    : ServiceException.invalid(path(e), e instanceof UnrecognizedPropertyException
                            ? "is not a setting" : "is not of the type that is expected here");
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
