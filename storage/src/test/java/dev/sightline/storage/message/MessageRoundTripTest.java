package dev.sightline.storage.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.TestDatabase;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages through the real engine: every text comes back byte for byte, and what is repeated is stored once. */
class MessageRoundTripTest {
    private static final MessageWriter.Settings SETTINGS = new MessageWriter.Settings(true, 64, 100, 1_000_000);
    private ClickHouse clickHouse;
    private int tokens;

    @BeforeEach
    void open() throws SQLException {
        clickHouse = TestDatabase.migrated("messages_round_trip");
    }

    @AfterEach
    void close() {
        clickHouse.close();
    }

    private MessageWriter writer() {
        return new MessageWriter(clickHouse, SETTINGS);
    }

    private void store(MessageWriter writer, List<ObservationRow> rows) {
        clickHouse.insert(ObservationTable.CONTENT, writer.store(rows), "token" + tokens++);
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, RowReader reader) throws SQLException {
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    private long number(String sql) throws SQLException {
        long[] number = new long[1];
        query(sql, row -> number[0] = row.getLong(1));
        return number[0];
    }

    /** By span id, as any reader has to do it. */
    private Map<ByteString, Observation> read() throws SQLException {
        List<Observation.Builder> observations = new ArrayList<>();
        query("SELECT " + ObservationTable.CONTENT.selectList() + " FROM observation_content", row -> {
            Observation.Builder observation = Observation.newBuilder();
            ObservationTable.CONTENT.read(row, 1, observation);
            observations.add(observation);
        });
        String hashes = MessageReferences.hashes(observations).stream()
                .map(hash -> "unhex('" + hash + "')").collect(Collectors.joining(", "));
        Map<String, String> bodies = new HashMap<>();
        if (!hashes.isEmpty()) {
            query("SELECT " + MessageTable.HASH_AND_BODY + " FROM messages WHERE hash IN (" + hashes + ")",
                    row -> bodies.put(row.getString(1), row.getString(2)));
        }
        observations.forEach(observation -> MessageReferences.assemble(observation, bodies));
        return observations.stream().map(Observation.Builder::build)
                .collect(Collectors.toMap(Observation::getSpanId, observation -> observation));
    }

    private static void assertContent(Map<ByteString, Observation> read, List<ObservationRow> sent) {
        assertThat(read).hasSameSizeAs(sent);
        for (ObservationRow row : sent) {
            Observation stored = read.get(row.observation().getSpanId());
            assertThat(stored.getInput()).isEqualTo(row.observation().getInput());
            assertThat(stored.getOutput()).isEqualTo(row.observation().getOutput());
            assertThat(stored.getToolDefinitions()).isEqualTo(row.observation().getToolDefinitions());
        }
    }

    private static ObservationRow row(int span, Instant start, String input) {
        return new ObservationRow("p", Observation.newBuilder().setTraceId(ByteString.copyFrom(new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}))
                .setSpanId(ByteString.copyFromUtf8("span%04d".formatted(span)))
                .setStartUnixNano(start.getEpochSecond() * 1_000_000_000L).setInput(input).build(), 0, 0, 0);
    }

    @Test
    void everyTextComesBack() throws SQLException {
        long seed = new Random().nextLong();
        System.out.println("MessageRoundTripTest seed " + seed);
        RandomText random = new RandomText(new Random(seed));
        MessageWriter writer = new MessageWriter(clickHouse, new MessageWriter.Settings(true, 8, 100, 1_000_000));
        List<ObservationRow> sent = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            ObservationRow row = row(i, Instant.parse("2026-11-23T12:00:00Z"), random.next());
            sent.add(new ObservationRow("p", row.observation().toBuilder().setOutput(random.next())
                    .setToolDefinitions(random.next()).build(), 0, 0, 0));
        }
        store(writer, sent);
        assertThat(number("SELECT count() FROM messages")).isGreaterThan(1_000);
        assertContent(read(), sent);
    }

    /** {@link MessageReferences#assembled} and {@link MessageReferences#assemble} are one and the same. */
    @Test
    void theEngineAssemblesAsTheReaderDoes() throws SQLException {
        long seed = new Random().nextLong();
        System.out.println("MessageRoundTripTest seed " + seed);
        Random random = new Random(seed);
        RandomText texts = new RandomText(random);
        List<ObservationRow> sent = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            ObservationRow row = row(i, Instant.parse("2026-11-23T12:00:00Z"), texts.next());
            sent.add(new ObservationRow("p", row.observation().toBuilder().setOutput(texts.next()).build(), 0, 0, 0));
        }
        MessageWriter writer = new MessageWriter(clickHouse, new MessageWriter.Settings(true, 8, 100, 1_000_000));
        store(writer, sent);
        Set<String> gone = new HashSet<>();
        query("SELECT lower(hex(hash)) FROM messages GROUP BY hash ORDER BY hash LIMIT 100", row -> gone.add(row.getString(1)));
        String kept = "FROM (SELECT hash, body FROM messages WHERE hash NOT IN ("
                + gone.stream().map(hash -> "unhex('" + hash + "')").collect(Collectors.joining(", "))
                + ") LIMIT 1 BY hash)";
        Map<String, String> bodies = new HashMap<>();
        query("SELECT lower(hex(hash)), body " + kept, row -> bodies.put(row.getString(1), row.getString(2)));
        int[] compared = new int[1];
        query("SELECT o.input, o.output, " + MessageReferences.assembled("o", "input") + ", "
                + MessageReferences.assembled("o", "output") + " FROM (SELECT input, output, hashes, bodies "
                + "FROM observation_content CROSS JOIN (SELECT " + MessageReferences.HASHES_AND_BODIES + " " + kept
                + ") AS m) AS o", row -> {
                    assertThat(row.getString(3)).isEqualTo(StoredText.assemble(row.getString(1), bodies));
                    assertThat(row.getString(4)).isEqualTo(StoredText.assemble(row.getString(2), bodies));
                    compared[0] += row.getString(1).equals(row.getString(3)) ? 0 : 1;
                });
        assertThat(gone).isNotEmpty();
        assertThat(compared[0]).as("inputs that referred to something").isGreaterThan(500);
    }

    @Test
    void aConversationIsStoredOnce() throws SQLException {
        MessageWriter writer = writer();
        List<ObservationRow> sent = new ArrayList<>();
        for (List<ObservationRow> turn : new AgentCorpus(1, 300).turns(3)) {
            store(writer, turn);
            sent.addAll(turn);
        }
        // Three times: system, question, tools, 30 answers and 29 results.
        assertThat(number("SELECT count() FROM messages")).as("written once, none twice")
                .isEqualTo(number("SELECT uniqExact(trace_id, hash) FROM messages")).isEqualTo(3 * 62L);
        assertContent(read(), sent);
        long assembled = sent.stream().map(ObservationRow::observation).mapToLong(o -> o.getInputBytes().size()
                + o.getOutputBytes().size() + o.getToolDefinitionsBytes().size()).sum();
        assertThat(number("SELECT sum(message_bytes + length(input) + length(output) + length(tool_definitions))"
                + " FROM observation_content")).as("the bound of a read counts what is read")
                .isBetween(assembled, assembled * 11 / 10);
        assertThat(number("SELECT sum(length(body)) FROM messages") * 8).isLessThan(assembled);
    }

    @Test
    void aWriterThatStartsAnewWritesAgainAndTheTableCollapsesIt() throws SQLException {
        List<ObservationRow> turn = new AgentCorpus(2, 300).turns(2).get(10);
        store(writer(), turn);
        long once = number("SELECT count() FROM messages");
        writer().store(turn);
        assertThat(number("SELECT count() FROM messages")).isEqualTo(2 * once);
        assertThat(number("SELECT count() FROM messages FINAL")).isEqualTo(once);
        assertContent(read(), turn);
    }

    @Test
    void aMessageStaysWithTheLatestDayOnWhichItWasReferredTo() throws SQLException {
        String said = "[{\"role\":\"" + "x".repeat(100) + "\"}]";
        MessageWriter writer = writer();
        List<ObservationRow> sent = List.of(row(1, Instant.parse("2026-11-29T23:59:59Z"), said),
                row(2, Instant.parse("2026-11-30T00:00:00Z"), said), row(3, Instant.parse("2026-12-01T00:00:00Z"), said));
        store(writer, sent);
        List<String> days = new ArrayList<>();
        query("SELECT toString(day) FROM messages FINAL ORDER BY day"
                + " SETTINGS do_not_merge_across_partitions_select_final = 1", row -> days.add(row.getString(1)));
        assertThat(days).containsExactly("2026-11-30", "2026-12-01");
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE messages DROP PARTITION 202611");
            statement.execute("ALTER TABLE observation_content DROP PARTITION 202611");
        }
        assertContent(read(), sent.subList(2, 3));
    }

    @Test
    void switchedOffContentStaysWhereItIs() throws SQLException {
        MessageWriter off = new MessageWriter(clickHouse, new MessageWriter.Settings(false, 64, 100, 1_000_000));
        List<ObservationRow> turn = new AgentCorpus(3, 300).turns(1).get(29);
        assertThat(off.store(turn)).isEqualTo(turn);
        List<ObservationRow> marked = List.of(row(1, Instant.EPOCH, "a mark \u001aabcdefghijklmnopqrstuv of its own"));
        store(off, marked);
        assertThat(number("SELECT count() FROM messages")).isZero();
        assertContent(read(), marked);
    }
}
