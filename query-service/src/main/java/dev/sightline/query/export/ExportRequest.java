package dev.sightline.query.export;

import com.clickhouse.data.ClickHouseFormat;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.sql.SqlView;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceFilter;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is to be exported. */
record ExportRequest(@Schema(enumeration = {"traces", "observations", "content", "scores", "sessions"}) String table,
        @Schema(description = "In the query language; on scores and sessions it says of which traces")
        @Nullable String query,
        @Schema(description = "Began at or after; ISO-8601") @Nullable String from,
        @Schema(description = "Began before; ISO-8601") @Nullable String to,
        @Schema(enumeration = {"csv", "jsonl", "parquet"}) String format) {

    /** The formats of files. */
    enum Format {
        CSV("text/csv", ClickHouseFormat.CSVWithNames),
        JSONL("application/x-ndjson", ClickHouseFormat.JSONEachRow),
        PARQUET("application/vnd.apache.parquet", ClickHouseFormat.Parquet);

        final String mediaType;
        final ClickHouseFormat clickHouse;

        Format(String mediaType, ClickHouseFormat clickHouse) {
            this.mediaType = mediaType;
            this.clickHouse = clickHouse;
        }

        String extension() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Throws INVALID_ARGUMENT that names the field. */
    void check() {
        view();
        fileFormat();
        filter();
        Instant begin = time("from", from);
        Instant end = time("to", to);
        if (begin != null && end != null && end.isBefore(begin)) {
            throw ServiceException.invalid("to", "is before 'from'");
        }
    }

    SqlView view() {
        return SqlView.named(table == null ? "" : table).orElseThrow(() -> ServiceException.invalid("table",
                "is one of traces, observations, content, scores and sessions"));
    }

    Format fileFormat() {
        return Arrays.stream(Format.values()).filter(known -> known.extension().equals(format)).findFirst()
                .orElseThrow(() -> ServiceException.invalid("format", "is one of " + Arrays.stream(Format.values())
                        .map(Format::extension).collect(Collectors.joining(", "))));
    }

    Filter filter() {
        return Filter.parse(query);
    }

    Instant begin() {
        return time("from", from);
    }

    Instant end() {
        return time("to", to);
    }

    private static Instant time(String field, String value) {
        Instant time = Parameters.time(field, value).orElse(null);
        if (time != null) {
            TraceFilter.requireKnown(field, time);
        }
        return time;
    }
}
