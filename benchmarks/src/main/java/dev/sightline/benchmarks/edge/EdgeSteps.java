package dev.sightline.benchmarks.edge;

import dev.sightline.base.price.Prices;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.benchmarks.corpus.Corpus;
import dev.sightline.benchmarks.corpus.ExportRequest;
import dev.sightline.ingestion.mapping.ObservationMapper;
import dev.sightline.ingestion.mapping.ResourceContext;
import dev.sightline.ingestion.mapping.Result;
import dev.sightline.ingestion.mapping.SpanLimits;
import dev.sightline.ingestion.otlp.OtlpProtobuf;
import dev.sightline.ingestion.publish.SpanRecords;
import dev.sightline.proto.observation.v1.Observation;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * What the edge does with a request between the socket it comes from and the one it goes to, and the loop it is
 * measured against. Every step answers a number that depends on its work, so that none can be optimised away.
 */
public final class EdgeSteps {
    private static final int PARTITIONS = 4;
    private static final int RECORD_BYTES = 1_000_000;

    private final ObservationMapper mapper = new ObservationMapper(SpanLimits.DEFAULT, Prices.shipped());
    private final ProjectPrices prices = ProjectPrices.of(List.of());
    private final Compression lz4 = Compression.lz4().build();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 20);
    private final ByteBufferOutputStream packed = new ByteBufferOutputStream(buffer);

    /** The reference: the request parsed by protobuf's own classes, and its bytes compressed as Kafka's LZ4 frame. */
    public long parseAndCompress(ExportRequest request) {
        return parse(request) + compress(request.bytes());
    }

    long parse(ExportRequest request) {
        try {
            return ExportTraceServiceRequest.parseFrom(request.bytes()).getResourceSpansCount();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long compress(byte[] bytes) {
        packed.position(0);
        try (OutputStream out = lz4.wrapForOutput(packed, RecordBatch.MAGIC_VALUE_V2)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.position();
    }

    /** The edge: read, understood, packed into records, compressed into Kafka's batches. */
    long edge(ExportRequest request, long nowUnixNano) {
        long bytes = 0;
        for (ProducerRecord<byte[], byte[]> record : records(request, nowUnixNano)) {
            packed.position(0);
            try (MemoryRecordsBuilder batch = new MemoryRecordsBuilder(packed, RecordBatch.MAGIC_VALUE_V2, lz4,
                    TimestampType.CREATE_TIME, 0, 0, 1, (short) 0, 0, false, false, -1, RECORD_BYTES)) {
                batch.append(0, null, record.value());
                bytes += batch.build().sizeInBytes();
            }
        }
        return bytes;
    }

    List<ProducerRecord<byte[], byte[]>> records(ExportRequest request, long nowUnixNano) {
        return SpanRecords.of("project", nowUnixNano, map(request, nowUnixNano), List.of(),
                PARTITIONS, RECORD_BYTES);
    }

    List<Observation> map(ExportRequest request, long nowUnixNano) {
        List<Observation> observations = new ArrayList<>(request.spanCount());
        for (ResourceSpans resourceSpans : OtlpProtobuf.decode(request.bytes()).request().getResourceSpansList()) {
            ResourceContext resource = mapper.resource(resourceSpans.getResource());
            for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
                for (Span span : scopeSpans.getSpansList()) {
                    switch (mapper.map(resource, scopeSpans.getScope(), span, nowUnixNano, prices)) {
                        case Result.Mapped mapped -> observations.add(mapped.observation());
                        case Result.Rejected rejected -> throw new IllegalStateException(rejected.reason());
                    }
                }
            }
        }
        return observations;
    }

    /** What Kafka stores of a corpus, for the heading. */
    long publishedBytes(Corpus corpus, long nowUnixNano) {
        long bytes = 0;
        for (ExportRequest request : corpus.requests()) {
            bytes += edge(request, nowUnixNano);
        }
        return bytes;
    }
}
