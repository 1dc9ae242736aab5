package dev.sightline.query.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.base.ingest.IngestReason;
import dev.sightline.query.ingest.IngestHealth.Hint;
import dev.sightline.query.ingest.IngestHealth.ReasonTotal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestHintsTest {
    private static final Instant AT = Instant.parse("2026-11-25T14:03:00Z");
    private static final int ALL = 1_000_000;
    private static final IngestHealth.Storage FRESH = new IngestHealth.Storage(AT, 1.0, AT, false);

    private static ReasonTotal reason(String outcome, IngestReason reason, long count, String example) {
        return new ReasonTotal(outcome, reason.slug(), reason.advice(), count, 1, AT, example);
    }

    @Test
    void nothingAtAllAsksWhetherAnythingIsSent() {
        assertThat(IngestHints.of("in the last hour", Map.of(), List.of(), ALL,
                new IngestHealth.Storage(null, null, null, false)))
                .singleElement().satisfies(hint -> {
                    assertThat(hint.level()).isEqualTo("info");
                    assertThat(hint.text()).startsWith("Nothing arrived in the last hour.").contains("unknown key");
                });
    }

    @Test
    void allWell() {
        assertThat(IngestHints.of("in the last hour", Map.of("accepted", 1_204L), List.of(), ALL, FRESH))
                .containsExactly(new Hint("good", "All 1,204 spans that arrived in the last hour were accepted."));
    }

    @Test
    void aRejectionSaysHowManyWhyAndWhatTheClientWasTold() {
        assertThat(IngestHints.of("in the last hour", Map.of("accepted", 5L, "rejected", 37L),
                List.of(reason("rejected", IngestReason.INVALID_TRACE_ID, 37, "trace_id: is missing; span 0a")), ALL,
                FRESH)).containsExactly(new Hint("error", "37 spans were rejected in the last hour: trace_id must be "
                + "16 bytes and not all zero; send the id of the span's context. The latest, at 25 Nov 14:03 UTC: "
                + "trace_id: is missing; span 0a"));
    }

    @Test
    void whatCouldNotBeReadIsCountedInRequests() {
        assertThat(IngestHints.of("in the last hour", Map.of("rejected", 1L),
                List.of(reason("rejected", IngestReason.REQUEST_TOO_LARGE, 1, null)), ALL, FRESH).getFirst().text())
                .startsWith("1 request was rejected in the last hour: the request is larger");
    }

    @Test
    void limitsAndSamplingAreNoErrors() {
        List<Hint> hints = IngestHints.of("today", Map.of("limited", 2L, "sampled", 9L),
                List.of(reason("sampled", IngestReason.SAMPLED_OUT, 9, null),
                        reason("limited", IngestReason.PROJECT_SPANS_PER_SECOND, 2, null)), 125_000, FRESH);
        assertThat(hints).extracting(Hint::level).containsExactly("info", "warning");
        assertThat(hints.getFirst().text()).startsWith("9 spans were left out today").endsWith("It keeps 12.5 % of the"
                + " traces.");
    }

    @Test
    void samplingIsToldBeforeItsFirstSpansAreCounted() {
        assertThat(IngestHints.of("today", Map.of(), List.of(), 1_000, FRESH)).last().satisfies(hint ->
                assertThat(hint.text()).startsWith("Sampling keeps 0.1 % of this project's traces."));
    }

    @Test
    void aWriterThatIsBehindComesFirst() {
        assertThat(IngestHints.of("today", Map.of("accepted", 1L), List.of(), ALL,
                new IngestHealth.Storage(null, null, AT, true)).getFirst().text())
                .startsWith("Spans were accepted at 14:03 UTC that cannot be read yet");
    }

    @Test
    void aReasonOfANewerReleaseIsShownAsItIs() {
        assertThat(IngestHints.of("today", Map.of("rejected", 3L),
                List.of(new ReasonTotal("rejected", "bad-weather", null, 3, 3, AT, "rain")), ALL, FRESH))
                .extracting(Hint::text)
                .containsExactly("3 spans were rejected today: bad-weather. The latest, at 25 Nov 14:03 UTC: rain");
    }

    @Test
    void timesInWords() {
        assertThat(IngestHints.when(AT, AT.plusSeconds(3_630), true)).isEqualTo("in the last hour");
        assertThat(IngestHints.when(AT, AT.plusSeconds(957), true)).isEqualTo("in the last 15 minutes");
        assertThat(IngestHints.when(AT, AT.plusSeconds(86_430), true)).isEqualTo("in the last 24 hours");
        assertThat(IngestHints.when(AT, AT.plusSeconds(7 * 86_400), true)).isEqualTo("in the last 7 days");
        assertThat(IngestHints.when(AT, AT.plusSeconds(60), false))
                .isEqualTo("between 25 Nov 14:03 UTC and 25 Nov 14:04 UTC");
    }
}
