package dev.sightline.ingestion.redact;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.auth.ServiceTokenConfig;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.detectors.Kind;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.Redaction;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Takes personal data and secrets out of what a project sends, or notes that they are there, as the project's settings
 * say. It runs between mapping and publishing, so that no raw copy reaches Kafka, ClickHouse or a log. Every text of an
 * observation is looked at except identifiers and the names of things (docs/redaction.md lists them). What was found is
 * kept in the metadata as {@code sightline.redaction.<kind>}, with the count and the fields, never the value; what a
 * sender says under that prefix is dropped. JSON stays JSON. Thread-safe, never blocks.
 */
@Singleton
public final class Redactor {
    public static final String AUDIT_PREFIX = "sightline.redaction.";

    private final RedactConfig config;
    private final MeterRegistry metrics;
    private final Pseudonyms pseudonyms;
    private final Cache<Redaction, Rules> rules;

    public Redactor(RedactConfig config, ServiceTokenConfig token, MeterRegistry metrics) {
        this.config = config;
        this.metrics = metrics;
        this.pseudonyms = new Pseudonyms(token.internalToken());
        this.rules = Caffeine.newBuilder().maximumSize(config.rulesCacheSizeMax()).build();
    }

    public Redacted<Observation> apply(IngestSettings settings, Observation observation) {
        Redaction redaction = settings.getRedaction();
        return switch (redaction.getMode()) {
            case FLAG, REDACT -> {
                Pass pass = new Pass(rules(redaction), pseudonyms);
                Observation.Builder changed = pass.over(observation);
                if (changed != null) {
                    pass.audit(changed);
                }
                yield done(changed == null ? observation : changed.build(), redaction, pass);
            }
            case OFF, MODE_UNSPECIFIED, UNRECOGNIZED ->
                    new Redacted<>(observation, Redaction.Mode.OFF, Map.of());
        };
    }

    /**
     * The same for a change of an observation. Its audit entries are kept by kind and field, as in
     * {@code sightline.redaction.<kind>.<field>}: metadata is merged key by key, and the changes of one observation must
     * not hide each other's findings.
     */
    public Redacted<ObservationPatch> apply(IngestSettings settings, ObservationPatch patch) {
        Redaction redaction = settings.getRedaction();
        return switch (redaction.getMode()) {
            case FLAG, REDACT -> {
                Pass pass = new Pass(rules(redaction), pseudonyms);
                Observation.Builder changed = pass.over(patch.getObservation());
                if (changed == null) {
                    yield done(patch, redaction, pass);
                }
                ObservationPatch.Builder result = patch.toBuilder();
                if (pass.auditByField(changed)) {
                    TreeSet<Integer> fields = new TreeSet<>(patch.getSetFieldsList());
                    fields.add(Observation.METADATA_FIELD_NUMBER);
                    result.clearSetFields().addAllSetFields(fields);
                }
                yield done(result.setObservation(changed).build(), redaction, pass);
            }
            case OFF, MODE_UNSPECIFIED, UNRECOGNIZED -> new Redacted<>(patch, Redaction.Mode.OFF, Map.of());
        };
    }

    /** What a finding of the kind is counted under. */
    public static IngestReason reason(String kind) {
        return switch (Kind.of(kind)) {
            case EMAIL_ADDRESS -> IngestReason.FOUND_EMAIL_ADDRESS;
            case PHONE_NUMBER -> IngestReason.FOUND_PHONE_NUMBER;
            case CREDIT_CARD -> IngestReason.FOUND_CREDIT_CARD;
            case IBAN_CODE -> IngestReason.FOUND_IBAN_CODE;
            case US_SSN -> IngestReason.FOUND_US_SSN;
            case IP_ADDRESS -> IngestReason.FOUND_IP_ADDRESS;
            case SECRET -> IngestReason.FOUND_SECRET;
            case null -> IngestReason.FOUND_CUSTOM_PATTERN;
        };
    }

    private Rules rules(Redaction redaction) {
        return rules.get(redaction, settings -> Rules.of(settings, config.patternsMax(), reason ->
                metrics.counter("sightline.redaction.settings.skipped", "reason", reason).increment()));
    }

    private <T> Redacted<T> done(T value, Redaction redaction, Pass pass) {
        Map<String, Integer> findings = pass.findings();
        findings.forEach((kind, count) -> metrics.counter("sightline.redaction.findings",
                "kind", Kind.of(kind) == null ? "custom" : kind,
                "mode", redaction.getMode().name().toLowerCase(Locale.ROOT)).increment(count));
        return new Redacted<>(value, redaction.getMode(), findings);
    }
}
