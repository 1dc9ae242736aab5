package dev.sightline.evaluator.queue;

import com.google.protobuf.Struct;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.catalog.Catalog;
import dev.sightline.evaluator.connection.Connections;
import dev.sightline.evaluator.judge.Circuit;
import dev.sightline.evaluator.judge.JudgeModel;
import dev.sightline.evaluator.judge.ModelSpec;
import dev.sightline.evaluator.judge.ScoreShape;
import dev.sightline.evaluator.judge.TemplatePrompt;
import dev.sightline.evaluator.judge.Verdict;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.run.EvaluationMetrics;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.Outcome.ModelCall;
import dev.sightline.evaluator.run.Outcome.Reason;
import dev.sightline.evaluator.score.ScoreId;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Judge;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Asks a language model for one judgement: one request, its answer read. Blocking, thread-safe. */
@Singleton
public class Judging {
    private static final int INPUT_CHARACTERS = 24_000;

    private final Catalog catalog;
    private final Connections connections;
    private final EvaluationMetrics metrics;

    Judging(Catalog catalog, Connections connections, EvaluationMetrics metrics) {
        this.catalog = catalog;
        this.connections = connections;
        this.metrics = metrics;
    }

    /**
     * All that is asked, ready to be sent.
     *
     * @param config what influences the score, kept with it
     * @param values of the variables, before they are cut
     */
    record Question(Evaluator evaluator, ModelSpec spec, ScoreShape shape, TemplatePrompt prompt,
            Map<String, String> config, Map<String, String> values) {
        String contentHash() {
            return ScoreId.hex(ScoreId.hash(16, prompt.system(), prompt.user(), spec.model(), config.toString()));
        }

        /** Values are user data: never in a log by way of toString. */
        @Override
        public String toString() {
            return "Question[" + evaluator.getId() + "]";
        }
    }

    /** What came of one request, and what may be done about it. */
    record Answer(Outcome outcome, boolean worthRetry, boolean evaluatorIsBroken, Optional<Duration> retryAfter) {
    }

    /** The values of the template's variables; empty where one is missing that has to be there. */
    Optional<Map<String, String>> values(String projectId, Evaluator evaluator, Material material) {
        Template template = template(projectId, evaluator.getJudge());
        Map<String, VariableMapping> mappings = new HashMap<>();
        template.getMappingList().forEach(mapping -> mappings.put(mapping.getVariable(), mapping));
        evaluator.getJudge().getMappingList().forEach(mapping -> mappings.put(mapping.getVariable(), mapping));
        Map<String, String> values = new LinkedHashMap<>();
        for (String variable : template.getVariablesList()) {
            VariableMapping mapping = mappings.getOrDefault(variable, VariableMapping.getDefaultInstance());
            String value = material.value(mapping);
            if (value.isEmpty() && !mapping.getOptional()) {
                return Optional.empty();
            }
            values.put(variable, value);
        }
        return Optional.of(values);
    }

    /** Throws {@link ServiceException} where the evaluator can't work as it is. */
    Question question(String projectId, Evaluator evaluator, Map<String, String> values) {
        Judge judge = evaluator.getJudge();
        Template template = template(projectId, judge);
        Optional<Double> temperature = number(judge.getParameters(), "temperature");
        Optional<Integer> maxOutputTokens = number(judge.getParameters(), "max_output_tokens").map(Double::intValue);
        ModelSpec spec = connections.spec(projectId, judge.getConnection(), judge.getModel(), temperature, maxOutputTokens);
        ScoreShape shape = ScoreShape.of(template);
        int charactersMax = judge.getInputCharactersMax() == 0 ? INPUT_CHARACTERS : judge.getInputCharactersMax();
        Map<String, String> config = new LinkedHashMap<>();
        config.put("template", template.getName());
        config.put("template_version", Integer.toString(template.getVersion()));
        config.put("connection", judge.getConnection());
        config.put("provider", spec.provider().label());
        temperature.ifPresent(value -> config.put("temperature", value.toString()));
        maxOutputTokens.ifPresent(value -> config.put("max_output_tokens", value.toString()));
        config.put("input_characters_max", Integer.toString(charactersMax));
        return new Question(evaluator, spec, shape, TemplatePrompt.of(template.getPrompt(), values, shape, charactersMax),
                config, values);
    }

    private Template template(String projectId, Judge judge) {
        return catalog.template(projectId, judge.getTemplate(), judge.getTemplateVersion()).orElseThrow(() ->
                ServiceException.invalid("judge.template", "is not there any more: " + judge.getTemplate()));
    }

    private static Optional<Double> number(Struct parameters, String name) {
        return parameters.containsFields(name) && parameters.getFieldsOrThrow(name).hasNumberValue()
                ? Optional.of(parameters.getFieldsOrThrow(name).getNumberValue()) : Optional.empty();
    }

    /** The caller has entered the circuit; it is told here whether the connection is well. */
    Answer ask(Question question, Circuit circuit, int attempt) {
        JudgeModel model = connections.model(question.spec);
        Instant start = Instant.now();
        String result = "cancelled";
        boolean answered = true;
        try {
            ChatResponse response = model.ask(question.prompt.system(), question.prompt.user(),
                    Optional.of(question.shape.answerSchema()));
            result = "ok";
            return read(question, response, start, attempt);
        } catch (JudgeModel.Failure failure) {
            result = failure.reason().label();
            answered = !failure.judgeIsAway();
            ModelCall call = new ModelCall(question.spec.provider().label(), question.spec.model(),
                    question.prompt.system(), question.prompt.user(), "", start, Instant.now(), attempt, -1, -1);
            return new Answer(new Outcome.Failed(failure.reason(), failure.getMessage(), Optional.of(call)),
                    failure.worthRetry(), failure.reason() == Reason.REFUSED && failure.judgeIsAway(),
                    failure.retryAfter());
        } finally {
            metrics.judgeCalled(result, Duration.between(start, Instant.now()));
            if (answered) {
                circuit.succeeded();
            } else {
                circuit.failed();
            }
        }
    }

    private static Answer read(Question question, ChatResponse response, Instant start, int attempt) {
        String text = response.aiMessage() == null || response.aiMessage().text() == null
                ? "" : response.aiMessage().text();
        String model = response.modelName() == null || response.modelName().isBlank()
                ? question.spec.model() : response.modelName();
        var usage = response.tokenUsage();
        boolean counted = usage != null && usage.inputTokenCount() != null && usage.outputTokenCount() != null;
        Optional<ModelCall> call = Optional.of(new ModelCall(question.spec.provider().label(), model,
                question.prompt.system(), question.prompt.user(), text, start, Instant.now(), attempt,
                counted ? usage.inputTokenCount() : -1, counted ? usage.outputTokenCount() : -1));
        Optional<Verdict> verdict = Verdict.read(text, question.shape);
        if (verdict.isEmpty()) {
            String error = response.finishReason() == FinishReason.LENGTH
                    ? "the judge's answer was cut at its token limit before a score came"
                    : "the judge's answer holds no score that is " + question.shape.instruction();
            // Worth another try: models do not say the same twice.
            return new Answer(new Outcome.Failed(Reason.UNREADABLE_ANSWER, error, call), true, false,
                    Optional.empty());
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("attempts", Integer.toString(attempt));
        if (!question.prompt.cut().isEmpty()) {
            metadata.put("cut_variables", String.join(",", question.prompt.cut()));
        }
        String comment = verdict.get().reasoning() + (question.prompt.cut().isEmpty() ? ""
                : " [The judge saw a part only of: " + String.join(", ", question.prompt.cut()) + ".]");
        return new Answer(new Outcome.Scored(verdict.get().value(), comment.strip(), metadata, call), false, false,
                Optional.empty());
    }
}
