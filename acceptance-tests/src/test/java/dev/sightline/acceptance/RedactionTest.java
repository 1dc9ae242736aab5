package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SecondProject;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a project wants redacted is nowhere: not in Kafka, not in what is read; that it was there can be seen. */
@ExtendWith(SharedStack.class)
class RedactionTest {
    private static final String CARD = "5555555555554444";
    private static final String EMPLOYEE = "EMP-731946";
    private final String mail = "anna." + UUID.randomUUID() + "@example.org";

    private final Stack stack;

    RedactionTest(Stack stack) {
        this.stack = stack;
    }

    private Project project(String mode) {
        Project project = SecondProject.create(stack, "redact-" + UUID.randomUUID().toString().substring(0, 8));
        try (QueryClient query = query(project)) {
            query.send(HttpRequest.newBuilder(stack.file().uri("base_url").resolve("/api/v1/project/settings"))
                    .header("Authorization", project.authorization()).header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"redaction\":{\"mode\":\"" + mode
                            + "\",\"patterns\":[{\"kind\":\"employee\",\"pattern\":\"EMP-[0-9]{6}\"}]}}")).build()).ok();
        }
        return project;
    }

    private QueryClient query(Project project) {
        return new QueryClient(stack.file().uri("base_url"), project.authorization());
    }

    private JsonNode sendAndRead(Project project, Transport transport) {
        ByteString traceId = Spans.newTraceId();
        Span span = Spans.span(traceId, "chat")
                .addAttributes(Spans.text("gen_ai.input.messages", "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\","
                        + "\"content\":\"I am " + mail + ",\\nmy card is " + CARD + "\"}]}]"))
                .addAttributes(Spans.text("gen_ai.tool.call.arguments", "{\"card_number\":" + CARD + "}"))
                .addAttributes(Spans.text("langfuse.observation.metadata.asked_by", mail))
                .addAttributes(Spans.text("badge", EMPLOYEE)).addAttributes(Spans.text("user.id", mail))
                .addEvents(Span.Event.newBuilder().setName("note").addAttributes(Spans.text("to", mail)))
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR)
                        .setMessage("no mail to " + mail)).build();
        Span unreadable = span.toBuilder().setSpanId(ByteString.copyFrom(new byte[3])).build();
        try (OtlpClient client = transport.client(stack)) {
            OtlpAnswer answer = client.send(Spans.request(span, unreadable), project.authorization());
            assertThat(answer.toString()).contains("span_id").doesNotContain(mail);
        }
        try (QueryClient query = query(project)) {
            return query.awaitTrace(Spans.hex(traceId), 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "HTTP"})
    void nothingRawIsLeft(Transport transport) {
        Project project = project("redact");
        JsonNode trace = sendAndRead(project, transport);
        assertThat(trace.toString()).doesNotContain(mail).doesNotContain(CARD).doesNotContain(EMPLOYEE)
                .contains("I am [REDACTED:email_address],").contains("my card is [REDACTED:credit_card]")
                .contains("no mail to [REDACTED:email_address]").contains("[REDACTED:employee]");
        JsonNode metadata = trace.path("observations").get(0).path("metadata");
        assertThat(metadata.path("asked_by").asText()).isEqualTo("[REDACTED:email_address]");
        assertThat(metadata.toString()).contains("sightline.redaction.employee")
                .contains("sightline.redaction.credit_card").contains("sightline.redaction.email_address");
        for (byte[] value : everythingOnTopicSpans()) {
            assertThat(new String(value, StandardCharsets.UTF_8).contains(mail)).as("raw text in Kafka").isFalse();
        }
        try (QueryClient query = query(project)) {
            Await.until("the findings to be counted", Await.LONG, () -> {
                String health = query.get("/api/v1/ingest/health").ok().path("reasons").toString();
                return health.contains("\"redacted\"") && health.contains("\"email-address\"")
                        && health.contains("\"credit-card\"") && health.contains("\"custom-pattern\"");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "HTTP")
    void flagLeavesTheTextAndNotesIt(Transport transport) {
        JsonNode trace = sendAndRead(project("flag"), transport);
        assertThat(trace.toString()).contains(mail).contains(CARD).doesNotContain("[REDACTED");
        assertThat(trace.path("observations").get(0).path("metadata").toString())
                .contains("sightline.redaction.email_address");
    }

    private List<byte[]> everythingOnTopicSpans() {
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.file().text("kafka")),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("spans").stream()
                    .map(partition -> new TopicPartition("spans", partition.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> read : consumer.poll(Duration.ofSeconds(1))) {
                    values.add(read.value());
                }
            }
        }
        assertThat(values).as("records on topic spans").isNotEmpty();
        return values;
    }
}
