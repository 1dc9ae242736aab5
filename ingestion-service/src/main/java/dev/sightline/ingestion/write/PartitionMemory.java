package dev.sightline.ingestion.write;

/** What the writer of a partition remembers of what is stored, so that it seldom has to ask. */
record PartitionMemory(DuplicateWindow spans, TraceBook traces) {
}
