package dev.sightline.localstack.stack;

import dev.sightline.clickhouse.EngineLibrary;
import dev.sightline.localstack.postgres.PostgresBinaries;
import dev.sightline.localstack.process.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The engines that are not plain Java, once a machine in the cache folder.
 *
 * @param postgres PostgreSQL's programs
 * @param clickHouseLibrary the shared library with the ClickHouse engine
 */
public record Engines(PostgresBinaries postgres, Path clickHouseLibrary) {
    /** Takes them from the cache, or fetches and unpacks them, which may take minutes; checksums are compared. */
    public static Engines fetch(Path cacheFolder, Consumer<String> progress) throws StartFailure {
        try {
            return new Engines(PostgresBinaries.unpack(cacheFolder), EngineLibrary.fetch(cacheFolder, progress));
        } catch (IOException e) {
            throw new StartFailure("can't get the engines into " + cacheFolder + ": " + e.getMessage(), e);
        }
    }
}
