package dev.sightline.benchmarks.redact;

import dev.sightline.benchmarks.edge.CpuTime;
import dev.sightline.detectors.Detector;
import dev.sightline.ingestion.redact.RedactConfig;
import dev.sightline.ingestion.redact.Redactor;
import dev.sightline.proto.control.v1.CustomPattern;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.Redaction;
import dev.sightline.proto.observation.v1.Observation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;

/** What looking for personal data costs: by text of one sort, and by span in which nothing is found. */
@Command(name = "redact", description = "In process, one core: texts through the detector, spans through the redactor.")
public final class RedactCommand implements Callable<Integer> {
    private static final int TEXT_CHARS = 2_200;
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 400_000_000;

    private static final RedactConfig CONFIG = new RedactConfig() {
        @Override
        public int rulesCacheSizeMax() {
            return 10;
        }

        @Override
        public int patternsMax() {
            return 2;
        }
    };

    @Override
    public Integer call() {
        System.out.println("texts of 2.2 kB through the detector");
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("prose without digits",
                "The quick brown fox jumps over the lazy dog, and then it rests until the evening comes. ");
        texts.put("prose with umlauts", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ");
        texts.put("chat messages in JSON",
                "{\"role\":\"user\",\"content\":\"What does section 12 say?\\nAnd since 2024?\"},");
        texts.put("numbers, ids, timestamps", "[0.1234567,-12,345.678,1732537812345,{\"id\":48151623,\"n\":42}],");
        texts.put("base64", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ");
        texts.put("a finding every 75 characters",
                "write to anna.berg@example.org about card 4111 1111 1111 1111 or the other, and ");
        Detector detector = Detector.standard();
        texts.forEach((name, unit) -> {
            String text = unit.repeat(TEXT_CHARS / unit.length() + 1);
            double nanos = best(text, t -> detector.find(t).size());
            System.out.printf(Locale.ROOT, "  %-32s %8.0f MB/s%n", name, text.length() * 1000.0 / nanos);
        });
        Observation span = span();
        System.out.printf("spans of %d bytes through the redactor, nothing found%n", span.getSerializedSize());
        redact("off", span, Redaction.newBuilder().setMode(Redaction.Mode.OFF));
        redact("redact, all kinds", span, Redaction.newBuilder().setMode(Redaction.Mode.REDACT));
        redact("redact, one kind", span,
                Redaction.newBuilder().setMode(Redaction.Mode.REDACT).addKinds("email_address"));
        redact("redact, and one pattern", span, Redaction.newBuilder().setMode(Redaction.Mode.REDACT).addPatterns(
                CustomPattern.newBuilder().setKind("employee").setPattern("EMP-\\d{6}")));
        return 0;
    }

    private static void redact(String name, Observation span, Redaction.Builder redaction) {
        Redactor redactor = new Redactor(CONFIG, () -> "0123456789abcdef0123456789abcdef", new SimpleMeterRegistry());
        IngestSettings settings = IngestSettings.newBuilder().setRedaction(redaction).build();
        System.out.printf(Locale.ROOT, "  %-32s %8.0f ns%n", name,
                best(span, s -> redactor.apply(settings, s).findings().size()));
    }

    private static <T> double best(T input, ToLongFunction<T> step) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            best = Math.min(best, CpuTime.nanosPerUnit(List.of(input), _ -> 1, step, ROUND_NANOS));
        }
        return best;
    }

    private static Observation span() {
        String question = "{\"role\":\"user\",\"content\":\"Could you explain how the order of steps matters here?\\nI tried"
                + " it with 3 of them in 2024 and got \\\"too late\\\" back.\"}";
        String answer = "{\"role\":\"assistant\",\"content\":\"Of course. The second step needs what the first one leaves"
                + " behind, so run them in turn and wait for each.\\n\\n1. Read.\\n2. Check.\\n3. Write.\"}";
        Observation.Builder span = Observation.newBuilder().setName("chat gpt-4o-mini-2024-07-18").setUserId("user-8812")
                .setSessionId("c0ffee12-0000-4000-8000-1234567890ab").setModel("gpt-4o-mini-2024-07-18")
                .setModelParameters("{\"temperature\":0.7,\"max_tokens\":1024}")
                .setInput("[" + String.join(",", question, answer, question, answer, question, answer, question) + "]")
                .setOutput("[" + answer + "," + answer + "]");
        for (int i = 0; i < 8; i++) {
            span.putAttributes("gen_ai.some.attribute." + i, i % 2 == 0 ? "value of it" : "128" + i);
        }
        for (int i = 0; i < 6; i++) {
            span.putResourceAttributes("service.some.name." + i, "1.24." + i);
        }
        return span.putMetadata("step", "12").putMetadata("flow", "support").addTags("beta").build();
    }
}
