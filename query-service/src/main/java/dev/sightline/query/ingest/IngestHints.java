package dev.sightline.query.ingest;

import dev.sightline.base.ingest.IngestReason;
import dev.sightline.query.ingest.IngestHealth.Hint;
import dev.sightline.query.ingest.IngestHealth.ReasonTotal;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Says in plain words what a project's ingest outcomes mean and what to do about them. */
final class IngestHints {
    private static final int REASONS_MAX = 10;
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("d MMM HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** Nobody knows how many spans were in them. */
    private static final Set<IngestReason> OF_REQUESTS = EnumSet.of(IngestReason.UNREADABLE_REQUEST,
            IngestReason.UNSUPPORTED_MEDIA_TYPE, IngestReason.REQUEST_TOO_LARGE, IngestReason.KEY_MAY_NOT_WRITE,
            IngestReason.INTERNAL_ERROR);

    private IngestHints() {
    }

    /**
     * @param when    the span of time in words, such as "in the last hour"
     * @param totals  counts by outcome
     * @param reasons most often first
     * @param keepPpm the project's sampling
     */
    static List<Hint> of(String when, Map<String, Long> totals, List<ReasonTotal> reasons, int keepPpm,
            IngestHealth.Storage storage) {
        List<Hint> hints = new ArrayList<>();
        if (storage.behind()) {
            hints.add(new Hint("error", "Spans were accepted at " + CLOCK.format(storage.newestAcceptedMinute())
                    + " that cannot be read yet: the writer is behind. They are safe in Kafka; the log of"
                    + " ingestion-service has the cause."));
        }
        reasons.stream().filter(reason -> !reason.reason().isEmpty()).limit(REASONS_MAX)
                .forEach(reason -> hints.add(hint(when, reason, keepPpm)));
        long accepted = totals.getOrDefault("accepted", 0L);
        if (totals.values().stream().mapToLong(Long::longValue).sum() == 0) {
            hints.add(new Hint("info", "Nothing arrived " + when + ". Is the application running, does it send to this"
                    + " Sightline, and with a key of this project? Requests with an unknown key are counted for no"
                    + " project; their sender is told UNAUTHENTICATED or 401."));
        } else if (hints.isEmpty()) {
            hints.add(new Hint("good", "All " + count(accepted, "span") + " that arrived " + when + " "
                    + (accepted == 1 ? "was" : "were") + " accepted."));
        }
        if (keepPpm < 1_000_000 && !totals.containsKey("sampled")) {
            hints.add(new Hint("info", "Sampling keeps " + percent(keepPpm) + " of this project's traces. Spans that are"
                    + " left out are counted about a minute after they came."));
        }
        return hints;
    }

    private static Hint hint(String when, ReasonTotal reason, int keepPpm) {
        return switch (reason.outcome()) {
            case "rejected" -> new Hint("error", said(reason, "rejected", when));
            case "dead_lettered" -> new Hint("error", said(reason, "put aside", when));
            case "limited" -> new Hint("warning", said(reason, "turned away", when));
            case "sampled" -> new Hint("info", said(reason, "left out", when) + " It keeps " + percent(keepPpm)
                    + " of the traces.");
            case "redacted", "flagged" -> new Hint("info", count(reason.count(), "finding") + " "
                    + was(reason.count()) + " " + reason.outcome() + " " + when + " (" + reason.reason() + ").");
            default -> new Hint("info", said(reason, reason.outcome(), when));
        };
    }

    private static String said(ReasonTotal reason, String done, String when) {
        boolean ofRequests = IngestReason.ofSlug(reason.reason()).map(OF_REQUESTS::contains).orElse(false);
        StringBuilder text = new StringBuilder(count(reason.count(), ofRequests ? "request" : "span"))
                .append(' ').append(was(reason.count())).append(' ').append(done).append(' ').append(when)
                .append(": ").append(reason.advice() == null ? reason.reason() : reason.advice()).append('.');
        if (reason.example() != null && !reason.example().equals(reason.advice())) {
            text.append(" The latest, at ").append(MINUTE.format(reason.lastMinute())).append(": ")
                    .append(reason.example());
        }
        return text.toString();
    }

    /** Such as "in the last hour"; {@code open}: until now. */
    static String when(Instant from, Instant to, boolean open) {
        if (!open) {
            return "between " + MINUTE.format(from) + " and " + MINUTE.format(to);
        }
        long minutes = Math.max(1, Duration.between(from, to).toMinutes());
        if (minutes < 120) {
            return minutes == 60 ? "in the last hour" : "in the last " + count(minutes, "minute");
        }
        long hours = Math.round(minutes / 60.0);
        return "in the last " + (hours < 48 ? count(hours, "hour") : count(Math.round(hours / 24.0), "day"));
    }

    private static String percent(int ppm) {
        return BigDecimal.valueOf(ppm, 4).stripTrailingZeros().toPlainString() + " %";
    }

    private static String was(long count) {
        return count == 1 ? "was" : "were";
    }

    private static String count(long count, String noun) {
        return NumberFormat.getIntegerInstance(Locale.ENGLISH).format(count) + " " + noun + (count == 1 ? "" : "s");
    }
}
