package dev.sightline.query.settings;

import com.google.re2j.PatternSyntaxException;
import dev.sightline.base.error.ServiceException;
import dev.sightline.detectors.CustomPattern;
import dev.sightline.detectors.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether settings can be kept as they are. Every error names the field by its path, such as {@code sampling.keep_ppm}. */
final class SettingsCheck {
    /** Kinds of findings that need no pattern. */
    static final Set<String> REDACTION_KINDS =
            Arrays.stream(Kind.values()).map(Kind::id).collect(Collectors.toCollection(TreeSet::new));
    private static final Set<String> MODES = new TreeSet<>(List.of("off", "flag", "redact"));
    private static final Pattern KIND = Pattern.compile("[a-z0-9_]{1,40}");
    private static final Pattern USAGE_KIND = Pattern.compile("[a-z0-9_]{1,64}");
    private static final Pattern REPEAT = Pattern.compile("\\{(?:\\d*,)?(\\d+)");
    private static final int PATTERNS_MAX = 50;
    private static final int PATTERN_LENGTH_MAX = 500;
    /** What all counted repeats of a pattern may multiply up to: RE2 unfolds them when it compiles. */
    private static final double REPEATS_MAX = 10_000;
    private static final int PRICES_MAX = 500;
    private static final int NAME_LENGTH_MAX = 200;
    private static final BigDecimal USD_MAX = BigDecimal.valueOf(1_000_000);
    private static final long SPANS_PER_SECOND_MAX = 1_000_000_000L;
    private static final long AMOUNT_MAX = 1L << 50;
    private static final Pattern ENVIRONMENT = Pattern.compile("[a-z0-9_-]{1,40}");
    private static final int ENVIRONMENTS_MAX = 100;
    private static final int DAYS_MAX = 36_500;
    private static final Instant START_MAX = Instant.parse("2200-01-01T00:00:00Z");

    private SettingsCheck() {
    }

    /** Throws INVALID_ARGUMENT for the first thing that is wrong. */
    static void check(IngestSettings settings, Collection<String> publicKeys) {
        redaction(settings.redaction());
        int keepPpm = settings.sampling().keepPpm();
        require(keepPpm >= 1 && keepPpm <= IngestSettings.KEEP_ALL_PPM, "sampling.keep_ppm",
                "must be 1 to 1000000 traces of a million; leave it out to keep all");
        limit("limits.spans_per_second", settings.limits().spansPerSecond(), SPANS_PER_SECOND_MAX);
        limit("limits.bytes_per_second", settings.limits().bytesPerSecond(), AMOUNT_MAX);
        limit("limits.spans_per_month", settings.limits().spansPerMonth(), AMOUNT_MAX);
        settings.keyLimits().forEach((key, limits) -> {
            String field = "key_limits." + key;
            require(publicKeys.contains(key), field, "is no public key of this project");
            require(limits != null, field, "is missing");
            limit(field + ".spans_per_second", limits.spansPerSecond(), SPANS_PER_SECOND_MAX);
            limit(field + ".bytes_per_second", limits.bytesPerSecond(), AMOUNT_MAX);
        });
        require(settings.modelPrices().size() <= PRICES_MAX, "model_prices", "has more than " + PRICES_MAX + " entries");
        for (int i = 0; i < settings.modelPrices().size(); i++) {
            price("model_prices[" + i + "]", settings.modelPrices().get(i));
        }
        retention(settings.retention());
    }

    private static void retention(IngestSettings.Retention retention) {
        days("retention", retention.contentDays(), retention.days());
        require(retention.environments().size() <= ENVIRONMENTS_MAX, "retention.environments",
                "has more than " + ENVIRONMENTS_MAX + " entries");
        retention.environments().forEach((name, own) -> {
            String field = "retention.environments." + name;
            require(ENVIRONMENT.matcher(name).matches(), field, "must be named by 1 to 40 of a to z, 0 to 9, - and _");
            require(own != null, field, "is missing");
            days(field, own.contentDays() != null ? own.contentDays() : retention.contentDays(),
                    own.days() != null ? own.days() : retention.days());
        });
    }

    private static void days(String field, Integer contentDays, Integer days) {
        require(contentDays == null || (contentDays >= 1 && contentDays <= DAYS_MAX), field + ".content_days",
                "must be 1 to " + DAYS_MAX + "; leave it out for the installation's default");
        require(days == null || (days >= 1 && days <= DAYS_MAX), field + ".days",
                "must be 1 to " + DAYS_MAX + "; leave it out for the installation's default");
        require(contentDays == null || days == null || contentDays <= days, field + ".content_days",
                "must not be more than days");
    }

    private static void redaction(IngestSettings.Redaction redaction) {
        require(MODES.contains(redaction.mode()), "redaction.mode", "must be off, flag or redact");
        require(redaction.patterns().size() <= PATTERNS_MAX, "redaction.patterns",
                "has more than " + PATTERNS_MAX + " entries");
        Set<String> known = new TreeSet<>(REDACTION_KINDS);
        for (int i = 0; i < redaction.patterns().size(); i++) {
            String field = "redaction.patterns[" + i + "]";
            IngestSettings.Pattern custom = redaction.patterns().get(i);
            require(custom != null, field, "is missing");
            require(custom.kind() != null && KIND.matcher(custom.kind()).matches(), field + ".kind",
                    "must be 1 to 40 of a to z, 0 to 9 and _");
            require(known.add(custom.kind()), field + ".kind", "is the name of another kind already");
            com.google.re2j.Pattern compiled = pattern(field + ".pattern", custom.pattern());
            require(!compiled.matcher("").find(), field + ".pattern", "matches an empty text, and so everywhere");
            requireRunnable(field, custom);
        }
        for (int i = 0; i < redaction.kinds().size(); i++) {
            require(known.contains(String.valueOf(redaction.kinds().get(i))), "redaction.kinds[" + i + "]",
                    "is not one of " + String.join(", ", known));
        }
    }

    /** What the edge would skip is refused here. */
    private static void requireRunnable(String field, IngestSettings.Pattern custom) {
        try {
            CustomPattern.of(custom.kind(), custom.pattern());
        } catch (IllegalArgumentException e) {
            String[] fieldAndProblem = e.getMessage().split(": ", 2);
            throw ServiceException.invalid(field + '.' + fieldAndProblem[0], fieldAndProblem[1]);
        }
    }

    private static com.google.re2j.Pattern pattern(String field, String pattern) {
        require(pattern != null && !pattern.isEmpty(), field, "is missing");
        require(pattern.length() <= PATTERN_LENGTH_MAX, field, "has more than " + PATTERN_LENGTH_MAX + " characters");
        double repeats = 1;
        for (Matcher repeat = REPEAT.matcher(pattern); repeat.find();) {
            repeats *= Math.max(1, Double.parseDouble(repeat.group(1)));
        }
        require(repeats <= REPEATS_MAX, field, "repeats too much: the numbers in its braces multiply up to more than "
                + (int) REPEATS_MAX);
        try {
            return com.google.re2j.Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw ServiceException.invalid(field, "is not a pattern in RE2 syntax: " + e.getDescription());
        }
    }

    private static void limit(String field, Long value, long max) {
        require(value == null || (value >= 1 && value <= max), field,
                "must be 1 to " + max + "; leave it out for no limit");
    }

    /** Throws INVALID_ARGUMENT for the first thing that is wrong with a price; names begin with {@code field}. */
    static void price(String field, IngestSettings.ModelPrice price) {
        require(price != null, field, "is missing");
        require(price.model() != null && !price.model().isBlank() && price.model().length() <= NAME_LENGTH_MAX,
                field + ".model", "must have 1 to " + NAME_LENGTH_MAX + " characters");
        pattern(field + ".pattern", price.pattern());
        require(price.startTime() == null || (price.startTime().isAfter(Instant.EPOCH)
                && price.startTime().isBefore(START_MAX)), field + ".start_time", "must be between 1970 and 2200");
        require(!price.usdPerMillion().isEmpty() || price.usdPerComputeHour() != null, field,
                "has no price; give usd_per_million or usd_per_compute_hour");
        price.usdPerMillion().forEach((kind, usd) -> {
            String kindField = field + ".usd_per_million." + kind;
            require(USAGE_KIND.matcher(kind).matches(), kindField, "must be named by a to z, 0 to 9 and _");
            usd(kindField, usd);
            require(usd.stripTrailingZeros().scale() <= 6, kindField, "has more than six digits after the point");
        });
        if (price.usdPerComputeHour() != null) {
            usd(field + ".usd_per_compute_hour", price.usdPerComputeHour());
        }
    }

    private static void usd(String field, BigDecimal usd) {
        require(usd != null && usd.signum() >= 0 && usd.compareTo(USD_MAX) <= 0, field, "must be 0 to " + USD_MAX);
    }

    private static void require(boolean holds, String field, String problem) {
        if (!holds) {
            throw ServiceException.invalid(field, problem);
        }
    }
}
