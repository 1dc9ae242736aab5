package dev.sightline.guard.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.proto.guard.v1.CheckRequest;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.GuardGrpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client on a real gRPC server that answers by the text it is asked about. */
class GuardClientTest {
    private final AtomicReference<Metadata> headers = new AtomicReference<>();
    private Server server;

    private final class Scripted extends GuardGrpc.GuardImplBase {
        @Override
        public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
            switch (request.getText()) {
                case "no such policy" -> observer.onError(Status.NOT_FOUND.asRuntimeException());
                case "away" -> observer.onError(Status.UNAVAILABLE.asRuntimeException());
                case "never" -> { }
                default -> {
                    observer.onNext(CheckResponse.newBuilder().setAction("redact").setText("x").build());
                    observer.onCompleted();
                }
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = ServerBuilder.forPort(0).addService(ServerInterceptors.intercept(new Scripted(), new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata sent,
                    ServerCallHandler<Q, A> next) {
                headers.set(sent);
                return next.startCall(call, sent);
            }
        })).build().start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    private GuardClient client(Duration timeout, GuardClient.OnFailure onFailure) {
        return GuardClient.plaintext("localhost:" + server.getPort(), "pk", "sk", timeout, onFailure);
    }

    private String header(String name) {
        return headers.get().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    @Test
    void asksWithKeyAndTrace() {
        try (GuardClient client = client(Duration.ofMinutes(1), GuardClient.OnFailure.CLOSED)) {
            CheckResponse answer = client.check(CheckRequest.newBuilder().setText("hello").build(), "00-1-2-01");
            assertThat(answer.getAction()).isEqualTo("redact");
            assertThat(header("authorization")).isEqualTo("Basic cGs6c2s=");
            assertThat(header("traceparent")).isEqualTo("00-1-2-01");
            assertThat(client.input("hello").getText()).isEqualTo("x");
            assertThat(header("traceparent")).isNull();
        }
    }

    @Test
    void aMissingAnswerIsWhatTheApplicationChose() {
        try (GuardClient open = client(Duration.ofMinutes(1), GuardClient.OnFailure.OPEN);
                GuardClient closed = client(Duration.ofMillis(200), GuardClient.OnFailure.CLOSED)) {
            assertThat(open.output("away").getAction()).isEqualTo("allow");
            assertThat(open.output("away").getText()).isEqualTo("away");
            assertThat(open.output("away").getFailure()).isEqualTo("unavailable");
            assertThat(closed.input("never").getAction()).isEqualTo("block");
            assertThat(closed.input("never").getText()).isEmpty();
        }
    }

    @Test
    void whatIsWrongWithTheRequestIsThrown() {
        try (GuardClient client = client(Duration.ofMinutes(1), GuardClient.OnFailure.OPEN)) {
            assertThatThrownBy(() -> client.input("no such policy")).isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("NOT_FOUND");
        }
    }
}
