package dev.sightline.ingestion.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Holds {@link OtlpReader} to what protobuf's own parser makes of the same bytes. */
class OtlpReaderTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Names names = new Names();

    @Test
    void readsAnyRequestAsTheParserDoes() throws IOException {
        for (int round = 0; round < 300; round++) {
            byte[] bytes = request().toByteArray();
            assertThat(read(bytes)).as("seed %d round %d", seed, round).isEqualTo(parsed(bytes));
        }
    }

    @Test
    void readsDamagedBytesAsTheParserDoesOrLeavesThemToIt() {
        int read = 0;
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = request().toByteArray();
            for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Message expected = null;
            try {
                expected = parsed(bytes);
            } catch (InvalidProtocolBufferException _) {
                assertThatThrownBy(() -> read(bytes)).as("seed %d round %d", seed, round)
                        .isInstanceOf(IOException.class);
            }
            if (expected != null) {
                try {
                    assertThat(read(bytes)).as("seed %d round %d", seed, round).isEqualTo(expected);
                    read++;
                } catch (IOException _) {
                    // It may leave the unusual to the parser, though not everything.
                }
            }
        }
        assertThat(read).isPositive();
    }

    private Message read(byte[] bytes) throws IOException {
        return withoutUnknown(new OtlpReader(bytes, names).read());
    }

    private static Message parsed(byte[] bytes) throws InvalidProtocolBufferException {
        return withoutUnknown(ExportTraceServiceRequest.parseFrom(bytes));
    }

    private static Message withoutUnknown(Message message) {
        Message.Builder known = message.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance());
        message.getAllFields().forEach((field, value) -> {
            if (value instanceof Message child) {
                known.setField(field, withoutUnknown(child));
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                known.setField(field, ((List<?>) value).stream().map(e -> withoutUnknown((Message) e)).toList());
            }
        });
        return known.build();
    }

    private ExportTraceServiceRequest request() {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        fill(request, 0);
        return request.build();
    }

    private void fill(Message.Builder message, int depth) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (random.nextInt(4) == 0 || depth > 9) {
                continue;
            }
            if (!field.isRepeated()) {
                message.setField(field, value(message, field, depth));
                continue;
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                message.addRepeatedField(field, value(message, field, depth));
            }
        }
    }

    private Object value(Message.Builder message, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case STRING -> switch (random.nextInt(4)) {
                case 0 -> "";
                case 1 -> "größer 🦆".repeat(random.nextInt(20));
                default -> "gen_ai.request.model".substring(random.nextInt(10));
            };
            case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(20)]);
            case BOOLEAN -> random.nextBoolean();
            case INT -> random.nextInt();
            case LONG -> random.nextLong();
            case FLOAT, DOUBLE -> random.nextGaussian();
            case ENUM -> field.getEnumType().getValues().get(random.nextInt(2));
            case MESSAGE -> {
                Message.Builder child = message.newBuilderForField(field);
                fill(child, depth + 1);
                yield child.build();
            }
        };
    }
}
