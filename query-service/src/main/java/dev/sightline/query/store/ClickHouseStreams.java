package dev.sightline.query.store;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientConfigProperties;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import dev.sightline.query.auth.ProjectScope;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Reads of one project that ClickHouse itself writes in a format: files, and the answers to SQL of callers. The
 * statement's text is never mixed with a value; the project stands in the parameter {@value #PROJECT}, which nobody
 * else may set, and every table of ours that has a project is filtered once more by the engine itself, whatever the
 * statement says. Nothing can be changed: each query runs with {@code readonly=1}. Blocks its (virtual) thread.
 */
@Singleton
public class ClickHouseStreams {
    /** The parameter that holds the project's id. */
    public static final String PROJECT = "sightline_project";
    /** There is one on every ClickHouse, and it holds no data: where a name without a database leads. */
    private static final String NOWHERE = "information_schema";
    private static final Duration NAMES_LIFETIME = Duration.ofMinutes(1);
    private static final String NAMES = """
            SELECT 'database', name FROM system.databases
            UNION ALL SELECT 'nowhere', name FROM system.tables WHERE database = 'information_schema'
            UNION ALL SELECT 'project', table FROM system.columns
            WHERE database = {database:String} AND name = 'project_id'
            """;

    private final Client client;
    private final String database;
    private volatile Names names;

    ClickHouseStreams(@ConfigProperty(name = "SIGHTLINE_CLICKHOUSE_URL", defaultValue = "http://localhost:8123")
            String url,
            @ConfigProperty(name = "SIGHTLINE_CLICKHOUSE_DATABASE", defaultValue = "sightline") String database,
            @ConfigProperty(name = "quarkus.datasource.clickhouse.username") String user,
            @ConfigProperty(name = "quarkus.datasource.clickhouse.password", defaultValue = "") String password) {
        this.database = database;
        this.client = new Client.Builder().addEndpoint(url).setUsername(user).setPassword(password)
                .setDefaultDatabase(NOWHERE).compressClientRequest(false)
                .setConnectTimeout(5, ChronoUnit.SECONDS)
                .setOption(ClientConfigProperties.SOCKET_OPERATION_TIMEOUT.getKey(), "600000")
                .setMaxConnections(32).setMaxRetries(1).build();
    }

    /** The database that holds our tables; statements name it, since it is not the current one. */
    public String database() {
        return database;
    }

    /**
     * Names on this server.
     *
     * @param databases all that the service's user can see
     * @param nowhere tables of the current database, where a name without a database would lead
     * @param withProject our tables that have a project
     */
    public record Names(List<String> databases, List<String> nowhere, List<String> withProject, long nanoTime) {
    }

    /** A running query's result; closing it early ends the query. */
    public static final class Result implements AutoCloseable {
        private final QueryResponse response;

        private Result(QueryResponse response) {
            this.response = response;
        }

        /** Ends with an IOException where the query failed after its first bytes. */
        public InputStream stream() {
            return response.getInputStream();
        }

        @Override
        public void close() throws IOException {
            try {
                response.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    /**
     * Runs a SELECT over the project's rows. Tables are named with {@link #database}, the project is
     * <code>{sightline_project:String}</code>.
     *
     * @throws com.clickhouse.client.api.ClickHouseException when the server refuses it before its first bytes
     */
    public Result open(ProjectScope scope, String sql, Map<String, String> parameters, ClickHouseFormat format,
            Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(parameters);
        all.put(PROJECT, scope.projectId());
        Map<String, String> bounds = new HashMap<>(settings);
        bounds.put("additional_table_filters", filters(scope));
        return run(sql, all, format, bounds);
    }

    /** The same for a query that is built here. */
    public Result open(ProjectScope scope, ProjectQuery query, ClickHouseFormat format, Map<String, String> settings) {
        ProjectQuery.Named named = query.named();
        Map<String, String> here = new HashMap<>(settings);
        here.put("database", database);
        return open(scope, named.sql(), named.parameters(), format, here);
    }

    /** What the engine's own parser says about a statement that is not run, as lines of text. */
    public List<String> describe(String sql, Map<String, String> parameters, Map<String, String> settings) {
        try (Result result = run(sql, parameters, ClickHouseFormat.TabSeparatedRaw, settings)) {
            return new String(result.stream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw ClickHouseReads.classify(e);
        }
    }

    /** Remembered for a minute. */
    public Names names() {
        Names known = names;
        if (known == null || System.nanoTime() - known.nanoTime > NAMES_LIFETIME.toNanos()) {
            List<String[]> rows = describe(NAMES, Map.of("database", database), Map.of()).stream()
                    .map(line -> line.split("\t", 2)).toList();
            known = new Names(named(rows, "database"), named(rows, "nowhere"), named(rows, "project"),
                    System.nanoTime());
            names = known;
        }
        return known;
    }

    private static List<String> named(List<String[]> rows, String kind) {
        return rows.stream().filter(row -> row[0].equals(kind)).map(row -> row[1]).toList();
    }

    private String filters(ProjectScope scope) {
        String filter = "project_id = " + literal(scope.projectId());
        return names().withProject.stream().map(table -> literal(database + "." + table) + ":" + literal(filter))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private Result run(String sql, Map<String, String> parameters, ClickHouseFormat format,
            Map<String, String> settings) {
        QuerySettings options = new QuerySettings().setFormat(format).setDatabase(NOWHERE);
        settings.forEach((name, value) -> {
            if (name.equals("database")) {
                options.setDatabase(value);
            } else {
                options.serverSetting(name, value);
            }
        });
        options.serverSetting("readonly", "1");
        try {
            return new Result(client.query(sql, Map.copyOf(parameters), options).get());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : ClickHouseReads.classify(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ClickHouseReads.classify(e);
        }
    }

    /** A text as it stands in a statement. */
    public static String literal(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
