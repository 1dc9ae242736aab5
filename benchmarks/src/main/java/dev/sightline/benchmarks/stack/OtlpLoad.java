package dev.sightline.benchmarks.stack;

import dev.sightline.benchmarks.corpus.Corpus;
import dev.sightline.benchmarks.corpus.ExportRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * Sends a corpus over gRPC, uncompressed as the SDKs do by default, each request under new trace ids. Closed loop: so
 * many requests are under way, the next one goes when an answer came. Paced: a request goes when its time has come,
 * whatever the answers, unless too many are under way. Thread-safe counts.
 */
final class OtlpLoad implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final MethodDescriptor<byte[], ExportTraceServiceResponse> EXPORT =
            TraceServiceGrpc.getExportMethod().toBuilder(new Bytes(),
                    TraceServiceGrpc.getExportMethod().getResponseMarshaller()).build();
    private static final int CHANNELS = 4;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    /** Distinct over all loads of a run, so that no span is ever sent twice. */
    private static final AtomicLong NUMBER = new AtomicLong(1);
    private static final LongAdder ALL_ACKNOWLEDGED = new LongAdder();

    private final Corpus corpus;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<Channel> authorized = new ArrayList<>();
    private final Semaphore free;
    private final int inFlightMax;
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder offered = new LongAdder();
    private final Map<String, LongAdder> refused = new ConcurrentSkipListMap<>();
    private volatile BiConsumer<ExportRequest, Long> onAcknowledged = (_, _) -> { };

    OtlpLoad(RunningStack stack, Corpus corpus, int inFlightMax) {
        this.corpus = corpus;
        this.inFlightMax = inFlightMax;
        this.free = new Semaphore(inFlightMax);
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, stack.authorization());
        String target = stack.text("otlp_grpc").replaceFirst("^https?://", "");
        for (int i = 0; i < CHANNELS; i++) {
            ManagedChannel channel = ManagedChannelBuilder.forTarget(target).usePlaintext().build();
            channels.add(channel);
            authorized.add(ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
        }
    }

    /** Told of each acknowledged request and the number it was sent under. */
    void onAcknowledged(BiConsumer<ExportRequest, Long> listener) {
        onAcknowledged = listener;
    }

    /** Sends as fast as the answers come, and returns when all have come. */
    void closedLoop(Duration lasting) throws InterruptedException {
        long end = System.nanoTime() + lasting.toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            free.acquire();
            send(corpus.requests().get(i % corpus.requests().size()));
        }
        awaitAnswers();
    }

    /** Sends each request of the corpus once. */
    void once() throws InterruptedException {
        for (ExportRequest request : corpus.requests()) {
            free.acquire();
            send(request);
        }
        awaitAnswers();
    }

    /** Offers so many spans a second; what finds too many requests under way is offered but not sent. */
    void paced(double spansPerSecond, Duration lasting) throws InterruptedException {
        long begin = System.nanoTime();
        double due = 0;
        for (int i = 0; due < lasting.toNanos(); i++) {
            long early = begin + (long) due - System.nanoTime();
            if (early > 0) {
                TimeUnit.NANOSECONDS.sleep(early);
            }
            ExportRequest request = corpus.requests().get(i % corpus.requests().size());
            if (free.tryAcquire()) {
                send(request);
            } else {
                offered.add(request.spanCount());
                refused("not sent: " + inFlightMax + " requests under way").add(request.spanCount());
            }
            due += request.spanCount() * 1e9 / spansPerSecond;
        }
        awaitAnswers();
    }

    long acknowledgedSpans() {
        return acknowledged.sum();
    }

    /** By all loads of this run together. */
    static long allAcknowledgedSpans() {
        return ALL_ACKNOWLEDGED.sum();
    }

    long offeredSpans() {
        return offered.sum();
    }

    /** Spans that were not taken, by what was answered. */
    Map<String, LongAdder> refused() {
        return refused;
    }

    private LongAdder refused(String why) {
        return refused.computeIfAbsent(why, _ -> new LongAdder());
    }

    private void awaitAnswers() throws InterruptedException {
        free.acquire(inFlightMax);
        free.release(inFlightMax);
    }

    private void send(ExportRequest request) {
        long number = NUMBER.getAndIncrement();
        Instant now = Instant.now();
        byte[] bytes = request.fresh(number, now.getEpochSecond() * 1_000_000_000L + now.getNano());
        offered.add(request.spanCount());
        Channel channel = authorized.get((int) (number % CHANNELS));
        ClientCalls.asyncUnaryCall(channel.newCall(EXPORT,
                CallOptions.DEFAULT.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)), bytes,
                new StreamObserver<>() {
                    @Override
                    public void onNext(ExportTraceServiceResponse response) {
                        long rejected = response.getPartialSuccess().getRejectedSpans();
                        acknowledged.add(request.spanCount() - rejected);
                        ALL_ACKNOWLEDGED.add(request.spanCount() - rejected);
                        if (rejected > 0) {
                            refused("rejected: " + response.getPartialSuccess().getErrorMessage()).add(rejected);
                        }
                        onAcknowledged.accept(request, number);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        refused(Status.fromThrowable(failure).getCode().name()).add(request.spanCount());
                        free.release();
                    }

                    @Override
                    public void onCompleted() {
                        free.release();
                    }
                });
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
