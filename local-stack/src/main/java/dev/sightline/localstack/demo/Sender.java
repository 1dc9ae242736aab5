package dev.sightline.localstack.demo;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends steps as any application would: the stock OpenTelemetry SDK with its OTLP gRPC exporter and nothing of ours.
 * The spans carry the times the steps name, so that the demo does not have to wait for them to pass.
 */
final class Sender {
    /** Not sent: becomes the moment of the first token, counted from the start of the step. */
    static final String FIRST_TOKEN_MILLIS = "demo.first_token_millis";
    private static final Duration FLUSH_MAX = Duration.ofSeconds(20);

    private final String otlpGrpc;
    private final String authorization;

    Sender(String otlpGrpc, String publicKey, String secretKey) {
        this.otlpGrpc = otlpGrpc;
        this.authorization = "Basic " + Base64.getEncoder().encodeToString((publicKey + ":" + secretKey).getBytes());
    }

    /** A trace that was sent: its id and whether there is an answer in it that can be scored. */
    record Sent(String traceId, String name, boolean answered) {
    }

    /** Sends each step as a trace of its own, the last one ending now. */
    List<Sent> send(List<Step> traces) {
        OtlpGrpcSpanExporter exporter = OtlpGrpcSpanExporter.builder()
                .setEndpoint("http://" + otlpGrpc).addHeader("authorization", authorization).build();
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .setResource(Resource.getDefault().merge(Resource.create(Attributes.builder()
                        .put("service.name", "skylark-support").put("service.version", "2.4.1")
                        .put("deployment.environment.name", "demo").build())))
                .build()) {
            Tracer tracer = provider.get("skylark.support", "2.4.1");
            List<Sent> sent = new ArrayList<>();
            Instant end = Instant.now();
            for (Step trace : traces.reversed()) {
                Instant start = end.minus(trace.lasts());
                String traceId = send(tracer, trace, Context.root(), start);
                sent.addFirst(new Sent(traceId, trace.name(), trace.failure() == null));
                end = start.minusSeconds(20);
            }
            CompletableResultCode flushed = provider.forceFlush().join(FLUSH_MAX.toSeconds(), TimeUnit.SECONDS);
            if (!flushed.isSuccess()) {
                throw new IllegalStateException("the spans were not accepted at " + otlpGrpc
                        + "; './sightline logs ingestion-edge' may say why");
            }
            return sent;
        }
    }

    private static String send(Tracer tracer, Step step, Context parent, Instant start) {
        SpanBuilder builder = tracer.spanBuilder(step.name()).setParent(parent).setStartTimestamp(start);
        step.attributes().forEach((key, value) -> setAttribute(builder, key, value, start));
        Span span = builder.startSpan();
        for (Step child : step.children()) {
            send(tracer, child, parent.with(span), start.plus(child.after()));
        }
        Instant end = start.plus(step.lasts());
        if (step.failure() != null) {
            span.addEvent("exception", Attributes.builder()
                    .put("exception.type", step.failure().exceptionType())
                    .put("exception.message", step.failure().message()).build(), end);
            span.setStatus(StatusCode.ERROR, step.failure().message());
        }
        span.end(end);
        return span.getSpanContext().getTraceId();
    }

    private static void setAttribute(SpanBuilder span, String key, Object value, Instant start) {
        if (key.equals(FIRST_TOKEN_MILLIS)) {
            span.setAttribute("langfuse.observation.completion_start_time", start.plusMillis((Long) value).toString());
            return;
        }
        switch (value) {
            case String text -> span.setAttribute(key, text);
            case Long number -> span.setAttribute(key, number);
            case Double number -> span.setAttribute(key, number);
            case List<?> texts -> span.setAttribute(AttributeKey.stringArrayKey(key),
                    texts.stream().map(Object::toString).toList());
            default -> throw new IllegalArgumentException(key + " has a value of " + value.getClass());
        }
    }
}
