package dev.sightline.query.filter;

import dev.sightline.query.filter.Expression.All;
import dev.sightline.query.filter.Expression.Any;
import dev.sightline.query.filter.Expression.Not;
import dev.sightline.query.filter.Expression.Term;
import dev.sightline.query.filter.Expression.Text;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which columns of a row of `observations` an expression reads. */
final class FilterColumns {
    private FilterColumns() {
    }

    /** Empty where it reads anything but texts that stand in columns of their own. */
    static Optional<Set<String>> of(Expression expression) {
        return switch (expression) {
            case All all -> of(all.parts());
            case Any any -> of(any.parts());
            case Not not -> of(not.part());
            case Text _ -> Optional.empty();
            case Term term -> of(term.field().field());
        };
    }

    private static Optional<Set<String>> of(List<Expression> parts) {
        Set<String> columns = new HashSet<>();
        for (Expression part : parts) {
            Optional<Set<String>> read = of(part);
            if (read.isEmpty()) {
                return read;
            }
            columns.addAll(read.get());
        }
        return Optional.of(columns);
    }

    private static Optional<Set<String>> of(FilterField field) {
        return switch (field) {
            case OBSERVATION_NAME, TYPE, LEVEL, MODEL, PROVIDER, USER, SESSION, ENVIRONMENT, RELEASE, VERSION, SERVICE,
                    TOOL, AGENT, PROMPT, PROMPT_VERSION, ERROR, FINISH_REASON, STATUS_MESSAGE, DATASET, TAG ->
                    Optional.of(Set.of(field.column()));
            case NAME -> Optional.of(Set.of("name", "trace_name"));
            case TRACE_ID, OBSERVATION_ID, PARENT_ID, TRACE_NAME, EXPERIMENT, ROOT, PUBLIC, LATENCY,
                    TIME_TO_FIRST_TOKEN, TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, COST, START, METADATA, ATTRIBUTE,
                    RESOURCE, SCORE, EVALUATOR, SCORE_SOURCE, INPUT, OUTPUT -> Optional.empty();
        };
    }
}
