package dev.sightline.ingestion.media;

import java.time.Instant;

/**
 * What a store knows of a medium it holds in full.
 *
 * @param contentLength bytes
 */
public record StoredMedium(String contentType, long contentLength, Instant uploadedAt) {
}
