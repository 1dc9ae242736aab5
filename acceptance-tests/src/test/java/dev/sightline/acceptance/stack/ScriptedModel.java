package dev.sightline.acceptance.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A model provider on a free port of the loopback address, for applications under test: OpenAI's chat completions,
 * whole or streamed, and embeddings, Ollama's dialect of the former for models that think aloud, and Gemini's
 * generateContent. The same request always gets the same answer and the same usage:
 * <ul>
 * <li>a last message holding {@link #REFUSE} gets status 400, which no SDK tries again;
 * <li>offered tools, it first calls the first one with {@link #ARGUMENTS};
 * <li>a {@code deepseek-r1} puts a thought before its answer, as Ollama passes it on;
 * <li>anything else gets {@link #ANSWER}.
 * </ul>
 */
public final class ScriptedModel implements AutoCloseable {
    public static final String API_KEY = "sk-scripted";
    public static final String ANSWER = "Order 4711 left our warehouse and arrives today.";
    public static final String THOUGHT = "They want to know where the order is.";
    public static final String ARGUMENTS = "{\"order\":4711}";
    public static final String REFUSE = "[model: refuse]";
    public static final String REFUSAL = "This model does not answer that.";
    /** All input, of which {@link #CACHED_TOKENS} came from the cache. */
    public static final int INPUT_TOKENS = 1200;
    public static final int CACHED_TOKENS = 200;
    /** All output, of which {@link #REASONING_TOKENS} were reasoning. */
    public static final int OUTPUT_TOKENS = 350;
    public static final int REASONING_TOKENS = 50;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long CREATED = 1_767_225_600;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ScriptedModel(HttpServer server) {
        this.server = server;
    }

    /** What the script says to one request: a text, or a call of the named tool. */
    private record Reply(String text, String toolName) {
        boolean isCall() {
            return toolName != null;
        }
    }

    private interface Handler {
        void answer(HttpExchange exchange, JsonNode request) throws IOException;
    }

    public static ScriptedModel start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            ScriptedModel model = new ScriptedModel(server);
            model.serve("/v1/chat/completions", ScriptedModel::chat);
            model.serve("/v1/embeddings", ScriptedModel::embeddings);
            model.serve("/v1beta/models/", ScriptedModel::gemini);
            server.setExecutor(model.threads);
            server.start();
            return model;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without a path: OpenAI's is {@code /v1}, Gemini's client adds its own. */
    public String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(String path, Handler handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
                boolean known = ("Bearer " + API_KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                        || API_KEY.equals(exchange.getRequestHeaders().getFirst("x-goog-api-key"));
                if (!known) {
                    send(exchange, 401, error("Incorrect API key provided.", "invalid_api_key"));
                } else if (request.toString().contains(REFUSE)) {
                    send(exchange, 400, error(REFUSAL, "content_policy_violation"));
                } else {
                    handler.answer(exchange, request);
                }
            }
        });
    }

    private static ObjectNode error(String message, String code) {
        ObjectNode error = JSON.createObjectNode();
        error.putObject("error").put("message", message).put("type", "invalid_request_error").putNull("param")
                .put("code", code);
        return error;
    }

    private static Reply reply(String model, String firstTool, boolean toolHasAnswered) {
        if (firstTool != null && !toolHasAnswered) {
            return new Reply(null, firstTool);
        }
        return new Reply(isThinkingAloud(model) ? "<think>\n" + THOUGHT + "\n</think>\n\n" + ANSWER : ANSWER, null);
    }

    private static boolean isThinkingAloud(String model) {
        return model.startsWith("deepseek-r1");
    }

    private static String firstTool(JsonNode tools, String path) {
        JsonNode name = tools.path(0).at(path);
        return name.isTextual() ? name.asText() : null;
    }

    private static boolean holds(JsonNode list, String field, String value) {
        for (JsonNode item : list) {
            if (item.path(field).asText().equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static void chat(HttpExchange exchange, JsonNode request) throws IOException {
        String model = request.path("model").asText();
        Reply reply = reply(model, firstTool(request.path("tools"), "/function/name"),
                holds(request.path("messages"), "role", "tool"));
        if (!request.path("stream").asBoolean()) {
            ObjectNode completion = completion("chat.completion", model);
            ObjectNode choice = completion.putArray("choices").addObject().put("index", 0)
                    .put("finish_reason", reply.isCall() ? "tool_calls" : "stop");
            ObjectNode message = choice.putObject("message").put("role", "assistant").put("content", reply.text());
            if (reply.isCall()) {
                toolCall(message, reply);
            }
            completion.set("usage", chatUsage(model));
            send(exchange, 200, completion);
            return;
        }
        List<ObjectNode> chunks = new ArrayList<>();
        if (reply.isCall()) {
            ObjectNode chunk = completion("chat.completion.chunk", model);
            toolCall(delta(chunk, null).put("role", "assistant").putNull("content"), reply);
            chunks.add(chunk);
        } else {
            for (String piece : reply.text().split("(?<= )")) {
                ObjectNode chunk = completion("chat.completion.chunk", model);
                delta(chunk, null).put("role", "assistant").put("content", piece);
                chunks.add(chunk);
            }
        }
        ObjectNode last = completion("chat.completion.chunk", model);
        delta(last, reply.isCall() ? "tool_calls" : "stop");
        chunks.add(last);
        if (request.path("stream_options").path("include_usage").asBoolean()) {
            ObjectNode usage = completion("chat.completion.chunk", model);
            usage.putArray("choices");
            usage.set("usage", chatUsage(model));
            chunks.add(usage);
        }
        try (OutputStream out = stream(exchange)) {
            for (ObjectNode chunk : chunks) {
                event(out, chunk.toString());
            }
            event(out, "[DONE]");
        }
    }

    private static ObjectNode completion(String object, String model) {
        return JSON.createObjectNode().put("id", "chatcmpl-1").put("object", object).put("created", CREATED)
                .put("model", model);
    }

    private static ObjectNode delta(ObjectNode chunk, String finishReason) {
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0).put("finish_reason", finishReason);
        return choice.putObject("delta");
    }

    private static void toolCall(ObjectNode message, Reply reply) {
        message.putArray("tool_calls").addObject().put("index", 0).put("id", "call_1").put("type", "function")
                .putObject("function").put("name", reply.toolName()).put("arguments", ARGUMENTS);
    }

    private static ObjectNode chatUsage(String model) {
        ObjectNode usage = JSON.createObjectNode().put("prompt_tokens", INPUT_TOKENS)
                .put("completion_tokens", OUTPUT_TOKENS).put("total_tokens", INPUT_TOKENS + OUTPUT_TOKENS);
        // Ollama knows neither a cache nor reasoning in its counts.
        if (!isThinkingAloud(model)) {
            usage.putObject("prompt_tokens_details").put("cached_tokens", CACHED_TOKENS);
            usage.putObject("completion_tokens_details").put("reasoning_tokens", REASONING_TOKENS);
        }
        return usage;
    }

    private static void embeddings(HttpExchange exchange, JsonNode request) throws IOException {
        ObjectNode list = JSON.createObjectNode().put("object", "list").put("model", request.path("model").asText());
        ArrayNode data = list.putArray("data");
        int inputs = request.path("input").isArray() ? request.path("input").size() : 1;
        for (int i = 0; i < inputs; i++) {
            data.addObject().put("object", "embedding").put("index", i).putArray("embedding").add(0.25).add(0.5);
        }
        list.putObject("usage").put("prompt_tokens", INPUT_TOKENS).put("total_tokens", INPUT_TOKENS);
        send(exchange, 200, list);
    }

    private static void gemini(HttpExchange exchange, JsonNode request) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String model = path.substring(path.lastIndexOf('/') + 1, path.indexOf(':'));
        boolean answered = false;
        for (JsonNode content : request.path("contents")) {
            for (JsonNode part : content.path("parts")) {
                answered |= part.has("functionResponse");
            }
        }
        JsonNode tool = request.at("/tools/0/functionDeclarations/0/name");
        Reply reply = reply(model, tool.isTextual() ? tool.asText() : null, answered);
        ObjectNode response = JSON.createObjectNode();
        ObjectNode candidate = response.putArray("candidates").addObject().put("finishReason", "STOP").put("index", 0);
        ObjectNode part = candidate.putObject("content").put("role", "model").putArray("parts").addObject();
        if (reply.isCall()) {
            part.putObject("functionCall").put("name", reply.toolName()).set("args", JSON.readTree(ARGUMENTS));
        } else {
            part.put("text", reply.text());
        }
        response.putObject("usageMetadata").put("promptTokenCount", INPUT_TOKENS)
                .put("cachedContentTokenCount", CACHED_TOKENS)
                .put("candidatesTokenCount", OUTPUT_TOKENS - REASONING_TOKENS)
                .put("thoughtsTokenCount", REASONING_TOKENS).put("totalTokenCount", INPUT_TOKENS + OUTPUT_TOKENS);
        response.put("modelVersion", model).put("responseId", "resp-1");
        if (path.endsWith(":streamGenerateContent")) {
            try (OutputStream out = stream(exchange)) {
                event(out, response.toString());
            }
        } else {
            send(exchange, 200, response);
        }
    }

    private static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static void event(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
