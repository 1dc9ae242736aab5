package dev.sightline.query.deletion;

import static dev.sightline.query.trace.TraceQueries.hex;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.kafka.Topics;
import dev.sightline.proto.score.v1.ScoreDeletion;
import dev.sightline.query.auth.OrderedWork;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.publish.RecordPublisher;
import io.quarkus.hibernate.reactive.panache.Panache;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Deletions of traces, as jobs in PostgreSQL. A job finds its traces page by page, publishes them on topic `spans` behind
 * their own spans, and is done when the writer has stored what was published. What was published is noted after each
 * page, so whoever takes the job up again goes on behind it; a page that is published twice deletes nothing twice. Scores
 * that were on their way meanwhile go before it is done, and what comes later goes with the sweeps that follow. Of several
 * replicas one works at a job, as long as it renews its lease. ADR 0011.
 */
@Singleton
public class Deletions {
    private static final Logger LOG = Logger.getLogger(Deletions.class);
    private static final TypeReference<TreeMap<Integer, Long>> OFFSETS = new TypeReference<>() { };

    private final ControlData control;
    private final SelectedTraces selected;
    private final LateScores lateScores;
    private final RecordPublisher publisher;
    private final DeletionConfig config;
    private final ObjectMapper json;
    private final String me = UUID.randomUUID().toString();

    Deletions(ControlData control, SelectedTraces selected, LateScores lateScores, RecordPublisher publisher,
            DeletionConfig config, ObjectMapper json) {
        this.control = control;
        this.selected = selected;
        this.lateScores = lateScores;
        this.publisher = publisher;
        this.config = config;
        this.json = json;
    }

    /** Orders a deletion and returns at once. Throws OVERLOADED when too many of the project are running. */
    Deletion order(ProjectScope scope, Selection selection) {
        long running = control.read(() -> Deletion.count("projectId = ?1 and state = ?2", scope.projectId(),
                Deletion.RUNNING));
        if (running >= config.runningMax()) {
            throw ServiceException.of(ErrorCode.OVERLOADED, running + " deletions are running; wait for some to end");
        }
        Deletion deletion = new Deletion();
        deletion.id = UUID.randomUUID();
        deletion.projectId = scope.projectId();
        deletion.selection = write(selection);
        control.write(() -> deletion.persist());
        return deletion;
    }

    /** The ids, or INVALID_ARGUMENT that names the field when they are none, too many or too long. */
    public static List<String> checkIds(String field, List<String> traceIds) {
        Selection.checkIds(field, traceIds);
        return traceIds;
    }

    /** Orders the deletion of those of the traces that the project has; empty when it has none of them. */
    public Optional<Order> orderKnown(ProjectScope scope, List<String> traceIds) {
        Selection selection = Selection.ofTraces(traceIds);
        int known = selected.page(scope, selection, "", Selection.TRACES_MAX).size();
        return known == 0 ? Optional.empty() : Optional.of(new Order(order(scope, selection).id, known));
    }

    /** A deletion that was ordered, and how many traces it will delete. */
    public record Order(UUID id, int traces) {
    }

    Optional<Deletion> get(ProjectScope scope, UUID id) {
        return Optional.ofNullable(control.read(() -> Deletion.<Deletion>find("id = ?1 and projectId = ?2", id,
                scope.projectId()).firstResult()));
    }

    /** The newest, up to {@code limit}. */
    List<Deletion> list(ProjectScope scope, Instant before, int limit) {
        return control.read(() -> Deletion.<Deletion>find(
                "projectId = ?1 and createdAt < ?2 order by createdAt desc, id", scope.projectId(), before)
                .range(0, limit - 1).list());
    }

    /** Works at one deletion that nobody works at. False when there is none. */
    boolean workAtOne() {
        Optional<Deletion> mine = lease();
        mine.ifPresent(deletion -> {
            ProjectScope scope = OrderedWork.scope(deletion.projectId);
            try {
                if (deletion.sweep == null) {
                    work(scope, deletion);
                } else {
                    sweepAgain(scope, deletion);
                }
            } catch (ServiceException e) {
                boolean hopeless = e.code() == ErrorCode.INVALID_ARGUMENT;
                deletion.problem = e.getMessage();
                LOG.warnf("deletion %s %s: %s", deletion.id, hopeless ? "failed" : "does not get on", e.getMessage());
                if (hopeless && deletion.sweep == null) {
                    finish(deletion, Deletion.FAILED);
                } else {
                    save(deletion, config.interval().multipliedBy(5));
                }
            }
        });
        return mine.isPresent();
    }

    private void work(ProjectScope scope, Deletion deletion) {
        Selection selection = read(deletion.selection);
        while (!deletion.published) {
            Map<ByteString, Long> page = selected.page(scope, selection, deletion.cursor, config.pageTraces());
            if (!page.isEmpty()) {
                control.write(() -> DeletedTraces.of(deletion, page.keySet()).persist());
                publish(deletion, page);
            }
            deletion.published = page.size() < config.pageTraces();
            if (!save(deletion, config.lease())) {
                return;
            }
        }
        deletion.problem = "";
        if (!publisher.isStored(Topics.SPANS, offsets(deletion.offsets)) || !scoresAreGone(scope, deletion)) {
            save(deletion, config.interval());
            return;
        }
        LOG.infof("deletion %s of project %s is done: %d traces, %d observations", deletion.id, deletion.projectId,
                deletion.traces, deletion.observations);
        finish(deletion, Deletion.DONE);
    }

    /**
     * Scores that were on topic `scores` when the traces went may have been stored behind them. Once they all are, what is
     * left is taken out and looked for again until there is nothing.
     */
    private boolean scoresAreGone(ProjectScope scope, Deletion deletion) {
        if (deletion.traces == 0) {
            return true;
        }
        if (deletion.scoresUntil == null) {
            deletion.scoreOffsets = write(publisher.lastOffsets(Topics.SCORES));
            deletion.scoresUntil = Instant.now();
        }
        if (!publisher.isStored(Topics.SCORES, offsets(deletion.scoreOffsets))) {
            return false;
        }
        Map<Integer, Long> takenOut = sweep(scope, deletion, deletion.scoresUntil);
        deletion.scoreOffsets = write(takenOut);
        return takenOut.isEmpty();
    }

    private void sweepAgain(ProjectScope scope, Deletion deletion) {
        sweep(scope, deletion, Instant.now().minus(config.sweepAge()));
        deletion.problem = "";
        waitForSweep(deletion, deletion.sweep + 1);
    }

    /** Says on topic `scores` what came too late, and returns up to which offsets it said so. */
    private Map<Integer, Long> sweep(ProjectScope scope, Deletion deletion, Instant until) {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (UUID page : control.read(() -> Panache.getSession().chain(session -> session
                .createSelectionQuery("select id from DeletedTraces where deletionId = ?1", UUID.class)
                .setParameter(1, deletion.id).getResultList()))) {
            DeletedTraces deleted = control.read(() -> DeletedTraces.<DeletedTraces>findById(page));
            List<ScoreDeletion> late = lateScores.of(scope, deleted.ids(), deletion.createdAt, until);
            if (!late.isEmpty()) {
                LOG.infof("deletion %s: %d scores came behind it", deletion.id, late.size());
                offsets.putAll(publisher.deleteScores(deletion.projectId, late));
            }
            save(deletion, config.lease());
        }
        return offsets;
    }

    private void finish(Deletion deletion, String state) {
        deletion.state = state;
        deletion.finishedAt = Instant.now();
        waitForSweep(deletion, 0);
    }

    /** Behind the last sweep the traces are forgotten. */
    private void waitForSweep(Deletion deletion, int next) {
        if (deletion.traces == 0 || next >= config.sweeps().size()) {
            deletion.sweep = null;
            control.write(() -> DeletedTraces.delete("deletionId", deletion.id));
            save(deletion, Duration.ZERO);
            return;
        }
        deletion.sweep = next;
        save(deletion, Duration.between(Instant.now(), deletion.finishedAt.plus(config.sweeps().get(next))));
    }

    private void publish(Deletion deletion, Map<ByteString, Long> page) {
        Map<Integer, Long> offsets = offsets(deletion.offsets);
        offsets.putAll(publisher.deleteTraces(deletion.projectId, page.keySet()));
        deletion.offsets = write(offsets);
        deletion.traces += page.size();
        deletion.observations += page.values().stream().mapToLong(Long::longValue).sum();
        deletion.cursor = page.keySet().stream().max(ByteString.unsignedLexicographicalComparator())
                .map(id -> hex(id)).orElseThrow();
    }

    private Optional<Deletion> lease() {
        return Optional.ofNullable(control.write(() -> Panache.getSession().chain(session -> session
                .createNativeQuery("""
                        UPDATE {h-schema}deletions SET lease_owner = ?1, lease_until = now() + ?2 * interval '1 ms'
                        WHERE id = (SELECT id FROM {h-schema}deletions WHERE (state = 'running' OR sweep IS NOT NULL)
                            AND lease_until <= now() ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED)
                        RETURNING *""", Deletion.class)
                .setParameter(1, me).setParameter(2, config.lease().toMillis()).getSingleResultOrNull())));
    }

    /** False when somebody else has taken the job over. */
    private boolean save(Deletion deletion, Duration lease) {
        return control.write(() -> Deletion.update("""
                state = ?1, problem = ?2, traces = ?3, observations = ?4, cursor = ?5, published = ?6, offsets = ?7,
                leaseUntil = ?8, finishedAt = ?9, scoresUntil = ?10, scoreOffsets = ?11, sweep = ?12
                where id = ?13 and leaseOwner = ?14""", deletion.state, deletion.problem, deletion.traces,
                deletion.observations, deletion.cursor, deletion.published, deletion.offsets, Instant.now().plus(lease),
                deletion.finishedAt, deletion.scoresUntil, deletion.scoreOffsets, deletion.sweep, deletion.id, me)) == 1;
    }

    private Map<Integer, Long> offsets(String offsets) {
        try {
            return json.readValue(offsets, OFFSETS);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "the offsets of a deletion can't be read", e);
        }
    }

    private Selection read(String selection) {
        try {
            return json.readValue(selection, Selection.class);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "the selection of a deletion can't be read", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "a deletion can't be written", e);
        }
    }
}
