package dev.sightline.query.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.TraceSummary;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.Scopes;
import dev.sightline.query.filter.RandomTraces;
import dev.sightline.query.trace.TraceQueries.Found;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a trace is, said twice: by SQL for traces of many rows and by {@link TraceSums} where the rows are read anyway. */
@QuarkusTest
@WithTestResource(Engines.class)
class TraceSumsTest {
    private static final Instant DAY = Instant.parse("2025-04-01T00:00:00Z");
    private static final int TRACES = 150;
    private static final String LATER = "what was said later counts";

    @Inject
    TraceQueries queries;

    @Test
    void aTraceThatIsReadIsWhatListsSayOfIt() {
        ProjectScope scope = Scopes.of("trace-sums-test");
        Random random = new Random(20261127);
        RandomTraces corpus = new RandomTraces(random, DAY);
        List<List<Observation>> traces = new ArrayList<>();
        try (TraceFixture fixture = new TraceFixture()) {
            for (int i = 0; i < TRACES; i++) {
                traces.add(corpus.trace().stream().map(o -> o.toBuilder().setTraceRecord(random.nextInt(8) == 0)
                        .setUsageEstimated(random.nextInt(8) == 0).build()).toList());
                fixture.store(scope.projectId(), corpus.scores(traces.getLast()).stream().map(Score::toBuilder)
                        .toArray(Score.Builder[]::new));
            }
            fixture.store(scope.projectId(), traces.stream().flatMap(List::stream));
            fixture.execute("INSERT INTO observation_content (project_id, trace_id, span_id, start_time, input, kafka_offset)"
                    + " SELECT project_id, trace_id, span_id, start_time, '" + LATER + "', 7 FROM observation_content"
                    + " WHERE project_id = '" + scope.projectId() + "' AND span_id = unhex('" + TraceFixture.spanId(2) + "')");
            traces.stream().limit(10).flatMap(List::stream).forEach(o -> fixture.change(scope.projectId(), o,
                    o.toBuilder().setUserId("changed").build()));
        }
        List<ByteString> ids = traces.stream().map(trace -> trace.getFirst().getTraceId()).toList();
        var located = queries.locate(scope, ids.stream().map(id -> new Found(id, Long.MAX_VALUE, 0)).toList());
        var listed = queries.summarizeInSql(scope, located);
        assertThat(listed).hasSize(TRACES);
        assertThat(built(queries.summarize(scope, located))).isEqualTo(built(listed));
        IntStream.range(0, TRACES).forEach(i -> {
            TraceSummary expected = listed.get(ids.get(i)).build();
            for (boolean content : new boolean[] {true, false}) {
                TraceQueries.Trace trace = (content ? queries.get(scope, ids.get(i))
                        : queries.getWithoutContent(scope, ids.get(i), 100, TraceQueries.STEPS, observations -> { }))
                        .orElseThrow();
                assertThat(trace.summary().toBuilder().clearScores().build()).as("trace %d: %s", i, traces.get(i))
                        .isEqualTo(expected);
                assertThat(trace.truncated()).isFalse();
                assertThat(trace.summary().getScoresList()).isEqualTo(trace.scores());
            }
            assertThat(queries.get(scope, ids.get(i)).orElseThrow().observations().stream().map(Observation::getInput))
                    .as("content").containsExactlyInAnyOrderElementsOf(
                            traces.get(i).stream().map(o -> o.getSpanId().equals(TraceFixture.bytes(TraceFixture.spanId(2)))
                                    ? LATER : o.getInput()).toList());
        });
    }

    private static Map<ByteString, TraceSummary> built(Map<ByteString, TraceSummary.Builder> summaries) {
        return summaries.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().build()));
    }
}
