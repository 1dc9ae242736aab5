package dev.sightline.query.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.control.v1.ApiKeysGrpc;
import dev.sightline.proto.control.v1.ResolveApiKeyRequest;
import dev.sightline.proto.control.v1.ResolveApiKeyResponse;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.GrpcClient;
import io.agroal.api.AgroalDataSource;
import io.grpc.CallCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(Engines.class)
class ApiKeyTest {
    @Inject
    AgroalDataSource postgres;
    @Inject
    ServiceToken token;

    private GrpcClient grpc;

    @BeforeEach
    void connect() {
        grpc = new GrpcClient();
        ControlFixture.create(postgres);
    }

    @AfterEach
    void close() {
        grpc.close();
    }

    @Test
    void aKeyOpensItsProject() {
        given().auth().preemptive().basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY).get("/api/public/projects").then()
                .statusCode(200).body("data.id", contains("dev")).body("data[0].name", equalTo("Development"))
                .body("data[0].organization.id", equalTo("acme")).body("data[0].metadata", notNullValue());
        given().header("Authorization", "Bearer " + Engines.PUBLIC_KEY + ":" + Engines.SECRET_KEY)
                .get("/api/public/projects").then().statusCode(200).body("data.id", contains("dev"));
        given().auth().preemptive().basic(ControlFixture.OTHER_PUBLIC_KEY, ControlFixture.OTHER_SECRET_KEY)
                .get("/api/public/projects").then().statusCode(200).body("data.id", contains("other"));
    }

    @Test
    void aKeyNamesNoOtherProject() {
        given().auth().preemptive().basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY)
                .header("X-Sightline-Project", ControlFixture.OTHER_PROJECT).get("/api/v1/traces")
                .then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Basic cGstdGVzdC1kZXY6d3Jvbmc=",                 // pk-test-dev:wrong
        "Basic bm9ib2R5Om5vdGhpbmc=",                     // nobody:nothing
        "Basic cGstdGVzdC1kZXY6",                         // pk-test-dev:
        "Basic cGstdGVzdC1kZXY=",                         // pk-test-dev
        "Basic !!!", "Basic", "Basic ", "", "Digest abc", "Bearer pk-test-dev:wrong", "Bearer nobody",
        "Basic cGstdGVzdC1leHBpcmVkOnNrLXRlc3QtZXhwaXJlZC0wYzEx"  // right, but expired
    })
    void aWrongKeyIsRefusedInLangfusesShapeAndInOurs(String authorization) {
        given().header("Authorization", authorization).get("/api/public/projects").then().statusCode(401)
                .contentType("application/json").body("message", notNullValue()).body("error", notNullValue());
        given().header("Authorization", authorization).get("/api/v1/traces").then().statusCode(401)
                .contentType("application/problem+json").body("status", equalTo(401));
    }

    @Test
    void aPublicKeyAloneReadsNothing() {
        given().header("Authorization", "Bearer " + Engines.PUBLIC_KEY).get("/api/public/projects").then()
                .statusCode(403).body("message", containsString("secret"));
    }

    @Test
    void servicesResolveKeys() {
        ResolveApiKeyResponse full = resolve(token.credentials(), Engines.PUBLIC_KEY, Engines.SECRET_KEY);
        assertThat(full.getProjectId()).isEqualTo("dev");
        assertThat(full.getAccess()).isEqualTo(Access.FULL);
        ResolveApiKeyResponse scores = resolve(token.credentials(), Engines.PUBLIC_KEY, "");
        assertThat(scores.getProjectId()).isEqualTo("dev");
        assertThat(scores.getAccess()).isEqualTo(Access.SCORES);
    }

    @Test
    void whatCannotBeResolvedSaysWhy() {
        assertStatus(() -> resolve(token.credentials(), Engines.PUBLIC_KEY, "wrong"),
                Status.Code.NOT_FOUND, "secret_key");
        assertStatus(() -> resolve(token.credentials(), "nobody", "wrong"), Status.Code.NOT_FOUND, "public_key");
        assertStatus(() -> resolve(token.credentials(), ControlFixture.EXPIRED_PUBLIC_KEY,
                ControlFixture.EXPIRED_SECRET_KEY), Status.Code.NOT_FOUND, "expired");
        assertStatus(() -> resolve(token.credentials(), "", "x"), Status.Code.INVALID_ARGUMENT, "public_key");
    }

    @Test
    void onlyServicesResolveKeys() {
        assertStatus(() -> resolve(null, Engines.PUBLIC_KEY, Engines.SECRET_KEY),
                Status.Code.UNAUTHENTICATED, "authorization");
        assertStatus(() -> resolve(GrpcClient.basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY),
                Engines.PUBLIC_KEY, Engines.SECRET_KEY), Status.Code.PERMISSION_DENIED, "authorization");
        assertStatus(() -> resolve(GrpcClient.authorization("Bearer " + Engines.SERVICE_TOKEN + "x"),
                Engines.PUBLIC_KEY, Engines.SECRET_KEY), Status.Code.PERMISSION_DENIED, "authorization");
    }

    private ResolveApiKeyResponse resolve(CallCredentials credentials, String publicKey, String secretKey) {
        return ApiKeysGrpc.newBlockingStub(grpc.channel()).withCallCredentials(credentials).resolveApiKey(
                ResolveApiKeyRequest.newBuilder().setPublicKey(publicKey).setSecretKey(secretKey).build());
    }

    private static void assertStatus(ThrowableAssert.ThrowingCallable call, Status.Code code, String named) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).contains(named);
        });
    }
}
