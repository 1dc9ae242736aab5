package dev.sightline.query.ingest;

import dev.sightline.base.error.ServiceException;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.proto.observation.v1.Outcome;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.settings.SettingsStore;
import dev.sightline.query.trace.Parameters;
import dev.sightline.storage.outcome.IngestOutcomeTable;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** "Where is my trace?" */
@Path("/api/v1/ingest/health")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Ingest", description = "What became of what was sent.")
public class IngestHealthResource {
    /** Outcomes are kept this long. */
    private static final Duration RANGE_MAX = Duration.ofDays(90);
    private static final Duration RANGE_DEFAULT = Duration.ofHours(1);
    private static final List<String> OUTCOMES = Stream.of(Outcome.values())
            .filter(outcome -> outcome != Outcome.OUTCOME_UNSPECIFIED && outcome != Outcome.UNRECOGNIZED)
            .map(IngestOutcomeTable::outcomeName).toList();

    private final RestCaller caller;
    private final IngestHealthQueries queries;
    private final SettingsStore settings;

    IngestHealthResource(RestCaller caller, IngestHealthQueries queries, SettingsStore settings) {
        this.caller = caller;
        this.queries = queries;
        this.settings = settings;
    }

    @GET
    @Operation(summary = "What became of what the project sent, and why",
            description = "Counted by minute, a few seconds after it happened; kept for 90 days.")
    @APIResponse(responseCode = "200", description = "Counts by outcome, reason and source, and what to make of them")
    @APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
    @APIResponse(responseCode = "401", description = "No or wrong credentials")
    public IngestHealth health(
            @Parameter(description = "From this minute on; ISO-8601. Default: an hour before `to`")
            @QueryParam("from") String from,
            @Parameter(description = "Before this minute; ISO-8601. Default: now") @QueryParam("to") String to) {
        ProjectScope scope = caller.project();
        Instant now = Instant.now();
        Optional<Instant> given = Parameters.time("to", to);
        // The minute under way belongs to it.
        Instant end = given.orElseGet(() -> now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES));
        Instant start = Parameters.time("from", from)
                .orElseGet(() -> given.orElse(now).minus(RANGE_DEFAULT)).truncatedTo(ChronoUnit.MINUTES);
        if (!start.isBefore(end)) {
            throw ServiceException.invalid("from", "must be before to");
        }
        if (Duration.between(start, end).compareTo(RANGE_MAX.plusDays(1)) > 0) {
            throw ServiceException.invalid("from", "must be at most " + RANGE_MAX.toDays() + " days before to");
        }
        return read(scope, start, end, now, given.isEmpty());
    }

    private IngestHealth read(ProjectScope scope, Instant from, Instant to, Instant now, boolean open) {
        List<IngestHealthQueries.Sum> sums = queries.sums(scope, from, to);
        List<IngestHealth.ReasonTotal> reasons = reasons(sums);
        IngestHealth.Storage storage = queries.storage(scope, now);
        Map<String, Long> totals = new LinkedHashMap<>();
        sums.forEach(sum -> totals.merge(sum.outcome(), sum.count(), Long::sum));
        return new IngestHealth(from, to,
                IngestHints.of(IngestHints.when(from, open ? now : to, open), totals, reasons,
                        settings.of(scope).sampling().keepPpm(), storage),
                totals(sums), reasons, sources(sums), queries.series(scope, from, to), storage);
    }

    private static List<IngestHealth.OutcomeTotal> totals(List<IngestHealthQueries.Sum> sums) {
        return OUTCOMES.stream().map(outcome -> new IngestHealth.OutcomeTotal(outcome,
                sums.stream().filter(sum -> sum.outcome().equals(outcome))
                        .mapToLong(IngestHealthQueries.Sum::count).sum(),
                sums.stream().filter(sum -> sum.outcome().equals(outcome))
                        .mapToLong(IngestHealthQueries.Sum::bytes).sum())).toList();
    }

    private static List<IngestHealth.ReasonTotal> reasons(List<IngestHealthQueries.Sum> sums) {
        Map<String, IngestHealth.ReasonTotal> byReason = new LinkedHashMap<>();
        sums.stream().filter(sum -> !sum.reason().isEmpty()).forEach(sum -> byReason.merge(
                sum.outcome() + "/" + sum.reason(),
                new IngestHealth.ReasonTotal(sum.outcome(), sum.reason(),
                        IngestReason.ofSlug(sum.reason()).map(IngestReason::advice).orElse(null), sum.count(),
                        sum.bytes(), sum.lastMinute(), sum.example().isEmpty() ? null : sum.example()),
                IngestHealthResource::plus));
        List<IngestHealth.ReasonTotal> reasons = new ArrayList<>(byReason.values());
        reasons.sort((a, b) -> Long.compare(b.count(), a.count()));
        return reasons;
    }

    private static IngestHealth.ReasonTotal plus(IngestHealth.ReasonTotal a, IngestHealth.ReasonTotal b) {
        IngestHealth.ReasonTotal later = a.lastMinute().isBefore(b.lastMinute()) ? b : a;
        IngestHealth.ReasonTotal earlier = later == a ? b : a;
        return new IngestHealth.ReasonTotal(a.outcome(), a.reason(), a.advice(), a.count() + b.count(),
                a.bytes() + b.bytes(), later.lastMinute(),
                later.example() == null ? earlier.example() : later.example());
    }

    private static List<IngestHealth.SourceTotal> sources(List<IngestHealthQueries.Sum> sums) {
        Map<String, IngestHealth.SourceTotal> bySource = new LinkedHashMap<>();
        sums.forEach(sum -> bySource.merge(sum.source() + "/" + sum.outcome(),
                new IngestHealth.SourceTotal(sum.source(), sum.outcome(), sum.count(), sum.bytes()),
                (a, b) -> new IngestHealth.SourceTotal(a.source(), a.outcome(), a.count() + b.count(),
                        a.bytes() + b.bytes())));
        return List.copyOf(bySource.values());
    }
}
