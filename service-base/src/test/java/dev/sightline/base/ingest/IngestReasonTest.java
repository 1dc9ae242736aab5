package dev.sightline.base.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IngestReasonTest {
    @Test
    void slugsAreUniqueAndFitForMetrics() {
        assertThat(Arrays.stream(IngestReason.values()).map(IngestReason::slug)).doesNotHaveDuplicates()
                .allMatch(slug -> slug.matches("[a-z0-9-]*"));
        for (IngestReason reason : IngestReason.values()) {
            assertThat(IngestReason.ofSlug(reason.slug())).contains(reason);
        }
    }

    @Test
    void everyReasonIsInTheDocs() throws IOException {
        String docs = Files.readString(Path.of("../docs/ingest-health.md"));
        for (IngestReason reason : IngestReason.values()) {
            if (reason != IngestReason.NONE) {
                assertThat(docs).contains("| `" + reason.slug() + "` | ").contains(" | " + reason.advice() + " |");
            }
        }
    }
}
