package dev.sightline.storage.message;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.observation.ObservationRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Takes the messages out of observations and stores each once for its trace. Repeating a call does no harm, with the
 * same observations or others: a message that is written twice is collapsed by its table, and rows refer to it by what
 * it says. Thread-safe.
 */
public final class MessageWriter {
    private final ClickHouse clickHouse;
    private final Settings settings;
    private final WrittenMessages written;

    /**
     * @param enabled          false: all content stays where it is
     * @param bytesMin         a shorter message stays where it is
     * @param messagesMax      of one text; further messages stay where they are
     * @param writtenBytesMax  what may be spent on remembering which messages are stored
     */
    public record Settings(boolean enabled, int bytesMin, int messagesMax, long writtenBytesMax) {
    }

    public MessageWriter(ClickHouse clickHouse, Settings settings) {
        this.clickHouse = clickHouse;
        this.settings = settings;
        this.written = new WrittenMessages(settings.writtenBytesMax());
    }

    /** Rows without the messages that they refer to, and those messages as far as they are not known to be stored. */
    public final class Referring {
        private final List<ObservationRow> rows;
        private final List<MessageTable.Row> fresh;

        private Referring(List<ObservationRow> rows, List<MessageTable.Row> fresh) {
            this.rows = rows;
            this.fresh = fresh;
        }

        /** As `observation_content` takes them, in the order they came. */
        public List<ObservationRow> rows() {
            return rows;
        }

        /**
         * Stores the messages: they can be read then. To be done before anybody can find the rows.
         *
         * @throws StoreException when ClickHouse has not said that it stored them
         */
        public void storeMessages() {
            if (!fresh.isEmpty()) {
                // No token names the same messages each time: which of them are new depends on what is remembered.
                clickHouse.insert(MessageTable.MESSAGES, fresh, "messages/" + UUID.randomUUID());
                written.addAll(fresh);
            }
        }
    }

    /** Takes the messages out of the rows and stores nothing yet. */
    public Referring refer(List<ObservationRow> rows) {
        Split split = new Split();
        List<ObservationRow> referring = new ArrayList<>(rows.size());
        for (ObservationRow row : rows) {
            referring.add(split.refer(row));
        }
        return new Referring(referring, split.fresh);
    }

    /** Takes the messages out of the rows, stores them, and answers the rows as `observation_content` takes them. */
    public List<ObservationRow> store(List<ObservationRow> rows) {
        Referring referring = refer(rows);
        referring.storeMessages();
        return referring.rows;
    }

    /** To be called when messages of the trace were deleted: what its observations say from now on is written again. */
    public void forget(String projectId, ByteString traceId) {
        written.forget(projectId, traceId);
    }

    /** To be called when others may have deleted messages. */
    public void forgetAll() {
        written.forgetAll();
    }

    /** What one call finds. */
    private final class Split {
        private final MessageSplitter splitter = settings.enabled()
                ? new MessageSplitter(settings.bytesMin(), settings.messagesMax())
                : new MessageSplitter(Integer.MAX_VALUE, 0);
        private final Map<TraceDay, HashSet128> seen = new HashMap<>();
        private final List<MessageTable.Row> fresh = new ArrayList<>();

        ObservationRow refer(ObservationRow row) {
            Observation observation = row.observation();
            StoredText input = splitter.split(observation.getInputBytes());
            StoredText output = splitter.split(observation.getOutputBytes());
            StoredText tools = splitter.whole(observation.getToolDefinitionsBytes());
            if (input.text() == observation.getInputBytes() && output.text() == observation.getOutputBytes()
                    && tools.text() == observation.getToolDefinitionsBytes()) {
                return row;
            }
            TraceDay trace = TraceDay.of(row);
            HashSet128 seenOfTrace = seen.computeIfAbsent(trace, _ -> new HashSet128());
            long bytes = 0;
            for (StoredText text : List.of(input, output, tools)) {
                for (Message message : text.messages()) {
                    bytes += message.body().size();
                    if (seenOfTrace.add(message.hash()) && !written.contains(trace, message)) {
                        fresh.add(new MessageTable.Row(trace, message));
                    }
                }
            }
            return row.withTexts(
                    new ObservationRow.ReferringTexts(input.text(), output.text(), tools.text(), bytes));
        }
    }
}
