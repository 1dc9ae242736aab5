package dev.sightline.query.filter;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What someone looks for, in the one language of the search bar, REST and gRPC (docs/query-language.md). Immutable.
 * {@link #toString()} writes it in one canonical form, which parses to an equal filter.
 *
 * <p>Bounds: 2,000 characters, 100 terms, 20 levels, 200 values in a list.
 */
public final class Filter {
    /** Leaves nothing out. */
    public static final Filter ALL = new Filter(Optional.empty());

    private final Optional<Expression> expression;

    private Filter(Optional<Expression> expression) {
        this.expression = expression;
    }

    static Filter of(Expression expression) {
        return new Filter(Optional.of(expression));
    }

    /** Traces and observations of one session. */
    public static Filter ofSession(String sessionId) {
        return of(new Expression.Term(new Expression.FieldRef(FilterField.SESSION, ""),
                new Expression.OneOf(List.of(new Expression.Exact(sessionId)))));
    }

    /**
     * Null and blank mean {@link #ALL}. Throws INVALID_ARGUMENT for the field {@code query}; the error carries the place
     * of what is wrong and says what was expected there.
     */
    public static Filter parse(String query) {
        return query == null || query.isBlank() ? ALL : new Filter(FilterParser.parse(query));
    }

    public boolean isAll() {
        return expression.isEmpty();
    }

    /** Whether a row of `observations` is meant, wherever in time. */
    public Condition onObservations(ProjectScope scope) {
        return onObservations(scope, null, null);
    }

    /**
     * The same where only rows that start at or after {@code from} and before {@code to} are read, which saves time in
     * the tables of content. Null leaves a side open.
     */
    public Condition onObservations(ProjectScope scope, Instant from, Instant to) {
        return expression.map(asked -> new FilterSql(scope, from, to).onObservation(asked)).orElse(Condition.TRUE);
    }

    /**
     * Whether the trace of a column {@code trace_id} is meant: a term about an observation holds when one of the trace's
     * observations fulfils it, each term by itself. Looks at rows that start at or after {@code from} and before
     * {@code to} (null: open), so leave a margin where traces cross the ends.
     */
    public Condition onTraces(ProjectScope scope, Instant from, Instant to) {
        return expression.map(asked -> new FilterSql(scope, from, to).onTrace(asked)).orElse(Condition.TRUE);
    }

    /**
     * Whether a row of `scores` is meant: a term about scores speaks of this one, any other of the trace that the score is
     * about, of which rows between {@code from} and {@code to} (null: open) are read.
     */
    public Condition onScores(ProjectScope scope, Instant from, Instant to) {
        return expression.map(asked -> new FilterSql(scope, from, to).onScore(asked)).orElse(Condition.TRUE);
    }

    /**
     * The columns that {@link #onObservations} reads, where it reads nothing but texts that stand in columns of their
     * own: then its SQL can be asked of a roll-up that has these columns, too.
     */
    public Optional<Set<String>> columns() {
        return expression.map(FilterColumns::of).orElse(Optional.of(Set.of()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Filter filter && filter.expression.equals(expression);
    }

    @Override
    public int hashCode() {
        return expression.hashCode();
    }

    @Override
    public String toString() {
        return expression.map(FilterPrinter::print).orElse("");
    }
}
