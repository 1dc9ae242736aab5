package dev.sightline.base.ingest;

/** The way on which something came in. The slug stands in {@code ingest_outcomes}, metrics and APIs. */
public enum IngestSource {
    OTLP_GRPC("otlp-grpc"),
    OTLP_HTTP("otlp-http"),
    LANGFUSE_INGESTION("langfuse-ingestion"),
    SCORES("scores"),
    MEDIA("media"),
    /** Found by the writer, which no longer knows how it came in. */
    WRITER("writer");

    private final String slug;

    IngestSource(String slug) {
        this.slug = slug;
    }

    public String slug() {
        return slug;
    }
}
