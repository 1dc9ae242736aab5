package dev.sightline.evaluator.judge;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * One model of one provider, and how it is asked. {@code jsonMode} asks for a JSON object by the protocol's means; a
 * provider that refuses it is asked again without.
 */
public record ModelSpec(Provider provider, String baseUrl, Optional<String> apiKey, String model, String apiVersion,
        Optional<Double> temperature, Optional<Integer> maxOutputTokens, boolean jsonMode, Duration timeout) {
    /** Azure's api-version where none is said. */
    public static final String API_VERSION = "2024-10-21";

    /** The judge that the environment configures. Fails with IllegalArgumentException that names the variable. */
    static ModelSpec of(JudgeConfig config) {
        String model = config.model().orElseThrow(() -> new IllegalArgumentException(
                "SIGHTLINE_JUDGE_MODEL is missing; set the model that judges, or unset SIGHTLINE_JUDGE_BASE_URL"));
        String given = config.baseUrl().orElseThrow().strip();
        if (!isHttp(given)) {
            throw new IllegalArgumentException("SIGHTLINE_JUDGE_BASE_URL is not an http or https address: " + given);
        }
        return new ModelSpec(Provider.valueOf(config.provider().name()), given, config.apiKey(), model,
                config.apiVersion(), config.temperature(), config.maxOutputTokens(), config.jsonMode(),
                config.timeout());
    }

    public static boolean isHttp(String url) {
        try {
            URI uri = URI.create(url);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Where the provider's protocol begins. */
    String address() {
        String given = baseUrl.strip().replaceAll("/+$", "");
        return switch (provider) {
            case OPENAI, OPENAI_COMPATIBLE, BEDROCK, ANTHROPIC, GEMINI -> given;
            case OLLAMA -> given.endsWith("/v1") ? given : given + "/v1";
            case AZURE -> given.contains("/openai/") ? given : given + "/openai/deployments/" + model;
        };
    }

    /** The key is a secret: never in a log by way of toString. */
    @Override
    public String toString() {
        return "ModelSpec[provider=" + provider + ", model=" + model + "]";
    }
}
