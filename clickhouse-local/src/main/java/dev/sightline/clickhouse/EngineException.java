package dev.sightline.clickhouse;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * An error with ClickHouse's number and text, whether the engine raised it or this process did.
 *
 * <p>The message is what a server sends as the body of its answer: {@code Code: N. DB::Exception: … (NAME)}. The HTTP
 * status follows the number as in ClickHouse's HTTP interface.
 */
final class EngineException extends Exception {

    static final int BAD_ARGUMENTS = 36;
    static final int NOT_IMPLEMENTED = 48;
    static final int SYNTAX_ERROR = 62;
    static final int CANNOT_OPEN_FILE = 76;
    static final int UNKNOWN_SETTING = 115;
    static final int QUERY_IS_TOO_LARGE = 162;
    static final int TOO_MANY_SIMULTANEOUS_QUERIES = 202;
    static final int QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING = 216;
    static final int CANNOT_DECOMPRESS = 271;
    static final int QUERY_WAS_CANCELLED = 394;
    static final int UNKNOWN_CODEC = 432;
    static final int AUTHENTICATION_FAILED = 516;
    static final int SET_NON_GRANTED_ROLE = 512;
    static final int UNKNOWN_EXCEPTION = 1002;

    private static final long serialVersionUID = 1;
    private static final Pattern CODE = Pattern.compile("Code: (\\d+)\\.");

    /** Errors of what the client sent: the text, a value in it, or the data. */
    private static final Set<Integer> BAD_REQUEST = Set.of(6, 25, 26, 27, 36, 38, 41, 53, 62, 69, 72, 117, 190, 371,
            427, 552);
    /** Things that do not exist: function, identifier, type, storage, table, aggregate, format, statement, database. */
    private static final Set<Integer> NOT_FOUND = Set.of(46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 277);

    private final int code;

    EngineException(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** An error of this process, in the engine's form. */
    static EngineException of(int code, String name, String reason) {
        return new EngineException(code, "Code: " + code + ". DB::Exception: " + reason + " (" + name + ")");
    }

    /** An error text of the engine. */
    static EngineException parse(String text) {
        var matcher = CODE.matcher(text);
        int code = matcher.find() ? Integer.parseInt(matcher.group(1)) : UNKNOWN_EXCEPTION;
        return new EngineException(code, text);
    }

    int code() {
        return code;
    }

    int httpStatus() {
        if (BAD_REQUEST.contains(code)) {
            return 400;
        }
        if (NOT_FOUND.contains(code)) {
            return 404;
        }
        return switch (code) {
            case AUTHENTICATION_FAILED -> 401;
            case SET_NON_GRANTED_ROLE -> 403;
            case 159 -> 408;
            case QUERY_IS_TOO_LARGE -> 413;
            case TOO_MANY_SIMULTANEOUS_QUERIES -> 429;
            case NOT_IMPLEMENTED -> 501;
            case CANNOT_OPEN_FILE, 209 -> 503;
            default -> 500;
        };
    }
}
