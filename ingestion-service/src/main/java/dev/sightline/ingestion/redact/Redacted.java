package dev.sightline.ingestion.redact;

import dev.sightline.proto.control.v1.Redaction;
import java.util.Map;

/**
 * What redaction made of an observation or a patch.
 *
 * @param value    as it may be published; the very one that was given where nothing was found
 * @param mode     what the project's settings say; with OFF nothing was looked for
 * @param findings how many of each kind; empty where nothing was found
 */
public record Redacted<T>(T value, Redaction.Mode mode, Map<String, Integer> findings) {
}
