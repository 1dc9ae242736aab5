package dev.sightline.storage.score;

import static dev.sightline.storage.table.Column.id;
import static dev.sightline.storage.table.Column.nanos;
import static dev.sightline.storage.table.Column.optionalDouble;
import static dev.sightline.storage.table.Column.textMap;

import com.google.protobuf.ByteString;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreDeletion;
import dev.sightline.proto.score.v1.ScoreSource;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.table.Column;
import dev.sightline.storage.table.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The one list of a score's columns. Rows with one id replace each other; read with FINAL. */
public final class ScoreTable {
    public static final Table<ScoreRow, Score.Builder> SCORES = new Table<>("scores", List.of(
            Column.text("project_id", row -> ByteString.copyFromUtf8(row.projectId()), (s, v) -> { }),
            id("trace_id", 16, row -> row.score().getTraceId(), Score.Builder::setTraceId),
            text("id", Score::getIdBytes, Score.Builder::setId),
            id("span_id", 8, row -> row.score().getSpanId(), Score.Builder::setSpanId),
            text("session_id", Score::getSessionIdBytes, Score.Builder::setSessionId),
            text("name", Score::getNameBytes, Score.Builder::setName),
            text("data_type", s -> ByteString.copyFromUtf8(s.getDataType().name()),
                    (s, v) -> s.setDataType(ScoreDataType.valueOf(v))),
            optionalDouble("value", row -> row.score().hasValue(), row -> row.score().getValue(),
                    Score.Builder::setValue),
            text("string_value", Score::getStringValueBytes, Score.Builder::setStringValue),
            text("comment", Score::getCommentBytes, Score.Builder::setComment),
            text("source", s -> ByteString.copyFromUtf8(sourceName(s.getSource())),
                    (s, v) -> s.setSource(ScoreSource.valueOf(v.toUpperCase(Locale.ROOT)))),
            text("environment", Score::getEnvironmentBytes, Score.Builder::setEnvironment),
            nanos("timestamp", row -> row.score().getTimestampUnixNano(), Score.Builder::setTimestampUnixNano),
            nanos("updated_at", row -> row.score().getUpdatedAtUnixNano(), Score.Builder::setUpdatedAtUnixNano),
            textMap("metadata", row -> row.score().getMetadataMap(), Score.Builder::putAllMetadata),
            text("config_id", Score::getConfigIdBytes, Score.Builder::setConfigId),
            text("queue_id", Score::getQueueIdBytes, Score.Builder::setQueueId),
            text("author_user_id", Score::getAuthorUserIdBytes, Score.Builder::setAuthorUserId),
            text("evaluator_name", Score::getEvaluatorNameBytes, Score.Builder::setEvaluatorName),
            text("evaluator_version", Score::getEvaluatorVersionBytes, Score.Builder::setEvaluatorVersion),
            text("evaluator_config", Score::getEvaluatorConfigBytes, Score.Builder::setEvaluatorConfig),
            id("evaluator_trace_id", 16, row -> row.score().getEvaluatorTraceId(), Score.Builder::setEvaluatorTraceId),
            text("model", Score::getModelBytes, Score.Builder::setModel),
            text("error", Score::getErrorBytes, Score.Builder::setError),
            text("external_trace_id", Score::getExternalTraceIdBytes, Score.Builder::setExternalTraceId),
            text("external_observation_id", Score::getExternalObservationIdBytes,
                    Score.Builder::setExternalObservationId),
            text("dataset_run_id", Score::getDatasetRunIdBytes, Score.Builder::setDatasetRunId)));

    private static final int DELETIONS_PER_STATEMENT_MAX = 500;

    private ScoreTable() {
    }

    /**
     * Removes the project's scores that the deletions name, as far as they were last changed at or before their time.
     * What no reader sees any more ClickHouse takes off the disk when it merges. A deletion of nothing is no error.
     *
     * @throws StoreException when ClickHouse has not said that it did so
     */
    public static void delete(ClickHouse clickHouse, String projectId, List<ScoreDeletion> deletions) {
        for (int from = 0; from < deletions.size(); from += DELETIONS_PER_STATEMENT_MAX) {
            List<ScoreDeletion> some =
                    deletions.subList(from, Math.min(deletions.size(), from + DELETIONS_PER_STATEMENT_MAX));
            String any = String.join(" OR ", Collections.nCopies(some.size(),
                    "(id = ? AND updated_at <= fromUnixTimestamp64Nano(toInt64(?), 'UTC'))"));
            try (Connection connection = clickHouse.connect(); PreparedStatement statement = connection.prepareStatement(
                    "DELETE FROM " + SCORES.name() + " WHERE project_id = ? AND (" + any + ")")) {
                statement.setString(1, projectId);
                int index = 2;
                for (ScoreDeletion deletion : some) {
                    statement.setString(index++, deletion.getId());
                    statement.setLong(index++, deletion.getTimeUnixNano());
                }
                statement.execute();
            } catch (SQLException e) {
                throw new StoreException(StoreException.Kind.UNAVAILABLE, "scores not deleted", e);
            }
        }
    }

    /** The source's name in tables and APIs: feedback, evaluator, annotation or api. */
    public static String sourceName(ScoreSource source) {
        return switch (source) {
            case FEEDBACK, EVALUATOR, ANNOTATION -> source.name().toLowerCase(Locale.ROOT);
            case API, SCORE_SOURCE_UNSPECIFIED, UNRECOGNIZED -> "api";
        };
    }

    private static Column<ScoreRow, Score.Builder> text(
            String name, Function<Score, ByteString> get, BiConsumer<Score.Builder, String> set) {
        return Column.text(name, row -> get.apply(row.score()), set);
    }
}
