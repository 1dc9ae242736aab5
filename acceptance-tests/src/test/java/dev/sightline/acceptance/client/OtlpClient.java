package dev.sightline.acceptance.client;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** Sends export requests as bytes, so that a test can send what no SDK would. */
public interface OtlpClient extends AutoCloseable {
    /** @param authorization null for none */
    OtlpAnswer send(byte[] protobuf, String authorization, boolean gzip);

    default OtlpAnswer send(ExportTraceServiceRequest request, String authorization) {
        return send(request.toByteArray(), authorization, false);
    }

    @Override
    void close();
}
