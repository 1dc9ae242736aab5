package dev.sightline.acceptance.crash;

import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.Spans;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client that sends batch after batch and behaves as the OTLP specification asks: after a retryable answer it
 * waits and sends the same spans again. It sometimes sends a batch again although it was acknowledged, as a client
 * does that lost the answer, and sometimes gives one up. Any other answer is a surprise, and the test fails.
 */
final class Load implements Runnable {
    private static final Duration[] AGES = {Duration.ZERO, Duration.ofMinutes(3), Duration.ofHours(7),
        Duration.ofDays(40)};
    private static final String[] NAMES = {"chat", "retrieve documents", "plan", "answer"};
    private static final String[] MODELS = {"gpt-4o", "gpt-4o-mini", "model-without-price"};
    private static final Duration AFTER_STOP = Duration.ofSeconds(60);
    private static final int REMEMBERED = 20;

    private final String name;
    private final OtlpClient client;
    private final String authorization;
    private final Ledger ledger;
    private final Random random;
    private final AtomicBoolean stop;
    private final Queue<String> surprises;
    private final List<Sent> acknowledged = new ArrayList<>();

    private record Sent(Ledger.Batch batch, byte[] request) {
    }

    Load(String name, OtlpClient client, String authorization, Ledger ledger, long seed, AtomicBoolean stop,
            Queue<String> surprises) {
        this.name = name;
        this.client = client;
        this.authorization = authorization;
        this.ledger = ledger;
        this.random = new Random(seed);
        this.stop = stop;
        this.surprises = surprises;
    }

    @Override
    public void run() {
        try {
            while (!stop.get()) {
                boolean again = !acknowledged.isEmpty() && random.nextInt(20) == 0;
                send(again ? acknowledged.get(random.nextInt(acknowledged.size())) : newBatch());
                Thread.sleep(random.nextInt(60));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | AssertionError e) {
            surprises.add(name + ": " + e);
        } finally {
            client.close();
        }
    }

    private void send(Sent sent) throws InterruptedException {
        long pauseMillis = 100;
        long giveUpAt = Long.MAX_VALUE;
        while (System.nanoTime() < giveUpAt) {
            sent.batch.attempted();
            switch (client.send(sent.request, authorization, random.nextBoolean())) {
                case OtlpAnswer.Accepted accepted -> {
                    if (accepted.rejectedSpans() != 0 || !accepted.message().isEmpty()) {
                        surprises.add(sent.batch + " " + accepted);
                    }
                    sent.batch.acknowledged(ledger.millis());
                    remember(sent);
                    return;
                }
                case OtlpAnswer.Refused refused -> {
                    sent.batch.answered(refused.raw() + " " + refused.message());
                    if (refused.kind() != OtlpAnswer.Kind.RETRYABLE) {
                        surprises.add("+" + ledger.millis() + " ms " + sent.batch + " " + refused);
                        return;
                    }
                    if (!sent.batch.isAcknowledged() && random.nextInt(50) == 0) {
                        return;
                    }
                    Thread.sleep(Math.max(pauseMillis, refused.retryAfter().orElse(Duration.ZERO).toMillis()));
                    pauseMillis = Math.min(1000, pauseMillis * 2);
                    if (stop.get() && giveUpAt == Long.MAX_VALUE) {
                        giveUpAt = System.nanoTime() + AFTER_STOP.toNanos();
                    }
                }
            }
        }
    }

    private void remember(Sent sent) {
        if (acknowledged.size() < REMEMBERED) {
            acknowledged.add(sent);
        } else {
            acknowledged.set(random.nextInt(REMEMBERED), sent);
        }
    }

    private Sent newBatch() {
        int size = 1 + random.nextInt(random.nextInt(4) == 0 ? 300 : 40);
        int traces = 1 + random.nextInt(Math.min(size, 5));
        List<ByteString> traceIds = new ArrayList<>();
        for (int i = 0; i < traces; i++) {
            traceIds.add(random.nextInt(4) == 0 && !traces().isEmpty() ? traces().get(random.nextInt(traces().size()))
                    : newTraceId());
        }
        long[] spanIds = new long[size];
        byte[] traceIndexes = new byte[size];
        Set<Long> parents = new HashSet<>();
        List<Span> spans = new ArrayList<>();
        Duration age = AGES[random.nextInt(10) < 7 ? 0 : random.nextInt(AGES.length)];
        long now = Spans.unixNano(Instant.now().minus(age));
        for (int i = 0; i < size; i++) {
            spanIds[i] = random.nextLong() | 0x1L << 63;
            traceIndexes[i] = (byte) random.nextInt(traces);
            spans.add(span(traceIds.get(traceIndexes[i]), spanIds[i], parents, now));
            parents.add(spanIds[i]);
        }
        ExportTraceServiceRequest request = Spans.request(spans);
        return new Sent(ledger.open(name, traceIds, spanIds, traceIndexes), request.toByteArray());
    }

    private ByteString newTraceId() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return ByteString.copyFrom(id);
    }

    /** Traces that have been sent before and may go on. */
    private List<ByteString> traces() {
        return acknowledged.stream().flatMap(sent -> sent.batch.traceIds().stream()).toList();
    }

    private Span span(ByteString traceId, long spanId, Set<Long> parents, long nowUnixNano) {
        long start = nowUnixNano - random.nextInt(30_000) * 1_000_000L - random.nextInt(1_000_000);
        Span.Builder span = Span.newBuilder().setTraceId(traceId).setSpanId(bytes(spanId))
                .setName(NAMES[random.nextInt(NAMES.length)]).setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + random.nextInt(2_000_000_000));
        if (!parents.isEmpty() && random.nextInt(3) > 0) {
            span.setParentSpanId(bytes(parents.iterator().next()));
        }
        if (random.nextInt(10) == 0) {
            span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("busy"));
        }
        if (random.nextInt(8) == 0) {
            // The others have to get it from here, whether they came before or come later.
            span.addAttributes(Spans.text("user.id", Spans.hex(traceId.substring(0, 4))));
        }
        return span.addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                .addAttributes(Spans.text("gen_ai.request.model", MODELS[random.nextInt(MODELS.length)]))
                .addAttributes(Spans.number("gen_ai.usage.input_tokens", inputTokens(spanId)))
                .addAttributes(Spans.number("gen_ai.usage.output_tokens", outputTokens(spanId)))
                .addAttributes(Spans.text("gen_ai.input.messages",
                        "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\""
                                + "Tell me about it. ".repeat(1 + random.nextInt(40)) + "\"}]}]"))
                .addAttributes(Spans.text(CONTENT_MARK, Long.toHexString(spanId))).build();
    }

    /** An attribute that holds the span's own id, so that content can be told from another span's. */
    static final String CONTENT_MARK = "crash.span_id";

    static long inputTokens(long spanId) {
        return spanId & 0xfff;
    }

    static long outputTokens(long spanId) {
        return spanId >>> 12 & 0x3ff;
    }

    private static ByteString bytes(long spanId) {
        return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(0, spanId));
    }
}
