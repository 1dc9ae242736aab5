package dev.sightline.query.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.StoredJson;
import dev.sightline.query.http.StrictJson;
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
    private final StoredJson stored;
    private final StrictJson strict;
    private final AsyncCache<String, IngestSettings> remembered;

    SettingsStore(ControlData control, ObjectMapper json, StoredJson stored, StrictJson strict,
            SettingsConfig config) {
        this.control = control;
        this.json = json;
        this.stored = stored;
        this.strict = strict;
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
        return stored.read(document, IngestSettings.class, "the settings of a project");
    }

    /** Replaces the project's settings by what the JSON text says. Throws INVALID_ARGUMENT, which names the field. */
    IngestSettings replace(ProjectScope scope, String document) {
        IngestSettings settings = strict.read(document, IngestSettings.class, "settings");
        SettingsCheck.check(settings, control.publicKeysOf(scope.projectId()));
        control.saveSettingsDocument(scope.projectId(), stored.write(settings, "the settings"));
        remembered.synchronous().put(scope.projectId(), settings);
        return settings;
    }

    /**
     * Changes what the JSON text names by RFC 7396: objects are merged, lists and values take the place of those before,
     * null is back to the default. Throws INVALID_ARGUMENT, which names the field.
     */
    IngestSettings merge(ProjectScope scope, String patch) {
        ObjectNode named = strict.read(patch, ObjectNode.class, "settings");
        return change(scope, before -> strict.read(merged(json.valueToTree(before), named).toString(),
                IngestSettings.class, "settings"));
    }

    private static JsonNode merged(JsonNode before, JsonNode patch) {
        if (!(patch instanceof ObjectNode named)) {
            return patch;
        }
        ObjectNode merged = before instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        named.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                merged.remove(field.getKey());
            } else {
                merged.set(field.getKey(), merged(merged.get(field.getKey()), field.getValue()));
            }
        });
        return merged;
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
            if (control.changeSettingsDocument(scope.projectId(), before, stored.write(changed, "the settings"))) {
                remembered.synchronous().put(scope.projectId(), changed);
                return changed;
            }
        }
        throw ServiceException.of(ErrorCode.OVERLOADED, "the settings are being changed by others; try again");
    }
}
