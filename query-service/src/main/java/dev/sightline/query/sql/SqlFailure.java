package dev.sightline.query.sql;

import com.clickhouse.client.api.ClickHouseException;
import com.clickhouse.client.api.ServerException;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes of ClickHouse's refusal of a caller's SQL an answer that says what is wrong and how to go on. */
public final class SqlFailure {
    private static final int TIMEOUT_EXCEEDED = 159;
    private static final int TOO_SLOW = 160;
    private static final int READONLY = 164;
    private static final int MEMORY_LIMIT_EXCEEDED = 241;
    private static final int NOT_ENOUGH_SPACE = 243;
    private static final int TOO_MANY_ROWS_OR_BYTES = 396;
    /** The server's own trouble: no room, no network, shutting down, a table or part it cannot read. */
    private static final Set<Integer> NOT_THE_CALLERS = Set.of(74, 75, 76, 81, 101, 198, 202, 209, 210, 225, 242,
            236, 319, 335, 439, 516, 999, 1001, 1002);
    private static final Pattern WRAPPING = Pattern.compile("(?s)^(?:Code: \\d+\\. )?(?:DB::Exception: )?(.*?)"
            + "(?:: In scope .*| In scope .*|\\. \\([A-Z_]+\\).*|\\(version .*)?$");
    private static final Pattern EXPECTED = Pattern.compile("(?s)(\\. )?Expected one of: .*");
    private static final int MESSAGE_CHARS_MAX = 500;

    private SqlFailure() {
    }

    /** For a query that we have written: what of its failure may be told. */
    public static ServiceException plain(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServiceException known) {
                return known;
            }
            if (cause instanceof ServerException server) {
                return switch (server.getCode()) {
                    case TIMEOUT_EXCEEDED, TOO_SLOW -> ServiceException.invalid("query", "took too long; give 'from' "
                            + "and 'to' or a narrower query");
                    case MEMORY_LIMIT_EXCEEDED -> ServiceException.invalid("query", "needs too much memory; give "
                            + "'from' and 'to' or a narrower query");
                    default -> ServiceException.of(ErrorCode.INTERNAL,
                            "ClickHouse refused a query with code " + server.getCode(), failure);
                };
            }
        }
        return unanswered(failure);
    }

    static ServiceException of(Exception failure, SqlConfig config) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServiceException known) {
                return known;
            }
            if (cause instanceof ServerException server) {
                return of(server, config);
            }
        }
        return unanswered(failure);
    }

    private static ServiceException unanswered(Exception failure) {
        return failure instanceof IOException || failure instanceof ClickHouseException
                ? ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE, "ClickHouse gave no answer", failure)
                : ServiceException.of(ErrorCode.INTERNAL, "a query failed", failure);
    }

    private static ServiceException of(ServerException server, SqlConfig config) {
        String message = server.getMessage() == null ? "" : server.getMessage();
        return switch (server.getCode()) {
            case TIMEOUT_EXCEEDED, TOO_SLOW -> ServiceException.invalid("sql", "took longer than "
                    + config.timeMax().toSeconds() + " s and was ended; give 'from' and 'to', a shorter span of time, "
                    + "or fewer columns");
            case MEMORY_LIMIT_EXCEEDED -> message.toLowerCase(Locale.ROOT).contains("total memory")
                    || message.contains("(total)")
                    ? ServiceException.of(ErrorCode.OVERLOADED, "ClickHouse has no memory free now; try again", server)
                    : ServiceException.invalid("sql", "needs more than " + config.memoryBytesMax() / 1_000_000
                            + " MB of memory and was ended; give 'from' and 'to', a shorter span of time, group by "
                            + "fewer values, or leave out ORDER BY");
            case NOT_ENOUGH_SPACE -> ServiceException.invalid("sql", "sorts or groups too much; give 'from' and 'to', "
                    + "a shorter span of time, or group by fewer values");
            case TOO_MANY_ROWS_OR_BYTES -> ServiceException.invalid("sql", "has more than " + config.fileRowsMax()
                    + " rows or " + config.fileBytesMax() / 1_000_000 + " MB; add a LIMIT or a narrower WHERE");
            case READONLY -> ServiceException.invalid("sql", "would change something or reach outside; only SELECTs of "
                    + "the views can be run");
            default -> NOT_THE_CALLERS.contains(server.getCode())
                    ? ServiceException.of(ErrorCode.OVERLOADED, "ClickHouse cannot run queries now; try again", server)
                    : ServiceException.invalid("sql", readable(message));
        };
    }

    /** Without what we put around the statement, so that nothing is quoted that the caller has not written. */
    static String readable(String message) {
        Matcher wrapped = WRAPPING.matcher(message.strip());
        String inner = wrapped.matches() ? wrapped.group(1) : message;
        inner = EXPECTED.matcher(inner).replaceFirst("").strip();
        return inner.length() > MESSAGE_CHARS_MAX ? inner.substring(0, MESSAGE_CHARS_MAX) + "…" : inner;
    }
}
