package dev.sightline.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Blocks of any size come back, damaged ones do not pass. */
class CompressedFramesTest {

    private static byte[] encoded(byte[] data) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var frames = CompressedFrames.encode(out)) {
            frames.write(data);
        }
        return out.toByteArray();
    }

    private static byte[] decoded(byte[] frames) throws IOException {
        return CompressedFrames.decode(new ByteArrayInputStream(frames)).readAllBytes();
    }

    @Test
    void whatGoesInComesOut() throws IOException {
        var random = new Random(7);
        for (int size : new int[] {0, 1, 100, 262_143, 262_144, 262_145, 3_000_000}) {
            byte[] data = new byte[size];
            random.nextBytes(data);
            assertThat(decoded(encoded(data))).isEqualTo(data);
            assertThat(decoded(encoded(new byte[size]))).isEqualTo(new byte[size]);
        }
    }

    @Test
    void everyDamagedByteIsFound() throws IOException {
        byte[] frame = encoded("some text some text some text".getBytes());
        for (int i = 0; i < frame.length; i++) {
            byte[] damaged = frame.clone();
            damaged[i] ^= 0x40;
            assertThatThrownBy(() -> decoded(damaged)).isInstanceOf(IOException.class);
        }
        for (int length = 1; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> decoded(cut)).isInstanceOf(EOFException.class);
        }
    }
}
