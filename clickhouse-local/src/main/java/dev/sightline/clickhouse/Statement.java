package dev.sightline.clickhouse;

import java.util.Locale;
import java.util.Set;

/**
 * What this process must know of a statement before the engine sees it: where the data of an insert begins, which
 * format the client asked for, and whether the statement would touch files as a command line client does.
 *
 * <p>The engine's own parser decides everything else. Positions are byte offsets; the text is ISO-8859-1 so that one
 * character is one byte.
 */
sealed interface Statement {

    /** An insert may begin here, but more text is needed to see where its data begins. */
    record Incomplete() implements Statement {
    }

    /**
     * An insert with data.
     *
     * @param headEnd   end of the statement's text, before FORMAT or VALUES
     * @param format    the data's format
     * @param dataStart first byte of the data
     */
    record InsertData(int headEnd, String format, int dataStart) implements Statement {
    }

    /**
     * Any other statement.
     *
     * @param keyword  its first word in upper case, "(" for a bracket, "" when the text is empty
     * @param format   the name after FORMAT at the end, or null
     * @param formatAt where FORMAT begins, or the end
     * @param restAt   what follows the format's name (SETTINGS), or the end
     * @param end      where the text ends without its semicolon
     * @param usesFile true for INTO OUTFILE and FROM INFILE
     */
    record Plain(String keyword, String format, int formatAt, int restAt, int end, boolean usesFile)
            implements Statement {

        private static final Set<String> SELECT_WORDS = Set.of("SELECT", "WITH", "FROM", "(");

        boolean isSelect() {
            return SELECT_WORDS.contains(keyword);
        }
    }

    /**
     * Looks at a statement.
     *
     * @param sql      the text, or its beginning
     * @param complete whether it is all
     */
    static Statement parse(String sql, boolean complete) {
        var tokens = new SqlTokens(sql);
        tokens.next();
        if (tokens.isWord("INSERT")) {
            if (tokens.touchesEnd() && !complete) {
                return new Incomplete();
            }
            Statement insert = insert(tokens, sql, complete);
            if (insert != null) {
                return insert;
            }
        }
        return complete ? plain(sql) : new Incomplete();
    }

    /** Whether the beginning of a text leaves it possible that an insert's data follows. */
    static boolean mayBeInsert(String beginning) {
        var tokens = new SqlTokens(beginning);
        return tokens.next() == SqlTokens.Kind.END || tokens.isWord("INSERT") || tokens.touchesEnd();
    }

    /** An insert with data, Incomplete, or null when the statement has none (INSERT … SELECT). */
    private static Statement insert(SqlTokens tokens, String sql, boolean complete) {
        tokens.next();
        if (tokens.isWord("INTO")) {
            tokens.next();
        }
        boolean function = tokens.isWord("FUNCTION");
        if (function || tokens.isWord("TABLE")) {
            tokens.next();
        }
        // The target's name: whatever it is called, it is not a keyword.
        skipName(tokens);
        while (tokens.next() != SqlTokens.Kind.END) {
            if (tokens.touchesEnd() && !complete) {
                return new Incomplete();
            }
            if (tokens.depth() > 0 || tokens.is(')')) {
                continue;
            }
            if (tokens.isWord("SELECT") || tokens.isWord("WITH") || tokens.isWord("FROM") || tokens.isWord("WATCH")) {
                return null;
            }
            if (tokens.isWord("VALUES")) {
                return new InsertData(tokens.start(), "Values", tokens.end());
            }
            if (tokens.isWord("FORMAT")) {
                int headEnd = tokens.start();
                tokens.next();
                if (tokens.touchesEnd() && !complete) {
                    return new Incomplete();
                }
                int dataStart = dataStart(sql, tokens.end(), complete);
                return dataStart < 0 ? new Incomplete() : new InsertData(headEnd, tokens.text(), dataStart);
            }
        }
        return complete ? null : new Incomplete();
    }

    private static void skipName(SqlTokens tokens) {
        // The current token is the first part of the name; a dot joins the next one.
        var ahead = tokens.copy();
        while (ahead.next() == SqlTokens.Kind.OTHER && ahead.is('.')) {
            tokens.next();
            tokens.next();
            ahead.next();
        }
    }

    /** Data begins after the spaces and one line break behind the format's name; -1 when that is not yet to be seen. */
    private static int dataStart(String sql, int from, boolean complete) {
        int at = from;
        while (at < sql.length() && (sql.charAt(at) == ' ' || sql.charAt(at) == '\t' || sql.charAt(at) == '\f')) {
            at++;
        }
        if (at < sql.length() && sql.charAt(at) == '\r') {
            at++;
        }
        if (at < sql.length() && sql.charAt(at) == '\n') {
            return at + 1;
        }
        return at < sql.length() || complete ? at : -1;
    }

    private static Statement plain(String sql) {
        var tokens = new SqlTokens(sql);
        String keyword = "";
        String format = null;
        int formatAt = 0;
        int restAt = 0;
        int end = 0;
        boolean usesFile = false;
        String previous = "";
        while (tokens.next() != SqlTokens.Kind.END) {
            String word = tokens.text().toUpperCase(Locale.ROOT);
            if (keyword.isEmpty()) {
                keyword = word;
            }
            if (tokens.is(';') && tokens.depth() == 0) {
                // What follows, if anything, is a second statement; the engine's parser reports it.
                continue;
            }
            end = tokens.end();
            if (tokens.depth() == 0) {
                if (word.equals("FORMAT") && isFormatClause(tokens.copy())) {
                    formatAt = tokens.start();
                    var name = tokens.copy();
                    name.next();
                    format = name.text();
                    restAt = name.end();
                }
                usesFile |= previous.equals("INTO") && word.equals("OUTFILE")
                        || previous.equals("FROM") && word.equals("INFILE");
            }
            previous = tokens.depth() == 0 ? word : "";
        }
        return format == null ? new Plain(keyword, null, end, end, end, usesFile)
                : new Plain(keyword, format, formatAt, restAt, end, usesFile);
    }

    /** FORMAT is also a function and may be an alias; as a clause it is the last but for SETTINGS. */
    private static boolean isFormatClause(SqlTokens ahead) {
        return ahead.next() == SqlTokens.Kind.WORD
                && (ahead.next() == SqlTokens.Kind.END || ahead.is(';') || ahead.isWord("SETTINGS"));
    }
}
