package dev.sightline.evaluator.judge;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whose protocol a connection speaks. All but Anthropic and Gemini speak OpenAI's, in their own dialects. */
public enum Provider {
    OPENAI("https://api.openai.com/v1"),
    /** Any server with OpenAI's chat completions under its base URL. */
    OPENAI_COMPATIBLE(null),
    AZURE(null),
    ANTHROPIC("https://api.anthropic.com/v1"),
    /** Through the OpenAI endpoint that Ollama serves under /v1. */
    OLLAMA("http://localhost:11434"),
    GEMINI("https://generativelanguage.googleapis.com/v1beta"),
    /** Through Bedrock's OpenAI endpoint, with a Bedrock API key. */
    BEDROCK(null);

    private final String baseUrl;

    Provider(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** The provider's own address, where it has one for everybody. */
    public Optional<String> baseUrl() {
        return Optional.ofNullable(baseUrl);
    }

    /** As the API writes it, such as openai-compatible. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Provider> of(String label) {
        return Arrays.stream(values()).filter(provider -> provider.label().equals(label)).findFirst();
    }
}
