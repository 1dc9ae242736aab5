package dev.sightline.evaluator.judge;

import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.sightline.evaluator.run.Outcome.Reason;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request to a judge's model by LangChain4j's client for its provider, with every way to fail told apart in
 * {@link Failure}. When the server refuses our optional parameters (temperature, JSON mode, a schema), the request goes
 * out again without them, and so do later ones. Thread-safe.
 */
public final class JudgeModel {
    /** Why a request gave no answer, and what may be done about it. */
    public static final class Failure extends Exception {
        private final Reason reason;
        private final boolean worthRetry;
        private final boolean judgeIsAway;
        private final transient Optional<Duration> retryAfter;

        Failure(Reason reason, String message, boolean worthRetry, boolean judgeIsAway,
                Optional<Duration> retryAfter) {
            super(message);
            this.reason = reason;
            this.worthRetry = worthRetry;
            this.judgeIsAway = judgeIsAway;
            this.retryAfter = retryAfter;
        }

        public Reason reason() {
            return reason;
        }

        public boolean worthRetry() {
            return worthRetry;
        }

        /** Whether it says something of the judge as a whole, not of this one request. */
        public boolean judgeIsAway() {
            return judgeIsAway;
        }

        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    private static final int MESSAGE_CHARACTERS_MAX = 500;
    /** Anthropic wants a bound; reasoning counts. */
    private static final int OUTPUT_TOKENS = 2_048;

    private final ModelSpec spec;
    private final ChatModel full;
    private final ChatModel plain;
    private final AtomicBoolean onlyPlain = new AtomicBoolean();

    public JudgeModel(ModelSpec spec) {
        this.spec = spec;
        this.full = chat(spec, spec.temperature(), spec.jsonMode());
        this.plain = chat(spec, Optional.empty(), false);
    }

    String provider() {
        return spec.provider().label();
    }

    String name() {
        return spec.model();
    }

    /** With a schema where the provider is to hold its answer to one. */
    public ChatResponse ask(String system, String user, Optional<JsonSchema> schema) throws Failure {
        ChatRequest simple = ChatRequest.builder()
                .messages(SystemMessage.from(system), UserMessage.from(user)).build();
        boolean plainly = onlyPlain.get();
        try {
            return plainly ? plain.chat(simple) : full.chat(schema.map(wanted -> ChatRequest.builder()
                    .messages(simple.messages()).responseFormat(ResponseFormat.builder()
                            .type(ResponseFormatType.JSON).jsonSchema(wanted).build()).build()).orElse(simple));
        } catch (RuntimeException e) {
            Failure failure = failure(e);
            if (plainly || !refusesOptions(e)) {
                throw failure;
            }
        }
        try {
            ChatResponse response = plain.chat(simple);
            onlyPlain.set(true);
            return response;
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    private static ChatModel chat(ModelSpec spec, Optional<Double> temperature, boolean jsonMode) {
        String key = spec.apiKey().orElse("none");
        JudgeHttp.Builder http = new JudgeHttp.Builder(spec.provider() == Provider.AZURE);
        return switch (spec.provider()) {
            case ANTHROPIC -> {
                var builder = AnthropicChatModel.builder().httpClientBuilder(http).baseUrl(spec.address()).apiKey(key)
                        .modelName(spec.model()).timeout(spec.timeout()).maxRetries(0)
                        .maxTokens(spec.maxOutputTokens().orElse(OUTPUT_TOKENS));
                temperature.ifPresent(builder::temperature);
                yield builder.build();
            }
            case GEMINI -> {
                var builder = GoogleAiGeminiChatModel.builder().httpClientBuilder(http).baseUrl(spec.address())
                        .apiKey(key).modelName(spec.model()).timeout(spec.timeout()).maxRetries(0);
                temperature.ifPresent(builder::temperature);
                spec.maxOutputTokens().ifPresent(builder::maxOutputTokens);
                yield builder.build();
            }
            case OPENAI, OPENAI_COMPATIBLE, AZURE, OLLAMA, BEDROCK -> openAi(spec, http, key, temperature, jsonMode);
        };
    }

    private static ChatModel openAi(ModelSpec spec, JudgeHttp.Builder http, String key, Optional<Double> temperature,
            boolean jsonMode) {
        OpenAiChatModel.OpenAiChatModelBuilder builder = OpenAiChatModel.builder()
                .httpClientBuilder(http).baseUrl(spec.address()).apiKey(key)
                .modelName(spec.model()).timeout(spec.timeout()).maxRetries(0);
        if (spec.provider() == Provider.AZURE) {
            builder.customHeaders(Map.of("api-key", key));
            if (!spec.address().contains("/openai/v1")) {
                builder.customQueryParams(Map.of("api-version", spec.apiVersion()));
            }
        }
        temperature.ifPresent(builder::temperature);
        if (jsonMode) {
            builder.responseFormat("json_object").strictJsonSchema(true);
        }
        spec.maxOutputTokens().ifPresent(max -> {
            if (spec.provider() == Provider.OLLAMA) {
                builder.maxTokens(max);
            } else {
                builder.maxCompletionTokens(max);
            }
        });
        return builder.build();
    }

    /** The server says that the request is wrong, or LangChain4j that the model has no such thing. */
    private static boolean refusesOptions(RuntimeException e) {
        return e instanceof UnsupportedFeatureException || status(e) == 400;
    }

    private static int status(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JudgeHttp.Refusal refusal) {
                return refusal.statusCode();
            }
        }
        return 0;
    }

    private static Failure failure(RuntimeException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CancellationException stopped -> throw stopped;
                case JudgeHttp.Refusal refusal -> {
                    return refused(refusal);
                }
                case TimeoutException late -> {
                    return new Failure(Reason.TIMED_OUT, "the judge gave " + late.getMessage(), true, true,
                            Optional.empty());
                }
                case UncheckedIOException io -> {
                    return new Failure(Reason.MODEL_UNAVAILABLE, "the judge can't be reached: "
                            + io.getCause().getClass().getSimpleName() + shortened(io.getCause().getMessage()),
                            true, true, Optional.empty());
                }
                default -> {
                }
            }
        }
        // The message of a parser may quote the answer: its name must do.
        return new Failure(Reason.UNREADABLE_ANSWER, "the judge's answer is not of the OpenAI protocol ("
                + thrown.getClass().getSimpleName() + ")", true, false, Optional.empty());
    }

    private static Failure refused(JudgeHttp.Refusal refusal) {
        String message = "the judge refuses: " + shortened(refusal.getMessage());
        return switch (refusal.statusCode()) {
            case 429 -> new Failure(Reason.RATE_LIMITED, message, true, false, refusal.retryAfter());
            case 408, 409, 425, 500, 502, 503, 504, 529 ->
                    new Failure(Reason.MODEL_UNAVAILABLE, message, true, true, refusal.retryAfter());
            case 400, 413, 422 -> new Failure(Reason.REFUSED, message, false, false, Optional.empty());
            default -> new Failure(Reason.REFUSED, message, false, true, Optional.empty());
        };
    }

    private static String shortened(String message) {
        if (message == null) {
            return "";
        }
        return " " + message.substring(0, Math.min(message.length(), MESSAGE_CHARACTERS_MAX));
    }
}
