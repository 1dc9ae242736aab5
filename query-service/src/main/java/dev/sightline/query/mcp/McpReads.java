package dev.sightline.query.mcp;

import com.clickhouse.data.ClickHouseFormat;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.sql.SqlFailure;
import dev.sightline.query.sql.SqlView;
import dev.sightline.query.store.ClickHouseStreams;
import dev.sightline.query.store.ClickHouseStreams.Result;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceFilter;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The newest rows of a view as JSON that fits into a model's context. */
@Singleton
class McpReads {
    private static final int LIMIT_DEFAULT = 20;
    private static final int LIMIT_MAX = 100;
    private static final int CHARS_MAX = 200_000;
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final Map<String, String> BOUNDS = Map.of("max_execution_time", "30", "max_memory_usage",
            "1000000000", "max_threads", "4", "date_time_output_format", "iso");

    private final ClickHouseStreams streams;

    McpReads(ClickHouseStreams streams) {
        this.streams = streams;
    }

    /** {@code {"data": […], "truncated": …}}, newest first. */
    String newest(ProjectScope scope, SqlView view, String query, String from, String to, Integer limit) {
        if (limit != null && (limit < 1 || limit > LIMIT_MAX)) {
            throw ServiceException.invalid("limit", "must be 1 to " + LIMIT_MAX);
        }
        int rows = limit == null ? LIMIT_DEFAULT : limit;
        Filter filter = Filter.parse(query);
        Instant end = time("to", to).orElse(null);
        Instant begin = time("from", from).orElseGet(() -> (end == null ? Instant.now() : end).minus(WINDOW));
        String time = view.columns().stream().anyMatch(column -> column.name().equals("timestamp")) ? "timestamp"
                : "start_time";
        try (Result result = streams.open(scope, view.query(scope, begin, end, filter)
                        .then("ORDER BY " + time + " DESC LIMIT " + (rows + 1)), ClickHouseFormat.JSONEachRow, BOUNDS);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(result.stream(), StandardCharsets.UTF_8))) {
            StringBuilder out = new StringBuilder("{\"data\":[");
            int count = 0;
            boolean truncated = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (count == rows || out.length() + line.length() > CHARS_MAX) {
                    truncated = true;
                    break;
                }
                out.append(count++ == 0 ? "" : ",\n").append(line);
            }
            return out.append("],\"truncated\":").append(truncated).append('}').toString();
        } catch (IOException | RuntimeException e) {
            throw SqlFailure.plain(e);
        }
    }

    private static Optional<Instant> time(String field, String value) {
        Optional<Instant> time = Parameters.time(field, value);
        time.ifPresent(known -> TraceFilter.requireKnown(field, known));
        return time;
    }
}
