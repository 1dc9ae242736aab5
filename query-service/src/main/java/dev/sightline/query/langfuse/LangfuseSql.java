package dev.sightline.query.langfuse;

import dev.sightline.query.store.ProjectQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** An expression of SQL with the values for its question marks, and the ways in which a clause may compare it. */
record LangfuseSql(String sql, List<Object> bound) {
    static LangfuseSql of(String sql) {
        return new LangfuseSql(sql, List.of());
    }

    static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    /** Operators on one text. Substrings go by case, as Langfuse's do; {@code matches} does not. */
    void text(ProjectQuery query, LangfuseClause clause) {
        switch (clause.operator()) {
            case "=" -> and(query, sql + " = ?", clause.text());
            case "<>", "!=" -> and(query, sql + " != ?", clause.text());
            case "contains" -> and(query, "position(" + sql + ", ?) > 0", clause.needle());
            case "does not contain" -> and(query, "position(" + sql + ", ?) = 0", clause.needle());
            case "starts with" -> and(query, "startsWith(" + sql + ", ?)", clause.needle());
            case "ends with" -> and(query, "endsWith(" + sql + ", ?)", clause.needle());
            case "matches" -> and(query, "positionCaseInsensitiveUTF8(" + sql + ", ?) > 0", clause.needle());
            default -> throw clause.operatorIsNoneOf("=", "<>", "contains", "does not contain", "starts with",
                    "ends with", "matches");
        }
    }

    void options(ProjectQuery query, LangfuseClause clause) {
        Object[] values = clause.texts().toArray();
        String in = " IN (" + marks(values.length) + ")";
        switch (clause.operator()) {
            case "any of", "=" -> and(query, sql + in, values);
            case "none of", "<>" -> and(query, sql + " NOT" + in, values);
            default -> throw clause.operatorIsNoneOf("any of", "none of");
        }
    }

    /** This expression is true where there is something. */
    void presence(ProjectQuery query, LangfuseClause clause) {
        switch (clause.operator()) {
            case "is null" -> and(query, "NOT (" + sql + ")");
            case "is not null" -> and(query, sql);
            default -> throw clause.operatorIsNoneOf("is null", "is not null");
        }
    }

    private void and(ProjectQuery query, String condition, Object... values) {
        List<Object> all = new ArrayList<>(bound);
        all.addAll(Arrays.asList(values));
        query.and(condition, all.toArray());
    }
}
