package dev.sightline.query.manage;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;

/** The trail of who changed what, in {@code audit_events}. */
final class Audit {
    private Audit() {
    }

    /** Adds an event to the transaction that is under way. */
    static Uni<Integer> event(String actor, String action, String organizationId, String projectId, String object) {
        return Panache.getSession().chain(session -> session.createNativeQuery("""
                        INSERT INTO {h-schema}audit_events (actor, action, organization_id, project_id, object)
                        VALUES (?1, ?2, CAST(?3 AS text), CAST(?4 AS text), ?5)""")
                .setParameter(1, actor).setParameter(2, action).setParameter(3, organizationId)
                .setParameter(4, projectId).setParameter(5, object).executeUpdate());
    }
}
