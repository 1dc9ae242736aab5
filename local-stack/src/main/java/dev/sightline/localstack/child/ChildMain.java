package dev.sightline.localstack.child;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Starts another main class under {@link ParentWatch} and {@link IdleHeap}: {@code ChildMain CLASS ARGS…}. So any
 * service runs supervised, and small, without knowing of it.
 */
public final class ChildMain {
    private ChildMain() {
    }

    public static void main(String[] args) throws Throwable {
        ParentWatch.start();
        IdleHeap.start();
        try {
            Class.forName(args[0]).getMethod("main", String[].class)
                    .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
