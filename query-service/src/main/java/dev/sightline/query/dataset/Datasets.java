package dev.sightline.query.dataset;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.publish.RecordPublisher;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Datasets with their items and runs, in PostgreSQL. Writing again under the same name or id changes what is there, also
 * when several write at once. Errors name fields as Langfuse's clients know them. Thread-safe, blocking.
 */
@Singleton
public class Datasets {
    private static final int NAME_CHARS_MAX = 500;
    private static final int ID_CHARS_MAX = 200;
    private static final int LINKED_MAX = 100;
    private static final Set<String> STATUSES = Set.of("ACTIVE", "ARCHIVED");

    private final ControlData control;
    private final RecordPublisher publisher;

    Datasets(ControlData control, RecordPublisher publisher) {
        this.control = control;
        this.publisher = publisher;
    }

    /** A page of a list, and how many there are on all pages. */
    public record Page<T>(List<T> entries, long totalItems) {
    }

    /** An item as it is sent; input, expected output and metadata are JSON text, and null says nothing. */
    public record NewItem(String id, String datasetName, String input, String expectedOutput, String metadata,
            String sourceTraceId, String sourceObservationId, String status) {
    }

    /** Which items a list holds; empty strings are not asked for. */
    public record AskedItems(String datasetName, String sourceTraceId, String sourceObservationId) {
    }

    /** What came of an item in a run; whoever sends it with an id may send it again. */
    public record NewRunItem(String id, String runName, String runDescription, String metadata, String itemId, String traceId,
            String observationId) {
    }

    public Page<Dataset> list(ProjectScope scope, long offset, int limit) {
        return page(() -> Dataset.<Dataset>find("projectId = ?1 order by createdAt desc, id", scope.projectId()),
                offset, limit);
    }

    /** Throws NOT_FOUND. */
    public Dataset get(ProjectScope scope, String name) {
        return Optional.ofNullable(control.read(() -> Dataset.<Dataset>find("projectId = ?1 and name = ?2",
                scope.projectId(), name).<Dataset>firstResult())).orElseThrow(() -> notFound("Dataset", name));
    }

    /** By id, for what refers to it. */
    public Optional<Dataset> byId(ProjectScope scope, String id) {
        return Optional.ofNullable(control.read(() -> Dataset.<Dataset>find("projectId = ?1 and id = ?2",
                scope.projectId(), id).<Dataset>firstResult()));
    }

    public Dataset put(ProjectScope scope, String name, String description, String metadata) {
        checkName("name", name, NAME_CHARS_MAX);
        execute("""
                INSERT INTO {h-schema}datasets (id, project_id, name, description, metadata)
                VALUES (?1, ?2, ?3, NULLIF(?4, ''), NULLIF(?5, ''))
                ON CONFLICT (project_id, name) DO UPDATE SET updated_at = now(),
                description = COALESCE(excluded.description, datasets.description),
                metadata = COALESCE(excluded.metadata, datasets.metadata)""",
                UUID.randomUUID().toString(), scope.projectId(), name, orEmpty(description), orEmpty(metadata));
        return get(scope, name);
    }

    public Page<DatasetItem> items(ProjectScope scope, AskedItems asked, long offset, int limit) {
        String datasetId = asked.datasetName.isEmpty() ? "" : get(scope, asked.datasetName).id;
        return page(() -> DatasetItem.<DatasetItem>find("id.projectId = ?1 and (?2 = '' or datasetId = ?2) and "
                + "(?3 = '' or sourceTraceId = ?3) and (?4 = '' or sourceObservationId = ?4) order by createdAt desc, id.itemId",
                scope.projectId(), datasetId, asked.sourceTraceId, asked.sourceObservationId), offset, limit);
    }

    /** Throws NOT_FOUND. */
    public DatasetItem item(ProjectScope scope, String id) {
        return Optional.ofNullable(control.read(() -> DatasetItem.<DatasetItem>find(
                "id.projectId = ?1 and id.itemId = ?2", scope.projectId(), id).<DatasetItem>firstResult()))
                .orElseThrow(() -> notFound("Dataset item", id));
    }

    /** Throws NOT_FOUND for the dataset, INVALID_ARGUMENT for the rest. */
    public DatasetItem putItem(ProjectScope scope, NewItem asked) {
        checkName("datasetName", asked.datasetName, NAME_CHARS_MAX);
        String id = asked.id == null ? UUID.randomUUID().toString() : asked.id;
        checkName("id", id, ID_CHARS_MAX);
        String status = asked.status == null ? "" : asked.status.toUpperCase(Locale.ROOT);
        if (!status.isEmpty() && !STATUSES.contains(status)) {
            throw ServiceException.invalid("status", "must be ACTIVE or ARCHIVED");
        }
        Dataset dataset = get(scope, asked.datasetName);
        int changed = execute("""
                INSERT INTO {h-schema}dataset_items (id, project_id, dataset_id, status, input, expected_output,
                    metadata, source_trace_id, source_observation_id)
                VALUES (?1, ?2, ?3, COALESCE(NULLIF(?4, ''), 'ACTIVE'), NULLIF(?5, ''), NULLIF(?6, ''),
                    NULLIF(?7, ''), NULLIF(?8, ''), NULLIF(?9, ''))
                ON CONFLICT (project_id, id) DO UPDATE SET updated_at = now(),
                    status = COALESCE(NULLIF(?4, ''), dataset_items.status),
                    input = COALESCE(excluded.input, dataset_items.input),
                    expected_output = COALESCE(excluded.expected_output, dataset_items.expected_output),
                    metadata = COALESCE(excluded.metadata, dataset_items.metadata),
                    source_trace_id = COALESCE(excluded.source_trace_id, dataset_items.source_trace_id),
                    source_observation_id =
                        COALESCE(excluded.source_observation_id, dataset_items.source_observation_id)
                WHERE dataset_items.dataset_id = excluded.dataset_id""", id, scope.projectId(), dataset.id, status,
                orEmpty(asked.input), orEmpty(asked.expectedOutput), orEmpty(asked.metadata),
                orEmpty(asked.sourceTraceId), orEmpty(asked.sourceObservationId));
        if (changed == 0) {
            throw ServiceException.invalid("id", "is an item of another dataset");
        }
        return item(scope, id);
    }

    /** Throws NOT_FOUND. */
    public void deleteItem(ProjectScope scope, String id) {
        if (execute("DELETE FROM {h-schema}dataset_items WHERE project_id = ?1 AND id = ?2", scope.projectId(),
                id) == 0) {
            throw notFound("Dataset item", id);
        }
    }

    public Page<DatasetRun> runs(ProjectScope scope, Dataset dataset, long offset, int limit) {
        return page(() -> DatasetRun.<DatasetRun>find("projectId = ?1 and datasetId = ?2"
                + " order by createdAt desc, id", scope.projectId(), dataset.id), offset, limit);
    }

    /** Throws NOT_FOUND. */
    public DatasetRun run(ProjectScope scope, Dataset dataset, String name) {
        return Optional.ofNullable(control.read(() -> DatasetRun.<DatasetRun>find(
                "projectId = ?1 and datasetId = ?2 and name = ?3", scope.projectId(), dataset.id, name).<DatasetRun>firstResult()))
                .orElseThrow(() -> notFound("Dataset run", name));
    }

    /** Throws NOT_FOUND. */
    public void deleteRun(ProjectScope scope, Dataset dataset, String name) {
        run(scope, dataset, name);
        execute("DELETE FROM {h-schema}dataset_runs WHERE project_id = ?1 AND dataset_id = ?2 AND name = ?3",
                scope.projectId(), dataset.id, name);
    }

    public Page<DatasetRunItem> runItems(ProjectScope scope, DatasetRun run, long offset, int limit) {
        return page(() -> DatasetRunItem.<DatasetRunItem>find("projectId = ?1 and runId = ?2"
                + " order by createdAt desc, id", scope.projectId(), run.id), offset, limit);
    }

    /** What was linked with a trace, the first linked first, at most 100. */
    public List<DatasetRunItem> linked(ProjectScope scope, ByteString traceId) {
        return page(() -> DatasetRunItem.<DatasetRunItem>find("projectId = ?1 and traceKey = ?2 order by createdAt, id",
                scope.projectId(), traceId.toByteArray()), 0, LINKED_MAX).entries;
    }

    /** Those of the items that the project has. */
    public List<DatasetItem> known(ProjectScope scope, Collection<String> ids) {
        return ids.isEmpty() ? List.of() : control.read(() -> DatasetItem.<DatasetItem>list(
                "id.projectId = ?1 and id.itemId in ?2", scope.projectId(), ids));
    }

    /**
     * Makes the run of that name when it is the first to speak of it, and says on Kafka that there is something new about
     * the trace, so that rules for items judge it also when it was linked late. Throws NOT_FOUND for the item.
     */
    public DatasetRunItem addRunItem(ProjectScope scope, NewRunItem asked) {
        checkName("runName", asked.runName, NAME_CHARS_MAX);
        checkName("traceId", asked.traceId, ID_CHARS_MAX);
        checkName("datasetItemId", asked.itemId, ID_CHARS_MAX);
        DatasetItem item = item(scope, asked.itemId);
        execute("""
                INSERT INTO {h-schema}dataset_runs (id, project_id, dataset_id, name, description, metadata)
                VALUES (?1, ?2, ?3, ?4, NULLIF(?5, ''), NULLIF(?6, ''))
                ON CONFLICT (dataset_id, name) DO UPDATE SET updated_at = now(),
                description = COALESCE(excluded.description, dataset_runs.description),
                metadata = COALESCE(excluded.metadata, dataset_runs.metadata)""",
                UUID.randomUUID().toString(), scope.projectId(), item.datasetId, asked.runName,
                orEmpty(asked.runDescription), orEmpty(asked.metadata));
        DatasetRun run = control.read(() -> DatasetRun.<DatasetRun>find("datasetId = ?1 and name = ?2", item.datasetId,
                asked.runName).<DatasetRun>firstResult());
        String id = asked.id == null ? UUID.randomUUID().toString() : ownId(scope, asked.id);
        ByteString traceId = ExternalIds.traceId(asked.traceId);
        execute("""
                INSERT INTO {h-schema}dataset_run_items (id, project_id, run_id, item_id, trace_id, trace_key,
                    observation_id)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULLIF(?7, '')) ON CONFLICT (id) DO NOTHING""", id, scope.projectId(),
                run.id, asked.itemId, asked.traceId, traceId.toByteArray(), orEmpty(asked.observationId));
        publisher.announce(scope.projectId(), traceId);
        return control.read(() -> DatasetRunItem.<DatasetRunItem>findById(id));
    }

    /** A client's id is unique in its project only, the table's in all of them. */
    private static String ownId(ProjectScope scope, String id) {
        return UUID.nameUUIDFromBytes((scope.projectId() + '\n' + id).getBytes(StandardCharsets.UTF_8)).toString();
    }

    private <T> Page<T> page(Supplier<PanacheQuery<T>> query, long offset, int limit) {
        int from = (int) Math.min(offset, Integer.MAX_VALUE - 1_000);
        return new Page<>(control.read(() -> query.get().range(from, from + limit - 1).list()),
                control.read(() -> query.get().count()));
    }

    private int execute(String sql, Object... values) {
        return control.write(() -> Panache.getSession().chain(session -> {
            var statement = session.createNativeQuery(sql);
            for (int i = 0; i < values.length; i++) {
                statement.setParameter(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }));
    }

    private static void checkName(String field, String text, int charsMax) {
        if (text == null || text.isBlank() || text.length() > charsMax) {
            throw ServiceException.invalid(field, "must have 1 to " + charsMax + " characters");
        }
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static ServiceException notFound(String what, String name) {
        return ServiceException.of(ErrorCode.NOT_FOUND, what + " " + name + " not found within authorized project");
    }
}
