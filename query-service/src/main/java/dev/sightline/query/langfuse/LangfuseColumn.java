package dev.sightline.query.langfuse;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import com.google.protobuf.ByteString;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.storage.message.MessageTable;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import java.util.List;
import java.util.function.Function;

/**
 * What a column of Langfuse's filters is in ClickHouse. Each kind says which of Langfuse's filter types it takes and
 * adds a {@link LangfuseClause} to a query; what a caller wrote is always a bound value. The expressions are columns or,
 * for traces, aggregates over a trace's rows. {@code add} throws INVALID_ARGUMENT, naming the column, when type,
 * operator or value do not fit.
 */
sealed interface LangfuseColumn {
    void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause);

    /** One text; empty where none was given. */
    record Text(String expression) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            switch (clause.type()) {
                case "string" -> LangfuseSql.of(expression).text(query, clause);
                case "stringOptions", "categoryOptions" -> LangfuseSql.of(expression).options(query, clause);
                case "null" -> LangfuseSql.of(expression + " != ''").presence(query, clause);
                default -> throw clause.typeIsNoneOf("string", "stringOptions", "null");
            }
        }
    }

    /** An id as its sender knows it ({@code expression}), stored as bytes: equality goes by the bytes and so by key. */
    record Id(String expression, String bytes, Function<String, ByteString> parse) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            boolean one = clause.type().equals("string") && clause.operator().equals("=") && !clause.text().isEmpty();
            boolean several = clause.type().equals("stringOptions") && clause.operator().equals("any of");
            if (one || several) {
                query.andIn(bytes, "unhex(?)", (one ? List.of(clause.text()) : clause.texts()).stream()
                        .map(id -> hex(parse.apply(id))).toList());
            } else {
                new Text(expression).add(query, scope, clause);
            }
        }
    }

    /** A number, NULL where it is not known. */
    record Number(String expression) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            switch (clause.type()) {
                case "number" -> query.and(expression + ' ' + clause.comparison() + " ?", clause.number());
                case "null" -> LangfuseSql.of(expression + " IS NOT NULL").presence(query, clause);
                default -> throw clause.typeIsNoneOf("number", "null");
            }
        }
    }

    /** A moment; 1970 where it is not known. */
    record Time(String expression) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            switch (clause.type()) {
                case "datetime" -> query.and(expression + ' ' + clause.comparison() + ' ' + TIME,
                        unixNano(clause.time()));
                case "null" -> LangfuseSql.of("toUnixTimestamp64Nano(" + expression + ") > 0").presence(query, clause);
                default -> throw clause.typeIsNoneOf("datetime", "null");
            }
        }
    }

    /** True or false. */
    record Flag(String expression) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            if (!clause.type().equals("boolean")) {
                throw clause.typeIsNoneOf("boolean");
            }
            boolean wanted = switch (clause.operator()) {
                case "=" -> clause.flag();
                case "<>", "!=" -> !clause.flag();
                default -> throw clause.operatorIsNoneOf("=", "<>");
            };
            query.and((wanted ? "(" : "NOT (") + expression + ")");
        }
    }

    /** Several texts. */
    record Texts(String expression) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            switch (clause.type()) {
                case "arrayOptions", "stringOptions" -> {
                    Object[] values = clause.texts().toArray();
                    String array = expression + ", [" + LangfuseSql.marks(values.length) + "])";
                    query.and(switch (clause.operator()) {
                        case "any of" -> "hasAny(" + array;
                        case "none of" -> "NOT hasAny(" + array;
                        case "all of" -> "hasAll(" + array;
                        default -> throw clause.operatorIsNoneOf("any of", "none of", "all of");
                    }, values);
                }
                case "null" -> LangfuseSql.of("notEmpty(" + expression + ")").presence(query, clause);
                default -> throw clause.typeIsNoneOf("arrayOptions", "null");
            }
        }
    }

    /** Texts by key: metadata, by its dotted path. */
    record Keyed(String expression) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            String key = clause.requiredKey();
            LangfuseSql value = new LangfuseSql(expression + "[?]", List.of(key));
            switch (clause.type()) {
                case "stringObject" -> {
                    switch (clause.operator()) {
                        case "is set" -> query.and("mapContains(" + expression + ", ?)", key);
                        case "is not set" -> query.and("NOT mapContains(" + expression + ", ?)", key);
                        default -> value.text(query, clause);
                    }
                }
                case "numberObject" -> query.and("toFloat64OrNull(" + value.sql() + ") " + clause.comparison() + " ?",
                        key, clause.number());
                case "categoryOptions" -> value.options(query, clause);
                default -> throw clause.typeIsNoneOf("stringObject", "numberObject", "categoryOptions");
            }
        }
    }

    /**
     * Input or output: a text that stands in a table of its own, its repeated messages in another. Substrings are found
     * in the text and in the messages it refers to, not across the border of a message.
     *
     * @param keys the columns that say whose content it is, of the query and of the content alike
     */
    record Body(String column, String keys) implements LangfuseColumn {
        private static final String REFERENCE = "'\\x1A([A-Za-z0-9_-]{22})'";

        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            if (clause.type().equals("null")) {
                query.andIn(switch (clause.operator()) {
                    case "is null" -> "NOT (" + keys + ")";
                    case "is not null" -> "(" + keys + ")";
                    default -> throw clause.operatorIsNoneOf("is null", "is not null");
                }, content(scope).and(column + " != ''"));
                return;
            }
            if (!clause.type().equals("string")) {
                throw clause.typeIsNoneOf("string", "null");
            }
            boolean absent = clause.operator().equals("does not contain");
            LangfuseClause wanted = absent ? new LangfuseClause(clause.place(), clause.column(), clause.type(),
                    "contains", clause.key(), clause.value()) : clause;
            ProjectQuery direct = content(scope);
            LangfuseSql.of(column).text(direct, wanted);
            if (!List.of("contains", "matches").contains(wanted.operator())) {
                query.andIn("(" + keys + ")", direct);
                return;
            }
            ProjectQuery messages = new ProjectQuery(scope, "trace_id, base64URLEncode(hash)",
                    MessageTable.MESSAGES.name());
            LangfuseSql.of("body").text(messages, wanted);
            ProjectQuery referring = new ProjectQuery(scope, keys,
                    ObservationTable.CURRENT_CONTENT + " ARRAY JOIN extractAll(" + column + ", " + REFERENCE
                            + ") AS reference").andIn("(trace_id, reference)", messages);
            query.andIn((absent ? "NOT (" : "(") + keys + ")", direct, referring);
        }

        private ProjectQuery content(ProjectScope scope) {
            return new ProjectQuery(scope, keys, ObservationTable.CURRENT_CONTENT);
        }
    }

    /**
     * The scores of a trace or an observation by name: their mean, or their texts.
     *
     * @param keys the columns that say whose scores they are, of the query and of the scores alike
     */
    record Scores(String keys) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            ProjectQuery scores = new ProjectQuery(scope, keys, ScoreTable.SCORES.name() + " FINAL").and("name = ?", clause.requiredKey()).and("error = ''");
            switch (clause.type()) {
                case "numberObject" -> query.andIn("(" + keys + ")", scores.then("GROUP BY " + keys
                        + " HAVING avg(value) " + clause.comparison() + " ?", clause.number()));
                case "booleanObject" -> {
                    if (!clause.comparison().matches("=|<>|!=")) {
                        throw clause.operatorIsNoneOf("=", "<>");
                    }
                    query.andIn("(" + keys + ")", scores.and("data_type = 'BOOLEAN'")
                            .and("(value != 0) " + clause.operator() + " ?", clause.flag()));
                }
                case "categoryOptions" -> {
                    boolean none = clause.operator().equals("none of");
                    if (!none && !clause.operator().equals("any of")) {
                        throw clause.operatorIsNoneOf("any of", "none of");
                    }
                    query.andIn((none ? "NOT (" : "(") + keys + ")", scores.andIn("string_value", "?", clause.texts()));
                }
                default -> throw clause.typeIsNoneOf("numberObject", "categoryOptions", "booleanObject");
            }
        }
    }

    /** Of a score: what its trace says. */
    record OfTrace(LangfuseColumn column) implements LangfuseColumn {
        @Override
        public void add(ProjectQuery query, ProjectScope scope, LangfuseClause clause) {
            ProjectQuery traces = new ProjectQuery(scope, "trace_id", ObservationTable.CURRENT)
                    .then("GROUP BY trace_id HAVING 1");
            column.add(traces, scope, clause);
            query.andIn("trace_id", traces);
        }
    }
}
