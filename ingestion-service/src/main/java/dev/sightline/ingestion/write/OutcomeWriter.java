package dev.sightline.ingestion.write;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.proto.observation.v1.IngestOutcomeBatch;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.outcome.IngestOutcomeTable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;

/**
 * Stores what comes on topic `ingest-outcomes`. ClickHouse drops a batch whose id it has seen, so a batch that was sent
 * or read twice counts once. One that can't be stored is skipped: it holds counts, nothing that anybody sent.
 */
final class OutcomeWriter {
    private static final Logger LOG = Logger.getLogger(OutcomeWriter.class);

    private final ClickHouse clickHouse;

    OutcomeWriter(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    void store(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                store(IngestOutcomeBatch.parseFrom(record.value()));
            } catch (InvalidProtocolBufferException e) {
                LOG.warnf("skipped a record of %s that is not an IngestOutcomeBatch: %s", record.topic(),
                        e.getMessage());
            }
        }
    }

    private void store(IngestOutcomeBatch batch) {
        try {
            clickHouse.insert(IngestOutcomeTable.INGEST_OUTCOMES, batch.getOutcomesList(), "outcomes/" + batch.getId());
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.REJECTED) {
                throw e;
            }
            LOG.warnf("skipped ingest outcomes %s: %s", batch.getId(), e.getMessage());
        }
    }
}
