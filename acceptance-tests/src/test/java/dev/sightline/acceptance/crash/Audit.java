package dev.sightline.acceptance.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.KafkaState;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.RollUp;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.Stack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Holds what is stored against the ledger. Every problem is a line; no lines mean that nothing is wrong. */
final class Audit {
    private static final int LISTED_MAX = 20;
    private static final int REST_SAMPLE = 40;
    private static final String OBSERVATIONS = "observations";
    private static final String CONTENT = "observation_content";

    private final Stack stack;
    private final Ledger ledger;
    private final Map<Long, Ledger.Place> sent;
    private final ClickHouseClient clickHouse;
    private final List<String> problems = new ArrayList<>();

    Audit(Stack stack, Ledger ledger) {
        this.stack = stack;
        this.ledger = ledger;
        this.sent = ledger.bySpanId();
        this.clickHouse = new ClickHouseClient(stack);
    }

    List<String> run(long seed) throws Exception {
        Set<Long> stored = check(OBSERVATIONS);
        Set<Long> withContent = check(CONTENT);
        onlyIn("an observation without content", stored, withContent);
        onlyIn("content without an observation", withContent, stored);
        problems.addAll(limited("user of a trace: ", clickHouse.list("SELECT lower(hex(trace_id)), groupUniqArray(user_id)"
                + " FROM observations FINAL GROUP BY trace_id HAVING uniqExact(user_id) > 1",
                row -> row.getString(1) + " has observations of " + row.getString(2))));
        problems.addAll(limited("roll-up: ", RollUp.differences(clickHouse, "1")));
        readThroughRest(new Random(seed));
        try (KafkaState kafka = new KafkaState(stack.file().text("kafka"))) {
            long deadLetters = kafka.deadLetters();
            if (deadLetters > 0) {
                problems.add(deadLetters + " records in the dead-letter topic");
            }
            whereInKafka(kafka, missing(stored));
        }
        return problems;
    }

    /** Acknowledged once, the others once or never, nothing else; each row with what was sent under its id. */
    private Set<Long> check(String table) {
        Set<Long> seen = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        String columns = table.equals(OBSERVATIONS) ? "input_tokens, output_tokens, total_tokens"
                : "attributes['" + Load.CONTENT_MARK + "']";
        if (table.equals(OBSERVATIONS)) {
            clickHouse.each("SELECT hex(span_id), sum(sign) FROM observations GROUP BY project_id, trace_id, span_id"
                    + " HAVING sum(sign) != 1", row -> wrong.add(row.getString(1) + " is stored " + row.getLong(2)
                    + " times: " + rowsOf(table, row.getString(1))));
        }
        clickHouse.each("SELECT hex(span_id), lower(hex(trace_id)), project_id, " + columns + " FROM " + table
                + " FINAL", row -> {
            long spanId = Long.parseUnsignedLong(row.getString(1), 16);
            Ledger.Place place = sent.get(spanId);
            if (place == null || !place.batch().traceIdHex(place.index()).equals(row.getString(2))
                    || !row.getString(3).equals(stack.project().id())) {
                wrong.add(row.getString(1) + " of trace " + row.getString(2) + " was never sent to " + row.getString(3));
                return false;
            }
            if (!seen.add(spanId)) {
                wrong.add(row.getString(1) + " is stored twice: " + place.batch() + " " + rowsOf(table, row.getString(1)));
            }
            boolean same = table.equals(OBSERVATIONS)
                    ? row.getLong(4) == Load.inputTokens(spanId) && row.getLong(5) == Load.outputTokens(spanId)
                    && row.getLong(6) == row.getLong(4) + row.getLong(5)
                    : Long.toHexString(spanId).equals(row.getString(4));
            if (!same) {
                wrong.add(row.getString(1) + " holds another span's values: " + place.batch());
            }
            return same;
        });
        for (Ledger.Place place : missing(seen)) {
            wrong.add(place.batch().spanIdHex(place.index()) + " of trace " + place.batch().traceIdHex(place.index())
                    + " was acknowledged and is missing: " + place.batch());
        }
        problems.addAll(limited(table + ": ", wrong));
        return seen;
    }

    private List<Ledger.Place> missing(Set<Long> stored) {
        List<Ledger.Place> missing = new ArrayList<>();
        sent.forEach((spanId, place) -> {
            if (place.batch().isAcknowledged() && !stored.contains(spanId)) {
                missing.add(place);
            }
        });
        return missing;
    }

    private List<String> rowsOf(String table, String spanIdHex) {
        return clickHouse.list("SELECT kafka_partition, kafka_offset, _part FROM " + table + " WHERE span_id = unhex('"
                + spanIdHex + "')", row -> "partition " + row.getInt(1) + " offset " + row.getLong(2)
                + " part " + row.getString(3));
    }

    private void onlyIn(String what, Set<Long> some, Set<Long> others) {
        List<String> found = some.stream().filter(spanId -> !others.contains(spanId))
                .map(spanId -> Long.toHexString(spanId) + " " + sent.get(spanId).batch()).toList();
        problems.addAll(limited(what + ": ", found));
    }

    private void readThroughRest(Random random) {
        List<Ledger.Batch> acknowledged = ledger.batches().stream().filter(Ledger.Batch::isAcknowledged).toList();
        Project project = stack.project();
        List<String> wrong = new ArrayList<>();
        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), project.authorization())) {
            for (int i = 0; i < REST_SAMPLE && !acknowledged.isEmpty(); i++) {
                Ledger.Batch batch = acknowledged.get(random.nextInt(acknowledged.size()));
                int span = random.nextInt(batch.size());
                QueryClient.Answer answer = query.get("/api/v1/traces/" + batch.traceIdHex(span));
                int count = 0;
                for (JsonNode observation : answer.body().path("observations")) {
                    count += observation.path("span_id").asText().equals(batch.spanIdHex(span)) ? 1 : 0;
                }
                if (answer.status() != 200 || count != 1) {
                    wrong.add(batch.spanIdHex(span) + " of trace " + batch.traceIdHex(span) + " read " + count
                            + " times with status " + answer.status() + ": " + batch);
                }
            }
        }
        problems.addAll(limited("REST: ", wrong));
    }

    /** Tells loss before Kafka from loss behind it. */
    private void whereInKafka(KafkaState kafka, Collection<Ledger.Place> missing) throws Exception {
        if (missing.isEmpty()) {
            return;
        }
        Map<String, String> places = new TreeMap<>();
        missing.forEach(place -> places.put(place.batch().spanIdHex(place.index()), "not in Kafka"));
        kafka.eachObservation((record, observation) -> places.computeIfPresent(Spans.hex(observation.getSpanId()),
                (_, before) -> (before.startsWith("not") ? "" : before + ", ")
                        + "partition " + record.partition() + " offset " + record.offset()));
        problems.addAll(limited("missing span in Kafka: ", places.entrySet().stream().map(Object::toString).toList()));
    }

    private static List<String> limited(String prefix, List<String> lines) {
        List<String> limited = new ArrayList<>(lines.stream().limit(LISTED_MAX).map(line -> prefix + line).toList());
        if (lines.size() > LISTED_MAX) {
            limited.add(prefix + "and " + (lines.size() - LISTED_MAX) + " more");
        }
        return limited;
    }
}
