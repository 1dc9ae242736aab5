package dev.sightline.benchmarks.profile;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import one.profiler.AsyncProfiler;

/** async-profiler, in this process or in another JVM, as a flame graph. It needs no rights beyond one's own processes. */
public final class Profiler {
    private static final String INTERVAL = "interval=1ms";

    private Profiler() {
    }

    /** Starts sampling this process's processor time. */
    public static void start() throws IOException {
        AsyncProfiler.getInstance().execute("start,event=ctimer," + INTERVAL);
    }

    /** Ends it and draws what was seen. */
    public static void stop(Path svg, String title) throws IOException {
        AsyncProfiler.getInstance().execute("stop");
        String collapsed = AsyncProfiler.getInstance().execute("collapsed");
        FlameGraph.write(collapsed, title, svg);
    }

    /** Samples another JVM of the same user for so long and draws what was seen. */
    public static void sample(long pid, int seconds, Path svg, String title) throws IOException, InterruptedException {
        Path library = library();
        Path collapsed = Files.createTempFile("sightline-profile", ".collapsed");
        try {
            attach(pid, library, "start,event=ctimer," + INTERVAL);
            TimeUnit.SECONDS.sleep(seconds);
            attach(pid, library, "stop,collapsed,file=" + collapsed);
            FlameGraph.write(Files.readString(collapsed), title, svg);
        } finally {
            Files.deleteIfExists(collapsed);
            Files.deleteIfExists(library);
        }
    }

    private static void attach(long pid, Path library, String arguments) throws IOException {
        try {
            VirtualMachine other = VirtualMachine.attach(Long.toString(pid));
            try {
                other.loadAgentPath(library.toString(), arguments);
            } finally {
                other.detach();
            }
        } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
            throw new IOException("async-profiler can't be loaded into process " + pid, e);
        }
    }

    private static Path library() throws IOException {
        String platform = System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-x64";
        try (InputStream in = AsyncProfiler.class.getResourceAsStream("/" + platform + "/libasyncProfiler.so")) {
            Path library = Files.createTempFile("libasyncProfiler", ".so");
            Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
            return library;
        }
    }
}
