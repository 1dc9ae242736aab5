package dev.sightline.acceptance.stack;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A line for each test as it ends: these tests take minutes, and whoever waits wants to see where they are. */
public final class TestLog implements BeforeTestExecutionCallback, AfterTestExecutionCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TestLog.class);

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        context.getStore(NAMESPACE).put("begin", System.nanoTime());
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        long nanos = System.nanoTime() - context.getStore(NAMESPACE).get("begin", Long.class);
        System.out.printf("%s %s.%s %s %.1f s%n", context.getExecutionException().isPresent() ? "FAILED" : "ok    ",
                context.getRequiredTestClass().getSimpleName(), context.getRequiredTestMethod().getName(),
                context.getDisplayName().startsWith("[") ? context.getDisplayName() : "", nanos / 1e9);
    }
}
