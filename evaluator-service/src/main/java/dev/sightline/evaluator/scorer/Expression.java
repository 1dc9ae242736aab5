package dev.sightline.evaluator.scorer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.Struct;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A project's own formula in CEL (the Common Expression Language) over what was said and what it took. CEL has no loops
 * but its bounded macros, no input and output, and matches by RE2; steps and the sizes of texts are bounded, and a formula
 * that is not done within a second gives an error.
 */
final class Expression implements Scorer {
    private static final int EXPRESSION_CHARACTERS_MAX = 2_000;
    private static final int TEXT_CHARACTERS_MAX = 50_000;
    private static final Duration TIME_MAX = Duration.ofSeconds(1);
    private static final CelOptions OPTIONS = CelOptions.current().comprehensionMaxIterations(1_000)
            .maxExpressionCodePointSize(EXPRESSION_CHARACTERS_MAX).maxParseRecursionDepth(50).build();
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("question", SimpleType.STRING).addVar("answer", SimpleType.STRING)
            .addVar("input", SimpleType.STRING).addVar("output", SimpleType.STRING)
            .addVar("context", SimpleType.STRING).addVar("expected_output", SimpleType.STRING)
            .addVar("name", SimpleType.STRING).addVar("model", SimpleType.STRING)
            .addVar("tools", ListType.create(SimpleType.STRING)).addVar("latency_seconds", SimpleType.DOUBLE)
            .addVar("input_tokens", SimpleType.INT).addVar("output_tokens", SimpleType.INT)
            .addVar("cost_usd", SimpleType.DOUBLE).addVar("errors", SimpleType.INT).build();
    private static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();
    private static final Cache<String, CelRuntime.Program> PROGRAMS = Caffeine.newBuilder().maximumSize(500).build();

    @Override
    public ScorerInfo info() {
        return ScorerInfo.newBuilder().setName("expression").setScoreType("numeric, boolean or text, as the formula gives")
                .setDescription("A formula of your own in CEL, such as size(answer) < 2000 && !answer.contains(\"TODO\").")
                .setLimits("No loops but CEL's macros, at most 1,000 steps of them and one second; texts are cut to 50,000 "
                        + "characters.")
                .addParameters("expression: over question, answer, input, output, context, expected_output, name, model, "
                        + "tools, latency_seconds, input_tokens, output_tokens, cost_usd, errors").build();
    }

    @Override
    public void check(Struct parameters) {
        Parameters.requireKnown(this, parameters);
        program(Parameters.text(parameters, "expression", ""));
    }

    private static CelRuntime.Program program(String expression) {
        if (expression.isBlank()) {
            throw ServiceException.invalid("scorer.parameters.expression", "is missing");
        }
        return PROGRAMS.get(expression, text -> {
            try {
                CelAbstractSyntaxTree tree = COMPILER.compile(text).getAst();
                return RUNTIME.createProgram(tree);
            } catch (CelValidationException | CelEvaluationException e) {
                throw ServiceException.invalid("scorer.parameters.expression", "is no formula: "
                        + Texts.cut(String.valueOf(e.getMessage()), 300));
            }
        });
    }

    @Override
    public Optional<Outcome> score(Material material, Struct parameters) throws InterruptedException {
        CelRuntime.Program program = program(Parameters.text(parameters, "expression", ""));
        Map<String, Object> variables = variables(material);
        FutureTask<Object> task = new FutureTask<>(() -> program.eval(variables));
        Thread thread = Thread.ofPlatform().daemon().name("expression").start(task);
        try {
            return Optional.of(outcome(task.get(TIME_MAX.toMillis(), TimeUnit.MILLISECONDS)));
        } catch (TimeoutException e) {
            thread.interrupt();
            return failed("the formula took longer than a second");
        } catch (ExecutionException e) {
            return failed(e.getCause() instanceof CelEvaluationException ? "the formula failed: "
                    + Texts.cut(String.valueOf(e.getCause().getMessage()), 300) : "the formula failed");
        }
    }

    private static Outcome outcome(Object result) {
        return switch (result) {
            case Boolean holds -> new Outcome.Scored(ScoreValue.bool(holds), "", Map.of(), Optional.empty());
            case Number number when Double.isFinite(number.doubleValue()) ->
                    new Outcome.Scored(ScoreValue.numeric(number.doubleValue()), "", Map.of(), Optional.empty());
            case String text -> new Outcome.Scored(ScoreValue.text(Texts.cut(text, 2_000)), "", Map.of(), Optional.empty());
            default -> Outcome.Failed.of(Outcome.Reason.REFUSED, "the formula gives neither a finite number nor true, false "
                    + "or a text");
        };
    }

    private static Optional<Outcome> failed(String error) {
        return Optional.of(Outcome.Failed.of(Outcome.Reason.REFUSED, error));
    }

    private static Map<String, Object> variables(Material material) {
        List<Observation> counted = material.focus().map(List::of).orElse(material.observations());
        Observation root = counted.isEmpty() ? Observation.getDefaultInstance() : counted.getFirst();
        long start = counted.stream().mapToLong(Observation::getStartUnixNano).min().orElse(0);
        long end = counted.stream().mapToLong(Observation::getEndUnixNano).max().orElse(start);
        Map<String, Object> variables = new HashMap<>();
        variables.put("question", bounded(material.question()));
        variables.put("answer", bounded(material.answer()));
        variables.put("input", bounded(root.getInput()));
        variables.put("output", bounded(root.getOutput()));
        variables.put("context", bounded(material.context()));
        variables.put("expected_output", bounded(material.expectedOutput()));
        variables.put("name", root.getName());
        variables.put("model", counted.stream().map(Observation::getModel).filter(m -> !m.isEmpty()).findFirst().orElse(""));
        variables.put("tools", material.toolCalls().stream().limit(1_000).map(Material::toolName).toList());
        variables.put("latency_seconds", Math.max(0, end - start) / 1e9);
        variables.put("input_tokens", counted.stream().mapToLong(Observation::getInputTokens).sum());
        variables.put("output_tokens", counted.stream().mapToLong(Observation::getOutputTokens).sum());
        variables.put("cost_usd", counted.stream().mapToLong(Observation::getTotalCostPicoUsd).sum() / 1e12);
        variables.put("errors", counted.stream().filter(o -> o.getLevel() == Level.ERROR).count());
        return variables;
    }

    private static String bounded(String text) {
        return text.substring(0, Math.min(text.length(), TEXT_CHARACTERS_MAX));
    }
}
