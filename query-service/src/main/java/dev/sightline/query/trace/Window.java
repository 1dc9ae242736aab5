package dev.sightline.query.trace;

import dev.sightline.base.error.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A span of time that a list is about: {@code from} inclusive, {@code to} exclusive and open where it is empty. */
public record Window(Instant from, Optional<Instant> to) {
    public Window {
        TraceFilter.requireKnown("from", from);
        to.ifPresent(end -> {
            TraceFilter.requireKnown("to", end);
            if (end.isBefore(from)) {
                throw ServiceException.invalid("to", "is before 'from'");
            }
        });
    }

    /** Of the query parameters `from` and `to`; without `from` it begins {@code lasting} ago. */
    public static Window parse(String from, String to, Duration lasting) {
        return new Window(Parameters.time("from", from).orElseGet(() -> Instant.now().minus(lasting)),
                Parameters.time("to", to));
    }

    /** Null where it is open. */
    public Instant end() {
        return to.orElse(null);
    }
}
