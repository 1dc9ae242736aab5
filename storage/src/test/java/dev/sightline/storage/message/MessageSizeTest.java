package dev.sightline.storage.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.TestDatabase;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.NativeBytes;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What an agent's turns take on the disk with and without deduplication, and what splitting costs; prints figures, with
 * {@code -Dmessages.scale=5} those of ADR 0007.
 */
class MessageSizeTest {
    private static final List<String> TABLES = List.of("observations", "observation_content", "messages");

    private record Sizes(long raw, long sent, long beforeMerges, long disk) {
    }

    private static void execute(ClickHouse clickHouse, String sql) throws SQLException {
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(ClickHouse clickHouse, String sql) throws SQLException {
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long disk(ClickHouse clickHouse, String tables) throws SQLException {
        return number(clickHouse, "SELECT sum(bytes_on_disk) FROM system.parts WHERE active"
                + " AND database = currentDatabase() AND table IN (" + tables + ")");
    }

    /** One insert for each turn of all traces, as a writer's batches are; then everything merged. */
    private static Sizes store(String name, AgentCorpus corpus, int traces, MessageWriter.Settings settings)
            throws SQLException {
        try (ClickHouse clickHouse = TestDatabase.migrated("message_sizes")) {
            MessageWriter writer = new MessageWriter(clickHouse, settings);
            String all = "'" + String.join("', '", TABLES) + "'";
            for (String table : TABLES) {
                execute(clickHouse, "SYSTEM STOP MERGES " + table);
            }
            long raw = 0;
            long sent = 0;
            NativeBytes block = new NativeBytes(1 << 20);
            int turn = 0;
            for (List<ObservationRow> rows : corpus.turns(traces)) {
                List<ObservationRow> referring = writer.store(rows);
                clickHouse.insert(ObservationTable.CONTENT, referring, "turn" + turn);
                clickHouse.insert(ObservationTable.OBSERVATIONS, rows, "turn" + turn++);
                block.clear();
                ObservationTable.CONTENT.encode(referring, block);
                sent += block.length();
                for (ObservationRow row : rows) {
                    raw += row.observation().getInputBytes().size() + row.observation().getOutputBytes().size()
                            + row.observation().getToolDefinitionsBytes().size();
                }
            }
            sent += number(clickHouse, "SELECT sum(length(body) + 50) FROM messages");
            long beforeMerges = disk(clickHouse, all);
            for (String table : TABLES) {
                execute(clickHouse, "SYSTEM START MERGES " + table);
                execute(clickHouse, "OPTIMIZE TABLE " + table + " FINAL");
            }
            Sizes sizes = new Sizes(raw, sent, beforeMerges, disk(clickHouse, all));
            System.out.printf("%-52s raw %,12d  sent %,12d  before merges %,11d (1:%.1f)  merged %,10d (1:%.1f)"
                            + "  content %,d  messages %,d%n", name, raw, sent, beforeMerges,
                    (double) raw / beforeMerges, sizes.disk, (double) raw / sizes.disk,
                    disk(clickHouse, "'observation_content'"), disk(clickHouse, "'messages'"));
            return sizes;
        }
    }

    @Test
    void aConversationTakesATenthOfItsJson() throws SQLException {
        for (int chars : new int[] {150, 1_500}) {
            int traces = (chars == 150 ? 40 : 10) * Integer.getInteger("messages.scale", 1);
            String last = "%,d bytes in the last turn".formatted(new AgentCorpus(5, chars).turns(1).getLast().getFirst()
                    .observation().getInputBytes().size());
            Sizes without = store(last + ", without", new AgentCorpus(5, chars), traces,
                    new MessageWriter.Settings(false, 128, 2_000, 1 << 25));
            Sizes with = store(last + ", from 128 bytes", new AgentCorpus(5, chars), traces,
                    new MessageWriter.Settings(true, 128, 2_000, 1 << 25));
            if (Boolean.getBoolean("messages.more")) {
                for (int bytesMin : new int[] {64, 256, 512}) {
                    store(last + ", from " + bytesMin + " bytes", new AgentCorpus(5, chars), traces,
                            new MessageWriter.Settings(true, bytesMin, 2_000, 1 << 25));
                }
            }
            assertThat(with.disk * 10).isLessThan(with.raw);
            assertThat(with.sent * 3).isLessThan(without.sent);
            assertThat(with.beforeMerges * 2).isLessThan(without.beforeMerges);
            assertThat(with.disk).isLessThan(without.disk);
            splitting(new AgentCorpus(5, chars).turns(3));
        }
    }

    /** Prints what finding, hashing and replacing the messages costs on this machine. */
    private static void splitting(List<List<ObservationRow>> turns) {
        for (List<ObservationRow> turn : List.of(turns.get(2), turns.get(14), turns.get(29))) {
            ByteString input = turn.getFirst().observation().getInputBytes();
            MessageSplitter splitter = new MessageSplitter(128, 2_000);
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long best = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long start = threads.getCurrentThreadCpuTime();
                for (int i = 0; i < 1_000; i++) {
                    assertThat(splitter.split(input).messages().isEmpty()).isFalse();
                }
                best = Math.min(best, (threads.getCurrentThreadCpuTime() - start) / 1_000);
            }
            System.out.printf("splitting %,d bytes with %d messages: %,d ns of CPU%n", input.size(),
                    splitter.split(input).messages().size(), best);
        }
    }
}
