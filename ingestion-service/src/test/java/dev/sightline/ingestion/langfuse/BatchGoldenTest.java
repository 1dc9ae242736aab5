package dev.sightline.ingestion.langfuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What a client sends to the batch endpoint (`NAME/batch.json`) and what is published and answered
 * (`NAME/published.json`; fields that the event sets by name). Run with REGENERATE=1 to write the latter anew, then read
 * the difference.
 */
class BatchGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden-langfuse");
    private static final String SENT = "batch.json";
    private static final String PUBLISHED = "published.json";
    private static final Set<String> HEX_FIELDS = Set.of("traceId", "spanId", "parentSpanId");
    private static final boolean REGENERATE = "1".equals(System.getenv("REGENERATE"));

    private final ObjectMapper json = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> everyBatchIsPublishedAsItsGoldenFileSays() throws IOException {
        List<Path> sent = files().stream().filter(file -> file.endsWith(SENT)).toList();
        assertThat(sent).hasSizeGreaterThan(8);
        return sent.stream()
                .map(file -> DynamicTest.dynamicTest(FOLDER.relativize(file).toString(), () -> check(file)));
    }

    @Test
    void everyGoldenFileIsUsed() throws IOException {
        Set<String> unused = new TreeSet<>();
        for (Path file : files()) {
            if (!file.endsWith(SENT) && !(file.endsWith(PUBLISHED) && Files.exists(file.resolveSibling(SENT)))) {
                unused.add(file.toString());
            }
        }
        assertThat(unused).isEmpty();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void check(Path sent) throws IOException {
        Path published = sent.resolveSibling(PUBLISHED);
        String actual = print(Batches.read(Files.readString(sent)));
        if (REGENERATE) {
            Files.writeString(published, actual);
        }
        assertThat(published).exists();
        assertThat(actual).isEqualTo(Files.readString(published));
    }

    private String print(Batch batch) throws IOException {
        ObjectNode root = json.createObjectNode();
        ArrayNode patches = root.putArray("patches");
        for (ObservationPatch patch : batch.patches()) {
            ObjectNode node = patches.addObject();
            node.put("create", patch.getCreate());
            node.put("event_unix_nano", patch.getEventUnixNano());
            node.put("sets", String.join(" ", patch.getSetFieldsList().stream()
                    .map(number -> Observation.getDescriptor().findFieldByNumber(number))
                    .map(FieldDescriptor::getName).toList()));
            node.set("observation", tree(patch.getObservation()));
        }
        ArrayNode scores = root.putArray("scores");
        for (MessageOrBuilder score : batch.scores()) {
            scores.add(tree(score));
        }
        root.set("answer", json.valueToTree(batch.answer()));
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private JsonNode tree(MessageOrBuilder message) throws IOException {
        JsonNode tree = json.readTree(JsonFormat.printer().sortingMapKeys().print(message));
        for (String field : HEX_FIELDS) {
            if (tree.path(field).isTextual()) {
                ((ObjectNode) tree).put(field,
                        HexFormat.of().formatHex(Base64.getDecoder().decode(tree.get(field).textValue())));
            }
        }
        return tree;
    }
}
