package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import dev.sightline.proto.query.v1.GetTraceRequest;
import dev.sightline.acceptance.client.TracesClient;
import io.grpc.Status;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Without a project's key nothing is stored and nothing is read. */
@ExtendWith(SharedStack.class)
class AuthenticationTest {
    private final Stack stack;

    AuthenticationTest(Stack stack) {
        this.stack = stack;
    }

    private List<String> wrongAuthorizations() {
        Project project = stack.project();
        return Arrays.asList(null, Project.basic(project.publicKey(), "sk-wrong"),
                Project.basic("pk-unknown", project.secretKey()), Project.basic(project.secretKey(), project.publicKey()),
                "Basic !!! not base64 !!!", "Bearer " + project.secretKey(), "Digest abc", "Basic");
    }

    @ParameterizedTest
    @EnumSource
    void sendingWithoutAKeyIsUnauthenticatedAndStoresNothing(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        try (OtlpClient client = transport.client(stack)) {
            for (String authorization : wrongAuthorizations()) {
                OtlpAnswer answer = client.send(Spans.request(Spans.span(traceId, "refused").build()), authorization);
                assertThat(answer.refused().kind()).as("%s", authorization)
                        .isEqualTo(OtlpAnswer.Kind.UNAUTHENTICATED);
                assertThat(answer.refused().message()).doesNotContain(stack.project().secretKey());
            }
            ByteString goodTraceId = Spans.newTraceId();
            client.send(Spans.request(Spans.span(goodTraceId, "accepted").build()),
                    stack.project().authorization()).accepted();
            try (QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
                query.awaitTrace(Spans.hex(goodTraceId), 1);
                assertThat(query.get("/api/v1/traces/" + Spans.hex(traceId)).status()).isEqualTo(404);
            }
            assertThat(new ClickHouseClient(stack).number("SELECT count() FROM observations WHERE trace_id = unhex('"
                    + Spans.hex(traceId) + "')")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theKeyMayComeAsBearer(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        Project project = stack.project();
        try (OtlpClient client = transport.client(stack);
             QueryClient query = new QueryClient(stack.file().uri("base_url"), project.authorization())) {
            client.send(Spans.request(Spans.span(traceId, "bearer").build()),
                    "Bearer " + project.publicKey() + ":" + project.secretKey()).accepted();
            query.awaitTrace(Spans.hex(traceId), 1);
        }
    }

    @Test
    void readingOverHttpWithoutAKeyIsUnauthenticated() {
        for (String authorization : wrongAuthorizations()) {
            try (QueryClient query = new QueryClient(stack.file().uri("base_url"), authorization)) {
                for (String path : List.of("/api/v1/traces", "/api/v1/traces/" + "0".repeat(31) + "1",
                        "/api/public/traces", "/api/public/projects")) {
                    QueryClient.Answer answer = query.get(path);
                    assertThat(answer.status()).as("%s with %s", path, authorization).isEqualTo(401);
                    assertThat(answer.contentType()).contains("json");
                }
            }
        }
    }

    @Test
    void readingOverGrpcWithoutAKeyIsUnauthenticated() {
        for (String authorization : wrongAuthorizations()) {
            try (TracesClient traces = new TracesClient(stack, authorization)) {
                assertThat(traces.failure(stub -> stub.getTrace(GetTraceRequest.newBuilder()
                        .setProjectId(stack.project().id()).setTraceId(Spans.newTraceId()).build())).getCode())
                        .as("%s", authorization).isEqualTo(Status.Code.UNAUTHENTICATED);
            }
        }
    }
}
