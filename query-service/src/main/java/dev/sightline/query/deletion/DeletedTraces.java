package dev.sightline.query.deletion;

import com.google.protobuf.ByteString;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * A page of traces that a deletion has deleted or is about to. Written before the page is published, and kept until the
 * last sweep; a page that is published twice is here twice.
 */
@Entity
@Table(name = "deleted_traces")
public class DeletedTraces extends PanacheEntityBase {
    private static final int ID_BYTES = 16;

    @Id
    public UUID id;
    @Column(name = "deletion_id")
    public UUID deletionId;
    /** One behind the other. */
    @Column(name = "trace_ids")
    public byte[] traceIds;

    static DeletedTraces of(Deletion deletion, Collection<ByteString> traceIds) {
        DeletedTraces traces = new DeletedTraces();
        traces.id = UUID.randomUUID();
        traces.deletionId = deletion.id;
        traces.traceIds = ByteString.copyFrom(traceIds).toByteArray();
        return traces;
    }

    List<ByteString> ids() {
        List<ByteString> ids = new ArrayList<>();
        for (int from = 0; from < traceIds.length; from += ID_BYTES) {
            ids.add(ByteString.copyFrom(traceIds, from, ID_BYTES));
        }
        return ids;
    }
}
