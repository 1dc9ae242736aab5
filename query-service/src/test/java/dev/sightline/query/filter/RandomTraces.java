package dev.sightline.query.filter;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Traces out of few words, so that random filters over the same words find some of them. */
public final class RandomTraces {
    static final List<String> WORDS = List.of("chat", "Chat two", "gpt-4o", "o3", "Über 50%_off", "a\"b\\c", "x",
            "refund", "Refunding the order", "日本語", "😀 ok", "don't; DROP", "12", "0.25", "-0.5", "true", "line\nbreak",
            "abc*def", "ünï");
    static final List<String> KEYS = List.of("tenant.id", "retries", "ключ", "a=b");

    private final Random random;
    private final Instant day;

    public RandomTraces(Random random, Instant day) {
        this.random = random;
        this.day = day;
    }

    String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    String key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private String maybe() {
        return random.nextInt(3) == 0 ? word() : "";
    }

    public List<Observation> trace() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        List<Observation> trace = new ArrayList<>();
        List<String> said = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int span = 1; span <= count; span++) {
            trace.add(observation(ByteString.copyFrom(id), span, said));
        }
        return trace;
    }

    private Observation observation(ByteString traceId, int span, List<String> said) {
        long start = day.toEpochMilli() * 1_000_000 + random.nextInt(5_000) * 1_000_000L;
        Observation.Builder o = Observation.newBuilder().setTraceId(traceId).setSpanId(span(span))
                .setParentSpanId(span == 1 && random.nextInt(5) > 0 ? ByteString.EMPTY : span(random.nextInt(3) + 7))
                .setName(word()).setType(ObservationType.forNumber(1 + random.nextInt(10)))
                .setLevel(Level.forNumber(1 + random.nextInt(4))).setStatusMessage(maybe()).setStartUnixNano(start)
                .setEndUnixNano(random.nextInt(4) == 0 ? 0 : start + random.nextInt(30) * 100_000L)
                .setCompletionStartUnixNano(random.nextInt(2) == 0 ? 0 : start + random.nextInt(30) * 100_000L)
                .setEnvironment(word()).setRelease(maybe()).setVersion(maybe()).setTraceName(maybe())
                .setUserId(maybe()).setSessionId(maybe()).setPublic(random.nextBoolean()).setServiceName(maybe())
                .setProvider(maybe()).setModel(maybe()).setInputTokens(random.nextInt(6) * 10)
                .setOutputTokens(random.nextInt(6) * 10).setTotalTokens(random.nextInt(6) * 10)
                .setTotalCostPicoUsd((random.nextInt(9) - 2) * 250_000_000_000L).setPromptName(maybe())
                .setPromptVersion(random.nextInt(3) * 10).setAgentName(maybe()).setToolName(maybe())
                .setErrorType(maybe()).setFinishReason(maybe()).setExperimentId(maybe()).setExperimentName(maybe())
                .setExperimentDatasetId(maybe()).setInput(content(said)).setOutput(content(said));
        for (int i = random.nextInt(3); i > 0; i--) {
            o.addTags(word());
            o.putMetadata(key(), word());
            o.putAttributes(key(), word());
            o.putResourceAttributes(key(), word());
        }
        return o.build();
    }

    /** Plain text, or a chat that says again what the trace said before. */
    private String content(List<String> said) {
        switch (random.nextInt(4)) {
            case 0 -> {
                return "";
            }
            case 1 -> {
                return "so " + word() + " it is " + word();
            }
            default -> said.add("{\"role\":\"user\",\"content\":\"" + "-".repeat(70)
                    + word().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("Ü", "\\u00dc")
                    + "\"}");
        }
        return "[" + String.join(",", said) + "]";
    }

    public List<Score> scores(List<Observation> trace) {
        List<Score> scores = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Observation of = trace.get(random.nextInt(trace.size()));
            Score.Builder score = Score.newBuilder().setId("s" + random.nextLong()).setTraceId(of.getTraceId())
                    .setSpanId(random.nextBoolean() ? ByteString.EMPTY : of.getSpanId()).setName(key())
                    .setSource(ScoreSource.forNumber(1 + random.nextInt(4))).setEvaluatorName(maybe())
                    .setTimestampUnixNano(of.getStartUnixNano()).setUpdatedAtUnixNano(of.getStartUnixNano());
            if (random.nextBoolean()) {
                score.setDataType(ScoreDataType.NUMERIC).setValue((random.nextInt(9) - 2) / 4.0);
            } else {
                score.setDataType(ScoreDataType.CATEGORICAL).setStringValue(word());
            }
            scores.add(score.build());
        }
        return scores;
    }

    private static ByteString span(int number) {
        return ByteString.copyFrom(HexFormat.of().parseHex("%016x".formatted(number)));
    }
}
