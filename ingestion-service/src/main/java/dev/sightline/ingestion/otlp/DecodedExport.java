package dev.sightline.ingestion.otlp;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.List;

/**
 * An export request as far as it could be read: the spans, why single ones could not be, and what was mended on the
 * way. A request of which nothing can be read is an error instead.
 */
public record DecodedExport(ExportTraceServiceRequest request, List<String> rejected, List<String> warnings) {
}
