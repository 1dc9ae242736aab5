package dev.sightline.query.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.Scopes;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.storage.observation.ObservationTable;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random filters over random traces: what the engine finds by the SQL is what {@link FilterOracle} says. */
@QuarkusTest
@WithTestResource(Engines.class)
class FilterSqlTest {
    private static final Instant DAY = Instant.parse("2025-05-01T00:00:00Z");
    private static final int TRACES = 120;
    private static final int FILTERS = 600;

    @Inject
    ClickHouseReads reads;

    @Test
    void theSqlFindsWhatTheFilterMeans() {
        ProjectScope scope = Scopes.of("filter-sql-test");
        Random random = new Random(20251126);
        RandomTraces corpus = new RandomTraces(random, DAY);
        List<List<Observation>> traces = new ArrayList<>();
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < TRACES; i++) {
            traces.add(corpus.trace());
            scores.addAll(corpus.scores(traces.getLast()));
        }
        try (TraceFixture fixture = new TraceFixture()) {
            store(fixture, scope, traces, scores);
        }
        FilterOracle oracle = new FilterOracle(scores);
        int found = 0;
        for (int i = 0; i < FILTERS; i++) {
            Expression expression = new RandomFilter(random, field -> word(random, field, corpus, traces),
                    _ -> corpus.key(), DAY).next(random.nextInt(4));
            Filter filter = Filter.of(expression);

            List<String> observations = reads.list(new ProjectQuery(scope, "lower(hex(trace_id) || hex(span_id))",
                            ObservationTable.CURRENT).and(filter.onObservations(scope)), row -> row.getString(1));
            List<String> found2 = reads.list(new ProjectQuery(scope, "DISTINCT lower(hex(trace_id))",
                            ObservationTable.CURRENT).and(filter.onTraces(scope, DAY, DAY.plusSeconds(86_400))),
                    row -> row.getString(1));

            assertThat(new TreeSet<>(observations)).as("observations, " + i + ": " + filter).isEqualTo(
                    traces.stream().flatMap(List::stream).filter(o -> oracle.observation(expression, o))
                            .map(o -> hex(o.getTraceId().toByteArray()) + hex(o.getSpanId().toByteArray()))
                            .collect(Collectors.toCollection(TreeSet::new)));
            assertThat(observations).as("each once").doesNotHaveDuplicates();
            assertThat(new TreeSet<>(found2)).as("traces, " + i + ": " + filter).isEqualTo(
                    traces.stream().filter(trace -> oracle.trace(expression, trace))
                            .map(trace -> hex(trace.getFirst().getTraceId().toByteArray()))
                            .collect(Collectors.toCollection(TreeSet::new)));
            found += observations.isEmpty() || observations.size() == TRACES ? 0 : 1;
        }
        assertThat(found).as("filters that tell some from others").isGreaterThan(FILTERS / 3);
    }

    /** In several parts, some rows taken back and written anew. */
    private static void store(TraceFixture fixture, ProjectScope scope, List<List<Observation>> traces,
            List<Score> scores) {
        for (int from = 0; from < traces.size(); from += traces.size() / 4) {
            fixture.store(scope.projectId(), traces.subList(from, Math.min(traces.size(), from + traces.size() / 4))
                    .stream().flatMap(List::stream));
        }
        traces.stream().limit(10).flatMap(List::stream).forEach(o -> fixture.change(scope.projectId(), o,
                o.toBuilder().setModel("changed").setName("refund changed").putMetadata("changed", "yes").build()));
        traces.stream().limit(10).flatMap(List::stream).forEach(o -> fixture.change(scope.projectId(),
                o.toBuilder().setModel("changed").setName("refund changed").putMetadata("changed", "yes").build(), o));
        fixture.store(scope.projectId(), scores.stream().map(Score::toBuilder).toArray(Score.Builder[]::new));
    }

    private static String word(Random random, FilterField field, RandomTraces corpus, List<List<Observation>> traces) {
        Observation any = traces.get(random.nextInt(traces.size())).getFirst();
        return switch (field) {
            case null -> random.nextInt(10) == 0 ? hex(any.getTraceId().toByteArray()).substring(0, 9) : text(random, corpus);
            case TRACE_ID -> hex(any.getTraceId().toByteArray());
            case OBSERVATION_ID, PARENT_ID -> "%016x".formatted(1 + random.nextInt(8));
            case TYPE -> any.getType().name().toLowerCase(Locale.ROOT);
            case LEVEL -> any.getLevel().name();
            case SCORE_SOURCE -> "annotation";
            case INPUT, OUTPUT -> text(random, corpus);
            default -> corpus.word();
        };
    }

    /** A word, or part of one, in other capitals. */
    private static String text(Random random, RandomTraces corpus) {
        String word = corpus.word();
        String part = random.nextBoolean() || word.length() < 5 ? word : word.substring(0, word.length() - 1)
                .substring(word.codePointAt(0) > 0xffff ? 0 : 1);
        return random.nextInt(3) == 0 ? part.toUpperCase(Locale.ROOT).replace("Ü", "ü").replace("Ï", "ï") : part;
    }

    private static String hex(byte[] id) {
        return HexFormat.of().formatHex(id);
    }
}
