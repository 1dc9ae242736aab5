package dev.sightline.ingestion.langfuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.ingestion.langfuse.Batch.Failure;
import dev.sightline.ingestion.langfuse.Batch.Success;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Batches of known events whose fields hold anything, between sound ones: whatever stands there, every event is
 * answered once under its id, none with a 5xx, and the sound ones are stored. Give a seed with -Dsightline.seed.
 */
class BatchFuzzTest {
    private static final List<String> NAMES = List.of("id", "traceId", "parentObservationId", "name", "type", "startTime",
            "endTime", "completionStartTime", "timestamp", "model", "modelParameters", "input", "output", "usage",
            "usageDetails", "costDetails", "level", "statusMessage", "metadata", "promptName", "promptVersion", "version",
            "environment", "userId", "sessionId", "tags", "release", "public", "value", "dataType", "observationId",
            "datasetRunId", "configId", "queueId", "comment", "log", "__proto__", "constructor", "toString", "");
    private static final List<String> KEYS = List.of("__proto__", "constructor", "prototype", "hasOwnProperty", "input",
            "output", "total", "unit", "inputCost", "promptTokens", "prompt_tokens", "completion_tokens",
            "prompt_tokens_details", "cached_tokens", "a.b", ".", "", "\\ud800", "\\u0000", "langfuse");
    private static final String LONG_TEXT = "\"" + "x".repeat(1 << 20) + "\"";
    private static final String LONG_ARRAY = "[" + String.join(",", Collections.nCopies(10_001, "\"t\"")) + "]";

    @Test
    void everyEventIsAnsweredOnceAndSoundOnesAreStored() throws Exception {
        long seed = Long.getLong("sightline.seed", System.nanoTime());
        Random random = new Random(seed);
        Batch.Reader reader = new Batch.Reader(Batches.CONFIG);
        for (int round = 0; round < 3_000; round++) {
            Generated sent = new Generated(random);
            try {
                check(sent, reader.read(sent.json.getBytes(StandardCharsets.UTF_8), Access.FULL,
                        Batches.NOW_UNIX_NANO, UnaryOperator.identity(), item -> { }));
            } catch (RuntimeException | AssertionError e) {
                String shown = sent.json.substring(0, Math.min(10_000, sent.json.length()));
                throw new AssertionError("-Dsightline.seed=" + seed + ", round " + round + ": " + shown, e);
            }
        }
    }

    private static void check(Generated sent, Batch batch) throws Exception {
        List<String> answered = Stream.concat(batch.answer().successes().stream().map(Success::id),
                batch.answer().errors().stream().map(Failure::id)).sorted().toList();
        assertThat(answered).isEqualTo(sent.ids.stream().sorted().toList());
        assertThat(batch.answer().errors()).allMatch(failure -> failure.status() >= 400 && failure.status() < 500);
        assertThat(batch.answer().errors()).allMatch(failure -> !failure.message().isBlank()
                && failure.message().length() < 500);
        assertThat(batch.answer().successes()).extracting(Success::id).containsAll(sent.sound);
        assertThat(batch.patches().size() + batch.scores().size() + batch.runItems()
                + batch.dropped())
                .isEqualTo(batch.answer().successes().size());
        for (ObservationPatch patch : batch.patches()) {
            Observation observation = patch.getObservation();
            assertThat(ObservationPatch.parseFrom(patch.toByteArray())).isEqualTo(patch);
            assertThat(observation.getTraceId().size()).isEqualTo(16);
            assertThat(observation.getSpanId().size()).isEqualTo(8);
            assertThat(observation.getParentSpanId().size())
                    .isEqualTo(patch.getSetFieldsList().contains(Observation.PARENT_SPAN_ID_FIELD_NUMBER) ? 8 : 0);
            assertThat(observation.getTraceRecord() || !patch.getCreate() || !observation.getParentSpanId().isEmpty())
                    .isTrue();
            assertThat(patch.getSetFieldsList()).isSorted().doesNotHaveDuplicates();
            // What is set is named, and nothing else is set.
            observation.getAllFields().keySet().stream().map(field -> field.getNumber())
                    .filter(number -> number != Observation.TRACE_ID_FIELD_NUMBER
                            && number != Observation.SPAN_ID_FIELD_NUMBER
                            && number != Observation.EXTERNAL_ID_FIELD_NUMBER
                            && number != Observation.EXTERNAL_TRACE_ID_FIELD_NUMBER
                            && number != Observation.TRACE_RECORD_FIELD_NUMBER)
                    .forEach(number -> assertThat(patch.getSetFieldsList()).contains(number));
            if (!observation.getCostPicoUsdMap().isEmpty()) {
                assertThat(observation.getCostPicoUsdMap()).containsEntry("total", observation.getTotalCostPicoUsd());
            }
        }
        batch.scores().forEach(score -> assertThat(score.getTraceId().size() == 16
                ^ !score.getSessionId().isEmpty()).isTrue());
    }

    /** A request of the generator: its text, the id under which each event must be answered, and which are sound. */
    private static final class Generated {
        private final Random random;
        private final List<String> ids = new ArrayList<>();
        private final List<String> sound = new ArrayList<>();
        private final String json;

        Generated(Random random) {
            this.random = random;
            List<String> events = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                String id = random.nextInt(4) == 0 ? "twice" : "event-" + i;
                if (random.nextInt(3) == 0) {
                    String neighbour = "sound-" + i;
                    events.add(Batches.single(neighbour, "span-create", "{\"id\":\"s\",\"traceId\":\"t\"}"));
                    ids.add(neighbour);
                    sound.add(neighbour);
                } else if (random.nextInt(20) == 0) {
                    events.add(value(2));
                    // Values of the generator never have an id.
                    ids.add("unknown");
                } else {
                    events.add("{\"id\":\"" + id + "\",\"type\":\"" + type() + "\",\"timestamp\":" + time()
                            + ",\"body\":" + (random.nextInt(20) == 0 ? value(2) : body()) + "}");
                    ids.add(id);
                }
            }
            json = "{\"batch\":[" + String.join(", ", events) + "],\"metadata\":" + value(3) + "}";
        }

        private String type() {
            List<String> types = EventType.BY_NAME.keySet().stream().sorted().toList();
            return random.nextInt(20) == 0 ? "no-such-type" : types.get(random.nextInt(types.size()));
        }

        private String time() {
            return switch (random.nextInt(8)) {
                case 0 -> value(1);
                // Clocks that are years off, in both directions.
                case 1 -> "\"" + Instant.ofEpochSecond(0, Batches.NOW_UNIX_NANO)
                        .plus(Duration.ofDays(random.nextInt(20_000) - 10_000)) + "\"";
                case 2 -> "\"+292278994-08-17T07:12:55.192Z\"";
                default -> "\"2026-11-23T11:00:00." + random.nextInt(10) + "Z\"";
            };
        }

        private String body() {
            List<String> members = new ArrayList<>();
            if (random.nextInt(4) > 0) {
                members.addAll(List.of("\"id\":\"o" + random.nextInt(3) + "\"", "\"traceId\":\"t\"",
                        "\"name\":\"n\"", "\"value\":1"));
            }
            for (int i = random.nextInt(8); i > 0; i--) {
                String name = NAMES.get(random.nextInt(NAMES.size()));
                members.add("\"" + name + "\":" + (name.toLowerCase().contains("time") ? time() : value(3)));
            }
            Collections.shuffle(members, random);
            return "{" + String.join(" , ", members) + "}";
        }

        private String value(int depth) {
            return switch (random.nextInt(depth > 0 ? 16 : 11)) {
                case 0 -> "null";
                case 1 -> "true";
                case 2 -> Long.toString(random.nextLong());
                case 3 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
                case 4 -> "1" + "0".repeat(random.nextInt(400));
                case 5 -> "\"\"";
                case 6 -> "\"" + KEYS.get(random.nextInt(KEYS.size())) + "\"";
                case 7 -> "\"2026-11-23T10:00:00Z\"";
                case 8 -> random.nextInt(50) == 0 ? LONG_TEXT : "\"" + "y".repeat(random.nextInt(300)) + "\"";
                case 9 -> random.nextInt(50) == 0 ? LONG_ARRAY : "[]";
                case 10 -> random.nextInt(50) == 0 ? "[".repeat(3_000) + "]".repeat(3_000) : "{}";
                case 11, 12 -> "[" + value(depth - 1) + " ,\n" + value(depth - 1) + "]";
                default -> "{\"" + KEYS.get(random.nextInt(KEYS.size())) + "\" : " + value(depth - 1) + ",\""
                        + KEYS.get(random.nextInt(KEYS.size())) + "\":" + value(depth - 1) + "}";
            };
        }
    }
}
