package dev.sightline.ingestion.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.sightline.base.price.Usage;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a call is taken to have used where nobody reports it. */
class TokenEstimateTest {
    private static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private static final Encoding CL100K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

    @Test
    void plainTextIsItsTokens() {
        Usage usage = estimate("gpt-4o", "Where is my parcel?", "It arrives today.");
        assertThat(usage.kinds()).containsExactlyInAnyOrderEntriesOf(Map.of("input", 5L, "output", 4L));
        assertThat(usage.inputTokens()).isEqualTo(5);
        assertThat(usage.outputTokens()).isEqualTo(4);
        assertThat(usage.totalTokens()).isEqualTo(9);
    }

    @Test
    void eachModelHasItsEncoding() {
        String text = "Grüße aus Österreich, 世界 и мир";
        assertThat(O200K.countTokensOrdinary(text)).isNotEqualTo(CL100K.countTokensOrdinary(text));
        for (String model : List.of("gpt-4o", "openai/gpt-4o-mini", "gpt-4.1", "gpt-5.4", "o3-mini", "GPT-4O")) {
            assertThat(estimate(model, text, "").inputTokens()).as(model).isEqualTo(O200K.countTokensOrdinary(text));
        }
        for (String model : List.of("gpt-4", "gpt-4-turbo", "gpt-35-turbo", "text-embedding-3-small", "claude-opus-5")) {
            assertThat(estimate(model, text, "").inputTokens()).as(model).isEqualTo(CL100K.countTokensOrdinary(text));
        }
    }

    /** Three tokens and the role around each message, three before the answer: what OpenAI charges for these. */
    @Test
    void messagesAreCountedWithWhatIsAroundThem() {
        long content = tokens("You are a helpful assistant.") + tokens("Where is my parcel?");
        for (String input : List.of(
                "[{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},"
                        + "{\"role\":\"user\",\"content\":\"Where is my parcel?\"}]",
                "{\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Where is my parcel?\"}]}]}",
                "[{\"role\":\"system\",\"parts\":[{\"type\":\"text\",\"content\":\"You are a helpful assistant.\"}]},"
                        + "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Where is my parcel?\"}]}]",
                "{\"contents\":[{\"role\":\"system\",\"parts\":[{\"text\":\"You are a helpful assistant.\"}]},"
                        + "{\"role\":\"user\",\"parts\":[{\"text\":\"Where is my parcel?\"}]}]}")) {
            assertThat(estimate("gpt-4o", input, "").inputTokens()).as(input).isEqualTo(content + 2 * 4 + 3);
        }
        assertThat(estimate("gpt-4o", "hi", "{\"role\":\"assistant\",\"content\":\"It arrives today.\"}").outputTokens())
                .isEqualTo(4);
    }

    @Test
    void toolCallsAndTheirResultsAreRead() {
        assertThat(estimate("gpt-4o", "x", "[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_8yhXq\",\"type\":"
                + "\"function\",\"function\":{\"name\":\"track\",\"arguments\":\"{\\\"parcel\\\":7}\"}}]}]")
                .outputTokens()).isEqualTo(tokens("track") + tokens("{\"parcel\":7}"));
        assertThat(estimate("gpt-4o", "[{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"call_1\","
                + "\"response\":{\"state\": \"on its way\"}}]}]", "").inputTokens())
                .isEqualTo(tokens("{\"state\": \"on its way\"}") + 4 + 3);
        Observation.Builder withTools = observation("gpt-4o", "hi", "").setToolDefinitions("[{\"name\":\"track\"}]");
        assertThat(TokenEstimate.of(withTools).inputTokens())
                .isEqualTo(tokens("hi") + tokens("[{\"name\":\"track\"}]"));
    }

    @Test
    void mediaIsNotCounted() {
        String image = "data:image/png;base64," + "iVBORw0KGgo".repeat(10_000);
        assertThat(estimate("gpt-4o", "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\""
                + image + "\"}},{\"type\":\"text\",\"text\":\"What is this?\"}]}]", "").inputTokens())
                .isEqualTo(tokens("What is this?") + 4 + 3);
        assertThat(estimate("gpt-4o", "[{\"role\":\"user\",\"content\":\"" + image + "\"}]", "").inputTokens())
                .isEqualTo(4 + 3);
    }

    @Test
    void embeddingsHaveAnInputOnly() {
        Usage usage = TokenEstimate.of(observation("text-embedding-3-small", "[\"one\",\"two\"]", "[[0.1,0.2]]")
                .setType(ObservationType.EMBEDDING));
        assertThat(usage.kinds()).containsOnly(Map.entry("input", 2L));
    }

    @Test
    void nothingSaidIsNothingUsed() {
        assertThat(estimate("gpt-4o", "", "")).isEqualTo(Usage.NONE);
        assertThat(estimate("gpt-4o", "[]", "null").kinds()).containsOnlyKeys("output");
        assertThat(estimate("gpt-4o", "", "x").kinds()).containsOnly(Map.entry("output", 1L));
    }

    @Test
    void longTextIsEstimatedByItsStart() {
        String sentence = "The warehouse confirmed that the parcel leaves tomorrow. ";
        String text = sentence.repeat(20_000);
        long exact = O200K.countTokensOrdinary(text);
        assertThat(estimate("gpt-4o", text, "").inputTokens()).isBetween(exact * 95 / 100, exact * 105 / 100);
        String messages = "[" + "{\"role\":\"user\",\"content\":\"%s\"},".formatted(sentence).repeat(5_000)
                + "{\"role\":\"user\",\"content\":\"end\"}]";
        long one = O200K.countTokensOrdinary(sentence) + 4;
        assertThat(estimate("gpt-4o", messages, "").inputTokens()).isBetween(one * 4_750, one * 5_250);
    }

    @Test
    void controlTokensInTextAreText() {
        for (String text : List.of("<|endoftext|>", "<|im_start|>system<|im_sep|>", "a<|endofprompt|>b", "<|fim_prefix|>")) {
            assertThat(estimate("gpt-4", text, text).inputTokens()).isGreaterThan(1);
            assertThat(estimate("gpt-4o", text, text).outputTokens()).isGreaterThan(1);
        }
    }

    /** Nothing in a text makes it throw, and it answers the same each time, also where texts are remembered. */
    @Test
    void anyTextHasAnEstimate() {
        long seed = Long.getLong("sightline.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Observation, Usage> first = new LinkedHashMap<>();
        for (int round = 0; round < 500; round++) {
            Observation.Builder observation = observation(random.nextBoolean() ? "gpt-4o" : "llama3",
                    text(random), text(random));
            try {
                Usage usage = TokenEstimate.of(observation);
                assertThat(usage.inputTokens()).isNotNegative();
                assertThat(usage.totalTokens()).isEqualTo(usage.inputTokens() + usage.outputTokens());
                first.put(observation.build(), usage);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        first.forEach((observation, usage) ->
                assertThat(TokenEstimate.of(observation.toBuilder())).as("seed " + seed).isEqualTo(usage));
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(2_000);
        int kind = random.nextInt(8);
        while (text.length() < length) {
            switch (kind) {
                case 0 -> text.append((char) random.nextInt(65_536));
                case 1 -> text.appendCodePoint(random.nextInt(0x110000));
                case 2 -> text.append((char) (32 + random.nextInt(95)));
                case 3 -> text.append("<|endoftext|>{[\"role\":".charAt(random.nextInt(22)));
                case 4 -> text.append(' ');
                case 5 -> text.append('a');
                case 6 -> text.append("\n\t\r \u00a0\u200d");
                default -> text.append("{\"role\":\"user\",\"content\":[");
            }
        }
        return text.toString();
    }

    private static long tokens(String text) {
        return O200K.countTokensOrdinary(text);
    }

    private static Usage estimate(String model, String input, String output) {
        return TokenEstimate.of(observation(model, input, output));
    }

    private static Observation.Builder observation(String model, String input, String output) {
        return Observation.newBuilder().setModel(model).setType(ObservationType.GENERATION)
                .setInput(input).setOutput(output);
    }
}
