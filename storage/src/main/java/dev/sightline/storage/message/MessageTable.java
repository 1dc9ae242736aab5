package dev.sightline.storage.message;

import static dev.sightline.storage.table.Column.id;
import static dev.sightline.storage.table.Column.text;
import static dev.sightline.storage.table.Column.uint16;

import com.google.protobuf.ByteString;
import dev.sightline.storage.table.Table;
import java.util.List;

/**
 * Table `messages`: what the content of a trace's observations refers to. The same message may be stored again at any
 * time, so no more is needed for an insert than to repeat it until it is acknowledged.
 */
public final class MessageTable {
    public static final Table<Row, Void> MESSAGES = new Table<>("messages", List.of(
            text("project_id", row -> ByteString.copyFromUtf8(row.trace().projectId()), (o, v) -> { }),
            id("trace_id", 16, row -> row.trace().traceId(), (o, v) -> { }),
            id("hash", Message.HASH_BYTES, row -> row.message().hash(), (o, v) -> { }),
            text("body", row -> row.message().body(), (o, v) -> { }),
            uint16("day", row -> row.trace().day(), (o, v) -> { })));

    /** What a reader selects for {@link MessageReferences#assemble}; a message may stand in several rows. */
    public static final String HASH_AND_BODY = "lower(hex(hash)), body";

    private MessageTable() {
    }

    /** One message of a trace. */
    record Row(TraceDay trace, Message message) {
    }
}
