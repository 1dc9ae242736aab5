package dev.sightline.query.settings;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.proto.control.v1.CustomPattern;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What the edge does with a project's spans, in the shape of {@code /api/v1/project/settings} and of the document that
 * PostgreSQL holds. What is left out is at its default, which changes nothing about the spans. {@link SettingsCheck}
 * says what is valid; {@link #toProto} is what edges get.
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "What is left out is at its default.")
public record IngestSettings(@Nullable Redaction redaction, @Nullable Sampling sampling, @Nullable Limits limits,
        @Schema(description = "Limits of single keys, by public key.") @Nullable Map<String, KeyLimits> keyLimits,
        @Schema(description = "The project's own prices, looked at before the shipped ones.")
        @Nullable List<ModelPrice> modelPrices,
        @Schema(description = "How long things are kept.") @Nullable Retention retention) {
    /** All of a project's traces. */
    static final int KEEP_ALL_PPM = 1_000_000;
    private static final BigDecimal PICO = BigDecimal.TEN.pow(12);
    private static final BigDecimal MILLION = BigDecimal.TEN.pow(6);
    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3_600);

    public IngestSettings {
        redaction = redaction == null ? new Redaction(null, null, null) : redaction;
        sampling = sampling == null ? new Sampling(null) : sampling;
        limits = limits == null ? new Limits(null, null, null) : limits;
        keyLimits = keyLimits == null ? Map.of() : new TreeMap<>(keyLimits);
        modelPrices = modelPrices == null ? List.of() : modelPrices;
        retention = retention == null ? new Retention(null, null, null) : retention;
    }

    /** The same settings with other prices. */
    public IngestSettings withModelPrices(List<ModelPrice> prices) {
        return new IngestSettings(redaction, sampling, limits, keyLimits, prices, retention);
    }

    /** Everything at its default. */
    static IngestSettings none() {
        return new IngestSettings(null, null, null, null, null, null);
    }

    /** For how many days things are kept, counted from an observation's start. What is left out is the installation's. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "RetentionSettings", description = "What is left out is as long as the installation keeps it.")
    public record Retention(
            @Schema(description = "Days that input, output, messages and attributes are kept; at most days")
            @Nullable Integer contentDays,
            @Schema(description = "Days that observations with their sums and scores are kept") @Nullable Integer days,
            @Schema(description = "Environments that are kept for longer or shorter, by name")
            @Nullable Map<String, RetentionDays> environments) {
        public Retention {
            environments = environments == null ? Map.of() : new TreeMap<>(environments);
        }
    }

    /** Retention of one environment. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "RetentionDays", description = "What is left out is the project's.")
    public record RetentionDays(@Nullable Integer contentDays, @Nullable Integer days) {
    }

    /** What to do about personal data and secrets in the content. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "RedactionSettings")
    public record Redaction(
            @Schema(description = "flag: note what was found; redact: replace it too", defaultValue = "off",
                    enumeration = {"off", "flag", "redact"})
            @Nullable String mode,
            @Schema(description = "Kinds to look for; empty: all") @Nullable List<String> kinds,
            @Schema(description = "Further kinds, by pattern") @Nullable List<Pattern> patterns) {
        public Redaction {
            mode = mode == null ? "off" : mode;
            kinds = kinds == null ? List.of() : kinds;
            patterns = patterns == null ? List.of() : patterns;
        }
    }

    /** A kind of its own. */
    @Schema(name = "RedactionPattern")
    public record Pattern(@Schema(description = "What a finding is called: [a-z0-9_], up to 40") String kind,
            @Schema(description = "RE2 syntax") String pattern) {
    }

    /** Which share of the traces is kept. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "SamplingSettings")
    public record Sampling(
            @Schema(description = "Traces kept of a million, 1 to 1000000; traces with an error or a finding are kept"
                    + " besides", defaultValue = "1000000")
            @Nullable Integer keepPpm) {
        public Sampling {
            keepPpm = keepPpm == null ? KEEP_ALL_PPM : keepPpm;
        }
    }

    /** What the project may send. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ProjectLimits", description = "What is left out is not limited.")
    public record Limits(@Nullable Long spansPerSecond, @Nullable Long bytesPerSecond,
            @Schema(description = "In a calendar month, UTC") @Nullable Long spansPerMonth) {
    }

    /** What one key may send. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "KeyLimits", description = "What is left out is not limited.")
    public record KeyLimits(@Nullable Long spansPerSecond, @Nullable Long bytesPerSecond) {
    }

    /** What a model costs. */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ModelPrice")
    public record ModelPrice(@Schema(description = "What the price is called") String model,
            @Schema(description = "RE2 syntax, matched against the whole name of the model") String pattern,
            @Schema(description = "Holds for what started at or after; left out: always") @Nullable Instant startTime,
            @Schema(description = "US dollars for a million units, by kind, such as input and output")
            @Nullable Map<String, BigDecimal> usdPerMillion,
            @Schema(description = "US dollars for an hour of latency: local models")
            @Nullable BigDecimal usdPerComputeHour) {
        public ModelPrice {
            usdPerMillion = usdPerMillion == null ? Map.of() : new TreeMap<>(usdPerMillion);
        }
    }

    /** As the edge needs it for one key. */
    public dev.sightline.proto.control.v1.IngestSettings toProto(String publicKey, long spansThisMonth) {
        dev.sightline.proto.control.v1.IngestSettings.Builder proto =
                dev.sightline.proto.control.v1.IngestSettings.newBuilder();
        proto.getRedactionBuilder()
                .setMode(dev.sightline.proto.control.v1.Redaction.Mode.valueOf(redaction.mode.toUpperCase(Locale.ROOT)))
                .addAllKinds(redaction.kinds)
                .addAllPatterns(redaction.patterns.stream().map(pattern -> CustomPattern.newBuilder()
                        .setKind(pattern.kind).setPattern(pattern.pattern).build()).toList());
        proto.getSamplingBuilder().setKeepPpm(sampling.keepPpm == KEEP_ALL_PPM ? 0 : sampling.keepPpm);
        proto.getLimitsBuilder().setSpansPerSecond((int) orZero(limits.spansPerSecond))
                .setBytesPerSecond(orZero(limits.bytesPerSecond)).setSpansPerMonth(orZero(limits.spansPerMonth))
                .setSpansThisMonth(spansThisMonth);
        KeyLimits ofKey = keyLimits.getOrDefault(publicKey, new KeyLimits(null, null));
        proto.getKeyLimitsBuilder().setSpansPerSecond((int) orZero(ofKey.spansPerSecond))
                .setBytesPerSecond(orZero(ofKey.bytesPerSecond));
        modelPrices.forEach(price -> proto.addModelPrices(price(price)));
        return proto.build();
    }

    private static dev.sightline.proto.control.v1.ModelPrice price(ModelPrice price) {
        dev.sightline.proto.control.v1.ModelPrice.Builder proto = dev.sightline.proto.control.v1.ModelPrice.newBuilder()
                .setModel(price.model).setPattern(price.pattern);
        if (price.startTime != null) {
            proto.setStartUnixNano(TimeUnit.SECONDS.toNanos(price.startTime.getEpochSecond())
                    + price.startTime.getNano());
        }
        price.usdPerMillion.forEach((kind, usd) -> proto.putPicoUsdByKind(kind, picoUsdOfOne(usd)));
        if (price.usdPerComputeHour != null) {
            proto.setPicoUsdPerComputeSecond(price.usdPerComputeHour.multiply(PICO)
                    .divide(SECONDS_PER_HOUR, 0, RoundingMode.HALF_UP).longValueExact());
        }
        return proto.build();
    }

    /** The price of one unit in 1e-12 dollars. Throws ArithmeticException when it has more digits than that. */
    static long picoUsdOfOne(BigDecimal usdPerMillion) {
        return usdPerMillion.multiply(PICO).divide(MILLION).longValueExact();
    }

    private static long orZero(Long value) {
        return value == null ? 0 : value;
    }
}
