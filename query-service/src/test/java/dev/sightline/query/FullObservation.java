package dev.sightline.query;

import static dev.sightline.query.TraceFixture.bytes;
import static dev.sightline.query.TraceFixture.spanId;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Link;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;

/** An observation and a score with a value in every field, so that a field lost on the way is noticed. */
public final class FullObservation {
    /** 2025-02-01T10:00:00.000000001Z. */
    public static final long START_UNIX_NANO = 1_738_404_000_000_000_001L;

    private FullObservation() {
    }

    public static Observation.Builder of(String traceId) {
        return Observation.newBuilder().setTraceId(bytes(traceId)).setSpanId(bytes(spanId(1)))
                .setParentSpanId(ByteString.EMPTY)
                .setName("chat gpt-5").setType(ObservationType.GENERATION).setLevel(Level.WARNING)
                .setStatusMessage("slow").setStartUnixNano(START_UNIX_NANO)
                .setEndUnixNano(START_UNIX_NANO + 2_500_000_000L)
                .setCompletionStartUnixNano(START_UNIX_NANO + 250_000_000L).setSpanKind("client")
                .setEnvironment("production").setRelease("2025.2").setVersion("7").setTraceName("support question")
                .setUserId("user-7").setSessionId("session-9").addTags("rag").addTags("beta").setPublic(true)
                .setServiceName("desk").setScopeName("my.instrumentation").setScopeVersion("1.2")
                .setSdkName("opentelemetry").setSdkVersion("1.57").setSdkLanguage("java")
                .setProvider("openai").setModel("gpt-5").setModelParameters("{\"temperature\":0.20,\"stop\":[\"x\"]}")
                .putUsage("input", 90).putUsage("input_cached_tokens", 10).putUsage("output", 20)
                .setUsageEstimated(true)
                .putCostPicoUsd("input", 112_500_000L).putCostPicoUsd("output", 200_000_000L)
                .putCostPicoUsd("total", 312_500_000L)
                .setInputTokens(100).setOutputTokens(20).setTotalTokens(120).setTotalCostPicoUsd(312_500_000L)
                .setPromptName("answer").setPromptVersion(3).setAgentName("desk agent").setToolName("lookup")
                .setToolCallId("call-1").setErrorType("timeout").setFinishReason("stop")
                .setExperimentId("e1").setExperimentName("nightly").setExperimentDatasetId("d1")
                .setExperimentItemId("i1").setExperimentItemRootSpanId(bytes(spanId(99))).setAppRoot(true)
                .setInput("[{\"role\":\"user\",\"content\":\"Wie geht's? \\u00fc\"}]")
                .setOutput("Just text: 'quoted' \"twice\" \\ \n\n new lines and 😀")
                .putMetadata("tenant.id", "42").putMetadata("tenant.name", "Acme").putMetadata("list", "[1,2]")
                .putAttributes("http.route", "/ask").putAttributes("thread.id", "7")
                .putResourceAttributes("service.name", "desk").putResourceAttributes("host.name", "n1")
                .setToolDefinitions("[{\"name\":\"lookup\"}]")
                .addEvents(Event.newBuilder().setName("exception").setTimeUnixNano(START_UNIX_NANO + 5)
                        .putAttributes("exception.type", "java.io.IOException"))
                .addEvents(Event.newBuilder().setName("retry").setTimeUnixNano(START_UNIX_NANO + 6))
                .addLinks(Link.newBuilder().setTraceId(bytes("0af7651916cd43dd8448eb211c80319c"))
                        .setSpanId(bytes(spanId(77))).putAttributes("why", "batch"))
                .setExperimentExpectedOutput("42");
    }

    public static Score.Builder score(String traceId) {
        return Score.newBuilder().setId("score-" + traceId).setTraceId(bytes(traceId)).setSpanId(bytes(spanId(1)))
                .setSessionId("session-9").setName("helpful").setDataType(ScoreDataType.BOOLEAN).setValue(1)
                .setStringValue("true").setComment("Answers the question.").setSource(ScoreSource.EVALUATOR)
                .setEnvironment("production").setTimestampUnixNano(START_UNIX_NANO + 9)
                .setUpdatedAtUnixNano(START_UNIX_NANO + 10).putMetadata("rounds", "2").setConfigId("c1")
                .setQueueId("q1").setAuthorUserId("u1").setEvaluatorName("judge").setEvaluatorVersion("4")
                .setEvaluatorConfig("{\"k\":1}").setEvaluatorTraceId(bytes("ffffffffffffffffffffffffffffffff"))
                .setModel("gpt-judge").setError("none really");
    }
}
