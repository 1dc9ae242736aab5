package dev.sightline.localstack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class TraceTreeTest {
    private static final JsonObject ANSWER = new JsonObject()
            .put("trace", observation("a1", null, "answer", "chain", 2310).put("trace_id", "0af7")
                    .put("session_id", "s-1").put("input_tokens", 310).put("output_tokens", 64).put("total_cost", 0.000066))
            .put("observations", new JsonArray()
                    .add(observation("a1", null, "answer", "chain", 2310))
                    .add(observation("b1", "a1", "search", "retriever", 260))
                    .add(observation("b2", "a1", "chat", "generation", 1880).put("input_tokens", 310)
                            .put("output_tokens", 64).put("total_cost", 0.000066))
                    .add(observation("c1", "b2", "refused", "generation", 15).put("level", "ERROR")
                            .put("status_message", "429 from the provider"))
                    .add(observation("d1", "lost", "orphan", "span", 1)))
            .put("scores", new JsonArray()
                    .add(new JsonObject().put("name", "answer-relevance").put("value", 0.917))
                    .add(new JsonObject().put("name", "tone").put("string_value", "friendly"))
                    .add(new JsonObject().put("name", "judge").put("error", "no answer within 30 s")));

    private static JsonObject observation(String id, String parent, String name, String type, double millis) {
        return new JsonObject().put("span_id", id).put("parent_span_id", parent).put("name", name).put("type", type)
                .put("level", "DEFAULT").put("latency_ms", millis);
    }

    @Test
    void drawsEachObservationBelowItsParentInAlignedColumns() {
        assertThat(new TraceTree(false).render(ANSWER).lines().map(String::stripTrailing)).containsExactly(
                "answer  0af7  session s-1",
                "├─ answer                                     chain          2.31 s",
                "│  ├─ search                                  retriever      260 ms",
                "│  └─ chat                                    generation     1.88 s      310 → 64 tok    $0.000066",
                "│     └─ refused                              generation      15 ms"
                        + "                                 429 from the provider",
                "└─ orphan                                     span             1 ms",
                "  total                                                      2.31 s      310 → 64 tok    $0.000066",
                "  score answer-relevance 0.92",
                "  score tone friendly",
                "  score judge failed: no answer within 30 s");
    }

    @Test
    void coloursDoNotMoveTheColumns() {
        String coloured = new TraceTree(true).render(ANSWER);

        assertThat(coloured).contains("\u001b[31m");
        assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(new TraceTree(false).render(ANSWER));
    }
}
