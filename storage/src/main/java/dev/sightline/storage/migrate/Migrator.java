package dev.sightline.storage.migrate;

import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.ClickHouseEndpoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings a ClickHouse database to the schema this version of Sightline knows. Every step is idempotent, so two
 * migrators at once, or one that was killed half-way, do no harm. A step that was changed after it had been applied,
 * or a schema newer than this version, stops it with an error that says so.
 */
public final class Migrator {
    /** In front of a statement that must not run twice: a query that counts something once it has run. */
    private static final Pattern UNLESS = Pattern.compile("^-- unless: (SELECT .*)$", Pattern.MULTILINE);

    private final ClickHouseEndpoint endpoint;
    private final Consumer<String> progress;

    public Migrator(ClickHouseEndpoint endpoint, Consumer<String> progress) {
        this.endpoint = endpoint;
        this.progress = progress;
    }

    /** Applies what is missing and returns how many steps that were. */
    public int migrate() throws SQLException {
        createDatabase();
        try (ClickHouse clickHouse = new ClickHouse(endpoint); Connection connection = clickHouse.connect()) {
            execute(connection, SchemaVersion.TABLE_DDL);
            Map<Integer, String> applied = SchemaVersion.checksums(connection);
            refuseNewer(applied);
            int count = 0;
            for (Migration migration : Migration.all()) {
                String checksum = applied.get(migration.version());
                if (checksum == null) {
                    apply(connection, migration);
                    count++;
                } else if (!checksum.equals(migration.checksum())) {
                    throw new SQLException("migration " + migration.name() + " was changed after it had been applied to "
                            + endpoint + "; undo the change and add a new migration instead");
                }
            }
            return count;
        }
    }

    private void createDatabase() throws SQLException {
        ClickHouseEndpoint server =
                new ClickHouseEndpoint(endpoint.url(), "default", endpoint.user(), endpoint.password());
        try (ClickHouse clickHouse = new ClickHouse(server); Connection connection = clickHouse.connect()) {
            execute(connection, "CREATE DATABASE IF NOT EXISTS " + endpoint.database());
        }
    }

    private void refuseNewer(Map<Integer, String> applied) throws SQLException {
        int newest = applied.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        if (newest > Migration.latestVersion()) {
            throw new SQLException("the schema of " + endpoint + " has version " + newest + ", newer than "
                    + Migration.latestVersion() + " which this release knows; upgrade Sightline");
        }
    }

    private void apply(Connection connection, Migration migration) throws SQLException {
        progress.accept(migration.name());
        for (String statement : migration.statements()) {
            step(connection, statement);
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES (?, ?, ?)")) {
            insert.setInt(1, migration.version());
            insert.setString(2, migration.name());
            insert.setString(3, migration.checksum());
            insert.executeUpdate();
        }
    }

    static void step(Connection connection, String sql) throws SQLException {
        Matcher unless = UNLESS.matcher(sql);
        if (!unless.find() || count(connection, unless.group(1)) == 0) {
            execute(connection, sql);
        }
    }

    private static long count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
