package dev.sightline.localstack.stack;

import dev.sightline.localstack.process.StartFailure;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the built modules are: the folder of the source tree, known from the place of this jar, or from the system
 * property {@code sightline.root}.
 *
 * @param root the source tree's folder
 */
public record Installation(Path root) {
    public static Installation find() {
        String given = System.getProperty("sightline.root", "");
        if (!given.isBlank()) {
            return new Installation(Path.of(given).toAbsolutePath());
        }
        try {
            Path jar = Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            // ROOT/local-stack/target/local-stack.jar
            return new Installation(jar.toAbsolutePath().getParent().getParent().getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The jar in front of a service's class path that ties it to the supervisor. */
    public Path childJar() throws StartFailure {
        return built(root.resolve("local-stack/target/local-stack-child.jar"));
    }

    public Path serviceJar(String service) throws StartFailure {
        return built(root.resolve(service).resolve("target/quarkus-app/quarkus-run.jar"));
    }

    public Path clickHouseJar() throws StartFailure {
        return built(root.resolve("clickhouse-local/target/clickhouse-local.jar"));
    }

    private static Path built(Path jar) throws StartFailure {
        if (!Files.exists(jar)) {
            throw new StartFailure(jar + " is missing; build it with ./mvnw package -DskipTests");
        }
        return jar;
    }
}
