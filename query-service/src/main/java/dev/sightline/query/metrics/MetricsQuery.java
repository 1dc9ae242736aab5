package dev.sightline.query.metrics;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.metrics.MetricsRequest.MeasureRequest;
import dev.sightline.query.trace.TraceFilter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A metrics query that can be run: every name is known, every number in its bounds.
 *
 * @param where conditions beside the filter, ours and not a caller's text
 * @param limit rows of the answer
 */
public record MetricsQuery(View view, Filter filter, List<Where> where, TimeSteps steps, List<Column> columns,
        List<Dimension> dimensions, Optional<Top> top, List<Order> orderBy, boolean compare, int limit, int bins,
        boolean rawOnly) {
    static final String TIME = "time";
    static final String OTHERS = "others";
    static final String PREVIOUS = "previous";
    private static final int NAME_LENGTH_MAX = 100;
    /** The groups of a table are named to find their numbers of the period before. */
    private static final int COMPARED_MAX = 1_000;
    private static final int BINS_DEFAULT = 10;
    private static final int BINS_MAX = 100;

    /** A number in the answer's rows: a measure, or one divided by another. */
    public record Column(String name, Term numerator, Optional<Term> denominator) {
        String unit() {
            String above = numerator.unit();
            return denominator.map(below -> below.unit().equals(above) ? "ratio" : above + "/" + below.unit())
                    .orElse(above);
        }

        /** Whether nothing means 0, and not that there is nothing to say. */
        boolean isSum() {
            return denominator.isEmpty() && (numerator.aggregation == Aggregation.SUM
                    || numerator.aggregation == Aggregation.COUNT) && !numerator.measure.unit().equals("ratio");
        }

        boolean isHistogram() {
            return numerator.aggregation == Aggregation.HISTOGRAM;
        }
    }

    /** A measure and what is made of it. */
    public record Term(Measure measure, Aggregation aggregation) {
        String unit() {
            return aggregation == Aggregation.COUNT ? "count" : measure.unit();
        }

        String defaultName() {
            return measure.isOne() ? measure.name() : aggregation.title() + "_" + measure.name();
        }
    }

    /** The first groups by a column. */
    public record Top(int n, boolean others, Column by, boolean descending) {
    }

    /** A column of the answer: of a measure, a dimension, or {@value #TIME}. */
    public record Order(String field, boolean descending) {
    }

    /** Throws INVALID_ARGUMENT that names the field and says how to mend it. */
    public static MetricsQuery of(MetricsRequest request, MetricsConfig config, Instant now) {
        View view = view(request.view());
        TimeSteps steps = steps(request, config, now);
        List<Column> columns = columns(view, request.measures(), config);
        List<Dimension> dimensions = dimensions(view, request.dimensions(), config);
        requireDifferent(columns, dimensions);
        List<Order> orderBy = orderBy(request.orderBy(), columns, dimensions, steps.isSeries());
        if (request.compare() != null && !request.compare().equals("previous_period")) {
            throw ServiceException.invalid("compare", "must be previous_period, or be left out");
        }
        int bins = number("bins", request.bins(), BINS_DEFAULT, BINS_MAX);
        int limit = number("limit", request.limit(), steps.isSeries() ? config.rowsMax() : config.rowsDefault(),
                config.rowsMax());
        if (request.compare() != null && !steps.isSeries() && limit > COMPARED_MAX) {
            throw ServiceException.invalid("limit", "must be at most " + COMPARED_MAX + " with 'compare'");
        }
        if (request.source() != null && !Set.of("auto", "raw").contains(request.source())) {
            throw ServiceException.invalid("source", "must be auto or raw");
        }
        Optional<Top> top = Optional.ofNullable(request.top())
                .map(asked -> top(asked, columns, dimensions, orderBy, config));
        return new MetricsQuery(view, Filter.parse(request.query()), List.of(), steps, columns, dimensions, top,
                orderBy, request.compare() != null, limit, bins, "raw".equals(request.source()));
    }

    /** The same with further conditions. */
    public MetricsQuery with(List<Where> conditions) {
        return new MetricsQuery(view, filter, conditions, steps, columns, dimensions, top, orderBy, compare, limit,
                bins, rawOnly);
    }

    private static View view(String title) {
        for (View view : View.values()) {
            if (title == null || view.title().equals(title)) {
                return view;
            }
        }
        throw ServiceException.invalid("view", "must be observations, traces or scores");
    }

    private static TimeSteps steps(MetricsRequest request, MetricsConfig config, Instant now) {
        Instant to = request.to() == null ? now : request.to();
        Instant from = request.from() == null ? to.minus(config.window()) : request.from();
        TraceFilter.requireKnown("from", from);
        TraceFilter.requireKnown("to", to);
        if (!from.isBefore(to)) {
            throw ServiceException.invalid("from", "must be before 'to'");
        }
        ZoneId zone;
        try {
            zone = ZoneId.of(request.timeZone() == null ? "UTC" : request.timeZone());
        } catch (DateTimeException e) {
            throw ServiceException.invalid("time_zone", "is not the name of a time zone such as Europe/Berlin");
        }
        return TimeSteps.of(from, to, granularity(request.granularity(), Duration.between(from, to)), zone,
                config.stepsMax());
    }

    private static Granularity granularity(String title, Duration range) {
        if (title == null) {
            return null;
        }
        if (title.equals("auto")) {
            return Granularity.of(range);
        }
        for (Granularity granularity : Granularity.values()) {
            if (granularity.title().equals(title)) {
                return granularity;
            }
        }
        throw ServiceException.invalid("granularity", "must be auto, minute, hour, day, week or month, or be left out");
    }

    private static List<Column> columns(View view, List<MeasureRequest> measures, MetricsConfig config) {
        if (measures.isEmpty() || measures.size() > config.measuresMax()) {
            throw ServiceException.invalid("measures", "must have 1 to " + config.measuresMax() + " entries");
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < measures.size(); i++) {
            columns.add(column(view, measures.get(i), "measures[" + i + "]"));
        }
        return columns;
    }

    private static Column column(View view, MeasureRequest request, String field) {
        if (request == null) {
            throw ServiceException.invalid(field, "is missing");
        }
        if (request.name() != null && (request.name().isBlank() || request.name().length() > NAME_LENGTH_MAX)) {
            throw ServiceException.invalid(field + ".name", "must have 1 to " + NAME_LENGTH_MAX + " characters");
        }
        if (request.numerator() == null && request.denominator() == null) {
            Term term = term(view, request, field);
            return new Column(request.name() == null ? term.defaultName() : request.name(), term, Optional.empty());
        }
        if (request.measure() != null || request.numerator() == null || request.denominator() == null) {
            throw ServiceException.invalid(field, "must have either 'measure', or both 'numerator' and 'denominator'");
        }
        if (request.name() == null) {
            throw ServiceException.invalid(field + ".name", "is missing: a ratio has no name of its own");
        }
        Term above = term(view, request.numerator(), field + ".numerator");
        Term below = term(view, request.denominator(), field + ".denominator");
        if (above.aggregation == Aggregation.HISTOGRAM || below.aggregation == Aggregation.HISTOGRAM) {
            throw ServiceException.invalid(field, "can't divide histograms");
        }
        return new Column(request.name(), above, Optional.of(below));
    }

    private static Term term(View view, MeasureRequest request, String field) {
        if (request.numerator() != null || request.denominator() != null) {
            throw ServiceException.invalid(field, "can't be a ratio itself");
        }
        Measure measure = Measure.of(view, request.measure(), field + ".measure");
        return new Term(measure, measure.aggregation(request.aggregation(), field + ".aggregation"));
    }

    private static List<Dimension> dimensions(View view, List<String> names, MetricsConfig config) {
        if (names.size() > config.dimensionsMax()) {
            throw ServiceException.invalid("dimensions", "has more than " + config.dimensionsMax() + " entries");
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            dimensions.add(Dimension.of(view, names.get(i), "dimensions[" + i + "]"));
        }
        return dimensions;
    }

    private static void requireDifferent(List<Column> columns, List<Dimension> dimensions) {
        Set<String> names = new HashSet<>(List.of(TIME, OTHERS, PREVIOUS));
        for (int i = 0; i < dimensions.size(); i++) {
            if (!names.add(dimensions.get(i).name())) {
                throw ServiceException.invalid("dimensions[" + i + "]", "is there twice");
            }
        }
        for (int i = 0; i < columns.size(); i++) {
            if (!names.add(columns.get(i).name())) {
                throw ServiceException.invalid("measures[" + i + "].name", "'" + columns.get(i).name()
                        + "' is the name of another column; give it a name of its own");
            }
        }
    }

    private static List<Order> orderBy(List<MetricsRequest.Order> orders, List<Column> columns,
            List<Dimension> dimensions, boolean series) {
        List<Order> known = new ArrayList<>();
        for (int i = 0; i < orders.size(); i++) {
            String field = "order_by[" + i + "]";
            MetricsRequest.Order order = orders.get(i);
            boolean found = order != null && order.field() != null && (series && order.field().equals(TIME)
                    || dimensions.stream().anyMatch(each -> each.name().equals(order.field()))
                    || columns.stream().anyMatch(each -> each.name().equals(order.field()) && !each.isHistogram()));
            if (!found) {
                throw ServiceException.invalid(field + ".field", "must be the name of a measure's column"
                        + (series ? ", of a dimension, or time" : " or of a dimension"));
            }
            String direction = order.direction() == null ? "asc" : order.direction().toLowerCase(Locale.ROOT);
            if (!Set.of("asc", "desc").contains(direction)) {
                throw ServiceException.invalid(field + ".direction", "must be asc or desc");
            }
            known.add(new Order(order.field(), direction.equals("desc")));
        }
        return known;
    }

    private static Top top(MetricsRequest.Top asked, List<Column> columns, List<Dimension> dimensions,
            List<Order> orderBy, MetricsConfig config) {
        if (dimensions.isEmpty()) {
            throw ServiceException.invalid("top", "needs dimensions whose first groups it is to find");
        }
        int n = number("top.n", asked.n(), 10, config.topMax());
        for (Order order : orderBy) {
            for (Column column : columns) {
                if (column.name().equals(order.field)) {
                    return new Top(n, Boolean.TRUE.equals(asked.others()), column, order.descending);
                }
            }
        }
        Column first = columns.stream().filter(column -> !column.isHistogram()).findFirst()
                .orElseThrow(() -> ServiceException.invalid("top", "needs a measure that can be compared"));
        return new Top(n, Boolean.TRUE.equals(asked.others()), first, true);
    }

    private static int number(String field, Integer value, int otherwise, int max) {
        int number = value == null ? otherwise : value;
        if (number < 1 || number > max) {
            throw ServiceException.invalid(field, "must be 1 to " + max);
        }
        return number;
    }
}
