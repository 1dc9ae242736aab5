package dev.sightline.ingestion.langfuse;

import dev.sightline.ingestion.mapping.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Metadata as it is stored: an object as dotted paths, anything else under the one name `metadata`. */
final class Metadata {
    private Metadata() {
    }

    /** What is beyond the bound is left out, and how much under `sightline.dropped_metadata`. */
    static void read(Fields.Value metadata, int entriesMax, BiConsumer<String, String> put) {
        Map<String, String> entries = new HashMap<>();
        int[] dropped = {0};
        boolean whole = metadata.kind() != Fields.Kind.OBJECT || !Json.isContainer(metadata.text());
        if (whole) {
            entries.put("metadata", metadata.text());
        } else {
            Json.flatten(metadata.text(), "", (path, value) -> {
                if (entries.size() < entriesMax || entries.containsKey(path)) {
                    entries.put(path, value);
                } else {
                    dropped[0]++;
                }
            });
        }
        if (dropped[0] > 0) {
            entries.put("sightline.dropped_metadata", Integer.toString(dropped[0]));
        }
        entries.forEach(put);
    }
}
