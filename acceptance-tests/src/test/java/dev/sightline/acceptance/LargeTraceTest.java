package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A trace of ten thousand observations, asked for by many at once, does not cost query-service its life. */
@ExtendWith(SharedStack.class)
class LargeTraceTest {
    private static final String QUERY = "query-service";
    private static final int OBSERVATIONS = 10_000;
    private static final int SPANS_PER_REQUEST = 1_000;
    private static final int CLIENTS = 20;

    private final Stack stack;

    LargeTraceTest(Stack stack) {
        this.stack = stack;
    }

    private void send(ByteString traceId) {
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            for (int sent = 0; sent < OBSERVATIONS; sent += SPANS_PER_REQUEST) {
                List<Span> spans = new ArrayList<>();
                for (int i = 0; i < SPANS_PER_REQUEST; i++) {
                    spans.add(Spans.span(traceId, "step " + (sent + i) + " of a long night run").build());
                }
                client.send(Spans.request(spans), stack.project().authorization()).accepted();
            }
        }
    }

    @Test
    void twentyClientsGetItWholeOrAreToldToComeAgain() throws Exception {
        ByteString traceId = Spans.newTraceId();
        send(traceId);
        String path = "/api/v1/traces/" + Spans.hex(traceId) + "?content=false";
        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization());
             HttpClient http = HttpClient.newHttpClient();
             ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            Await.value("all observations", Await.LONG, () -> {
                QueryClient.Answer answer = query.get(path + "&limit=1");
                return answer.status() == 200
                        && answer.body().path("trace").path("observation_count").asInt() == OBSERVATIONS
                        ? Optional.of(answer) : Optional.empty();
            });
            long pid = stack.file().process(QUERY).pid();
            HttpRequest whole = HttpRequest.newBuilder(stack.file().uri("base_url").resolve(path))
                    .header("Authorization", stack.project().authorization()).build();
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                answers.add(threads.submit((Callable<HttpResponse<String>>) () ->
                        http.send(whole, HttpResponse.BodyHandlers.ofString())));
            }
            assertThat(query.get(path + "&limit=20").ok().path("observations"))
                    .as("a small answer meanwhile").hasSize(20);
            int complete = 0;
            for (Future<HttpResponse<String>> each : answers) {
                HttpResponse<String> answer = each.get();
                if (answer.statusCode() == 503) {
                    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                    assertThat(answer.body()).contains("limit");
                } else {
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).contains("step 0 of").contains("step " + (OBSERVATIONS - 1) + " of");
                    complete++;
                }
            }
            assertThat(complete).as("complete answers").isPositive();
            assertThat(stack.file().process(QUERY).pid()).as("pid of query-service").isEqualTo(pid);
            assertThat(http.send(whole, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .as("the places are free again").isEqualTo(200);
        }
    }
}
