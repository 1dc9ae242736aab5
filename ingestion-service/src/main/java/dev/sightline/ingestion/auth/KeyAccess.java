package dev.sightline.ingestion.auth;

import dev.sightline.proto.control.v1.Access;

/** What a key opens: its project, and whether it may write everything there or, without its secret, scores only. */
public record KeyAccess(String projectId, Access access) {
}
