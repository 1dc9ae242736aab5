package dev.sightline.acceptance.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.ScriptedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A trace as the query API tells it, with the assertions that every client's trace is held to. Reading it holds
 * Langfuse's API against ours, observation by observation.
 */
public final class StoredTrace {
    /** 1,000 tokens at 0.15 US dollars for a million, 200 from the cache at 0.075, and 350 at 0.60. */
    private static final String GPT_4O_MINI_COST = "0.000375";

    private final QueryClient query;
    private final JsonNode json;

    private StoredTrace(QueryClient query, JsonNode json) {
        this.query = query;
        this.json = json;
    }

    static StoredTrace await(QueryClient query, String traceId, int observationCount) {
        JsonNode ours = query.awaitTrace(traceId, observationCount);
        JsonNode langfuse = query.get("/api/public/traces/" + traceId).ok();
        String record = "";
        if (langfuse.path("observations").size() < ours.path("observations").size()) {
            for (JsonNode o : ours.path("observations")) {
                record = o.path("parent_span_id").isNull() ? o.path("span_id").asText() : record;
            }
        }
        assertThat(essence(ours, "span_id", "parent_span_id", "total_tokens", record))
                .as("the same in both APIs").containsExactlyElementsOf(
                        essence(langfuse, "id", "parentObservationId", "totalTokens", ""));
        assertThat(langfuse.path("userId")).isEqualTo(ours.at("/trace/user_id"));
        assertThat(langfuse.path("sessionId")).isEqualTo(ours.at("/trace/session_id"));
        return new StoredTrace(query, ours);
    }

    static void awaitScores(QueryClient query, String traceId, String... names) {
        Await.until("the scores " + List.of(names) + " of trace " + traceId, Await.LONG, () ->
                query.get("/api/v1/traces/" + traceId).ok().path("scores").findValuesAsText("name")
                        .containsAll(List.of(names)));
    }

    /**
     * What both APIs say of each observation, sorted. Langfuse's has ids of the sender's making, so parents are named.
     *
     * @param record the observation that stands for the trace of a client of the batch API, and is none for Langfuse
     */
    private static List<String> essence(JsonNode trace, String id, String parent, String tokens, String record) {
        Map<String, String> names = new HashMap<>();
        trace.path("observations").forEach(o -> names.put(o.path(id).asText(), o.path("name").asText()));
        names.remove(record);
        List<String> all = new ArrayList<>();
        for (JsonNode o : trace.path("observations")) {
            if (!o.path(id).asText().equals(record)) {
                all.add(String.join(" | ", o.path("name").asText(), o.path("type").asText().toLowerCase(Locale.ROOT),
                        o.path("level").asText(), o.path("model").asText(), o.path(tokens).asText(),
                        names.get(o.path(parent).asText()), o.path("input").toString(), o.path("output").toString()));
            }
        }
        return all.stream().sorted().toList();
    }

    public StoredTrace named(String name) {
        assertThat(text("name")).isEqualTo(name);
        return this;
    }

    /** Whose it is, as all examples say it: on the trace, and soon on each observation, whichever of them said it. */
    public StoredTrace ofUserAndSession() {
        String path = "/api/v1/traces/" + text("trace_id");
        Await.until("user and session on each observation of " + path, Await.LONG, () -> {
            for (JsonNode o : query.get(path).ok().path("observations")) {
                if (!o.path("user_id").asText().equals("user-42") || !o.path("session_id").asText().equals("session-7")) {
                    return false;
                }
            }
            return true;
        });
        return ofRootsUserAndSession();
    }

    /** The same of the trace alone, whose observations name sessions of their own. */
    public StoredTrace ofRootsUserAndSession() {
        assertThat(text("user_id")).isEqualTo("user-42");
        assertThat(text("session_id")).isEqualTo("session-7");
        return this;
    }

    public StoredTrace tagged(String language) {
        assertThat(json.at("/trace/tags")).extracting(JsonNode::asText).containsExactly("example", language);
        return this;
    }

    /** Where it ran, by Langfuse's variables. */
    public StoredTrace released() {
        assertThat(text("environment")).isEqualTo(Examples.ENVIRONMENT);
        assertThat(text("release")).isEqualTo(Examples.RELEASE);
        return this;
    }

    /** Each call of the scripted model counts once in the trace's sums, whatever stands around it. */
    public StoredTrace sums(int calls) {
        assertThat(json.at("/trace/input_tokens").asInt()).isEqualTo(calls * ScriptedModel.INPUT_TOKENS);
        assertThat(json.at("/trace/output_tokens").asInt()).isEqualTo(calls * ScriptedModel.OUTPUT_TOKENS);
        return this;
    }

    public String text(String field) {
        return json.path("trace").path(field).asText();
    }

    public JsonNode score(String name) {
        List<JsonNode> found = new ArrayList<>();
        json.path("scores").forEach(score -> {
            if (score.path("name").asText().equals(name)) {
                found.add(score);
            }
        });
        assertThat(found).as("scores named %s", name).hasSize(1);
        return found.getFirst();
    }

    public JsonNode json() {
        return json;
    }

    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        json.path("observations").forEach(o -> steps.add(new Step(o)));
        return steps;
    }

    public List<Step> steps(String type) {
        return steps().stream().filter(step -> step.text("type").equals(type)).toList();
    }

    /** The one observation of this type and name. */
    public Step step(String type, String name) {
        List<Step> found = steps(type).stream().filter(step -> step.text("name").equals(name)).toList();
        assertThat(found).as("%s %s among %s", type, name, steps()).hasSize(1);
        return found.getFirst();
    }

    /** One observation. */
    public record Step(JsonNode json) {
        public String text(String field) {
            return json.path(field).asText();
        }

        public JsonNode input() {
            return json.path("input");
        }

        public JsonNode output() {
            return json.path("output");
        }

        public Step root() {
            assertThat(json.path("parent_span_id").isNull()).as("%s is the root", this).isTrue();
            return this;
        }

        public Step under(Step parent) {
            assertThat(text("parent_span_id")).as("parent of %s", this).isEqualTo(parent.text("span_id"));
            return this;
        }

        public Step succeeded() {
            assertThat(text("level")).as("level of %s", this).isEqualTo("DEFAULT");
            return this;
        }

        public Step failed(String message) {
            assertThat(text("level")).as("level of %s", this).isEqualTo("ERROR");
            assertThat(text("status_message")).contains(message);
            return this;
        }

        /** Input and output hold these texts, wherever the client puts them. */
        public Step said(String question, String answer) {
            assertThat(input().toString()).contains(question);
            assertThat(output().toString()).contains(answer);
            return this;
        }

        public Step between(String input, String output) {
            assertThat(input().isTextual() ? input().asText() : input().toString()).isEqualTo(input);
            assertThat(output().isTextual() ? output().asText() : output().toString()).isEqualTo(output);
            return this;
        }

        /** The scripted model's usage, part by part, and what it cost. */
        public Step costs(String model) {
            assertThat(text("model")).isEqualTo(model);
            assertThat(json.at("/usage/input").asInt()).as("input of %s", this)
                    .isEqualTo(ScriptedModel.INPUT_TOKENS - ScriptedModel.CACHED_TOKENS);
            assertThat(json.at("/usage/input_cached_tokens").asInt()).isEqualTo(ScriptedModel.CACHED_TOKENS);
            assertThat(json.at("/usage/output").asInt() + json.at("/usage/output_reasoning_tokens").asInt())
                    .isEqualTo(ScriptedModel.OUTPUT_TOKENS);
            assertThat(json.path("input_tokens").asInt()).isEqualTo(ScriptedModel.INPUT_TOKENS);
            assertThat(json.path("output_tokens").asInt()).isEqualTo(ScriptedModel.OUTPUT_TOKENS);
            if (model.equals("gpt-4o-mini")) {
                assertThat(json.path("total_cost").decimalValue()).isEqualByComparingTo(GPT_4O_MINI_COST);
            } else {
                assertThat(json.path("total_cost").decimalValue()).isPositive();
            }
            return this;
        }

        /** Told apart from the rest: how OpenAI's own count of reasoning arrives. */
        public Step reasoned() {
            assertThat(json.at("/usage/output_reasoning_tokens").asInt()).isEqualTo(ScriptedModel.REASONING_TOKENS);
            return this;
        }

        public Step streamed() {
            assertThat(json.path("completion_start_time").isNull()).as("first token of %s", this).isFalse();
            return this;
        }

        public Step parameter(String name, double value) {
            assertThat(json.path("model_parameters").path(name).asDouble()).as(name).isEqualTo(value);
            return this;
        }

        @Override
        public String toString() {
            return text("type") + " " + text("name");
        }
    }
}
