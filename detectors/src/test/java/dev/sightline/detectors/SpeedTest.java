package dev.sightline.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How many bytes a second the detector reads. Prints the table that docs/detectors.md shows; asserts no time. */
class SpeedTest {
    /** Time of this thread only: the machine has other work. */
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int TEXT_CHARS = 2_200;
    private static final Detector DETECTOR = Detector.standard();

    @Test
    void readsTextsOfManySorts() throws IOException {
        String prose = "The quick brown fox jumps over the lazy dog, and then it rests until the evening comes. ";
        measure("prose, no digits", prose, 0);
        measure("prose with umlauts", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ", 0);
        measure("chat in JSON", "{\"role\":\"user\",\"content\":\"What does section 12 say?\\nAnd since 2024?\"},", 0);
        measure("numbers", "[0.1234567,-12,345.678,1732537812345,{\"id\":48151623,\"n\":42}],", 0);
        measure("base64", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ", 0);
        String fixture = Labelled.fixture().stream().map(Labelled::text).collect(Collectors.joining("\n"));
        List<Finding> found = DETECTOR.find(fixture);
        assertThat(found).isNotEmpty();
        measure("committed texts", fixture, found.size());
    }

    private static void measure(String name, String unit, int findings) {
        String text = unit.length() >= TEXT_CHARS ? unit : unit.repeat(TEXT_CHARS / unit.length() + 1);
        assertThat(DETECTOR.find(text)).as(name).hasSize(findings);
        int rounds = 20_000_000 / text.length();
        long best = Long.MAX_VALUE;
        for (int run = 0; run < 6; run++) {
            long began = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < rounds; i++) {
                if (DETECTOR.find(text).size() != findings) {
                    throw new AssertionError(name);
                }
            }
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - began);
        }
        double nanos = (double) best / rounds;
        System.out.printf(Locale.ROOT, "%-20s %7d chars %10.0f ns %8.0f MB/s%n", name, text.length(), nanos,
                text.length() * 1000.0 / nanos);
    }
}
