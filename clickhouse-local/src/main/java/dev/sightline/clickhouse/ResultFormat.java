package dev.sightline.clickhouse;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What this process knows of an output format: its content type, and whether a result may be sent piece by piece.
 *
 * <p>The engine formats every piece of a streamed result on its own. Where a format is a plain row of rows the pieces
 * can be joined; where it repeats a header with every piece, the header is dropped from the second piece on
 * ({@link RepeatedHeader}); every other format is a document and goes through a file. An empty piece is the end of a
 * streamed result, so formats in which rows may be empty (Null, RawBLOB) go through a file too.
 */
record ResultFormat(String name, Joining joining) {

    enum Joining { ROWS, HEADER_LINES_1, HEADER_LINES_2, BINARY_NAMES, BINARY_NAMES_AND_TYPES, DOCUMENT }

    /** Settings that change what a piece looks like. A result under one of them goes through a file. */
    private static final Set<String> SHAPING_SETTINGS = Set.of("output_format_json_array_of_rows",
            "output_format_binary_encode_types_in_binary_format", "output_format_csv_crlf_end_of_line",
            "output_format_tsv_crlf_end_of_line", "extremes");

    private static final Set<String> ROW_FORMATS = Set.of("tabseparated", "tsv", "tabseparatedraw", "tsvraw", "raw",
            "csv", "jsoneachrow", "jsonlines", "ndjson", "jsoncompacteachrow", "jsonstringseachrow",
            "jsoncompactstringseachrow", "rowbinary", "native", "lineasstring");

    private static final Set<String> WITH_NAMES = Set.of("tabseparated", "tsv", "tabseparatedraw", "tsvraw", "raw",
            "csv", "jsoncompacteachrow", "jsoncompactstringseachrow");

    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "csv", "text/csv; charset=UTF-8",
            "json", "application/json; charset=UTF-8",
            "native", "application/octet-stream",
            "rowbinary", "application/octet-stream",
            "parquet", "application/octet-stream",
            "arrow", "application/octet-stream",
            "tabseparated", "text/tab-separated-values; charset=UTF-8",
            "tsv", "text/tab-separated-values; charset=UTF-8",
            "jsoneachrow", "application/x-ndjson; charset=UTF-8",
            "xml", "application/xml; charset=UTF-8");

    static ResultFormat of(String name) {
        return new ResultFormat(name, joining(name.toLowerCase(Locale.ROOT)));
    }

    /** Whether pieces can be sent as they come, under the settings of this request and this text. */
    boolean isJoinable(Set<String> settings, String sql) {
        return joining != Joining.DOCUMENT
                && SHAPING_SETTINGS.stream().noneMatch(shaping -> settings.contains(shaping) || sql.contains(shaping));
    }

    RepeatedHeader header() {
        return new RepeatedHeader(joining, name.toLowerCase(Locale.ROOT).startsWith("csv"));
    }

    String contentType() {
        String lower = name.toLowerCase(Locale.ROOT);
        for (int length = lower.length(); length > 2; length--) {
            String type = CONTENT_TYPES.get(lower.substring(0, length));
            if (type != null) {
                return type;
            }
        }
        return "text/plain; charset=UTF-8";
    }

    private static Joining joining(String lower) {
        if (ROW_FORMATS.contains(lower)) {
            return Joining.ROWS;
        }
        if (lower.equals("rowbinarywithnames")) {
            return Joining.BINARY_NAMES;
        }
        if (lower.equals("rowbinarywithnamesandtypes")) {
            return Joining.BINARY_NAMES_AND_TYPES;
        }
        if (lower.endsWith("withnames") && WITH_NAMES.contains(lower.replace("withnames", ""))) {
            return Joining.HEADER_LINES_1;
        }
        if (lower.endsWith("withnamesandtypes") && WITH_NAMES.contains(lower.replace("withnamesandtypes", ""))) {
            return Joining.HEADER_LINES_2;
        }
        return Joining.DOCUMENT;
    }
}
