package dev.sightline.query.savedview;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.StoredJson;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The saved views of projects, in PostgreSQL. Changes of a project's views happen one after another, so that two at once
 * take neither one name nor one place too many. Blocks its (virtual) thread. Throws NOT_FOUND for what the project has
 * not got, INVALID_ARGUMENT for a name that another view has, a search that is too large, and one view too many.
 */
@Singleton
public class SavedViewStore {
    /** Room for the longest query of the search bar, whatever its letters, and the rest of the address. */
    static final int SEARCH_BYTES_MAX = 16_384;
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() { };

    private final ControlData control;
    private final StoredJson json;
    private final SavedViewConfig config;

    SavedViewStore(ControlData control, StoredJson json, SavedViewConfig config) {
        this.control = control;
        this.json = json;
        this.config = config;
    }

    /** By name. */
    List<SavedView> list(ProjectScope scope) {
        return control.read(() -> SavedViewRow.<SavedViewRow>list("projectId", Sort.by("name", "id"),
                scope.projectId())).stream().map(this::view).toList();
    }

    /** {@code actor} is who makes it. */
    SavedView create(ProjectScope scope, String actor, SavedView.Content content) {
        SavedViewRow row = new SavedViewRow();
        row.id = UUID.randomUUID();
        row.projectId = scope.projectId();
        row.createdBy = actor;
        write(row, content);
        return view(control.write(() -> locked(scope, views -> {
            requireFreeName(views, row);
            if (views.size() >= config.perProjectMax()) {
                throw ServiceException.invalid("name", "the project has " + config.perProjectMax()
                        + " saved views, and may have no more; delete one first");
            }
            return row.persist();
        })));
    }

    /** Whoever writes last is right: a view is small, and replaced whole. */
    SavedView replace(ProjectScope scope, String id, SavedView.Content content) {
        return view(control.write(() -> locked(scope, views -> {
            SavedViewRow row = find(views, id);
            write(row, content);
            requireFreeName(views, row);
            return Uni.createFrom().item(row);
        })));
    }

    void delete(ProjectScope scope, String id) {
        control.write(() -> locked(scope, views -> find(views, id).delete()));
    }

    private static <T> Uni<T> locked(ProjectScope scope, Function<List<SavedViewRow>, Uni<T>> change) {
        return Panache.getSession().chain(session -> session.createNativeQuery(
                        "SELECT id FROM {h-schema}projects WHERE id = ?1 FOR NO KEY UPDATE", String.class)
                .setParameter(1, scope.projectId()).getSingleResult())
                .chain(() -> SavedViewRow.<SavedViewRow>list("projectId", scope.projectId())).chain(change::apply);
    }

    private static SavedViewRow find(List<SavedViewRow> views, String id) {
        return views.stream().filter(view -> view.id.toString().equals(id)).findFirst().orElseThrow(() ->
                ServiceException.of(ErrorCode.NOT_FOUND, "this project has no saved view " + id));
    }

    private static void requireFreeName(List<SavedViewRow> views, SavedViewRow row) {
        views.stream().filter(view -> view.name.equals(row.name) && !view.id.equals(row.id)).findFirst()
                .ifPresent(view -> {
                    throw ServiceException.invalid("name", "is the name of another saved view; choose another, or"
                            + " replace that one by PUT /api/v1/saved-views/" + view.id);
                });
    }

    private void write(SavedViewRow row, SavedView.Content content) {
        String search = json.write(content.search(), "a saved view");
        if (search.getBytes(StandardCharsets.UTF_8).length > SEARCH_BYTES_MAX) {
            throw ServiceException.invalid("search", "has more than " + SEARCH_BYTES_MAX + " bytes of JSON");
        }
        row.name = content.name();
        row.search = search;
        // As fine as PostgreSQL keeps it.
        row.updatedAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    private SavedView view(SavedViewRow row) {
        return new SavedView(row.id.toString(), row.name, json.read(row.search, OBJECT, "a saved view"), row.createdBy,
                row.updatedAt);
    }
}
