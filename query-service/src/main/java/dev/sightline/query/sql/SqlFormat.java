package dev.sightline.query.sql;

import com.clickhouse.data.ClickHouseFormat;
import dev.sightline.base.error.ServiceException;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a result is written; all but JSON come from ClickHouse as they are. */
enum SqlFormat {
    JSON(MediaType.APPLICATION_JSON, ClickHouseFormat.JSONCompactEachRowWithNamesAndTypes),
    CSV("text/csv", ClickHouseFormat.CSVWithNames),
    JSONL("application/x-ndjson", ClickHouseFormat.JSONEachRow),
    ARROW("application/vnd.apache.arrow.stream", ClickHouseFormat.ArrowStream),
    PARQUET("application/vnd.apache.parquet", ClickHouseFormat.Parquet);

    final String mediaType;
    final ClickHouseFormat clickHouse;

    SqlFormat(String mediaType, ClickHouseFormat clickHouse) {
        this.mediaType = mediaType;
        this.clickHouse = clickHouse;
    }

    /** By name, else the first of what the caller accepts, else JSON. */
    static SqlFormat of(String name, List<MediaType> accepted) {
        if (name == null) {
            return accepted.stream().flatMap(type -> Arrays.stream(values())
                    .filter(format -> format.mediaType.equals(type.getType() + "/" + type.getSubtype())))
                    .findFirst().orElse(JSON);
        }
        return Arrays.stream(values()).filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name)).findFirst()
                .orElseThrow(() -> ServiceException.invalid("format", "is one of " + Arrays.stream(values())
                        .map(format -> format.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))));
    }
}
