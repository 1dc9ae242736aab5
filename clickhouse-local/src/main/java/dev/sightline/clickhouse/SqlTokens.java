package dev.sightline.clickhouse;

/**
 * Splits SQL into tokens, far enough to find keywords outside strings, comments and brackets.
 *
 * <p>Works on text in which one character is one byte (ISO-8859-1), so positions are byte offsets. Knows ClickHouse's
 * strings (backslash and doubled quotes), quoted identifiers, heredocs ({@code $tag$…$tag$}) and comments
 * ({@code --}, {@code #!}, {@code # }, and block comments). A token that touches the end of the text is reported as cut
 * by {@link #touchesEnd}.
 */
final class SqlTokens {

    enum Kind { WORD, STRING, QUOTED_NAME, OTHER, END }

    private final String sql;
    private int position;
    private Kind kind = Kind.END;
    private int start;
    private int depth;

    SqlTokens(String sql) {
        this.sql = sql;
    }

    /** A second reader at the same place, to look ahead. */
    SqlTokens copy() {
        var copy = new SqlTokens(sql);
        copy.position = position;
        copy.kind = kind;
        copy.start = start;
        copy.depth = depth;
        return copy;
    }

    /** Moves to the next token and returns its kind. */
    Kind next() {
        skipSpaceAndComments();
        start = position;
        if (position >= sql.length()) {
            kind = Kind.END;
            return kind;
        }
        char c = sql.charAt(position);
        if (isWordStart(c)) {
            while (position < sql.length() && isWordPart(sql.charAt(position))) {
                position++;
            }
            kind = Kind.WORD;
        } else if (c == '\'') {
            skipQuoted(c);
            kind = Kind.STRING;
        } else if (c == '"' || c == '`') {
            skipQuoted(c);
            kind = Kind.QUOTED_NAME;
        } else if (c == '$' && skipHeredoc()) {
            kind = Kind.STRING;
        } else {
            position++;
            if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (c == ')' || c == ']' || c == '}') {
                depth--;
            }
            kind = Kind.OTHER;
        }
        return kind;
    }

    boolean isWord(String keyword) {
        return kind == Kind.WORD && position - start == keyword.length()
                && sql.regionMatches(true, start, keyword, 0, keyword.length());
    }

    boolean is(char symbol) {
        return kind == Kind.OTHER && sql.charAt(start) == symbol;
    }

    String text() {
        return sql.substring(start, position);
    }

    int start() {
        return start;
    }

    int end() {
        return position;
    }

    /** How many brackets are open after this token. */
    int depth() {
        return depth;
    }

    boolean touchesEnd() {
        return position >= sql.length();
    }

    private void skipSpaceAndComments() {
        while (position < sql.length()) {
            char c = sql.charAt(position);
            if (c <= ' ' || c == 0xA0) {
                position++;
            } else if (sql.startsWith("--", position) || sql.startsWith("#!", position)
                    || sql.startsWith("# ", position)) {
                skipPast("\n");
            } else if (sql.startsWith("/*", position)) {
                position += 2;
                skipPast("*/");
            } else {
                return;
            }
        }
    }

    private void skipPast(String mark) {
        int at = sql.indexOf(mark, position);
        position = at < 0 ? sql.length() : at + mark.length();
    }

    private void skipQuoted(char quote) {
        position++;
        while (position < sql.length()) {
            char c = sql.charAt(position++);
            if (c == '\\') {
                position = Math.min(position + 1, sql.length());
            } else if (c == quote) {
                if (position < sql.length() && sql.charAt(position) == quote) {
                    position++;
                } else {
                    return;
                }
            }
        }
    }

    private boolean skipHeredoc() {
        int close = sql.indexOf('$', position + 1);
        if (close < 0) {
            return false;
        }
        for (int i = position + 1; i < close; i++) {
            if (!isWordPart(sql.charAt(i))) {
                return false;
            }
        }
        String tag = sql.substring(position, close + 1);
        int end = sql.indexOf(tag, close + 1);
        if (end < 0) {
            return false;
        }
        position = end + tag.length();
        return true;
    }

    private static boolean isWordStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || c >= '0' && c <= '9';
    }
}
