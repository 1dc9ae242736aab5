package dev.sightline.ingestion.langfuse;

import dev.sightline.proto.control.v1.Access;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.Map;

/** Batches read with the documented defaults, at a fixed time. */
final class Batches {
    /** 2026-11-23T12:00:00Z: the events of the tests are from this day. */
    static final long NOW_UNIX_NANO = 1_795_435_200_000_000_000L;
    static final LangfuseConfig CONFIG = config(Map.of());
    private static final Batch.Reader READER = new Batch.Reader(CONFIG);

    private Batches() {
    }

    static LangfuseConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder().withMapping(LangfuseConfig.class).withDefaultValues(values).build()
                .getConfigMapping(LangfuseConfig.class);
    }

    static Batch read(String json) {
        return read(json, Access.FULL);
    }

    static Batch read(String json, Access access) {
        return READER.read(json.getBytes(StandardCharsets.UTF_8), access, NOW_UNIX_NANO, UnaryOperator.identity(),
                item -> { });
    }

    /** A batch of one event with this type and body. */
    static Batch event(String type, String body) {
        return read(envelope("e", type, body));
    }

    static String envelope(String id, String type, String body) {
        return "{\"batch\":[" + single(id, type, body) + "]}";
    }

    static String single(String id, String type, String body) {
        return "{\"id\":\"" + id + "\",\"type\":\"" + type + "\",\"timestamp\":\"2026-11-23T11:00:00.000Z\",\"body\":"
                + body + "}";
    }
}
