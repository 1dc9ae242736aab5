package dev.sightline.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Map;
import java.util.Random;

/** Fills every field of a message with something, so that a field that gets lost on a way shows. */
public final class RandomMessage {
    /** Widths of the byte fields that are not 16 bytes. */
    private static final Map<String, Integer> WIDTHS =
            Map.of("span_id", 8, "parent_span_id", 8, "experiment_item_root_span_id", 8);

    private final Random random;

    public RandomMessage(Random random) {
        this.random = random;
    }

    public <M extends Message> M fill(M empty) {
        Message.Builder builder = empty.newBuilderForType();
        for (FieldDescriptor field : empty.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    builder.addRepeatedField(field, value(builder, field));
                }
            } else {
                builder.setField(field, value(builder, field));
            }
        }
        @SuppressWarnings("unchecked")
        M filled = (M) builder.build();
        return filled;
    }

    private Object value(Message.Builder owner, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case STRING -> text();
            case BYTE_STRING -> bytes(WIDTHS.getOrDefault(field.getName(), 16));
            case BOOLEAN -> true;
            case INT -> 1 + random.nextInt(1_000_000);
            case LONG -> field.getName().endsWith("_unix_nano")
                    ? 1_767_225_600_000_000_000L + Math.floorMod(random.nextLong(), 86_400_000_000_000L)
                    : 1 + Math.floorMod(random.nextLong(), 1_000_000_000_000L);
            case DOUBLE -> random.nextDouble();
            case FLOAT -> random.nextFloat();
            case ENUM -> field.getEnumType().getValues().get(1 + random.nextInt(field.getEnumType().getValues().size() - 1));
            case MESSAGE -> fill(owner.newBuilderForField(field).build());
        };
    }

    /** Includes what SQL and binary formats trip over: quotes, newlines, zero bytes, letters beyond ASCII. */
    private String text() {
        String[] parts = {"a", "'", "\\", "\n\n", "\u0000", "é", "漢", "😀", "\"", "{}", " "};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3 + random.nextInt(8); i++) {
            text.append(parts[random.nextInt(parts.length)]).append(random.nextInt(100));
        }
        return text.toString();
    }

    private ByteString bytes(int width) {
        byte[] bytes = new byte[width];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
