package dev.sightline.query.metrics;

import dev.sightline.query.store.Condition;
import java.util.Optional;
import java.util.Set;

/**
 * A condition on a view's source rows.
 *
 * @param columns what it reads, where a roll-up with these columns can be asked the same; empty: only source rows can
 */
public record Where(Condition condition, Optional<Set<String>> columns) {
}
