package dev.sightline.query.metrics;

import dev.sightline.base.error.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A span of time and how it is cut into steps; a single step of the whole where {@code granularity} is null. The first
 * and the last step may reach beyond the span: what lies outside it is not counted.
 *
 * @param starts when the steps begin, in seconds since 1970, ascending
 */
record TimeSteps(Instant from, Instant to, Granularity granularity, ZoneId zone, List<Long> starts) {
    /** Throws INVALID_ARGUMENT naming {@code granularity} when there would be more than {@code stepsMax}. */
    static TimeSteps of(Instant from, Instant to, Granularity granularity, ZoneId zone, int stepsMax) {
        if (granularity == null) {
            return new TimeSteps(from, to, null, zone, List.of());
        }
        if (Duration.between(from, to).dividedBy(granularity.shortest()) > stepsMax) {
            throw ServiceException.invalid("granularity", "makes more than " + stepsMax + " steps of this span of time;"
                    + " take a longer one or 'auto'");
        }
        List<Long> starts = new ArrayList<>();
        ZonedDateTime first = granularity.start(from.atZone(zone));
        for (ZonedDateTime start = first; start.toInstant().isBefore(to);
                start = granularity.plus(first, starts.size())) {
            starts.add(start.toEpochSecond());
        }
        return new TimeSteps(from, to, granularity, zone, List.copyOf(starts));
    }

    boolean isSeries() {
        return granularity != null;
    }

    /** The span of the same length before this one; of a series, as many steps before it. */
    TimeSteps previous() {
        if (!isSeries()) {
            Duration length = Duration.between(from, to);
            return new TimeSteps(from.minus(length), from, null, zone, List.of());
        }
        ZonedDateTime first = Instant.ofEpochSecond(starts.getFirst()).atZone(zone);
        List<Long> before = new ArrayList<>();
        for (int i = -starts.size(); i < 0; i++) {
            before.add(granularity.plus(first, i).toEpochSecond());
        }
        return new TimeSteps(granularity.plus(from.atZone(zone), -starts.size()).toInstant(),
                granularity.plus(to.atZone(zone), -starts.size()).toInstant(), granularity, zone, List.copyOf(before));
    }

    /** Whether no step begins inside a unit of so many seconds. */
    boolean fit(int unitSeconds) {
        return starts.stream().allMatch(start -> start % unitSeconds == 0);
    }

    /** SQL of the start of the step that {@code seconds}, SQL of seconds since 1970, lies in. */
    String sql(String seconds) {
        if (starts.size() < 2) {
            return "toInt64(" + (isSeries() ? starts.getFirst() : from.getEpochSecond()) + ")";
        }
        long step = starts.get(1) - starts.getFirst();
        for (int i = 1; i < starts.size(); i++) {
            if (starts.get(i) - starts.get(i - 1) != step) {
                return "toInt64(roundDown(" + seconds + ", [" + starts.stream().map(String::valueOf)
                        .collect(Collectors.joining(", ")) + "]))";
            }
        }
        long offset = starts.getFirst() % step;
        String shifted = offset == 0 ? seconds : "(" + seconds + " - " + offset + ")";
        return "toInt64(intDiv(" + shifted + ", " + step + ") * " + step + (offset == 0 ? ")" : " + " + offset + ")");
    }

    /** SQL of how many seconds of the span lie in the step that begins at {@code start}. */
    String secondsSql(String start) {
        double whole = Duration.between(from, to).toMillis() / 1000.0;
        if (!isSeries()) {
            return String.valueOf(whole);
        }
        List<String> lengths = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            Instant begin = Instant.ofEpochSecond(starts.get(i));
            Instant end = i + 1 < starts.size() ? Instant.ofEpochSecond(starts.get(i + 1)) : to;
            lengths.add(String.valueOf(Duration.between(begin.isBefore(from) ? from : begin, end.isAfter(to) ? to : end)
                    .toMillis() / 1000.0));
        }
        return "transform(" + start + ", [" + starts.stream().map(each -> "toInt64(" + each + ")")
                .collect(Collectors.joining(", ")) + "], [" + String.join(", ", lengths) + "], " + whole + ")";
    }
}
