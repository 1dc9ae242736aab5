package dev.sightline.query.deletion;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.trace.TraceFilter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which traces are to be deleted: by their ids, all of an end user, or what a query finds. Exactly one of the three. */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "DeletionSelection", description = "Exactly one of trace_ids, user_id and query.")
record Selection(
        @Schema(description = "1 to 1000, as their senders call them") @Nullable List<String> traceIds,
        @Schema(description = "Every trace in which an observation names this user") @Nullable String userId,
        @Schema(description = "In the language of the search bar") @Nullable String query,
        @Schema(description = "Traces of the query that started at or after") @Nullable Instant from,
        @Schema(description = "Traces of the query that started before") @Nullable Instant to) {
    static final int TRACES_MAX = 1_000;
    private static final int CHARS_MAX = 1_000;

    static Selection ofTraces(List<String> traceIds) {
        return new Selection(traceIds, null, null, null, null);
    }

    /** Throws INVALID_ARGUMENT that names the field. */
    Selection checked() {
        long given = Stream.of(traceIds, userId, query).filter(each -> each != null).count();
        if (given != 1) {
            throw ServiceException.invalid("body", "must name exactly one of trace_ids, user_id and query");
        }
        if (traceIds != null) {
            checkIds("trace_ids", traceIds);
        }
        if (userId != null && (userId.isEmpty() || userId.length() > CHARS_MAX)) {
            throw ServiceException.invalid("user_id", "must have 1 to " + CHARS_MAX + " characters");
        }
        if (query != null && Filter.parse(query).isAll()) {
            throw ServiceException.invalid("query", "is empty, which means every trace; say which are to go");
        }
        if (query == null && (from != null || to != null)) {
            throw ServiceException.invalid(from != null ? "from" : "to", "goes with query only");
        }
        for (Instant time : Stream.of(from, to).filter(each -> each != null).toList()) {
            TraceFilter.requireKnown(time.equals(from) ? "from" : "to", time);
        }
        return this;
    }

    static void checkIds(String field, List<String> ids) {
        if (ids == null || ids.isEmpty() || ids.size() > TRACES_MAX) {
            throw ServiceException.invalid(field, "must be a list of 1 to " + TRACES_MAX + " ids");
        }
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            if (id == null || id.isEmpty() || id.length() > ExternalIds.CHARS_MAX) {
                throw ServiceException.invalid(field + "[" + i + "]",
                        "must have 1 to " + ExternalIds.CHARS_MAX + " characters");
            }
        }
    }
}
