package dev.sightline.storage.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.TestDatabase;
import dev.sightline.storage.message.MessageTable;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.outcome.IngestOutcomeTable;
import dev.sightline.storage.score.ScoreTable;
import dev.sightline.storage.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The schema as a tested artefact: what the migrations make is what is committed, whatever way it was reached. */
class SchemaTest {
    private static final Path SCHEMA = Path.of("src/main/resources/clickhouse/schema.sql");

    private static List<String> column(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String dump(Connection connection, String database) throws SQLException {
        return String.join(";\n\n", column(connection, "SELECT formatQuery(create_table_query) FROM system.tables"
                + " WHERE database = '" + database + "' ORDER BY name")).replace(database + ".", "") + ";\n";
    }

    @Test
    void theMigrationsMakeTheCommittedSchema() throws Exception {
        try (ClickHouse clickHouse = TestDatabase.migrated("schema_fresh");
             Connection connection = clickHouse.connect()) {
            String made = dump(connection, "schema_fresh");
            if (System.getenv("REGENERATE") != null) {
                Files.writeString(SCHEMA, made);
            }
            assertThat(made).as("run with REGENERATE=1 after a new migration and look at the difference")
                    .isEqualTo(Files.readString(SCHEMA));
        }
    }

    /** A migrator that is killed begins the migration it was at again. */
    @Test
    void everyMigrationMayRunTwice() throws SQLException, IOException {
        try (ClickHouse clickHouse = TestDatabase.empty("schema_twice"); Connection connection = clickHouse.connect()) {
            execute(connection, SchemaVersion.TABLE_DDL);
            for (Migration migration : Migration.all()) {
                for (String statement : migration.statements()) {
                    Migrator.step(connection, statement);
                }
                apply(connection, migration);
            }
            assertThat(dump(connection, "schema_twice")).isEqualTo(Files.readString(SCHEMA));
            assertThat(new Migrator(TestDatabase.endpoint("schema_twice"), step -> { }).migrate()).isZero();
        }
    }

    /** A writer goes on while tables change places, and the migrator is killed after any of the steps. */
    @Test
    void tablesThatChangePlacesLoseNothing() throws SQLException, IOException {
        List<String> steps = Migration.all().get(10).statements();
        for (int killedAfter = 0; killedAfter <= steps.size(); killedAfter++) {
            String database = "schema_places_" + killedAfter;
            try (ClickHouse clickHouse = TestDatabase.empty(database); Connection connection = clickHouse.connect()) {
                execute(connection, SchemaVersion.TABLE_DDL);
                for (Migration migration : Migration.all().subList(0, 10)) {
                    apply(connection, migration);
                }
                int inserted = 0;
                insert(connection, inserted++);
                for (String step : steps.subList(0, killedAfter)) {
                    Migrator.step(connection, step);
                    insert(connection, inserted++);
                }
                assertThat(new Migrator(TestDatabase.endpoint(database), step -> { }).migrate())
                        .isEqualTo(Migration.all().size() - 10);
                for (String table : List.of("observation_content", "scores")) {
                    assertThat(column(connection, "SELECT count() FROM " + table + " FINAL"))
                            .as("%s, killed after step %d", table, killedAfter).containsExactly("" + inserted);
                }
                assertThat(dump(connection, database)).isEqualTo(Files.readString(SCHEMA));
            }
        }
    }

    private static void apply(Connection connection, Migration migration) throws SQLException {
        for (String statement : migration.statements()) {
            Migrator.step(connection, statement);
        }
        execute(connection, "INSERT INTO schema_migrations (version, name, checksum) VALUES (" + migration.version()
                + ", '" + migration.name() + "', '" + migration.checksum() + "')");
    }

    private static void insert(Connection connection, int number) throws SQLException {
        execute(connection, "INSERT INTO observation_content (project_id, span_id, start_time) VALUES ('p', 's" + number
                + "', '2026-01-01 00:00:00')");
        execute(connection, "INSERT INTO scores (project_id, id) VALUES ('p', '" + number + "')");
    }

    @Test
    void aSchemaThisReleaseDoesNotKnowIsAProblem() throws SQLException {
        try (ClickHouse empty = TestDatabase.empty("schema_empty"); Connection connection = empty.connect()) {
            assertThat(SchemaVersion.problem(connection)).get().asString().contains("run the migration");
        }
        try (ClickHouse clickHouse = TestDatabase.migrated("schema_newer");
             Connection connection = clickHouse.connect()) {
            assertThat(SchemaVersion.problem(connection)).isEmpty();
            execute(connection, "INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'later', '')");
            assertThat(SchemaVersion.problem(connection)).get().asString().contains("upgrade");
            assertThatThrownBy(() -> new Migrator(TestDatabase.endpoint("schema_newer"), step -> { }).migrate())
                    .hasMessageContaining("upgrade Sightline");
        }
    }

    @Test
    void aChangedMigrationIsRefused() throws SQLException {
        try (ClickHouse clickHouse = TestDatabase.migrated("schema_changed");
             Connection connection = clickHouse.connect()) {
            execute(connection, "INSERT INTO schema_migrations (version, name, checksum, applied_at)"
                    + " VALUES (1, 'x', repeat('0', 64), now64(3) + 10)");
            assertThat(SchemaVersion.problem(connection)).isPresent();
            assertThatThrownBy(() -> new Migrator(TestDatabase.endpoint("schema_changed"), step -> { }).migrate())
                    .hasMessageContaining("was changed after it had been applied");
        }
    }

    @Test
    void theColumnListsAreTheTables() throws SQLException {
        try (ClickHouse clickHouse = TestDatabase.migrated("schema_columns");
             Connection connection = clickHouse.connect()) {
            for (Table<?, ?> table : List.of(
                    ObservationTable.OBSERVATIONS, ObservationTable.CONTENT, ScoreTable.SCORES,
                    MessageTable.MESSAGES, IngestOutcomeTable.INGEST_OUTCOMES)) {
                assertThat(table.columnNames()).as(table.name()).isEqualTo(column(connection,
                        "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '"
                                + table.name() + "' ORDER BY position"));
            }
        }
    }

    @Test
    void theListOfMigrationsIsTheFolder() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/clickhouse/migrations"))) {
            assertThat(files.map(f -> f.getFileName().toString()).sorted()).isEqualTo(Migration.FILES);
        }
    }
}
