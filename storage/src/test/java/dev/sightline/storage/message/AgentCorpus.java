package dev.sightline.storage.message;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.storage.observation.ObservationRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What agents send that say everything again with each turn: {@link #TURNS} turns to a trace, each with its model call
 * (all messages so far in, one out, the tools it has) and, but for the last, the run of a tool. Words come by Zipf's
 * law, common English first, so that the text compresses about as English does (by 3 with ZSTD). The same bytes for the
 * same seed.
 */
final class AgentCorpus {
    static final int TURNS = 30;
    private static final int AGENTS = 5;
    private static final int WORDS = 6_000;
    private static final long START_UNIX_NANO = 1_795_435_200_000_000_000L;
    private static final String[] COMMON = ("the of and to in a is that it was for on are with as be at this have from or"
            + " had by not but what all were when we there can an your which their said if do will each about how up out"
            + " them then she many some so these would other into has more two like him see time could no make than first"
            + " been its who now people my made over did down only way find use may water long little very after words"
            + " called just where most know get through back much before go good new write our used me man too any day"
            + " same right look think also around another came come work three must because does part even place well"
            + " such here take why help put different away again off went old number order customer account invoice"
            + " refund parcel delivery address payment error retry request response answer question document").split(" ");
    private static final String[] SYLLABLES = ("ra ne ti lo ma ser con den pli tur ver gal nis tor bel cam dri fen gor hul"
            + " jas kel lim mor nop pra qui ros sta tem ulv wex yor zan").split(" ");

    private final Random random;
    private final int messageChars;
    private final String[] words = new String[WORDS];
    private final double[] cumulated = new double[WORDS];
    private final List<String> systems = new ArrayList<>();
    private final List<String> tools = new ArrayList<>();

    /** @param messageChars what a tool answers, about; a model says half of it */
    AgentCorpus(long seed, int messageChars) {
        this.random = new Random(seed);
        this.messageChars = messageChars;
        double sum = 0;
        for (int i = 0; i < WORDS; i++) {
            words[i] = i < COMMON.length ? COMMON[i] : madeUp();
            sum += 1.0 / (i + 2.7);
            cumulated[i] = sum;
        }
        for (int i = 0; i < AGENTS; i++) {
            systems.add("{\"role\":\"system\",\"content\":\"" + prose(1_500) + "\"}");
            tools.add(tools());
        }
    }

    /** By turn, and in a turn by trace: as a writer gets them. */
    List<List<ObservationRow>> turns(int traces) {
        List<List<ObservationRow>> turns = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            turns.add(new ArrayList<>());
        }
        for (int trace = 0; trace < traces; trace++) {
            conversation(trace, turns);
        }
        return turns;
    }

    private void conversation(int number, List<List<ObservationRow>> turns) {
        ByteString trace = id(16);
        ByteString root = id(8);
        int agent = random.nextInt(AGENTS);
        StringBuilder history = new StringBuilder("[").append(systems.get(agent))
                .append(",{\"role\":\"user\",\"content\":\"").append(prose(120)).append("\"}");
        for (int turn = 0; turn < TURNS; turn++) {
            long start = START_UNIX_NANO + number * 1_000_000L + turn * 8_000_000_000L;
            String call = "call_" + hex(12);
            String arguments = "{\\\"query\\\":\\\"" + prose(30) + "\\\",\\\"limit\\\":" + random.nextInt(50) + "}";
            String answer = "{\"role\":\"assistant\",\"content\":\"" + prose(messageChars / 2) + "\""
                    + (turn == TURNS - 1 ? "}" : ",\"tool_calls\":[{\"id\":\"" + call + "\",\"type\":\"function\","
                    + "\"function\":{\"name\":\"search_orders\",\"arguments\":\"" + arguments + "\"}}]}");
            turns.get(turn).add(row(Observation.newBuilder().setTraceId(trace).setSpanId(id(8)).setParentSpanId(root)
                    .setName("chat").setType(ObservationType.GENERATION).setModel("gpt-4.1")
                    .setStartUnixNano(start).setEndUnixNano(start + 1_000_000_000L + random.nextInt(1_000_000_000))
                    .setInput(history + "]").setOutput("[" + answer + "]").setToolDefinitions(tools.get(agent))));
            history.append(',').append(answer);
            if (turn < TURNS - 1) {
                String found = result();
                turns.get(turn).add(row(Observation.newBuilder().setTraceId(trace).setSpanId(id(8))
                        .setParentSpanId(root).setName("search_orders").setType(ObservationType.TOOL)
                        .setStartUnixNano(start + 3_000_000_000L).setEndUnixNano(start + 4_000_000_000L)
                        .setInput(arguments.replace("\\\"", "\"")).setOutput(found)));
                history.append(",{\"role\":\"tool\",\"tool_call_id\":\"").append(call).append("\",\"content\":\"")
                        .append(found.replace("\\", "\\\\").replace("\"", "\\\"")).append("\"}");
            }
        }
    }

    private ObservationRow row(Observation.Builder observation) {
        return new ObservationRow("project", observation.build(), START_UNIX_NANO, 0, 0);
    }

    private String result() {
        StringBuilder found = new StringBuilder("[");
        do {
            found.append(found.length() > 1 ? "," : "").append("{\"order\":").append(random.nextInt(10_000_000))
                    .append(",\"amount\":").append(random.nextInt(100_000) / 100.0).append(",\"note\":\"")
                    .append(prose(60)).append("\"}");
        } while (found.length() < messageChars * (0.5 + random.nextDouble()));
        return found.append(']').toString();
    }

    private String tools() {
        StringBuilder all = new StringBuilder("[");
        for (int i = 0; i < 5; i++) {
            all.append(i > 0 ? "," : "").append("{\"type\":\"function\",\"function\":{\"name\":\"tool_").append(word())
                    .append("\",\"description\":\"").append(prose(200)).append("\",\"parameters\":{\"type\":\"object\",")
                    .append("\"properties\":{\"query\":{\"type\":\"string\",\"description\":\"").append(prose(80))
                    .append("\"},\"limit\":{\"type\":\"integer\"}},\"required\":[\"query\"]}}}");
        }
        return all.append(']').toString();
    }

    private String prose(int chars) {
        StringBuilder text = new StringBuilder();
        while (text.length() < chars) {
            String first = word();
            text.append(Character.toUpperCase(first.charAt(0))).append(first, 1, first.length());
            for (int i = 4 + random.nextInt(12); i > 0; i--) {
                text.append(random.nextInt(12) == 0 ? ", " : " ").append(word());
            }
            text.append(". ");
        }
        return text.toString();
    }

    private String word() {
        double at = random.nextDouble() * cumulated[WORDS - 1];
        int low = 0;
        int high = WORDS - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (cumulated[middle] < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return words[low];
    }

    private String madeUp() {
        StringBuilder word = new StringBuilder();
        for (int i = 2 + random.nextInt(3); i > 0; i--) {
            word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
        }
        return word.toString();
    }

    private ByteString id(int bytes) {
        byte[] id = new byte[bytes];
        random.nextBytes(id);
        return ByteString.copyFrom(id);
    }

    private String hex(int bytes) {
        StringBuilder hex = new StringBuilder();
        id(bytes).forEach(b -> hex.append("%02x".formatted(b)));
        return hex.toString();
    }
}
