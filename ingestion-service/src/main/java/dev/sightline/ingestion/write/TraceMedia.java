package dev.sightline.ingestion.write;

import dev.sightline.base.error.ServiceException;
import dev.sightline.ingestion.media.MediaKey;
import dev.sightline.ingestion.media.MediaStore;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.message.MessageTable;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.Column;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The media that traces refer to, by the tokens in their texts, for when the traces are deleted. */
final class TraceMedia {
    private static final String ID = "'@@@langfuseMedia:[^@]*?id=([A-Za-z0-9_-]{22})'";
    private static final String TEXTS = "concat(input, output, experiment_expected_output, "
            + "arrayStringConcat(mapValues(attributes)), "
            + "arrayStringConcat(arrayMap(each -> arrayStringConcat(mapValues(each)), event_attributes)))";

    private final StoredObservations stored;
    private final MediaStore store;

    TraceMedia(StoredObservations stored, MediaStore store) {
        this.stored = stored;
        this.store = store;
    }

    /** Deletes the media that nothing but these traces refers to. Throws UNAVAILABLE while the store is away. */
    void unlink(Set<TraceKey> traces) {
        Map<TraceKey, Set<String>> media = new HashMap<>();
        stored.each(traces, keys -> {
            addIds(ObservationTable.CONTENT.name(), TEXTS, "(project_id, trace_id) IN " + keys, media);
            addIds(MessageTable.MESSAGES.name(), "body", "(project_id, trace_id) IN " + keys, media);
        });
        unlink(media);
    }

    /** The same for the content that is about to be emptied: rows of `observation_content` that fulfil the condition. */
    void unlinkContent(String where) {
        Map<TraceKey, Set<String>> media = new HashMap<>();
        addIds(ObservationTable.CONTENT.name(), TEXTS, where, media);
        unlink(media);
    }

    private void unlink(Map<TraceKey, Set<String>> media) {
        if (media.isEmpty()) {
            return;
        }
        Map<TraceKey, Set<String>> names = new HashMap<>();
        // A link has the trace's name as its sender knows it.
        stored.each(media.keySet(), keys -> stored.query("SELECT project_id, hex(trace_id), external_trace_id FROM "
                + ObservationTable.OBSERVATIONS.name() + " WHERE (project_id, trace_id) IN " + keys
                + " AND external_trace_id != '' GROUP BY ALL", row -> names.computeIfAbsent(
                        new TraceKey(row.getString(1), Column.idFromHex(row.getString(2))), _ -> new LinkedHashSet<>())
                        .add(row.getString(3))));
        try {
            media.forEach((trace, ids) -> {
                Set<String> ofTrace = names.computeIfAbsent(trace, _ -> new LinkedHashSet<>());
                ofTrace.add(HexFormat.of().formatHex(trace.traceId().toByteArray()));
                ids.forEach(id -> store.unlink(new MediaKey(trace.projectId(), id), ofTrace));
            });
        } catch (ServiceException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "media not deleted", e);
        }
    }

    private void addIds(String table, String text, String where, Map<TraceKey, Set<String>> media) {
        stored.query("SELECT project_id, hex(trace_id), groupUniqArrayArray(extractAll(" + text + ", " + ID
                + ")) AS ids FROM " + table + " WHERE " + where
                + " GROUP BY project_id, trace_id HAVING notEmpty(ids)", row -> {
                    Set<String> ids = media.computeIfAbsent(
                            new TraceKey(row.getString(1), Column.idFromHex(row.getString(2))),
                            _ -> new LinkedHashSet<>());
                    for (Object id : (Object[]) row.getArray(3).getArray()) {
                        ids.add((String) id);
                    }
                });
    }
}
