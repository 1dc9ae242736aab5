package dev.sightline.localstack.process;

import dev.sightline.localstack.child.ChildMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * The command line of a JVM of the stack, on the JDK that runs the launcher. Small machines first: the serial
 * collector, compact headers, small stacks and a code cache that fits a service. A JVM that runs out of memory ends, so
 * that the supervisor starts it again rather than leaving it half alive.
 *
 * @param name of the process, for the files it may leave when it crashes
 * @param logFolder where such files go
 * @param heapMax in MiB
 * @param flags more flags for the JVM
 */
public record JvmCommand(String name, Path logFolder, int heapMax, List<String> flags) {
    private static final List<String> SMALL = List.of(
            "-Xms24m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-XX:ReservedCodeCacheSize=96m",
            "-XX:MinHeapFreeRatio=20", "-XX:MaxHeapFreeRatio=40", "-XX:-ShrinkHeapInSteps",
            "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            // A buffer of a whole request would otherwise stay with each thread that ever read one.
            "-Djdk.nio.maxCachedBufferSize=262144");

    /** The class path of this JVM, for another one that runs in another folder. */
    public static String ownClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(element -> Path.of(element).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Runs a main class of this jar. */
    public List<String> ofOurs(String mainClass, String... arguments) {
        return command(ownClassPath(), List.of(), List.of(mainClass), arguments);
    }

    /** Runs another jar's main class, tied to the supervisor by the child jar. */
    public List<String> ofJar(Path childJar, Path jar, String... arguments) throws IOException, StartFailure {
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            String mainClass = manifest.getValue(Attributes.Name.MAIN_CLASS);
            if (mainClass == null) {
                throw new StartFailure(jar + " names no main class");
            }
            List<String> opens = new ArrayList<>();
            // A manifest's wishes count only with -jar.
            for (String packageName : packages(manifest, "Add-Opens")) {
                opens.addAll(List.of("--add-opens", packageName + "=ALL-UNNAMED"));
            }
            for (String packageName : packages(manifest, "Add-Exports")) {
                opens.addAll(List.of("--add-exports", packageName + "=ALL-UNNAMED"));
            }
            return command(childJar + File.pathSeparator + jar, opens,
                    List.of(ChildMain.class.getName(), mainClass), arguments);
        }
    }

    private List<String> command(String classPath, List<String> opens, List<String> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL);
        command.add("-Xmx" + heapMax + "m");
        command.add("-XX:ErrorFile=" + logFolder.resolve("hs_err_" + name + "_%p.log"));
        command.addAll(flags);
        command.addAll(opens);
        command.addAll(List.of("-cp", classPath));
        command.addAll(main);
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> packages(Attributes manifest, String name) {
        String value = manifest.getValue(name);
        return value == null ? List.of() : List.of(value.strip().split("\\s+"));
    }
}
