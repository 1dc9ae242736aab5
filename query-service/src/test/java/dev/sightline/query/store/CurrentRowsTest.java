package dev.sightline.query.store;

import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.Scopes;
import dev.sightline.storage.observation.ObservationTable;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rows as they are now, while they change: never both of a change, never neither. ADR 0009. */
@QuarkusTest
@WithTestResource(Engines.class)
class CurrentRowsTest {
    private static final Instant DAY = Instant.parse("2025-07-01T10:00:00Z");
    private static final int CHANGES = 60;

    @Inject
    ClickHouseReads reads;

    @Test
    void readsDuringChangesSeeEachObservationOnce() {
        try (TraceFixture fixture = new TraceFixture()) {
            List<ProjectScope> projects = IntStream.range(0, 30).mapToObj(i -> Scopes.of("changing-" + i)).toList();
            Observation before = step(traceId(), 1, 0, "before", DAY, Duration.ofSeconds(1)).build();
            Observation after = before.toBuilder().setName("after").build();
            projects.forEach(project -> fixture.store(project.projectId(), before.toBuilder()));
            // Each project's first change meets readers that do not know yet that it changes.
            CompletableFuture<Void> changing = CompletableFuture.runAsync(() -> IntStream.range(0, CHANGES).forEach(i ->
                    fixture.change(projects.get(i / 2).projectId(), i % 2 == 0 ? before : after,
                            i % 2 == 0 ? after : before)));
            while (!changing.isDone()) {
                for (ProjectScope project : projects) {
                    assertThat(names(project)).hasSize(1);
                }
            }
            changing.join();
            for (ProjectScope project : projects) {
                assertThat(names(project)).containsExactly("before");
            }
        }
    }

    @Test
    void finalIsLeftOutOfTheFirstTryEverywhere() {
        ProjectQuery query = new ProjectQuery(Scopes.of("p"), "count()", ObservationTable.CURRENT)
                .andIn("trace_id", new ProjectQuery(Scopes.of("p"), "trace_id", ObservationTable.CURRENT));

        assertThat(query.sql()).contains("FINAL");
        assertThat(query.sqlWithoutFinal()).doesNotContain("FINAL")
                .containsOnlyOnce("IN (SELECT trace_id\nFROM observations\nWHERE NOT throwIf(sign < 0");
    }

    private List<String> names(ProjectScope project) {
        return reads.list(new ProjectQuery(project, "name", ObservationTable.CURRENT), row -> row.getString(1));
    }
}
