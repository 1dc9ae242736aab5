package dev.sightline.base.kafka;

/**
 * The Kafka topics between the services and what their records hold. Names are fixed: they are part of the contract
 * between versions of the services, as the messages in proto are.
 */
public final class Topics {
    /** ObservationBatch; partition by {@link TracePartition}. */
    public static final String SPANS = "spans";
    /** Records of {@link #SPANS} that can never be stored, with the header {@link #REASON_HEADER}. */
    public static final String SPANS_DEAD_LETTER = "spans-dead-letter";
    /** TraceActivity; any partition. */
    public static final String TRACE_ACTIVITY = "trace-activity";
    /** ScoreBatch; by the score's id where it may be deleted, any other (its time of change orders its versions). */
    public static final String SCORES = "scores";
    /** Records of {@link #SCORES} that can never be stored, with the header {@link #REASON_HEADER}. */
    public static final String SCORES_DEAD_LETTER = "scores-dead-letter";
    /** IngestOutcomeBatch; any partition (outcomes are sums, and a batch counts once by its id). */
    public static final String INGEST_OUTCOMES = "ingest-outcomes";

    /** Expiry; any partition. */
    public static final String EXPIRIES = "expiries";

    public static final String REASON_HEADER = "reason";

    private Topics() {
    }
}
