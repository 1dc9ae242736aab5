package dev.sightline.ingestion.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.sightline.proto.control.v1.CustomPattern;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.Redaction;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Link;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RedactorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAIL = "anna@example.org";
    private static final String CARD = "4111111111111111";
    /** Identifiers and names of things: they are kept as they were sent. docs/redaction.md says so too. */
    private static final Set<String> KEPT = Set.of("span_kind", "environment", "release", "version", "service_name",
            "scope_name", "scope_version", "sdk_name", "sdk_version", "sdk_language", "provider", "model",
            "prompt_name", "agent_name", "tool_name", "tool_call_id", "error_type", "finish_reason", "experiment_id",
            "experiment_name", "experiment_dataset_id", "experiment_item_id", "external_id", "external_trace_id",
            "external_parent_id");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Redactor redactor = redactor(metrics);

    static Redactor redactor(SimpleMeterRegistry metrics) {
        return new Redactor(new RedactConfig() {
            @Override
            public int rulesCacheSizeMax() {
                return 10;
            }

            @Override
            public int patternsMax() {
                return 2;
            }
        }, () -> "0123456789abcdef0123456789abcdef", metrics);
    }

    static IngestSettings settings(Redaction.Mode mode, CustomPattern... patterns) {
        return IngestSettings.newBuilder().setRedaction(
                Redaction.newBuilder().setMode(mode).addAllPatterns(List.of(patterns))).build();
    }

    private static CustomPattern pattern(String kind, String pattern) {
        return CustomPattern.newBuilder().setKind(kind).setPattern(pattern).build();
    }

    private Observation redact(Observation.Builder observation, CustomPattern... patterns) {
        return redactor.apply(settings(Redaction.Mode.REDACT, patterns), observation.build()).value();
    }

    private String redactedInput(String input, CustomPattern... patterns) {
        return redact(Observation.newBuilder().setInput(input), patterns).getInput();
    }

    /** A new field must be redacted or be listed as kept. */
    @Test
    void leavesNoRawCopyInAnyTextField() {
        Observation.Builder observation = Observation.newBuilder();
        for (FieldDescriptor field : Observation.getDescriptor().getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.STRING && !KEPT.contains(field.getName())) {
                if (field.isRepeated()) {
                    observation.addRepeatedField(field, "to " + MAIL);
                } else {
                    observation.setField(field, "to " + MAIL);
                }
            }
        }
        observation.putMetadata("mail " + MAIL, MAIL).putAttributes("mail " + MAIL, MAIL)
                .putResourceAttributes("mail " + MAIL, MAIL)
                .addEvents(Event.newBuilder().setName("of " + MAIL).putAttributes("mail " + MAIL, MAIL))
                .addLinks(Link.newBuilder().putAttributes("mail " + MAIL, MAIL));
        Redacted<Observation> redacted = redactor.apply(settings(Redaction.Mode.REDACT), observation.build());
        assertThat(redacted.value().toString()).doesNotContain(MAIL).contains("[REDACTED:email_address]");
        assertThat(redacted.findings()).containsOnlyKeys("email_address");
        assertThat(redacted.value().getMetadataMap().get("sightline.redaction.email_address"))
                .isEqualTo("{\"count\":" + redacted.findings().get("email_address")
                        + ",\"fields\":[\"attributes\",\"events\",\"experiment_expected_output\",\"input\",\"links\","
                        + "\"metadata\",\"model_parameters\",\"name\",\"output\",\"resource_attributes\",\"session_id\","
                        + "\"status_message\",\"tags\",\"tool_definitions\",\"trace_name\",\"user_id\"]}");
    }

    @Test
    void offDoesNothingAndFlagOnlyNotes() {
        Observation observation = Observation.newBuilder().setInput("mail " + MAIL).putMetadata("a", "b").build();
        assertThat(redactor.apply(IngestSettings.getDefaultInstance(), observation).value()).isSameAs(observation);
        Redacted<Observation> flagged = redactor.apply(settings(Redaction.Mode.FLAG), observation);
        assertThat(flagged.mode()).isEqualTo(Redaction.Mode.FLAG);
        assertThat(flagged.findings()).isEqualTo(Map.of("email_address", 1));
        assertThat(flagged.value().getInput()).isEqualTo(observation.getInput());
        assertThat(flagged.value().getMetadataMap()).isEqualTo(Map.of("a", "b", "sightline.redaction.email_address",
                "{\"count\":1,\"fields\":[\"input\"]}"));
        assertThat(metrics.counter("sightline.redaction.findings", "kind", "email_address", "mode", "flag").count())
                .isEqualTo(1);
    }

    @Test
    void whatHasNothingToFindIsTheVerySame() {
        Observation observation = Observation.newBuilder().setInput("[{\"role\":\"user\",\"content\":\"hi\\n\"}]")
                .putMetadata("n", "12").addTags("a").addEvents(Event.newBuilder().putAttributes("k", "v"))
                .addLinks(Link.newBuilder().putAttributes("k", "v")).build();
        assertThat(redactor.apply(settings(Redaction.Mode.REDACT), observation).value()).isSameAs(observation);
    }

    @Test
    void onlyTheKindsOfTheProjectAreLookedFor() {
        IngestSettings cards = IngestSettings.newBuilder().setRedaction(Redaction.newBuilder()
                .setMode(Redaction.Mode.REDACT).addKinds("credit_card").addKinds("shoe_size")).build();
        Observation observation = Observation.newBuilder().setInput(MAIL + " card " + CARD).build();
        assertThat(redactor.apply(cards, observation).value().getInput())
                .isEqualTo(MAIL + " card [REDACTED:credit_card]");
        assertThat(metrics.counter("sightline.redaction.settings.skipped", "reason", "unknown-kind").count()).isEqualTo(1);
    }

    @Test
    void jsonStaysJsonAndTheRestOfItStaysAsItWas() throws Exception {
        String input = "{ \"card\" : " + CARD + ", \"t\":\"\\u00e9 " + MAIL + "\\n\\u0041\", \"" + MAIL
                + "\": [1.50, -2e3, {\"phone\":4155552671}] }";
        String redacted = redactedInput(input);
        assertThat(redacted).isEqualTo("{ \"card\" : \"[REDACTED:credit_card]\", \"t\":\"\\u00e9 "
                + "[REDACTED:email_address]\\n\\u0041\", \"[REDACTED:email_address]\": [1.50, -2e3, "
                + "{\"phone\":\"[REDACTED:phone_number]\"}] }");
        JSON.readTree(redacted);
    }

    @Test
    void jsonInsideStringsOfJsonStaysJsonToo() throws Exception {
        String inner = JSON.writeValueAsString(Map.of("card_number", Long.parseLong(CARD), "note", "é \"q\" " + MAIL));
        String middle = JSON.writeValueAsString(List.of(inner, "\\path"));
        String outer = JSON.writeValueAsString(Map.of("arguments", middle));
        String redacted = redactedInput(outer);
        assertThat(redacted).doesNotContain(CARD).doesNotContain(MAIL);
        var nested = JSON.readTree(JSON.readTree(JSON.readTree(redacted).get("arguments").asText()).get(0).asText());
        assertThat(nested.get("card_number").asText()).isEqualTo("[REDACTED:credit_card]");
        assertThat(nested.get("note").asText()).isEqualTo("é \"q\" [REDACTED:email_address]");
    }

    @Test
    void aPatternThatMatchesAcrossJsonNeverBreaksIt() throws Exception {
        String json = "{\"secret\": \"a\\\"b\\n\\u00e9c\", \"n\":[1,true,null,\"x\"]}";
        for (String pattern : List.of("(?s).*", "secret.*", "\\S", "[\":,]+", "n", "u?00e9", ".n", "[0-9a-f]{4}", "b.")) {
            String redacted = redactedInput(json, pattern("own", pattern));
            JSON.readTree(redacted);
        }
        assertThat(redactedInput(json, pattern("own", "(?s).*"))).isEqualTo(
                "{\"[REDACTED:own]\": \"[REDACTED:own]\", \"[REDACTED:own]\":[\"[REDACTED:own]\",true,null,"
                + "\"[REDACTED:own]\"]}");
    }

    @Test
    void wrongAndSurplusPatternsAreSkippedAndCounted() {
        assertThat(redactedInput("EMP-1 x", pattern("bad", "("), pattern("own", "EMP-\\d"), pattern("b", "y"),
                pattern("c", "x"))).isEqualTo("[REDACTED:own] x");
        assertThat(metrics.counter("sightline.redaction.settings.skipped", "reason", "invalid-pattern").count())
                .isEqualTo(1);
        assertThat(metrics.counter("sightline.redaction.settings.skipped", "reason", "too-many-patterns").count())
                .isEqualTo(1);
        assertThat(metrics.counter("sightline.redaction.findings", "kind", "custom", "mode", "redact").count())
                .isEqualTo(1);
    }

    @Test
    void aValueIsReadWithItsKey() {
        Observation redacted = redact(Observation.newBuilder().putAttributes("user.phone", "4155552671")
                .putAttributes("order.id", "4155552671").putMetadata("ssn", "219456789"));
        assertThat(redacted.getAttributesMap()).isEqualTo(
                Map.of("user.phone", "[REDACTED:phone_number]", "order.id", "4155552671"));
        assertThat(redacted.getMetadataMap()).containsEntry("ssn", "[REDACTED:us_ssn]");
    }

    @Test
    void keysThatBecomeAlikeKeepTheirValues() {
        Observation redacted = redact(Observation.newBuilder().putMetadata("a@example.org", "1")
                .putMetadata("b@example.org", "2").putMetadata("other", "3"));
        assertThat(redacted.getMetadataMap()).hasSize(4).containsKeys("[REDACTED:email_address]",
                "[REDACTED:email_address] 2", "other", "sightline.redaction.email_address");
        assertThat(redacted.getMetadataMap().values()).contains("1", "2", "3");
    }

    @Test
    void aSenderCannotForgeTheAudit() {
        Observation redacted = redact(Observation.newBuilder().putMetadata("sightline.redaction.secret", MAIL)
                .putMetadata("a", "b"));
        assertThat(redacted.getMetadataMap()).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void aPersonKeepsOneNameThatDoesNotTell() {
        String first = redact(Observation.newBuilder().setUserId(MAIL)).getUserId();
        assertThat(first).matches("\\[REDACTED:email_address:[0-9a-f]{16}]");
        assertThat(redact(Observation.newBuilder().setUserId(MAIL).setInput("x")).getUserId()).isEqualTo(first);
        assertThat(redact(Observation.newBuilder().setUserId("b" + MAIL)).getUserId()).isNotEqualTo(first);
        assertThat(redact(Observation.newBuilder().setUserId("user-4155552671")).getUserId())
                .isEqualTo("user-4155552671");
    }

    @Test
    void patchesAreRedactedWithAnAuditEntryForEachField() {
        ObservationPatch patch = ObservationPatch.newBuilder().setObservation(Observation.newBuilder()
                        .setInput("mail " + MAIL).setOutput("card " + CARD + " " + MAIL))
                .addSetFields(Observation.INPUT_FIELD_NUMBER).addSetFields(Observation.OUTPUT_FIELD_NUMBER)
                .setCreate(true).build();
        Redacted<ObservationPatch> redacted = redactor.apply(settings(Redaction.Mode.REDACT), patch);
        assertThat(redacted.value().toString()).doesNotContain(MAIL).doesNotContain(CARD);
        assertThat(redacted.value().getSetFieldsList()).containsExactly(Observation.INPUT_FIELD_NUMBER,
                Observation.OUTPUT_FIELD_NUMBER, Observation.METADATA_FIELD_NUMBER);
        assertThat(redacted.value().getObservation().getMetadataMap()).containsOnlyKeys(
                "sightline.redaction.email_address.input", "sightline.redaction.email_address.output",
                "sightline.redaction.credit_card.output");
        assertThat(redacted.findings()).isEqualTo(Map.of("email_address", 2, "credit_card", 1));
        ObservationPatch plain = patch.toBuilder().setObservation(Observation.newBuilder().setInput("hi")).build();
        assertThat(redactor.apply(settings(Redaction.Mode.REDACT), plain).value()).isSameAs(plain);
    }

    /** In linear time: in quadratic time any of these would take minutes. */
    @Test
    void takesWhatIsMadeToBeSlow() throws Exception {
        assertThat(redactedInput("1".repeat(1_000_000))).hasSize(1_000_000);
        assertThat(redactedInput("[".repeat(500_000) + MAIL)).endsWith("[REDACTED:email_address]");
        String list = "[" + "\"a@example.org\",".repeat(50_000) + CARD + "]";
        assertThat(JSON.readTree(redactedInput(list)).get(50_000).asText()).isEqualTo("[REDACTED:credit_card]");
        String nested = "\"" + MAIL + "\"";
        for (int depth = 0; depth < 12; depth++) {
            nested = JSON.writeValueAsString(List.of(nested));
        }
        String redacted = redactedInput(nested);
        assertThat(redacted).doesNotContain(MAIL);
        for (int depth = 0; depth < 12; depth++) {
            redacted = JSON.readTree(redacted).get(0).asText();
        }
        assertThat(redacted).isEqualTo("\"[REDACTED:email_address]\"");
        Observation.Builder keys = Observation.newBuilder();
        for (int i = 0; i < 10_000; i++) {
            keys.putAttributes("u" + i + "@example.org", "v");
        }
        assertThat(redact(keys).getAttributesMap()).hasSize(10_000)
                .containsKeys("[REDACTED:email_address]", "[REDACTED:email_address] 10000");
    }

    @Test
    void redactingTwiceFindsNothingMore() {
        Observation once = redact(Observation.newBuilder().setInput("mail " + MAIL + " card " + CARD));
        Redacted<Observation> twice = redactor.apply(settings(Redaction.Mode.REDACT),
                once.toBuilder().clearMetadata().build());
        assertThat(twice.findings()).isEmpty();
    }
}
