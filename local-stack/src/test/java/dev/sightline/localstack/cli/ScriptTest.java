package dev.sightline.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script in a source tree of its own, with a JDK, a Node and a Maven that only note how they are called. */
class ScriptTest {
    private static final List<String> MODULES = List.of("proto", "clickhouse-local", "storage", "service-base",
            "detectors", "ingestion-service", "query-service", "evaluator-service", "local-stack");
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path root;
    private Path tools;
    private Path jdk;

    private record Outcome(int status, String output) { }

    @BeforeEach
    void makeTree() throws IOException {
        Path real = Path.of(System.getProperty("sightline.root"));
        Files.copy(real.resolve("sightline"), root.resolve("sightline"));
        write(root.resolve("pom.xml"), "", "rw-r--r--");
        write(root.resolve("k8s/base/http-route.yaml"), "", "rw-r--r--");
        write(root.resolve("local-stack/src/main/help/sightline.txt"), "the help\n", "rw-r--r--");
        write(root.resolve("local-stack/src/main/help/up.txt"), "the help of up\n", "rw-r--r--");
        for (String module : MODULES) {
            write(root.resolve(module).resolve("pom.xml"), "", "rw-r--r--");
            write(root.resolve(module).resolve("src/main/java/Some.java"), "", "rw-r--r--");
        }
        write(root.resolve("mvnw"), """
                #!/bin/sh
                echo "$@" >> calls
                for module in proto clickhouse-local storage service-base detectors local-stack; do
                  mkdir -p $module/target && touch $module/target/$module.jar
                done
                for module in ingestion-service query-service evaluator-service; do
                  mkdir -p $module/target/quarkus-app && touch $module/target/quarkus-app/quarkus-run.jar
                done
                echo "[INFO] Building Sightline :: proto (contracts) 0.1.0-SNAPSHOT [1/2]"
                if [ -e broken ]; then echo "[ERROR] it does not compile"; exit 1; fi
                """, "rwxr-xr-x");
        tools = root.resolve("tools");
        write(tools.resolve("node"), "#!/bin/sh\necho v20.1.0\n", "rwxr-xr-x");
        for (String tool : List.of("npm", "git", "curl")) {
            write(tools.resolve(tool), "#!/bin/sh\n", "rwxr-xr-x");
        }
        jdk = jdk("25.0.1");
    }

    @Test
    void buildsOnceWhatIsNotBuiltThenHandsOver() throws Exception {
        Outcome first = run("up", "--detach");
        Outcome second = run("up", "--detach");

        assertThat(first.status()).as(first.output()).isZero();
        assertThat(first.output()).contains("✓ proto  ")
                .contains("java -Xms16m").contains("local-stack.jar up --detach");
        assertThat(second.output()).contains("local-stack.jar up --detach");
        assertThat(calls()).singleElement().asString()
                .contains("-pl " + String.join(",", MODULES)).endsWith("package");
    }

    @Test
    void buildsAnewWhatDependsOnAChangedSource() throws Exception {
        run("up");
        touch("storage/src/main/java/Some.java");
        run("up");

        assertThat(calls()).hasSize(2);
        assertThat(calls().getLast()).contains("-pl storage,ingestion-service,query-service,local-stack ");
    }

    @Test
    void noticesAChangedPomAndTheRoute() throws Exception {
        run("up");
        touch("evaluator-service/pom.xml");
        run("up");
        touch("k8s/base/http-route.yaml");
        run("up");
        touch("pom.xml");
        run("up");

        assertThat(calls()).hasSize(4);
        assertThat(calls().get(1)).contains("-pl evaluator-service ");
        assertThat(calls().get(2)).contains("-pl local-stack ");
        assertThat(calls().get(3)).contains("-pl " + String.join(",", MODULES));
    }

    @Test
    void leavesTestsAndFetchedModulesAside() throws Exception {
        run("up");
        write(root.resolve("storage/src/test/java/SomeTest.java"), "", "rw-r--r--");
        write(root.resolve("query-service/src/main/webui/node_modules/x/index.js"), "", "rw-r--r--");
        touch("storage/src/test/java/SomeTest.java");
        touch("query-service/src/main/webui/node_modules/x/index.js");
        run("up");

        assertThat(calls()).hasSize(1);
    }

    @Test
    void trustsABuildByMavenAlone() throws Exception {
        run("up");
        touch("storage/src/main/java/Some.java");
        for (String built : List.of("storage/target/storage.jar", "local-stack/target/local-stack.jar",
                "ingestion-service/target/quarkus-app/quarkus-run.jar",
                "query-service/target/quarkus-app/quarkus-run.jar")) {
            Files.setLastModifiedTime(root.resolve(built), FileTime.from(Instant.now()));
        }
        run("up");

        assertThat(calls()).hasSize(1);
    }

    @Test
    void showsWhyABuildFails() throws Exception {
        write(root.resolve("broken"), "", "rw-r--r--");

        Outcome outcome = run("up");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("it does not compile").contains("build.log")
                .doesNotContain("java -Xms16m");
    }

    @Test
    void statusBuildsNothingWhenThereIsALauncher() throws Exception {
        run("up");
        touch("storage/src/main/java/Some.java");
        Outcome status = run("status");

        assertThat(status.output()).contains("local-stack.jar status");
        assertThat(calls()).hasSize(1);
    }

    @Test
    void buildsNothingUnderARunningStack() throws Exception {
        run("up");
        touch("storage/src/main/java/Some.java");
        write(root.resolve("other/run/launcher.pid"), ProcessHandle.current().pid() + "\n", "rw-r--r--");
        write(tools.resolve("ps"), "#!/bin/sh\necho java dev.sightline supervise\n", "rwxr-xr-x");

        run("up", "--data", root.resolve("other").toString());
        run("demo", "--data=" + root.resolve("other"));
        assertThat(calls()).hasSize(1);

        write(tools.resolve("ps"), "#!/bin/sh\necho some other program\n", "rwxr-xr-x");
        run("up", "--data", root.resolve("other").toString());
        assertThat(calls()).hasSize(2);
    }

    @Test
    void testIsWhatTheContinuousIntegrationRuns() throws Exception {
        assertThat(run("test").status()).isZero();

        assertThat(calls()).containsExactly("verify");
    }

    @Test
    void helpNeedsNothing() throws Exception {
        Files.delete(jdk.resolve("bin/java"));
        Files.delete(tools.resolve("node"));

        assertThat(run("--help")).isEqualTo(new Outcome(0, "the help\n"));
        assertThat(run()).isEqualTo(new Outcome(0, "the help\n"));
        assertThat(run("up", "--help")).isEqualTo(new Outcome(0, "the help of up\n"));
        assertThat(run("nothing").status()).isEqualTo(1);
        assertThat(run("nothing").output()).contains("there is no command nothing");
    }

    @Test
    void saysWhatToInstall() throws Exception {
        write(tools.resolve("node"), "#!/bin/sh\necho v18.2.0\n", "rwxr-xr-x");
        assertThat(run("up").output()).contains("Node 20 or newer is needed").contains("v18.2.0");
        Files.delete(tools.resolve("node"));
        assertThat(run("up").output()).contains("Node 20 or newer is needed and was not found").contains("apt install");
        Files.delete(tools.resolve("curl"));
        assertThat(run("up").output()).contains("curl is needed");
        Files.delete(tools.resolve("git"));
        assertThat(run("up").output()).contains("git is needed");
        assertThat(calls()).isEmpty();
    }

    @Test
    void anOlderJdkIsNotTaken() throws Exception {
        jdk = jdk("21.0.4");

        Outcome outcome = run("up");

        assertThat(outcome.output()).doesNotContain("java -Xms16m");
        // Where this test runs, another folder may hold a JDK that is new enough.
        if (outcome.output().contains("is needed")) {
            assertThat(outcome.output()).contains("a JDK 25 or newer is needed").contains("(21)");
        }
    }

    private Path jdk(String version) throws IOException {
        Path folder = root.resolve("jdk-" + version);
        write(folder.resolve("bin/java"), "#!/bin/sh\necho java \"$@\"\n", "rwxr-xr-x");
        write(folder.resolve("bin/javac"), "", "rwxr-xr-x");
        write(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n", "rw-r--r--");
        return folder;
    }

    /** Sources are old, so that only what a test touches is newer than what was built. */
    private static void write(Path file, String text, String permissions) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    /** As if the file had been saved half a minute ago, and everything been built before that. */
    private void touch(String file) throws IOException {
        Instant now = Instant.now();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path path : files.filter(Files::isRegularFile).toList()) {
                boolean built = path.toString().contains("/target/");
                Files.setLastModifiedTime(path, FileTime.from(built ? now.minusSeconds(60) : LONG_AGO));
            }
        }
        Files.setLastModifiedTime(root.resolve(file), FileTime.from(now.minusSeconds(30)));
    }

    private List<String> calls() throws IOException {
        Path calls = root.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        Path usual = root.resolve("usual");
        if (!Files.exists(usual)) {
            for (String tool : List.of("bash", "sh", "find", "sed", "ls", "head", "cat", "touch", "mktemp", "rm",
                    "mkdir", "mv", "dirname", "readlink", "grep", "tail")) {
                write(usual.resolve(tool), "#!/bin/sh\nexec " + which(tool) + " \"$@\"\n", "rwxr-xr-x");
            }
        }
        List<String> command = new ArrayList<>(List.of(root.resolve("sightline").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
        Map<String, String> environment = new HashMap<>(Map.of("PATH", tools + ":" + usual,
                "JAVA_HOME", jdk.toString(), "HOME", root.toString(), "TMPDIR", root.toString()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output);
    }

    private static Path which(String tool) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return Path.of(folder, tool);
            }
        }
        throw new AssertionError("no " + tool + " on this machine");
    }
}
