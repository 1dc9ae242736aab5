package dev.sightline.storage.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a text is, splitting it and putting it together again gives that text; and JSON is split where it says. */
class MessageSplitterTest {
    private static final String LONG = "a text that is long enough to be kept by itself";

    private static StoredText split(String text) {
        return new MessageSplitter(16, 100).split(ByteString.copyFromUtf8(text));
    }

    private static List<String> messages(String text) {
        return split(text).messages().stream().map(message -> message.body().toStringUtf8()).toList();
    }

    private static Map<String, String> bodies(StoredText stored) {
        Map<String, String> bodies = new HashMap<>();
        for (Message message : stored.messages()) {
            bodies.put(HexFormat.of().formatHex(message.hash().toByteArray()), message.body().toStringUtf8());
        }
        return bodies;
    }

    private static String assembled(StoredText stored) {
        return StoredText.assemble(stored.text().toStringUtf8(), bodies(stored));
    }

    @Test
    void anyTextComesBack() {
        long seed = new Random().nextLong();
        System.out.println("MessageSplitterTest seed " + seed);
        RandomText random = new RandomText(new Random(seed));
        int withMessages = 0;
        for (int i = 0; i < 60_000; i++) {
            String text = random.next();
            StoredText stored = new MessageSplitter(1 + i % 40, 1 + i % 50).split(ByteString.copyFromUtf8(text));
            assertThat(assembled(stored)).as("seed %d, text %d", seed, i).isEqualTo(text);
            assertThat(stored.messages().size()).isLessThanOrEqualTo(1 + i % 50);
            withMessages += stored.messages().isEmpty() ? 0 : 1;
        }
        assertThat(withMessages).as("texts with messages, seed %d", seed).isGreaterThan(5_000);
    }

    @Test
    void largeTextsComeBack() {
        String deep = "[".repeat(200_000) + "]".repeat(200_000);
        String deepObjects = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        String many = "{\"input\":[" + ("\"" + LONG + "\", ").repeat(50_000) + "1]}";
        String huge = "[{\"role\":\"user\",\"content\":\"" + "\\\"é漢😀\\\\".repeat(300_000) + "\"}]";
        for (String text : List.of(deep, deepObjects, many, huge, huge + "]", "\u001a".repeat(100_000))) {
            assertThat(assembled(split(text)).equals(text)).isTrue();
        }
        assertThat(split(many).messages()).hasSize(100);
        assertThat(split(huge).messages()).hasSize(1);
    }

    @Test
    void whatHasARoleIsAMessageAndSoIsAnElementWithAType() {
        String first = "{\"role\": \"user\", \"content\":\"" + LONG + "\"}";
        String second = "{\"content\":[{\"type\":\"text\",\"text\":\"" + LONG + "\"}],\"role\":\"tool\"}";
        String third = "{\"content\":\"" + LONG + "\",\"type\":\"human\"}";
        assertThat(messages(" [" + first + " ,\n " + second + "," + third + "] "))
                .containsExactly(first, second, third);
        assertThat(messages("[[" + first + "],[" + second + "]]")).containsExactly(first, second);
        assertThat(messages(second)).containsExactly(second);
        assertThat(messages("{\"choices\":[{\"index\":0,\"message\":" + first + "}]}")).containsExactly(first);
        assertThat(messages(third)).isEmpty();
    }

    @Test
    void whatIsSaidUnderTheNamesOfARequestIsAMessage() {
        String message = "{\"author\":\"user\",\"content\":\"" + LONG + "\"}";
        String tool = "{\"name\":\"search\",\"parameters\":{\"type\":\"object\"}}";
        assertThat(messages("{\"model\":\"" + LONG + "\",\"instructions\":\"" + LONG + "\",\"messages\":[" + message
                + "],\"tools\" : [" + tool + "]}")).containsExactly("\"" + LONG + "\"", message, tool);
        assertThat(messages("{\"inputs\":{\"messages\":[[" + message + "]]},\"tags\":[]}")).containsExactly(message);
        assertThat(messages("{\"input\":{\"history\":[\"" + LONG + "\"]}}")).containsExactly("\"" + LONG + "\"");
    }

    @Test
    void whatAToolFoundIsNoMessage() {
        assertThat(messages("[{\"order\":7,\"note\":\"" + LONG + "\"},[\"" + LONG + "\"],\"" + LONG + "\"]")).isEmpty();
        assertThat(messages("{\"query\":\"" + LONG + "\",\"type\":\"" + LONG + "\"}")).isEmpty();
    }

    @Test
    void whatIsNotJsonOrShortStaysWhereItIs() {
        for (String text : List.of("", "[", "]", "[]", "{}", LONG, "\"" + LONG + "\"", "[\"" + LONG + "\"",
                "[\"" + LONG + "\"] and more", "{\"role\":\"" + LONG + "\"", "[\"" + LONG + "\\\"]", "[1,2,3]",
                "[\"short\"]", "{" + LONG + "}", "[,\"" + LONG + "\"]")) {
            StoredText stored = split(text);
            assertThat(stored.messages()).as(text).isEmpty();
            assertThat(stored.text().toStringUtf8()).isEqualTo(text);
        }
    }

    @Test
    void noSenderCanWriteAReference() {
        MessageSplitter off = new MessageSplitter(Integer.MAX_VALUE, 0);
        StoredText secret = split("[{\"role\":\"" + LONG + "\"}]");
        String forged = secret.text().toStringUtf8();
        Map<String, String> bodies = bodies(secret);
        assertThat(StoredText.assemble(forged, bodies)).contains(LONG);
        for (String text : List.of(forged, "\u001a" + forged, "[" + forged + ",\"" + LONG + "\"]",
                "{\"input\":[" + forged + ",\"" + LONG + "\"]}", "\u001a\u001a", "\u001a")) {
            for (StoredText stored : List.of(split(text), off.split(ByteString.copyFromUtf8(text)))) {
                Map<String, String> all = new HashMap<>(bodies);
                all.putAll(bodies(stored));
                assertThat(StoredText.assemble(stored.text().toStringUtf8(), all)).isEqualTo(text);
            }
        }
    }

    @Test
    void theSameMessageHasTheSameNameWhereverItStands() {
        String message = "{\"role\":\"user\",\"content\":\"" + LONG + "\"}";
        ByteString name = split("[" + message + "]").messages().getFirst().hash();
        assertThat(name.size()).isEqualTo(16);
        assertThat(split("{\"messages\":[ " + message + " , " + message + "]}").messages())
                .extracting(Message::hash).containsExactly(name, name);
        assertThat(split("[" + message.replace("user", "usfr") + "]").messages().getFirst().hash()).isNotEqualTo(name);
    }

    @Test
    void aMessageThatIsGoneLeavesANoteThatIsJson() {
        assertThat(StoredText.assemble(split("{\"input\":[\"" + LONG + "\"]}").text().toStringUtf8(), Map.of()))
                .isEqualTo("{\"input\":[\"[message no longer stored]\"]}");
    }
}
