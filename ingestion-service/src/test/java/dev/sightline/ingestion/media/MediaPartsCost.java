package dev.sightline.ingestion.media;

import dev.sightline.proto.observation.v1.Observation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Measures what looking for media costs a span that has none, and what moving one costs; prints nanoseconds per span,
 * the best of the rounds of three seconds. docs/media.md says how to run it.
 */
public final class MediaPartsCost {
    private static final int SPANS = 200;
    private static final long MEASURED_NANOS = 3_000_000_000L;

    private MediaPartsCost() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("media-cost");
        MediaParts parts = new MediaParts(new FolderStore(folder), MediaPartsTest.config(
                "moved-bytes-per-request-max", Long.toString(Long.MAX_VALUE)), new SimpleMeterRegistry());
        Random random = new Random(1);
        for (int bytes : new int[] {500, 2_200, 8_700, 100_000}) {
            print(bytes + " bytes of prose", parts, _ -> span(prose(random, bytes)));
        }
        print("100000 bytes of base64 that is no medium", parts, _ -> span(base64(random, 75_000)));
        // The same few pictures again and again, as an agent sends its history.
        String[] pictures = {base64(random, 75_000), base64(random, 75_000)};
        print("a picture of 75000 bytes, known", parts, i -> span("data:image/png;base64," + pictures[i % 2]));
    }

    private static void print(String what, MediaParts parts, IntFunction<Observation> make) {
        Observation[] spans = new Observation[SPANS];
        Arrays.setAll(spans, make);
        long best = Long.MAX_VALUE;
        int kept = 0;
        int rounds = 0;
        for (long end = System.nanoTime() + MEASURED_NANOS; System.nanoTime() < end; rounds++) {
            MediaParts.Request request = parts.request("shop");
            long start = System.nanoTime();
            for (Observation span : spans) {
                kept += request.moveOut(span) == span ? 1 : 0;
            }
            best = Math.min(best, (System.nanoTime() - start) / SPANS);
        }
        System.out.printf("%-45s %8d ns/span (%d %% unchanged)%n", what, best, 100L * kept / SPANS / rounds);
    }

    private static Observation span(String input) {
        Observation.Builder span = Observation.newBuilder().setInput(input).setOutput("It arrives today.");
        for (int i = 0; i < 20; i++) {
            span.putAttributes("attribute." + i, "value " + i).putMetadata("key." + i, "value");
        }
        return span.build();
    }

    private static String prose(Random random, int chars) {
        StringBuilder text = new StringBuilder("[{\"role\":\"user\",\"content\":\"");
        while (text.length() < chars) {
            for (int letters = 1 + random.nextInt(10); letters > 0; letters--) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            text.append(' ');
        }
        return text.append("\"}]").toString();
    }

    private static String base64(Random random, int bytes) {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        return Base64.getEncoder().encodeToString(content);
    }
}
