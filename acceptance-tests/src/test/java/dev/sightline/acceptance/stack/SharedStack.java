package dev.sightline.acceptance.stack;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands one and the same {@link Stack}, with a {@link ScriptedJudge} and a second project, to all test classes of a
 * run that ask for it: started for the first, stopped after the last, or earlier by {@link #stop} when a test needs
 * the machine for a stack of its own.
 */
public final class SharedStack implements ParameterResolver {
    private static Shared shared;

    /** The stack and what belongs to it. Traces of {@code other} must never be seen from {@code stack.project()}. */
    public record Shared(Stack stack, Project other, ScriptedJudge judge) implements AutoCloseable {
        @Override
        public void close() {
            stack.close();
            judge.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Stack.class || type == Shared.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        context.getRoot().getStore(ExtensionContext.Namespace.create(SharedStack.class))
                .computeIfAbsent("stop", _ -> (AutoCloseable) SharedStack::stop);
        Shared running = start();
        return parameter.getParameter().getType() == Stack.class ? running.stack : running;
    }

    private static synchronized Shared start() {
        if (shared == null) {
            ScriptedJudge judge = ScriptedJudge.start();
            Stack stack = Stack.start("shared", Map.ofEntries(
                    Map.entry("SIGHTLINE_JUDGE_BASE_URL", judge.baseUrl()),
                    Map.entry("SIGHTLINE_JUDGE_API_KEY", ScriptedJudge.API_KEY),
                    Map.entry("SIGHTLINE_JUDGE_MODEL", ScriptedJudge.MODEL),
                    Map.entry("SIGHTLINE_JUDGE_TIMEOUT", "PT3S"),
                    Map.entry("SIGHTLINE_JUDGE_BACKOFF", "PT0.2S"),
                    Map.entry("SIGHTLINE_JUDGE_ATTEMPTS_MAX", "2"),
                    // One judgement's failure is to be seen apart from the next one's.
                    Map.entry("SIGHTLINE_JUDGE_CIRCUIT_FAILURES", "1000"),
                    // What sampling leaves out is counted when it is no longer held.
                    Map.entry("SIGHTLINE_SAMPLING_HOLD_FOR", "PT8S"),
                    // A test that changes a project's retention sees it at work.
                    Map.entry("SIGHTLINE_RETENTION_INTERVAL", "PT2S"),
                    // So does one that sends a score of what it has deleted.
                    Map.entry("SIGHTLINE_DELETION_SWEEPS", "PT10S,PT20S,PT40S"),
                    Map.entry("SIGHTLINE_DELETION_SWEEP_AGE", "PT1S"),
                    Map.entry("SIGHTLINE_EVALUATOR_QUEUE_SESSION_QUIET", "PT2S"),
                    Map.entry("SIGHTLINE_SETTLE", "PT2S")));
            try {
                shared = new Shared(stack, SecondProject.create(stack), judge);
            } catch (RuntimeException | AssertionError e) {
                stack.close();
                judge.close();
                throw e;
            }
        }
        return shared;
    }

    public static synchronized void stop() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }
}
