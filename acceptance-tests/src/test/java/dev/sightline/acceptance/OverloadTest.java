package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.OtlpHttpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More than the edge can hold is refused for now or for good; it never costs the process. */
@ExtendWith(SharedStack.class)
class OverloadTest {
    private static final String EDGE = "ingestion-edge";
    private static final int CLIENTS = 12;
    private static final int SPANS_PER_REQUEST = 20_000;
    /** Just below the bound of 64 MiB. */
    private static final int BOMB_BYTES = 60 << 20;

    private final Stack stack;
    private long edgePid;

    OverloadTest(Stack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void noteEdge() {
        edgePid = stack.file().process(EDGE).pid();
    }

    @AfterEach
    void theEdgeIsStillTheSameAndWorks() {
        assertThat(stack.file().process(EDGE).pid()).as("pid of the edge").isEqualTo(edgePid);
        ByteString traceId = Spans.newTraceId();
        try (OtlpClient client = Transport.GRPC.client(stack);
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            client.send(Spans.request(Spans.span(traceId, "afterwards").build()),
                    stack.project().authorization()).accepted();
            query.awaitTrace(Spans.hex(traceId), 1);
        }
    }

    /** About 20 MB each, 240 MB at once: some are taken, the others may come again. */
    @ParameterizedTest
    @EnumSource(names = {"GRPC", "HTTP"})
    void manyLargeRequestsAtOnceAreTakenOrToldToComeAgain(Transport transport) throws Exception {
        byte[] request = largeRequest();
        List<Future<OtlpAnswer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < CLIENTS; i++) {
                answers.add(threads.submit((Callable<OtlpAnswer>) () -> {
                    try (OtlpClient client = transport.client(stack)) {
                        return client.send(request, stack.project().authorization(), false);
                    }
                }));
            }
        }
        int accepted = 0;
        for (Future<OtlpAnswer> answer : answers) {
            switch (answer.get()) {
                case OtlpAnswer.Accepted _ -> accepted++;
                case OtlpAnswer.Refused refused ->
                        assertThat(refused.kind()).as("%s", refused).isEqualTo(OtlpAnswer.Kind.RETRYABLE);
            }
        }
        assertThat(accepted).isPositive();
    }

    /** The same spans for all, so that they are stored once and cost the stack little. */
    private static byte[] largeRequest() {
        List<Span> spans = new ArrayList<>();
        ByteString traceId = Spans.newTraceId();
        for (int i = 0; i < SPANS_PER_REQUEST; i++) {
            Span.Builder span = Spans.span(traceId, "one of many");
            for (int j = 0; j < 20; j++) {
                span.addAttributes(Spans.text("attribute." + j, "some value of usual length " + j));
            }
            spans.add(span.build());
        }
        return Spans.request(spans).toByteArray();
    }

    /** Two bytes on the wire, an object in memory, thirty million times. */
    @ParameterizedTest
    @EnumSource
    void millionsOfEmptyMessagesCostNotTheProcess(Transport transport) {
        byte[] emptyResources = repeated(new byte[] {0x0a, 0});
        ByteString emptyAttributes = UnsafeByteOperations.unsafeWrap(repeated(new byte[] {0x4a, 0}));
        try (OtlpClient client = transport.client(stack)) {
            for (byte[] bomb : List.of(emptyResources, wrapped(emptyAttributes))) {
                OtlpAnswer answer = client.send(bomb, stack.project().authorization(), true);
                if (answer instanceof OtlpAnswer.Refused refused) {
                    assertThat(refused.kind()).as("%s", refused)
                            .isIn(OtlpAnswer.Kind.TOO_LARGE, OtlpAnswer.Kind.INVALID);
                }
            }
        }
    }

    /** The bytes of a span, as the only span of a request. */
    private static byte[] wrapped(ByteString span) {
        ByteString bytes = span;
        // TracesData.resource_spans, ResourceSpans.scope_spans, ScopeSpans.spans
        for (int tag : new int[] {0x12, 0x12, 0x0a}) {
            bytes = prefixed(tag, bytes);
        }
        return bytes.toByteArray();
    }

    private static ByteString prefixed(int tag, ByteString message) {
        ByteString.Output head = ByteString.newOutput();
        head.write(tag);
        int size = message.size();
        while (size > 0x7f) {
            head.write(size & 0x7f | 0x80);
            size >>>= 7;
        }
        head.write(size);
        return head.toByteString().concat(message);
    }

    private static byte[] repeated(byte[] part) {
        byte[] all = new byte[BOMB_BYTES];
        for (int i = 0; i < all.length; i++) {
            all[i] = part[i % part.length];
        }
        return all;
    }

    @Test
    void millionsOfEmptyJsonObjectsCostNotTheProcess() throws IOException {
        for (String[] bomb : new String[][] {{"{\"resourceSpans\":[{}", ",{}", "]}"},
                {"{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[0", ",0", "]}]}]}"},
                {"{\"x\":[[]", ",[]", "]}"}}) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(bomb[0].getBytes(StandardCharsets.US_ASCII));
                byte[] part = bomb[1].repeat(1000).getBytes(StandardCharsets.US_ASCII);
                for (int bytes = 0; bytes < BOMB_BYTES; bytes += part.length) {
                    gzip.write(part);
                }
                gzip.write(bomb[2].getBytes(StandardCharsets.US_ASCII));
            }
            try (OtlpHttpClient client = new OtlpHttpClient(Transport.HTTP.endpoint(stack), Duration.ofMinutes(2))) {
                OtlpAnswer answer = client.sendEncoded(packed.toByteArray(), OtlpHttpClient.JSON,
                        stack.project().authorization(), "gzip");
                if (answer instanceof OtlpAnswer.Refused refused) {
                    assertThat(refused.kind()).as("%s", refused)
                            .isIn(OtlpAnswer.Kind.TOO_LARGE, OtlpAnswer.Kind.INVALID);
                }
            }
        }
    }
}
