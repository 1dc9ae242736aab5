package dev.sightline.localstack.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Puts this process, and all it starts from now on, into a session of its own, so that neither Ctrl-C at the terminal
 * nor closing it reaches the engines: the stack stops in its own order or not at all.
 */
public final class OwnSession {
    private OwnSession() {
    }

    /** Does nothing when this process leads a session or group already. */
    public static void begin() {
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle setsid = linker.downcallHandle(
                    linker.defaultLookup().find("setsid").orElseThrow(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
            int ignored = (int) setsid.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("can't call setsid", e);
        }
    }
}
