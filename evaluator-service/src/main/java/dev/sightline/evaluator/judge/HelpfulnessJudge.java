package dev.sightline.evaluator.judge;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.sightline.evaluator.run.EvaluationMetrics;
import dev.sightline.evaluator.run.Evaluator;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.Outcome.ModelCall;
import dev.sightline.evaluator.run.Outcome.Reason;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.evaluator.trace.Backoff;
import dev.sightline.evaluator.trace.Turn;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * How helpful a language model finds the answer. Judgements run beside the workers on virtual threads of their own: a
 * bounded number at once, a bounded number waiting. A judge that is slow, wrong or away costs its own score, which then
 * records the error, and delays nothing else: beyond the bounds, and while the {@link Circuit} is open, the error
 * comes at once.
 */
@Singleton
public class HelpfulnessJudge implements Evaluator {
    public static final String NAME = "helpfulness";

    private final JudgeConfig config;
    private final EvaluationMetrics metrics;
    private final Optional<JudgeModel> model;
    private final String configJson;
    private final Circuit circuit;
    private final Backoff backoff;
    private final Semaphore places;
    private final Semaphore running;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    public HelpfulnessJudge(JudgeConfig config, EvaluationMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        this.model = config.baseUrl().map(url -> new JudgeModel(ModelSpec.of(config)));
        this.circuit = new Circuit(config.circuitFailures(), config.circuitPause(), Clock.systemUTC());
        this.backoff = new Backoff(config.backoff(), config.totalTimeout());
        this.places = new Semaphore(config.concurrency() + config.queueMax());
        this.running = new Semaphore(config.concurrency(), true);
        Map<String, Object> settings = new LinkedHashMap<>();
        config.temperature().ifPresent(temperature -> settings.put("temperature", temperature));
        config.maxOutputTokens().ifPresent(max -> settings.put("max_output_tokens", max));
        settings.put("input_characters_max", config.inputCharactersMax());
        this.configJson = Texts.json(settings);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public String model() {
        return model.map(JudgeModel::name).orElse("");
    }

    @Override
    public String configJson() {
        return configJson;
    }

    @Override
    public boolean isEnabled() {
        return model.isPresent();
    }

    void stop(@Observes ShutdownEvent event) {
        threads.forEach(Thread::interrupt);
    }

    @Override
    public CompletableFuture<Outcome> evaluate(Turn turn) {
        if (circuit.isOpen()) {
            return CompletableFuture.completedFuture(circuitOpen(Optional.empty()));
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.completedFuture(Outcome.Failed.of(Reason.SATURATED,
                    "the judge is saturated: " + config.queueMax() + " judgements wait already"));
        }
        JudgePrompt prompt = JudgePrompt.of(turn, config.inputCharactersMax());
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread.ofVirtual().name("judge").start(() -> {
            threads.add(Thread.currentThread());
            Outcome result;
            try {
                result = inTurn(prompt);
            } catch (InterruptedException | CancellationException e) {
                outcome.completeExceptionally(new CancellationException("stopped before the judge had answered"));
                return;
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
                return;
            } finally {
                places.release();
                threads.remove(Thread.currentThread());
            }
            outcome.complete(result);
        });
        return outcome;
    }

    private Outcome inTurn(JudgePrompt prompt) throws InterruptedException {
        running.acquire();
        try {
            return new Judgement(prompt).reach();
        } finally {
            running.release();
        }
    }

    /** One judgement with its tries. */
    private final class Judgement {
        private final JudgeModel judge = model.orElseThrow();
        private final JudgePrompt prompt;
        private final Instant start = Instant.now();
        private final Instant deadline = start.plus(config.totalTimeout());
        private String lastAnswer = "";
        private String lastModel = judge.name();
        private int attempts;
        private int inputTokens = -1;
        private int outputTokens = -1;

        Judgement(JudgePrompt prompt) {
            this.prompt = prompt;
        }

        Outcome reach() throws InterruptedException {
            while (true) {
                if (!circuit.enter()) {
                    return circuitOpen(call());
                }
                attempts++;
                Outcome.Failed failed;
                Duration pause = backoff.after(attempts);
                boolean retry;
                try {
                    ChatResponse response = ask();
                    Optional<Verdict> verdict = Verdict.read(lastAnswer);
                    if (verdict.isPresent()) {
                        return scored(verdict.get());
                    }
                    failed = unreadable(response);
                    retry = attempts < 2;
                } catch (JudgeModel.Failure failure) {
                    failed = new Outcome.Failed(failure.reason(), failure.getMessage(), call());
                    retry = failure.worthRetry();
                    pause = longer(pause, failure.retryAfter().orElse(Duration.ZERO));
                }
                if (!retry || attempts >= config.attemptsMax()) {
                    return failed;
                }
                if (Instant.now().plus(pause).isAfter(deadline)) {
                    return new Outcome.Failed(failed.reason(), failed.error() + "; no time left for another try",
                            failed.call());
                }
                Thread.sleep(pause);
            }
        }

        private ChatResponse ask() throws JudgeModel.Failure {
            Instant asked = Instant.now();
            String result = "cancelled";
            boolean answered = true;
            try {
                ChatResponse response = judge.ask(prompt.system(), prompt.user(), Optional.empty());
                result = "ok";
                note(response);
                return response;
            } catch (JudgeModel.Failure failure) {
                result = failure.reason().label();
                answered = !failure.judgeIsAway();
                throw failure;
            } finally {
                metrics.judgeCalled(result, Duration.between(asked, Instant.now()));
                if (answered) {
                    circuit.succeeded();
                } else {
                    circuit.failed();
                }
            }
        }

        private void note(ChatResponse response) {
            String text = response.aiMessage() == null ? null : response.aiMessage().text();
            lastAnswer = text == null ? "" : text;
            lastModel = response.modelName() == null || response.modelName().isBlank()
                    ? judge.name() : response.modelName();
            TokenUsage usage = response.tokenUsage();
            if (usage != null && usage.inputTokenCount() != null && usage.outputTokenCount() != null) {
                inputTokens = Math.max(0, inputTokens) + usage.inputTokenCount();
                outputTokens = Math.max(0, outputTokens) + usage.outputTokenCount();
            }
        }

        private Outcome scored(Verdict verdict) {
            String comment = verdict.reasoning()
                    + (prompt.cut() ? " [The judge saw question and answer cut to %d characters together.]"
                            .formatted(config.inputCharactersMax()) : "");
            return new Outcome.Scored(verdict.value(), comment.strip(),
                    Map.of("attempts", Integer.toString(attempts)), call());
        }

        private Outcome.Failed unreadable(ChatResponse response) {
            boolean cut = response.finishReason() == dev.langchain4j.model.output.FinishReason.LENGTH;
            return new Outcome.Failed(Reason.UNREADABLE_ANSWER, cut
                    ? "the judge's answer was cut at its token limit before a score came"
                    : "the judge's answer holds no score from 0 to 1", call());
        }

        private Optional<ModelCall> call() {
            if (attempts == 0) {
                return Optional.empty();
            }
            return Optional.of(new ModelCall(judge.provider(), lastModel, prompt.system(), prompt.user(), lastAnswer,
                    start, Instant.now(), attempts, inputTokens, outputTokens));
        }
    }

    private Outcome.Failed circuitOpen(Optional<ModelCall> call) {
        return new Outcome.Failed(Reason.CIRCUIT_OPEN, "the judge failed " + config.circuitFailures()
                + " times in a row and is left alone for " + config.circuitPause().toSeconds() + " s", call);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
