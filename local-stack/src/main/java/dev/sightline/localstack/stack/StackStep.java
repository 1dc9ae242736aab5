package dev.sightline.localstack.stack;

import dev.sightline.localstack.process.ProcessSpec;
import java.util.Set;
import java.util.function.Consumer;

/** One step of bringing the stack up. Steps run at the same time unless one comes after another. */
public sealed interface StackStep {
    String name();

    /** The names of the steps that must be done before. */
    Set<String> after();

    /**
     * Starts a process and waits until it is ready.
     *
     * @param service whether it is one of our services; those stop before the engines
     * @param http its own HTTP address, empty when it has none
     */
    record Start(ProcessSpec process, boolean service, String http, Set<String> after) implements StackStep {
        @Override
        public String name() {
            return process.name();
        }
    }

    /** Something done once, here. */
    record Work(String name, Set<String> after, Body body) implements StackStep { }

    /** The work; it may say how far it is. */
    @FunctionalInterface
    interface Body {
        void run(Consumer<String> progress) throws Exception;
    }
}
