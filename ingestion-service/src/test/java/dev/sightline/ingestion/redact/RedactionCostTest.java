package dev.sightline.ingestion.redact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.proto.control.v1.CustomPattern;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.Redaction;
import dev.sightline.proto.observation.v1.Observation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What redaction costs a span of 2.2 kB in which nothing is found. Prints the figures of docs/redaction.md. */
class RedactionCostTest {
    private static final int ROUNDS = 30_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Test
    void ofASpanWithoutFindings() {
        Observation span = span();
        assertThat(span.getSerializedSize()).isBetween(2_100, 2_300);
        measure("off", span, RedactorTest.settings(Redaction.Mode.OFF));
        measure("redact, all kinds", span, RedactorTest.settings(Redaction.Mode.REDACT));
        measure("redact, one kind", span, IngestSettings.newBuilder().setRedaction(Redaction.newBuilder()
                .setMode(Redaction.Mode.REDACT).addKinds("email_address")).build());
        measure("redact, and one pattern", span, RedactorTest.settings(Redaction.Mode.REDACT,
                CustomPattern.newBuilder().setKind("employee").setPattern("EMP-\\d{6}").build()));
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

    private static void measure(String name, Observation span, IngestSettings settings) {
        Redactor redactor = RedactorTest.redactor(new SimpleMeterRegistry());
        long best = Long.MAX_VALUE;
        for (int run = 0; run < 6; run++) {
            long began = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < ROUNDS; i++) {
                if (redactor.apply(settings, span).value() != span) {
                    throw new AssertionError("found something");
                }
            }
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - began);
        }
        System.out.printf(Locale.ROOT, "%-26s %8d ns/span of %d bytes%n", name, best / ROUNDS, span.getSerializedSize());
    }
}
