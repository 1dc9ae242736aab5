package dev.sightline.acceptance.example;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.sightline.acceptance.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What runs the examples of one language: installs the locked packages of a folder of {@code examples/} once, under
 * target/, and knows the command for a script in it. Only a machine without the language, or without its registry,
 * says {@link Missing}; a lock that can't be installed for any other reason is an error.
 */
enum Toolchain {
    PYTHON {
        /** Python's own installer takes minutes for what this one does in seconds, with the same packages. */
        private static final String UV = "uv==0.13.9";

        @Override
        Installed install(Path source) {
            Path target = copy(source);
            Path uv = uv();
            Path environment = target.resolve(".venv");
            Path python = environment.resolve("bin/python");
            run(target, uv.toString(), "venv", "--quiet", "--allow-existing", "--python", "python3",
                    environment.toString());
            run(target, uv.toString(), "pip", "sync", "--quiet", "--python", python.toString(),
                    source.resolve("requirements.txt").toString());
            return new Installed(target, List.of(python.toString()));
        }

        private static Path uv() {
            synchronized (PYTHON) {
                Path folder = TARGET.resolve("uv");
                Path uv = folder.resolve("bin/uv");
                if (!Files.isExecutable(uv)) {
                    String version = run(TARGET, "python3", "--version").strip();
                    if (!version.matches("Python 3\\.1[1-3]\\..*")) {
                        throw new Missing("the examples are locked for Python 3.11 to 3.13, not " + version);
                    }
                    run(TARGET, "python3", "-m", "venv", folder.toString());
                    run(TARGET, folder.resolve("bin/pip").toString(), "install", "--quiet", UV);
                }
                return uv;
            }
        }
    },

    JAVASCRIPT {
        @Override
        Installed install(Path source) {
            Path target = copy(source);
            Path lock = source.resolve("package-lock.json");
            Path installed = target.resolve("node_modules/.installed-lock.json");
            try {
                if (!Files.exists(installed) || Files.mismatch(lock, installed) >= 0) {
                    run(target, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
                            "--loglevel=error");
                    Files.copy(lock, installed);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Installed(target, List.of("node"));
        }
    },

    /** Built where it stands: Maven's target/ is nobody's source. */
    JAVA {
        private static final String VERSION = "0.1.0-SNAPSHOT";

        @Override
        Installed install(Path source) {
            List<String> command = new ArrayList<>(List.of(
                    Stack.root().resolve("mvnw").toString(), "-q", "-ntp", "-B", "package"));
            if (usesOurModules(source)) {
                // In front of the user's own repository, where an older build of them may have been installed.
                command.add("-Dmaven.repo.local=" + publish());
                command.add("-Dmaven.repo.local.tail=" + System.getProperty("localRepository",
                        Path.of(System.getProperty("user.home"), ".m2/repository").toString()));
            }
            run(source, command.toArray(String[]::new));
            return new Installed(source.resolve("target/quarkus-app"),
                    List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar"));
        }

        private static boolean usesOurModules(Path source) {
            try {
                return Files.readString(source.resolve("pom.xml")).contains("<groupId>dev.sightline</groupId>");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What {@code mvnw -pl guard-client -am install} would put into Maven's repository, in one under target/. */
        private static Path publish() {
            Path repository = TARGET.resolve("maven");
            publish("", "sightline", repository, "pom");
            publish("proto", "sightline-proto", repository, "pom", "jar");
            publish("guard-client", "sightline-guard-client", repository, "pom", "jar");
            return repository;
        }

        private static void publish(String module, String artifact, Path repository, String... kinds) {
            String name = artifact + "-" + VERSION;
            Path source = Stack.root().resolve(module);
            Path place = repository.resolve("dev/sightline").resolve(artifact).resolve(VERSION);
            try {
                Files.createDirectories(place);
                for (String kind : kinds) {
                    Path file = kind.equals("pom") ? source.resolve("pom.xml") : source.resolve("target/" + name + ".jar");
                    Files.copy(file, place.resolve(name + "." + kind), REPLACE_EXISTING);
                }
            } catch (NoSuchFileException e) {
                throw new AssertionError(e.getFile() + " is missing; build the modules first: ./mvnw package -DskipTests", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** Why the examples of a language can't run on this machine. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String reason) {
            super(reason);
        }
    }

    private static final Path EXAMPLES = Stack.root().resolve("examples");
    private static final Path TARGET = Stack.root().resolve("acceptance-tests/target/examples");
    private static final Pattern UNREACHABLE = Pattern.compile("(?i)dns error|error sending request|could not connect"
            + "|connection (refused|reset|timed out)|\\(from versions: none\\)|ENOTFOUND|EAI_AGAIN|Unknown host|transfer failed"
            + "|ECONNREFUSED|ECONNRESET|ETIMEDOUT");
    private static final int INSTALL_MINUTES = 10;

    /** A place with everything that its scripts need, and the command in front of a script's name. */
    record Installed(Path folder, List<String> command) {
    }

    Installed install(String folder) {
        return install(EXAMPLES.resolve(name().toLowerCase(java.util.Locale.ROOT)).resolve(folder));
    }

    abstract Installed install(Path source);

    /** The folder's files under target/, where packages may be put beside them. */
    private static Path copy(Path source) {
        Path target = TARGET.resolve(source.getParent().getFileName()).resolve(source.getFileName());
        try (Stream<Path> files = Files.list(source)) {
            Files.createDirectories(target);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(file.getFileName()), REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    private static String run(Path folder, String... command) {
        try {
            Files.createDirectories(folder);
            Path output = Files.createTempFile(folder, "install-", ".log");
            Process process;
            try {
                ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                        .redirectErrorStream(true).redirectOutput(output.toFile());
                builder.environment().putAll(Map.of("UV_PYTHON_DOWNLOADS", "never", "UV_HTTP_TIMEOUT", "120"));
                process = builder.start();
            } catch (IOException e) {
                throw new Missing("there is no " + command[0] + " on this machine");
            }
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(List.of(command) + " did not end");
            }
            String said = Files.readString(output);
            Files.delete(output);
            if (process.exitValue() == 0) {
                return said;
            }
            if (UNREACHABLE.matcher(said).find()) {
                throw new Missing("the packages can't be fetched: " + said.lines().findFirst().orElse(""));
            }
            if (said.contains("ensurepip is not available")) {
                throw new Missing("Python has no venv (Debian: apt install python3-venv)");
            }
            throw new AssertionError(List.of(command) + " returned " + process.exitValue() + ": " + said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
