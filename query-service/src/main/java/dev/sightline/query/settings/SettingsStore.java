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
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * The ingest settings of projects: in PostgreSQL, remembered for {@link SettingsConfig#cacheLifetime}. What is put here
 * is told by this process at once, by others within that time. Thread-safe, blocking.
 */
@Singleton
public class SettingsStore {
    private static final int CHANGE_ATTEMPTS = 10;

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
        return control.settingsDocument(projectId).map(this::read).orElseGet(IngestSettings::none);
    }

    /** What a document of the store says. */
    public IngestSettings read(String document) {
        try {
            return json.readValue(document, IngestSettings.class);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "the settings of a project can't be read", e);
        }
    }

    private String write(IngestSettings settings) {
        try {
            return json.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "the settings can't be written", e);
        }
    }

    /** Replaces the project's settings by what the JSON text says. Throws INVALID_ARGUMENT, which names the field. */
    IngestSettings replace(ProjectScope scope, String document) {
        IngestSettings settings = parse(document);
        SettingsCheck.check(settings, control.publicKeysOf(scope.projectId()));
        control.saveSettingsDocument(scope.projectId(), write(settings));
        remembered.synchronous().put(scope.projectId(), settings);
        return settings;
    }

    /**
     * Changes some of the project's settings, whatever others change meanwhile: tries again on what they made of it.
     * Throws as {@link #replace}.
     */
    public IngestSettings change(ProjectScope scope, UnaryOperator<IngestSettings> change) {
        for (int attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
            Optional<String> before = control.settingsDocument(scope.projectId());
            IngestSettings changed = change.apply(before.map(this::read).orElseGet(IngestSettings::none));
            SettingsCheck.check(changed, control.publicKeysOf(scope.projectId()));
            if (control.changeSettingsDocument(scope.projectId(), before, write(changed))) {
                remembered.synchronous().put(scope.projectId(), changed);
                return changed;
            }
        }
        throw ServiceException.of(ErrorCode.OVERLOADED, "the settings are being changed by others; try again");
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
