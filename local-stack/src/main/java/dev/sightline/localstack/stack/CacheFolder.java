package dev.sightline.localstack.stack;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the engines are kept once for all stacks of a user: {@code engines} in SIGHTLINE_CACHE, or else in the system's
 * usual place for caches.
 */
public final class CacheFolder {
    private CacheFolder() {
    }

    public static Path find() {
        return find(System.getenv(), System.getProperty("os.name"), Path.of(System.getProperty("user.home")));
    }

    static Path find(Map<String, String> environment, String system, Path home) {
        return base(environment, system, home).resolve("engines");
    }

    private static Path base(Map<String, String> environment, String system, Path home) {
        String own = environment.getOrDefault("SIGHTLINE_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own).toAbsolutePath();
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!xdg.isBlank()) {
            return Path.of(xdg).toAbsolutePath().resolve("sightline");
        }
        return system.startsWith("Mac") ? home.resolve("Library/Caches/sightline") : home.resolve(".cache/sightline");
    }
}
