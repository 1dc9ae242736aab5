package dev.sightline.evaluator.judge;

import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.sightline.evaluator.run.Outcome.Reason;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request to the judge's model by LangChain4j's OpenAI client, in the dialect of the configured provider, with
 * every way to fail told apart in {@link Failure}. When the server refuses our optional parameters (temperature, JSON
 * mode), the request goes out again without them, and so do later ones. Thread-safe.
 */
final class JudgeModel {
    /** Why a request gave no answer, and what may be done about it. */
    static final class Failure extends Exception {
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

        Reason reason() {
            return reason;
        }

        boolean worthRetry() {
            return worthRetry;
        }

        /** Whether it says something of the judge as a whole, not of this one request. */
        boolean judgeIsAway() {
            return judgeIsAway;
        }

        Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    private static final int MESSAGE_CHARACTERS_MAX = 500;

    private final String provider;
    private final String name;
    private final OpenAiChatModel full;
    private final OpenAiChatModel plain;
    private final AtomicBoolean onlyPlain = new AtomicBoolean();

    /** Fails with IllegalArgumentException that names the variable when the configuration can't work. */
    JudgeModel(JudgeConfig config) {
        this.provider = config.provider().name().toLowerCase(java.util.Locale.ROOT);
        this.name = config.model().orElseThrow(() -> new IllegalArgumentException(
                "SIGHTLINE_JUDGE_MODEL is missing; set the model that judges, or unset SIGHTLINE_JUDGE_BASE_URL"));
        OpenAiChatModel.OpenAiChatModelBuilder optional = builder(config);
        config.temperature().ifPresent(optional::temperature);
        if (config.jsonMode()) {
            optional.responseFormat("json_object");
        }
        this.full = optional.build();
        this.plain = builder(config).build();
    }

    String provider() {
        return provider;
    }

    String name() {
        return name;
    }

    ChatResponse ask(JudgePrompt prompt) throws Failure {
        ChatRequest request = ChatRequest.builder()
                .messages(SystemMessage.from(prompt.system()), UserMessage.from(prompt.user())).build();
        boolean plainly = onlyPlain.get();
        try {
            return (plainly ? plain : full).chat(request);
        } catch (RuntimeException e) {
            Failure failure = failure(e);
            if (plainly || status(e) != 400) {
                throw failure;
            }
        }
        try {
            ChatResponse response = plain.chat(request);
            onlyPlain.set(true);
            return response;
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    private static OpenAiChatModel.OpenAiChatModelBuilder builder(JudgeConfig config) {
        boolean azure = config.provider() == JudgeConfig.Provider.AZURE;
        String baseUrl = baseUrl(config);
        String key = config.apiKey().orElse("none");
        OpenAiChatModel.OpenAiChatModelBuilder builder = OpenAiChatModel.builder()
                .httpClientBuilder(new JudgeHttp.Builder(azure)).baseUrl(baseUrl).apiKey(key)
                .modelName(config.model().orElseThrow()).timeout(config.timeout()).maxRetries(0);
        if (azure) {
            builder.customHeaders(Map.of("api-key", key));
            if (!baseUrl.contains("/openai/v1")) {
                builder.customQueryParams(Map.of("api-version", config.apiVersion()));
            }
        }
        config.maxOutputTokens().ifPresent(max -> {
            if (config.provider() == JudgeConfig.Provider.OLLAMA) {
                builder.maxTokens(max);
            } else {
                builder.maxCompletionTokens(max);
            }
        });
        return builder;
    }

    static String baseUrl(JudgeConfig config) {
        String given = config.baseUrl().orElseThrow().strip().replaceAll("/+$", "");
        String scheme;
        try {
            scheme = URI.create(given).getScheme();
        } catch (IllegalArgumentException e) {
            scheme = null;
        }
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            throw new IllegalArgumentException("SIGHTLINE_JUDGE_BASE_URL is not an http or https address: " + given);
        }
        return switch (config.provider()) {
            case OPENAI -> given;
            case OLLAMA -> given.endsWith("/v1") ? given : given + "/v1";
            case AZURE -> given.contains("/openai/") ? given
                    : given + "/openai/deployments/" + config.model().orElseThrow();
        };
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
