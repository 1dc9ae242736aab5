package dev.sightline.localstack.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * One process of the stack: how it is started, when it is ready and how long it may take to stop. Every process watches
 * its standard input and stops when that ends (see {@link dev.sightline.localstack.child.ParentWatch}).
 *
 * @param name as in logs, status and stack.json
 * @param command program and arguments
 * @param environment what is set on top of the launcher's own environment
 * @param folder working directory
 * @param log where its output goes
 * @param prepare runs before each start, restarts too: clears away what a killed predecessor left
 * @param readiness when it can be used
 * @param pid the process that does the work, when that is a child of the one started
 * @param readyWithin how long the first start may take
 * @param stopWithin how long it may take to stop before it is killed
 */
public record ProcessSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        Path folder,
        LogFile log,
        Preparation prepare,
        Readiness readiness,
        Supplier<OptionalLong> pid,
        Duration readyWithin,
        Duration stopWithin) {

    /** What must be done before a start. */
    @FunctionalInterface
    public interface Preparation {
        Preparation NONE = () -> { };

        void run() throws Exception;
    }

    public ProcessSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
