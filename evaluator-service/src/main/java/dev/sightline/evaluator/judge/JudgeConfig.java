package dev.sightline.evaluator.judge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/**
 * The language model that judges, from the environment: SIGHTLINE_JUDGE_BASE_URL and so on. Without a base URL there
 * is no judge.
 */
@ConfigMapping(prefix = "sightline.judge")
public interface JudgeConfig {
    /** Whose dialect of the OpenAI protocol is spoken. */
    enum Provider { OPENAI, AZURE, OLLAMA }

    /**
     * Where the model is. openai and compatible servers: up to and with /v1. ollama: http://host:11434, /v1 is added.
     * azure: https://NAME.openai.azure.com, the deployment named like the model is added; or a complete address
     * that holds /openai/, which is taken as it is.
     */
    Optional<String> baseUrl();

    @WithDefault("openai")
    Provider provider();

    /** Sent as bearer token, for azure as api-key header. Ollama needs none. */
    Optional<String> apiKey();

    /** The model's name; for azure the deployment's. Needed when a base URL is set. */
    Optional<String> model();

    /** Azure's api-version parameter; not sent to addresses under /openai/v1. */
    @WithDefault("2024-10-21")
    String apiVersion();

    /** Empty: the provider's default, for models that refuse to be told. */
    @WithDefault("0")
    Optional<Double> temperature();

    /** Bound of the judge's answer, reasoning included. Empty: the provider's. */
    Optional<Integer> maxOutputTokens();

    /** Asks for a JSON object by the protocol's means. A server that refuses it is asked again without. */
    @WithDefault("true")
    boolean jsonMode();

    /** How long one request may take, from connecting to the last byte. */
    @WithDefault("PT60S")
    Duration timeout();

    /** How long one judgement may take with all tries and the pauses between. */
    @WithDefault("PT3M")
    Duration totalTimeout();

    /** Tries of one judgement. */
    @WithDefault("4")
    int attemptsMax();

    /** The first pause between tries; doubles, at random up to half less. A Retry-After that is longer is honoured. */
    @WithDefault("PT1S")
    Duration backoff();

    /** Requests under way at once. */
    @WithDefault("4")
    int concurrency();

    /** Judgements that may wait for their turn. Each keeps its cut question and answer. Beyond: an error score. */
    @WithDefault("500")
    int queueMax();

    /**
     * Characters of question and answer together that the judge reads. Each may use half, and what the other leaves;
     * of a longer text the first 60 % and the last 40 % stay, and the score says that it was cut.
     */
    @WithDefault("12000")
    int inputCharactersMax();

    /** Failed requests in a row after which the judge is left alone for a while. */
    @WithDefault("5")
    int circuitFailures();

    /** How long it is left alone; then one request tries whether it is back. Until then: error scores at once. */
    @WithDefault("PT30S")
    Duration circuitPause();
}
