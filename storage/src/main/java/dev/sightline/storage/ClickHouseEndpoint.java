package dev.sightline.storage;

import java.util.regex.Pattern;

/** Where a ClickHouse database is. The URL is that of the HTTP interface, such as http://127.0.0.1:8123. */
public record ClickHouseEndpoint(String url, String database, String user, String password) {
    private static final Pattern DATABASE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    public ClickHouseEndpoint {
        if (!url.startsWith("http://") && !url.startsWith("https://")) {
            throw new IllegalArgumentException(
                    "SIGHTLINE_CLICKHOUSE_URL must be an http or https address such as http://clickhouse:8123, not " + url);
        }
        if (!DATABASE.matcher(database).matches()) {
            throw new IllegalArgumentException("SIGHTLINE_CLICKHOUSE_DATABASE may hold letters, digits and _, not " + database);
        }
    }

    @Override
    public String toString() {
        return url + "/" + database;
    }
}
