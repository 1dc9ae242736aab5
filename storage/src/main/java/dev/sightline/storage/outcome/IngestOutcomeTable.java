package dev.sightline.storage.outcome;

import static dev.sightline.storage.table.Column.count;
import static dev.sightline.storage.table.Column.text;
import static dev.sightline.storage.table.Column.wholeSeconds;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.IngestOutcome;
import dev.sightline.proto.observation.v1.Outcome;
import dev.sightline.storage.table.Table;
import java.util.List;
import java.util.Locale;

/**
 * The one list of columns of what became of what projects sent, by minute. Rows with the same project, minute, outcome,
 * reason and source add up, at some time after they were inserted: read them with sums.
 */
public final class IngestOutcomeTable {
    public static final Table<IngestOutcome, IngestOutcome.Builder> INGEST_OUTCOMES = new Table<>("ingest_outcomes",
            List.of(
                    text("project_id", IngestOutcome::getProjectIdBytes, IngestOutcome.Builder::setProjectId),
                    wholeSeconds("minute", IngestOutcome::getMinuteUnixNano, IngestOutcome.Builder::setMinuteUnixNano),
                    text("outcome", row -> ByteString.copyFromUtf8(outcomeName(row.getOutcome())),
                            (row, name) -> row.setOutcome(Outcome.valueOf(name.toUpperCase(Locale.ROOT)))),
                    text("reason", IngestOutcome::getReasonBytes, IngestOutcome.Builder::setReason),
                    text("source", IngestOutcome::getSourceBytes, IngestOutcome.Builder::setSource),
                    count("count", IngestOutcome::getCount, IngestOutcome.Builder::setCount),
                    count("bytes", IngestOutcome::getBytes, IngestOutcome.Builder::setBytes),
                    text("example", IngestOutcome::getExampleBytes, IngestOutcome.Builder::setExample)));

    private IngestOutcomeTable() {
    }

    /** The outcome's name in tables and APIs, such as dead_lettered. */
    public static String outcomeName(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
