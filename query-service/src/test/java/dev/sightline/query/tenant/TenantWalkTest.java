package dev.sightline.query.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.GrpcClient;
import dev.sightline.query.Session;
import dev.sightline.query.TraceFixture;
import dev.sightline.query.control.PasswordHash;
import dev.sightline.query.tenant.Operations.Kind;
import io.agroal.api.AgroalDataSource;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tries every REST operation that the OpenAPI document names and every gRPC method that the server reflects as somebody
 * whose it is not: with another project's ids and name, by a key, by a stranger's session, without a key and with a
 * wrong one. Nothing of the other project may come back or change. An operation that {@link Operations} does not know
 * fails the test.
 */
@QuarkusTest
@WithTestResource(Engines.class)
class TenantWalkTest {
    /** Stands in everything of the other project that is not an id. */
    private static final String MARK = "tenant-walk-secret";
    private static final String TRACE = TraceFixture.traceId();
    /** No other test has a span of this number. */
    private static final int SPAN = 2_079_999_001;
    private static final String SCORE = "tenant-walk-score";
    private static final String SESSION = "tenant-walk-session";
    private static final String STRANGER = "stranger@example.org";
    private static final String OTHER_KEY = basic(ControlFixture.OTHER_PUBLIC_KEY, ControlFixture.OTHER_SECRET_KEY);
    private static final String OUR_KEY = basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY);
    private static String exportId;
    private static String viewId;

    @Inject
    AgroalDataSource postgres;
    @TestHTTPResource
    URI baseUrl;

    /** Somebody, by the headers of the request and what is appended to its address. */
    private record Caller(String name, Map<String, String> headers, String query) {
    }

    @BeforeEach
    void theOtherProject() throws InterruptedException {
        ControlFixture.create(postgres);
        ControlFixture.execute(postgres, "INSERT INTO sightline.users (id, email, name, password_hash) VALUES (?, ?, "
                + "'Stranger', ?) ON CONFLICT DO NOTHING", UUID.randomUUID(), STRANGER,
                PasswordHash.of("a stranger's"));
        if (exportId != null) {
            return;
        }
        Instant now = Instant.now().minusSeconds(120);
        try (TraceFixture fixture = new TraceFixture()) {
            fixture.store(ControlFixture.OTHER_PROJECT,
                    TraceFixture.step(TRACE, SPAN, 0, MARK, now, Duration.ofSeconds(1)).setUserId(MARK)
                            .setSessionId(SESSION)
                            .setInput("\"" + MARK + "\"").addTags(MARK).putMetadata("key", MARK).setModel(MARK),
                    TraceFixture.call(TRACE, SPAN + 1, SPAN, MARK, now, 10, 5, 1_000_000_000L).setModel(MARK)
                            .setUserId(MARK));
            fixture.store(ControlFixture.OTHER_PROJECT, TraceFixture.score(TRACE, MARK, 1).setId(SCORE).setComment(MARK)
                    .setTimestampUnixNano(now.getEpochSecond() * 1_000_000_000L));
        }
        viewId = Api.other().contentType(ContentType.JSON).body(Map.of("name", MARK, "search", Map.of("query", MARK)))
                .post("/api/v1/saved-views").then().statusCode(201).extract().path("id");
        exportId = Api.other().contentType(ContentType.JSON).body(Map.of("table", "traces", "format", "jsonl"))
                .post("/api/v1/exports").then().statusCode(202).extract().path("id");
        for (int i = 0; i < 600 && !"done".equals(Api.other().get("/api/v1/exports/" + exportId).path("state")); i++) {
            Thread.sleep(50);
        }
        assertThat(Api.other().get("/api/v1/exports/" + exportId + "/content").asString()).contains(MARK);
    }

    private static Map<String, String> theirIds() {
        Map<String, String> ids = new HashMap<>();
        ids.put("traceId", TRACE);
        ids.put("spanId", TraceFixture.spanId(SPAN));
        ids.put("observationId", TraceFixture.spanId(SPAN));
        ids.put("scoreId", SCORE);
        ids.put("sessionId", SESSION);
        ids.put("exportId", exportId);
        ids.put("viewId", viewId);
        ids.put("projectId", ControlFixture.OTHER_PROJECT);
        ids.put("publicKey", ControlFixture.OTHER_PUBLIC_KEY);
        ids.put("mediaId", "AAAAAAAAAAAAAAAAAAAAAA");
        return ids;
    }

    @Test
    void everyRestOperation() throws Exception {
        String theirsBefore = theirs();
        JsonPath api = RestAssured.given().queryParam("format", "json").get("/q/openapi").jsonPath();
        Map<String, Map<String, Object>> paths = api.getMap("paths");
        Set<String> operations = new TreeSet<>();
        paths.forEach((path, methods) -> methods.keySet().stream()
                .filter(method -> Set.of("get", "put", "post", "patch", "delete").contains(method))
                .forEach(method -> operations.add(method.toUpperCase() + " " + path)));
        assertThat(operations).isNotEmpty();
        assertThat(Operations.REST.keySet()).as("operations that the tenant walk knows; add a line to Operations")
                .containsAll(operations);

        List<String> wrong = new ArrayList<>();
        int pairs = 0;
        Session stranger = Session.of(STRANGER, "a stranger's");
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String operation : operations) {
                Operations.Rest known = Operations.REST.get(operation);
                if (known.kind() == Kind.OPEN) {
                    continue;
                }
                for (Map.Entry<Caller, Set<Integer>> expected : callers(known.kind(), stranger).entrySet()) {
                    String found = attempt(http, operation, known, expected.getKey(), expected.getValue());
                    pairs++;
                    if (found != null) {
                        wrong.add(operation + " as " + expected.getKey().name() + ": " + found);
                    }
                }
            }
        }
        System.out.printf("tenant walk: %d REST operations, %d pairs tried%n", operations.size(), pairs);
        assertThat(wrong).isEmpty();
        assertThat(theirs()).as("what the other project has").isEqualTo(theirsBefore);
    }

    /** Who tries, and which statuses are right; empty: any but a fault, as long as nothing of the other's is in it. */
    private static Map<Caller, Set<Integer>> callers(Kind kind, Session stranger) {
        Set<Integer> ownKey = switch (kind) {
            case OWN -> Set.of();
            case THEIR_ID -> Set.of(404);
            case PERSON -> Set.of(401, 403, 404);
            case ANY_PERSON, OPEN -> Set.of(200, 401, 403, 404);
        };
        Set<Integer> nobody = Set.of(401);
        Set<Integer> notYours = Set.of(401, 403, 404);
        Map<String, String> cookie = Map.of("Cookie", "sightline_session=" + stranger.cookie(),
                "X-Sightline-CSRF", "1");
        Map<Caller, Set<Integer>> callers = new LinkedHashMap<>();
        callers.put(new Caller("our key with their ids", Map.of("Authorization", OUR_KEY), ""), ownKey);
        callers.put(new Caller("our key that names their project", Map.of("Authorization", OUR_KEY,
                "X-Sightline-Project", ControlFixture.OTHER_PROJECT), ""), notYours);
        callers.put(new Caller("our key with their project as parameter", Map.of("Authorization", OUR_KEY),
                "project=" + ControlFixture.OTHER_PROJECT), notYours);
        callers.put(new Caller("a stranger's session on their project", with(cookie, "X-Sightline-Project",
                ControlFixture.OTHER_PROJECT), ""), kind == Kind.ANY_PERSON ? Set.of(200, 201, 400, 404) : notYours);
        callers.put(new Caller("a stranger's session on our project", with(cookie, "X-Sightline-Project", "dev"), ""),
                kind == Kind.ANY_PERSON ? Set.of(200, 201, 400, 404) : notYours);
        callers.put(new Caller("a made-up session", Map.of("Cookie", "sightline_session=AAAA", "X-Sightline-CSRF", "1",
                "X-Sightline-Project", ControlFixture.OTHER_PROJECT), ""), nobody);
        callers.put(new Caller("nobody", Map.of(), ""), nobody);
        callers.put(new Caller("nobody on their project", Map.of("X-Sightline-Project", ControlFixture.OTHER_PROJECT),
                ""), nobody);
        callers.put(new Caller("their key with a wrong secret", Map.of("Authorization",
                basic(ControlFixture.OTHER_PUBLIC_KEY, "wrong")), ""), nobody);
        callers.put(new Caller("their key without its secret", Map.of("Authorization",
                "Bearer " + ControlFixture.OTHER_PUBLIC_KEY), ""), notYours);
        callers.put(new Caller("their expired key", Map.of("Authorization",
                basic(ControlFixture.EXPIRED_PUBLIC_KEY, ControlFixture.EXPIRED_SECRET_KEY)), ""), nobody);
        return callers;
    }

    /** What is wrong with the answer, or null. */
    private String attempt(HttpClient http, String operation, Operations.Rest known, Caller caller, Set<Integer> right)
            throws IOException, InterruptedException {
        String[] parts = operation.split(" ", 2);
        Map<String, String> ids = theirIds();
        Matcher parameter = Pattern.compile("\\{(\\w+)\\}").matcher(parts[1]);
        String path = parameter.replaceAll(found ->
                ids.getOrDefault(found.group(1), "00000000-0000-4000-8000-000000000000"));
        String query = "?" + known.query() + "&" + caller.query();
        HttpRequest.Builder request = HttpRequest.newBuilder(baseUrl.resolve(path + query))
                .timeout(Duration.ofSeconds(60))
                .method(parts[0], known.body().isEmpty() ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(known.body().replace("THEIR_TRACE", TRACE)));
        if (!known.body().isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        caller.headers().forEach(request::header);
        HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        boolean endless = answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
        try (InputStream in = answer.body()) {
            String body = endless ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int status = answer.statusCode();
            if (body.contains(MARK)) {
                return status + " and something of theirs: " + body.substring(0, Math.min(300, body.length()));
            }
            if (right.isEmpty() ? status >= 500 && status != 503 : !right.contains(status)) {
                return status + " is not " + right + ": " + body.substring(0, Math.min(300, body.length()));
            }
            return null;
        }
    }

    /** What its own key sees of the other project; must be the same before and after. */
    private static String theirs() {
        return String.join("\n",
                Api.other().get("/api/v1/traces/" + TRACE).then().statusCode(200).extract().asString(),
                Api.other().get("/api/v1/project/settings").then().statusCode(200).extract().asString(),
                Api.other().get("/api/v1/projects").then().statusCode(200).extract().asString(),
                Api.other().get("/api/v1/saved-views").then().statusCode(200).extract().asString(),
                Api.other().get("/api/v1/exports/" + exportId).then().statusCode(200).extract().asString());
    }

    @Test
    void everyGrpcMethod() throws Exception {
        try (GrpcClient grpc = new GrpcClient()) {
            Map<String, Descriptors.MethodDescriptor> methods = reflect(grpc.channel());
            assertThat(methods).isNotEmpty();
            assertThat(Operations.GRPC.keySet()).as("methods that the tenant walk knows; add a line to Operations")
                    .containsAll(methods.keySet());
            Map<String, CallCredentials> callers = new LinkedHashMap<>();
            callers.put("our key", GrpcClient.authorization(OUR_KEY));
            callers.put("nobody", null);
            callers.put("their key with a wrong secret", GrpcClient.basic(ControlFixture.OTHER_PUBLIC_KEY, "wrong"));
            callers.put("their key without its secret", GrpcClient.authorization("Bearer "
                    + ControlFixture.OTHER_PUBLIC_KEY));
            callers.put("their expired key", GrpcClient.basic(ControlFixture.EXPIRED_PUBLIC_KEY,
                    ControlFixture.EXPIRED_SECRET_KEY));
            callers.put("a wrong service token", GrpcClient.authorization("Bearer not-the-token-0123456789012345"));
            List<String> wrong = new ArrayList<>();
            int pairs = 0;
            for (Map.Entry<String, Descriptors.MethodDescriptor> method : methods.entrySet()) {
                for (Map.Entry<String, CallCredentials> caller : callers.entrySet()) {
                    for (String project : List.of(ControlFixture.OTHER_PROJECT, "")) {
                        boolean mayAnswer = Operations.GRPC.get(method.getKey()) == Kind.OWN
                                && caller.getKey().equals("our key") && project.isEmpty();
                        String found = call(grpc.channel(), method.getValue(), caller.getValue(), project, mayAnswer);
                        pairs++;
                        if (found != null) {
                            wrong.add(method.getKey() + " as " + caller.getKey() + " on '" + project + "': " + found);
                        }
                    }
                }
            }
            System.out.printf("tenant walk: %d gRPC methods, %d pairs tried%n", methods.size(), pairs);
            assertThat(wrong).isEmpty();
        }
    }

    /** No answer in time is no answer: on a busy machine the same call is tried once more. */
    private static String call(ManagedChannel channel, Descriptors.MethodDescriptor method, CallCredentials credentials,
            String project, boolean mayAnswer) {
        String found = callOnce(channel, method, credentials, project, mayAnswer);
        return found != null && found.contains(Status.Code.DEADLINE_EXCEEDED.name())
                ? callOnce(channel, method, credentials, project, mayAnswer) : found;
    }

    private static String callOnce(ManagedChannel channel, Descriptors.MethodDescriptor method,
            CallCredentials credentials, String project, boolean mayAnswer) {
        MethodDescriptor<DynamicMessage, DynamicMessage> descriptor = MethodDescriptor
                .<DynamicMessage, DynamicMessage>newBuilder()
                .setType(method.isServerStreaming() ? MethodDescriptor.MethodType.SERVER_STREAMING
                        : MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(method.getService().getFullName(),
                        method.getName()))
                .setRequestMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
                .setResponseMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
        CallOptions as = credentials == null ? options : options.withCallCredentials(credentials);
        DynamicMessage request = theirs(method.getInputType(), project, 3);
        try {
            Iterator<DynamicMessage> answers = method.isServerStreaming()
                    ? ClientCalls.blockingServerStreamingCall(channel, descriptor, as, request)
                    : List.of(ClientCalls.blockingUnaryCall(channel, descriptor, as, request)).iterator();
            while (answers.hasNext()) {
                DynamicMessage answer = answers.next();
                if (answer.toByteString().toStringUtf8().contains(MARK)) {
                    return "something of theirs";
                }
                if (!mayAnswer) {
                    return "an answer";
                }
            }
            return null;
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                case NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED, INVALID_ARGUMENT -> null;
                default -> e.getStatus().toString();
            };
        }
    }

    /** A request that speaks of the other project wherever it can. */
    private static DynamicMessage theirs(Descriptor type, String project, int depth) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            Object value = switch (field.getJavaType()) {
                case STRING -> field.getName().equals("project_id") ? project
                        : field.getName().equals("public_key") ? ControlFixture.OTHER_PUBLIC_KEY
                        : field.getName().equals("session_id") ? SESSION : "";
                case BYTE_STRING -> field.getName().startsWith("trace_id") ? TraceFixture.bytes(TRACE)
                        : field.getName().startsWith("span_id") ? TraceFixture.bytes(TraceFixture.spanId(SPAN))
                        : ByteString.EMPTY;
                case MESSAGE -> depth == 0 || field.isMapField() ? null : theirs(field.getMessageType(), project,
                        depth - 1);
                case INT, LONG, FLOAT, DOUBLE, BOOLEAN, ENUM -> null;
            };
            boolean empty = value == null || value.equals("") || value.equals(ByteString.EMPTY);
            if (!empty && field.isRepeated()) {
                message.addRepeatedField(field, value);
            } else if (!empty && field.getContainingOneof() == null) {
                message.setField(field, value);
            }
        }
        return message.build();
    }

    /** Every method of our own services that the server tells by reflection. */
    private static Map<String, Descriptors.MethodDescriptor> reflect(ManagedChannel channel) throws Exception {
        BlockingQueue<ServerReflectionResponse> answers = new ArrayBlockingQueue<>(100);
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(
                new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse answer) {
                        answers.add(answer);
                    }

                    @Override
                    public void onError(Throwable failure) {
                    }

                    @Override
                    public void onCompleted() {
                    }
                });
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        Map<String, Descriptors.MethodDescriptor> methods = new LinkedHashMap<>();
        for (var service : answers.poll(30, TimeUnit.SECONDS).getListServicesResponse().getServiceList()) {
            if (!service.getName().startsWith("sightline.")) {
                continue;
            }
            requests.onNext(ServerReflectionRequest.newBuilder().setFileContainingSymbol(service.getName()).build());
            Map<String, FileDescriptorProto> files = new HashMap<>();
            FileDescriptorProto first = null;
            for (ByteString bytes : answers.poll(30, TimeUnit.SECONDS).getFileDescriptorResponse()
                    .getFileDescriptorProtoList()) {
                FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
                files.put(file.getName(), file);
                boolean declares = file.getServiceList().stream().anyMatch(declared ->
                        service.getName().equals(file.getPackage() + "." + declared.getName()));
                first = declares ? file : first;
            }
            FileDescriptor file = build(first, files);
            file.getServices().stream().filter(declared -> declared.getFullName().equals(service.getName()))
                    .flatMap(declared -> declared.getMethods().stream())
                    .forEach(method -> methods.put(method.getFullName(), method));
        }
        requests.onCompleted();
        return methods;
    }

    private static FileDescriptor build(FileDescriptorProto file, Map<String, FileDescriptorProto> files)
            throws Descriptors.DescriptorValidationException {
        List<FileDescriptor> needed = new ArrayList<>();
        for (String name : file.getDependencyList()) {
            needed.add(build(files.get(name), files));
        }
        return FileDescriptor.buildFrom(file, needed.toArray(FileDescriptor[]::new));
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return more;
    }

    private static String basic(String publicKey, String secretKey) {
        return "Basic " + Base64.getEncoder().encodeToString(
                (publicKey + ":" + secretKey).getBytes(StandardCharsets.UTF_8));
    }
}
