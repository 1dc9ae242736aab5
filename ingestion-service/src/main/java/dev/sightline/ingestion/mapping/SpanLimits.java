package dev.sightline.ingestion.mapping;

import java.time.Duration;

/**
 * Bounds on one span. A span over a bound that protects the store is rejected; attributes over the count are dropped
 * and counted in the observation's metadata, so that nothing vanishes silently.
 *
 * @param spanBytesMax          serialized size of a span; a larger span is rejected
 * @param attributeValueBytesMax size of one attribute value; a span that holds a larger one is rejected
 * @param attributeCountMax     span attributes that are read, in the order sent; the rest is dropped and counted in
 *                              metadata `sightline.dropped_attributes`
 * @param eventCountMax         events that are kept; the rest is dropped and counted in `sightline.dropped_events`
 * @param linkCountMax          links that are kept; the rest is dropped and counted in `sightline.dropped_links`
 * @param indexedSlotMax        messages and nested entries taken from indexed attributes (`gen_ai.prompt.N.*`); an
 *                              index at or above it is dropped and counted with the attributes
 * @param startBeforeNowMax     how old a span may be
 * @param startAfterNowMax      how far in the future a span may start, for clocks that are wrong
 */
public record SpanLimits(
        int spanBytesMax,
        int attributeValueBytesMax,
        int attributeCountMax,
        int eventCountMax,
        int linkCountMax,
        int indexedSlotMax,
        Duration startBeforeNowMax,
        Duration startAfterNowMax) {

    /** The documented defaults: 16 MiB a span and a value, 10,000 attributes, 3,650 days back, one day ahead. */
    public static final SpanLimits DEFAULT = new SpanLimits(
            16 << 20, 16 << 20, 10_000, 10_000, 1_000, 10_000, Duration.ofDays(3_650), Duration.ofDays(1));
}
