package dev.sightline.storage.migrate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which steps of the schema a database has. Services ask {@link #problem} before they call themselves ready. */
public final class SchemaVersion {
    static final String TABLE_DDL = """
            CREATE TABLE IF NOT EXISTS schema_migrations
            (
                version UInt32,
                name String,
                checksum FixedString(64),
                applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
            )
            ENGINE = ReplacingMergeTree(applied_at)
            ORDER BY version""";

    private SchemaVersion() {
    }

    /** Why this release must not work on the database's schema, or empty when it is exactly the one it knows. */
    public static Optional<String> problem(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet tables = statement.executeQuery(
                "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'")) {
            tables.next();
            if (tables.getLong(1) == 0) {
                return Optional.of("the ClickHouse database has no Sightline schema; run the migration");
            }
        }
        Map<Integer, String> applied = checksums(connection);
        int newest = applied.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        if (newest > Migration.latestVersion()) {
            return Optional.of("the ClickHouse schema has version " + newest + ", newer than "
                    + Migration.latestVersion() + " which this release knows; upgrade this service");
        }
        for (Migration migration : Migration.all()) {
            if (!migration.checksum().equals(applied.get(migration.version()))) {
                return Optional.of("the ClickHouse schema lacks " + migration.name() + " as this release knows it; "
                        + "run the migration");
            }
        }
        return Optional.empty();
    }

    static Map<Integer, String> checksums(Connection connection) throws SQLException {
        Map<Integer, String> applied = new TreeMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT version, checksum FROM schema_migrations FINAL ORDER BY version")) {
            while (rows.next()) {
                applied.put(rows.getInt(1), rows.getString(2));
            }
        }
        return applied;
    }
}
