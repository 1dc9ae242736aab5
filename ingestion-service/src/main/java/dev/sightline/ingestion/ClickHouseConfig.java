package dev.sightline.ingestion;

import dev.sightline.storage.ClickHouseEndpoint;
import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Where ClickHouse is. From the environment: SIGHTLINE_CLICKHOUSE_URL, _DATABASE, _USER, _PASSWORD. */
@ConfigMapping(prefix = "sightline.clickhouse")
public interface ClickHouseConfig {
    /** The HTTP interface. */
    String url();

    String database();

    String user();

    Optional<String> password();

    default ClickHouseEndpoint endpoint() {
        return new ClickHouseEndpoint(url(), database(), user(), password().orElse(""));
    }
}
