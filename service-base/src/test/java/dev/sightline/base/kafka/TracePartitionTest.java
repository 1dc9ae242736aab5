package dev.sightline.base.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class TracePartitionTest {
    @Test
    void spreadsTracesEvenlyAlsoWhenTheyShareAPrefix() {
        int[] counts = new int[8];
        for (int i = 0; i < 80_000; i++) {
            byte[] id = new byte[16];
            id[14] = (byte) (i >> 8);
            id[15] = (byte) i;
            id[13] = (byte) (i >> 16);
            counts[TracePartition.of(ByteString.copyFrom(id), 8)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(9_000, 11_000);
        }
    }

    @Test
    void isFixedForEver() {
        // Another value here means that copies of a span may meet different writers after an upgrade.
        assertThat(TracePartition.of(ByteString.copyFromUtf8("0123456789abcdef"), 1_000_003)).isEqualTo(176_267);
    }
}
