package dev.sightline.query.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a statement as ClickHouse's own formatter writes it: one line, no comments, no heredocs, names that need it in
 * backquotes, keywords in capitals. Only good for such text.
 */
final class SqlTokens {
    enum Kind { WORD, QUOTED, STRING, NUMBER, SYMBOL }

    /** {@code text} of a quoted name and of a string is without its quotes, escapes left in. */
    record Token(Kind kind, String text) {
        boolean isName() {
            return kind == Kind.WORD || kind == Kind.QUOTED;
        }

        boolean is(String symbolOrKeyword) {
            return (kind == Kind.SYMBOL || kind == Kind.WORD) && text.equals(symbolOrKeyword);
        }
    }

    private SqlTokens() {
    }

    static List<Token> of(String sql) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            int start = at;
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '\'' || c == '`' || c == '"') {
                at = endOfQuoted(sql, at);
                tokens.add(new Token(c == '\'' ? Kind.STRING : Kind.QUOTED, sql.substring(start + 1, at - 1)));
            } else if (Character.isLetter(c) || c == '_') {
                while (at < sql.length() && isWordPart(sql.charAt(at))) {
                    at++;
                }
                tokens.add(new Token(Kind.WORD, sql.substring(start, at)));
            } else if (c >= '0' && c <= '9') {
                while (at < sql.length() && (isWordPart(sql.charAt(at)) || sql.charAt(at) == '.')) {
                    at++;
                }
                tokens.add(new Token(Kind.NUMBER, sql.substring(start, at)));
            } else {
                at++;
                tokens.add(new Token(Kind.SYMBOL, String.valueOf(c)));
            }
        }
        return tokens;
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static int endOfQuoted(String sql, int start) {
        char quote = sql.charAt(start);
        for (int at = start + 1; at < sql.length(); at++) {
            if (sql.charAt(at) == '\\') {
                at++;
            } else if (sql.charAt(at) == quote) {
                if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
                    at++;
                } else {
                    return at + 1;
                }
            }
        }
        throw new IllegalArgumentException("an open quote in a formatted statement");
    }
}
