package dev.sightline.base.ingest;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why something that was sent did not go the plain way: the fixed list of reasons that the edge and the writer count by
 * and that {@code /api/v1/ingest/health} explains. The slug is part of the contract: it stands in the table
 * {@code ingest_outcomes}, in metrics and in docs/ingest-health.md. The advice is said to people; it names the rule and
 * what to change, and never quotes what was sent.
 */
public enum IngestReason {
    /** Nothing to explain: it was accepted. */
    NONE("", ""),

    INVALID_TRACE_ID("invalid-trace-id",
            "trace_id must be 16 bytes and not all zero; send the id of the span's context"),
    INVALID_SPAN_ID("invalid-span-id",
            "span_id must be 8 bytes and not all zero; send the id of the span's context"),
    INVALID_PARENT_SPAN_ID("invalid-parent-span-id",
            "parent_span_id must be 8 bytes, or empty for a root span"),
    END_BEFORE_START("end-before-start",
            "a span must not end before it starts; take both times from one clock, in nanoseconds since 1970"),
    TIME_IN_FUTURE("time-in-future",
            "the span's time lies too far in the future; check the sender's clock and that the unit is nanoseconds"),
    TIME_TOO_OLD("time-too-old",
            "the span started too long ago; check the sender's clock and that the unit is nanoseconds"),
    ATTRIBUTE_TOO_LARGE("attribute-too-large",
            "one attribute is larger than the server takes; send less of it"),
    SPAN_TOO_LARGE("span-too-large",
            "the span is larger than the server takes; send less content or split the span"),
    UNREADABLE_SPAN("unreadable-span",
            "a field of the span has the wrong JSON type; the answer to the client names the field"),
    UNREADABLE_REQUEST("unreadable-request",
            "the body is not an OTLP export request; check the exporter's protocol and Content-Type"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type",
            "Content-Type must be application/x-protobuf or application/json, Content-Encoding gzip or absent"),
    REQUEST_TOO_LARGE("request-too-large",
            "the request is larger than the server takes; send smaller batches"),
    UNAUTHENTICATED("unauthenticated",
            "the API key is missing, unknown or its secret is wrong"),
    KEY_MAY_NOT_WRITE("key-may-not-write",
            "the key may not write spans; send the secret key too"),
    INTERNAL_ERROR("internal-error",
            "Sightline failed; the log of ingestion-service has the cause"),

    PROJECT_SPANS_PER_SECOND("project-spans-per-second",
            "the project sends more spans a second than limits.spans_per_second allows"),
    PROJECT_BYTES_PER_SECOND("project-bytes-per-second",
            "the project sends more bytes a second than limits.bytes_per_second allows"),
    PROJECT_SPANS_PER_MONTH("project-spans-per-month",
            "the project has used up limits.spans_per_month; it takes spans again when the month (UTC) is over"),
    KEY_SPANS_PER_SECOND("key-spans-per-second",
            "a key sends more spans a second than its key_limits.spans_per_second allows"),
    KEY_BYTES_PER_SECOND("key-bytes-per-second",
            "a key sends more bytes a second than its key_limits.bytes_per_second allows"),
    OVERLOADED("overloaded",
            "Sightline had no room or could not reach Kafka; clients were told to send the same again"),

    SAMPLED_OUT("sampled-out",
            "the trace was left out by the project's sampling (sampling.keep_ppm)"),
    SAMPLING_MEMORY_FULL("sampling-memory-full",
            "the trace was left out by sampling, before its time, since the edge's memory for such spans was full"),

    FOUND_EMAIL_ADDRESS("email-address",
            "an e-mail address was found in the content"),
    FOUND_PHONE_NUMBER("phone-number",
            "a phone number was found in the content"),
    FOUND_CREDIT_CARD("credit-card",
            "a card number was found in the content"),
    FOUND_IBAN_CODE("iban-code",
            "a bank account number was found in the content"),
    FOUND_US_SSN("us-ssn",
            "a US social security number was found in the content"),
    FOUND_IP_ADDRESS("ip-address",
            "an IP address was found in the content"),
    FOUND_SECRET("secret",
            "a key, token or password was found in the content"),
    FOUND_CUSTOM_PATTERN("custom-pattern",
            "one of the project's own patterns matched in the content"),

    DEAD_LETTER_UNREADABLE("dead-letter-unreadable",
            "a Kafka record could not be read; it waits on the dead-letter topic"),
    DEAD_LETTER_REFUSED("dead-letter-refused",
            "ClickHouse refused the rows for good; they wait on the dead-letter topic");

    private final String slug;
    private final String advice;

    IngestReason(String slug, String advice) {
        this.slug = slug;
        this.advice = advice;
    }

    /** Lower case, digits and dashes; empty for {@link #NONE}. */
    public String slug() {
        return slug;
    }

    /** One sentence for people, without a full stop. */
    public String advice() {
        return advice;
    }

    /** Empty for a slug that this release does not know, as a newer edge may have written it. */
    public static Optional<IngestReason> ofSlug(String slug) {
        return Arrays.stream(values()).filter(reason -> reason.slug.equals(slug)).findFirst();
    }
}
