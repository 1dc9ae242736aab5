package dev.sightline.ingestion.mapping;

import dev.sightline.base.ingest.IngestReason;
import dev.sightline.proto.observation.v1.Observation;

/**
 * What became of one span: it is either an observation ready to be published, or it can never be stored and the reason
 * says why. A rejected span never touches its neighbours in the same request.
 */
public sealed interface Result {
    /** The span was understood. The observation is complete: ids, times, content, usage and cost. */
    record Mapped(Observation observation) implements Result {
    }

    /**
     * The span cannot be stored, now or on a retry. The reason names the field, the span by its id where it has one,
     * and what the sender should change; it never holds content. It is fit for OTLP's partial success message.
     *
     * @param slug what it is counted under
     */
    record Rejected(IngestReason slug, String reason) implements Result {
    }
}
