package dev.sightline.clickhouse;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What one HTTP request asks for, in ClickHouse's protocol: URL parameters, headers, and where the text comes from.
 *
 * <p>Every URL parameter that is not part of the protocol is a setting, {@code param_*} are query parameters. Sessions,
 * roles and external tables are not offered and are refused with ClickHouse's own error numbers.
 *
 * @param query       the text in the URL, or ""; a body follows it
 * @param queryId     the client's id, or a new one
 * @param database    the current database, or "" for the default
 * @param format      the output format where the text names none
 * @param settings    in the order given
 * @param parameters  name and value pairs
 * @param compress    ClickHouse's blocks in the answer
 * @param decompress  ClickHouse's blocks in the request
 * @param waitForEnd  nothing is sent before the query has ended
 * @param readOnly    a GET may not change anything
 */
record QueryRequest(String query, String queryId, String database, String format, Map<String, String> settings,
                    List<String[]> parameters, boolean compress, boolean decompress, boolean waitForEnd,
                    boolean readOnly, Reply.Encoding acceptedEncoding, String contentEncoding) {

    private static final Set<String> PROTOCOL = Set.of("query", "query_id", "database", "default_format", "user",
            "password", "quota_key", "stacktrace", "compress", "decompress", "wait_end_of_query", "buffer_size",
            "client_protocol_version", "close_session", "session_id", "session_timeout", "session_check", "role");

    private static final Pattern SETTING_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /**
     * Reads the parameters and headers.
     *
     * @param parameters URL parameters and form fields
     */
    static QueryRequest of(String method, MultiMap parameters, MultiMap headers) throws EngineException {
        refuseWhatIsNotOffered(parameters);
        var settings = new LinkedHashMap<String, String>();
        var queryParameters = new ArrayList<String[]>();
        for (Map.Entry<String, String> parameter : parameters) {
            String name = parameter.getKey();
            if (name.startsWith("param_")) {
                queryParameters.add(new String[] {name.substring("param_".length()), parameter.getValue()});
            } else if (!PROTOCOL.contains(name)) {
                if (!SETTING_NAME.matcher(name).matches()) {
                    throw EngineException.of(EngineException.UNKNOWN_SETTING, "UNKNOWN_SETTING",
                            "Unknown setting '" + name + "'");
                }
                settings.put(name, parameter.getValue());
            }
        }
        String queryId = first(parameters.get("query_id"), headers.get("X-ClickHouse-Query-Id"),
                UUID.randomUUID().toString());
        String database = first(parameters.get("database"), headers.get("X-ClickHouse-Database"), "");
        String format = first(parameters.get("default_format"), headers.get("X-ClickHouse-Format"), "TabSeparated");
        boolean httpCompression = isSet(parameters.get("enable_http_compression"));
        return new QueryRequest(first(parameters.get("query"), null, ""), queryId, database, format, settings,
                queryParameters, isSet(parameters.get("compress")), isSet(parameters.get("decompress")),
                isSet(parameters.get("wait_end_of_query")), method.equals("GET") || method.equals("HEAD"),
                httpCompression ? accepted(headers.get("Accept-Encoding")) : Reply.Encoding.NONE,
                first(headers.get("Content-Encoding"), null, "").toLowerCase(Locale.ROOT));
    }

    /** How the answer's body is to be encoded. */
    Reply.Encoding encoding() {
        return acceptedEncoding != Reply.Encoding.NONE || !compress ? acceptedEncoding : Reply.Encoding.BLOCKS;
    }

    /** What a SET statement says for all settings, or "" when there are none. */
    String settingsClause() {
        var sets = new ArrayList<String>();
        settings.forEach((name, value) -> sets.add(name + " = " + Engine.literal(value)));
        if (readOnly && !settings.containsKey("readonly")) {
            sets.add("readonly = 2");
        }
        return String.join(", ", sets);
    }

    /** Whether its session can be told the id of another query later, which a session that is read-only refuses. */
    boolean mayShareSession() {
        return !settings.containsKey("readonly");
    }

    private static void refuseWhatIsNotOffered(MultiMap parameters) throws EngineException {
        if (parameters.contains("session_id") && !parameters.get("session_id").isEmpty()) {
            throw EngineException.of(EngineException.NOT_IMPLEMENTED, "NOT_IMPLEMENTED",
                    "HTTP sessions (session_id) are not offered by this server; every request stands alone");
        }
        if (parameters.contains("role")) {
            throw EngineException.of(EngineException.SET_NON_GRANTED_ROLE, "SET_NON_GRANTED_ROLE",
                    "Role " + parameters.get("role")
                            + " should be granted to set as a current; this server has no roles");
        }
    }

    private static Reply.Encoding accepted(String header) {
        if (header != null) {
            String lower = header.toLowerCase(Locale.ROOT);
            for (var encoding : List.of(Reply.Encoding.LZ4, Reply.Encoding.GZIP, Reply.Encoding.DEFLATE)) {
                if (lower.contains(encoding.name().toLowerCase(Locale.ROOT))) {
                    return encoding;
                }
            }
        }
        return Reply.Encoding.NONE;
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty() && !value.equals("0") && !value.equalsIgnoreCase("false");
    }

    private static String first(String a, String b, String otherwise) {
        if (a != null && !a.isEmpty()) {
            return a;
        }
        return b != null && !b.isEmpty() ? b : otherwise;
    }
}
