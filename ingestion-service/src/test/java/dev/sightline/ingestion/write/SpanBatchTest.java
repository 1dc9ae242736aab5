package dev.sightline.ingestion.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.ingestion.write.SpanBatch.Value;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SpanBatchTest {
    private static final ByteString TRACE = ByteString.copyFromUtf8("a trace's 16 byt");

    private static Value observations(long offset, int count) {
        ObservationBatch.Builder batch = ObservationBatch.newBuilder().setProjectId("p");
        for (int i = 0; i < count; i++) {
            batch.addObservations(Observation.newBuilder().setTraceId(TRACE).setName("step"));
        }
        return value(offset, batch.build().toByteArray());
    }

    private static Value deletion(long offset) {
        return value(offset, ObservationBatch.newBuilder().setProjectId("p").addDeletedTraceIds(TRACE).build()
                .toByteArray());
    }

    private static Value value(long offset, byte[] bytes) {
        return Value.of(new ConsumerRecord<>("spans", 3, offset, null, bytes));
    }

    @Test
    void observationsAndDeletionsAreNeverInOneBatch() {
        SpanBatch batch = new SpanBatch(3, 5, Instant.EPOCH);
        assertThat(batch.takes(deletion(5))).isTrue();
        batch.add(observations(5, 2));
        assertThat(batch.takes(observations(6, 1))).isTrue();
        assertThat(batch.takes(deletion(6))).isFalse();
        assertThat(batch.deletes()).isFalse();
        assertThat(batch.size()).isEqualTo(2);

        SpanBatch deletions = new SpanBatch(3, 6, Instant.EPOCH);
        deletions.add(deletion(6));
        assertThat(deletions.takes(deletion(7))).isTrue();
        assertThat(deletions.takes(observations(7, 1))).isFalse();
        assertThat(deletions.deletes()).isTrue();
        assertThat(deletions.read().deletions()).containsExactly(new TraceKey("p", TRACE));
        assertThat(deletions.read().rows()).isEmpty();
    }

    @Test
    void aRecordThatCantBeReadGoesWithEither() {
        Value unreadable = value(7, "no ObservationBatch".getBytes(StandardCharsets.UTF_8));
        SpanBatch deletions = new SpanBatch(3, 6, Instant.EPOCH);
        deletions.add(deletion(6));
        assertThat(deletions.takes(unreadable)).isTrue();
        deletions.add(unreadable);
        assertThat(deletions.takes(deletion(8))).isTrue();
        assertThat(deletions.read().deletions()).hasSize(1);
        assertThat(deletions.read().deadLetters()).hasSize(1);
        assertThat(deletions.until()).isEqualTo(8);
    }
}
