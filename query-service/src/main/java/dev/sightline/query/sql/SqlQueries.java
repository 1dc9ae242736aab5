package dev.sightline.query.sql;

import com.clickhouse.data.ClickHouseFormat;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ClickHouseStreams;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs SQL of callers inside their project. A statement goes through {@link SqlCheck} first; then it runs as a subquery
 * below WITH queries that make the views of the project's rows, where nothing can be changed, within {@link SqlConfig}.
 * Blocks; throws INVALID_ARGUMENT that names {@code sql} for what the caller has to change, OVERLOADED when no turn
 * comes.
 */
@Singleton
public class SqlQueries {
    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
    private static final int PARAMETERS_MAX = 100;
    private static final Instant EARLIEST = Instant.parse("1971-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2261-01-01T00:00:00Z");

    private final ClickHouseStreams streams;
    private final ObjectMapper json;
    private final SqlConfig config;
    private final Semaphore turns;
    private final Cache<String, Semaphore> turnsOfProject = Caffeine.newBuilder().weakValues().build();

    SqlQueries(ClickHouseStreams streams, ObjectMapper json, SqlConfig config) {
        this.streams = streams;
        this.json = json;
        this.config = config;
        this.turns = new Semaphore(config.concurrentMax(), true);
    }

    /**
     * What a caller asks.
     *
     * @param parameters values of <code>{name:Type}</code> in the statement
     * @param rows at most so many; empty: as many as may be
     */
    public record Query(String sql, Map<String, String> parameters, Optional<Instant> from, Optional<Instant> to,
            Optional<Integer> rows, Optional<Duration> time) {
    }

    /** The whole result as our JSON. Rows beyond the limit are left out, which it says. */
    public byte[] json(ProjectScope scope, Query query) {
        long start = System.nanoTime();
        int limit = Math.min(query.rows().orElse(config.jsonRowsMax()), config.jsonRowsMax());
        try (Turn turn = turn(scope);
                ClickHouseStreams.Result result = open(scope, query, SqlFormat.JSON.clickHouse, limit + 1);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(result.stream(), StandardCharsets.UTF_8), 1 << 16)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 12);
            write(out, "{\"columns\":");
            write(out, columns(lines.readLine(), lines.readLine()));
            write(out, ",\"data\":[");
            int rows = 0;
            boolean truncated = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (rows == limit) {
                    truncated = true;
                    break;
                }
                write(out, rows == 0 ? "" : ",");
                write(out, line);
                rows++;
                if (out.size() > config.jsonBytesMax()) {
                    throw ServiceException.invalid("sql", "has a result of more than "
                            + config.jsonBytesMax() / 1_000_000 + " MB; add a LIMIT, select fewer columns, or ask for "
                            + "the format csv, jsonl, arrow or parquet");
                }
            }
            write(out, "],\"rows\":" + rows + ",\"truncated\":" + truncated + ",\"elapsed_ms\":"
                    + (System.nanoTime() - start) / 1_000_000 + "}");
            return out.toByteArray();
        } catch (IOException | RuntimeException e) {
            throw SqlFailure.of(e, config);
        }
    }

    /** The result in another format, as ClickHouse writes it: all of it, or an error. Closing it ends the query. */
    InputStream file(ProjectScope scope, Query query, SqlFormat format) {
        Turn turn = turn(scope);
        try {
            ClickHouseStreams.Result result = open(scope, query, format.clickHouse, 0);
            return new FilterInputStream(result.stream()) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    return in.read(buffer, offset, length);
                }

                @Override
                public void close() throws IOException {
                    try (turn) {
                        result.close();
                    }
                }
            };
        } catch (RuntimeException e) {
            turn.close();
            throw SqlFailure.of(e, config);
        }
    }

    /** @param limit rows, or 0: what the caller's limit or the configuration allows, and an error beyond it */
    private ClickHouseStreams.Result open(ProjectScope scope, Query query, ClickHouseFormat format, int limit) {
        Map<String, String> parameters = parameters(query);
        String checked = check(query.sql(), parameters, format);
        parameters.put(SqlView.FROM, unixNano(query.from().orElse(EARLIEST)));
        parameters.put(SqlView.TO, unixNano(query.to().orElse(LATEST)));
        int cut = limit == 0 ? query.rows().orElse(0) : limit;
        return streams.open(scope, checked + (cut == 0 ? "" : " LIMIT " + cut), parameters, format, bounds(query));
    }

    /** The statement that runs. */
    private String check(String sql, Map<String, String> parameters, ClickHouseFormat format) {
        if (sql == null || sql.isBlank()) {
            throw ServiceException.invalid("sql", "is missing");
        }
        if (sql.length() > config.statementCharsMax() || sql.indexOf('\0') >= 0) {
            throw ServiceException.invalid("sql", "has more than " + config.statementCharsMax()
                    + " characters, or one that is no text");
        }
        Map<String, String> bounds = Map.of("max_execution_time", "5", "max_memory_usage", "200000000");
        String formatted = String.join("\n", streams.describe(
                "SELECT formatQuerySingleLine(" + ClickHouseStreams.literal(sql) + ")", Map.of(), bounds));
        SqlCheck check = new SqlCheck(formatted, streams.names());
        check.checkTokens();
        check.checkTree(streams.describe("EXPLAIN AST " + formatted, parameters, bounds));
        String views = check.viewsRead().stream().map(view -> view.with(streams.database()))
                .collect(Collectors.joining(", "));
        return (views.isEmpty() ? "" : "WITH " + views + " ") + "SELECT * FROM (" + formatted + ")";
    }

    private Map<String, String> parameters(Query query) {
        if (query.parameters().size() > PARAMETERS_MAX) {
            throw ServiceException.invalid("parameters", "has more than " + PARAMETERS_MAX + " values");
        }
        query.parameters().forEach((name, value) -> {
            if (!PARAMETER.matcher(name).matches() || name.startsWith("sightline_")) {
                throw ServiceException.invalid("parameters." + name, "is not a name of letters, digits and _, or "
                        + "begins with sightline_");
            }
            if (value == null) {
                throw ServiceException.invalid("parameters." + name, "is null; leave it out or use a text");
            }
        });
        return new HashMap<>(query.parameters());
    }

    private Map<String, String> bounds(Query query) {
        Duration time = query.time().filter(asked -> asked.compareTo(config.timeMax()) < 0).orElse(config.timeMax());
        return Map.ofEntries(
                Map.entry("max_execution_time", String.valueOf(Math.max(1, time.toSeconds()))),
                Map.entry("timeout_overflow_mode", "throw"),
                Map.entry("max_memory_usage", String.valueOf(config.memoryBytesMax())),
                Map.entry("max_threads", String.valueOf(config.threadsMax())),
                Map.entry("max_result_rows", String.valueOf(config.fileRowsMax())),
                Map.entry("max_result_bytes", String.valueOf(config.fileBytesMax())),
                Map.entry("result_overflow_mode", "throw"),
                Map.entry("max_temporary_data_on_disk_size_for_query", String.valueOf(config.spillBytesMax())),
                Map.entry("date_time_output_format", "iso"),
                Map.entry("use_query_cache", "0"));
    }

    /** A query's right to run. */
    private record Turn(Semaphore ofAll, Semaphore ofProject) implements AutoCloseable {
        @Override
        public void close() {
            ofProject.release();
            ofAll.release();
        }
    }

    private Turn turn(ProjectScope scope) {
        Semaphore ofProject = turnsOfProject.get(scope.projectId(),
                project -> new Semaphore(config.concurrentPerProjectMax(), true));
        long millis = config.queueTime().toMillis();
        try {
            if (ofProject.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                if (turns.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                    return new Turn(turns, ofProject);
                }
                ofProject.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw ServiceException.of(ErrorCode.OVERLOADED, "too many SQL queries run at once; try again");
    }

    private static String unixNano(Instant time) {
        return String.valueOf(Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano()));
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private String columns(String names, String types) throws IOException {
        String[] name = json.readValue(names == null ? "[]" : names, String[].class);
        String[] type = json.readValue(types == null ? "[]" : types, String[].class);
        return json.writeValueAsString(IntStream.range(0, name.length)
                .mapToObj(i -> Map.of("name", name[i], "type", type[i])).toList());
    }
}
