package dev.sightline.ingestion.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.JsonFormat;
import dev.sightline.base.price.Prices;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.proto.observation.v1.Observation;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What each instrumentation sends (`NAME.span.json`, OTLP/JSON with one span) and what is stored of it
 * (`NAME.observation.json`). Run with REGENERATE=1 to write the observations anew, then read the difference.
 */
class GoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final String SENT = ".span.json";
    private static final String STORED = ".observation.json";
    private static final Set<String> HEX_FIELDS =
            Set.of("traceId", "spanId", "parentSpanId", "experimentItemRootSpanId");
    private static final boolean REGENERATE = "1".equals(System.getenv("REGENERATE"));
    /** 2026-11-23T12:00:00Z: the spans are from this day. */
    private static final long NOW_UNIX_NANO = 1_795_435_200_000_000_000L;

    private final ObjectMapper json = new ObjectMapper();
    private final ObservationMapper mapper = new ObservationMapper(SpanLimits.DEFAULT, Prices.shipped());

    @TestFactory
    Stream<DynamicTest> everySpanIsStoredAsItsGoldenFileSays() throws IOException {
        List<Path> sent = files().stream().filter(file -> file.toString().endsWith(SENT)).toList();
        assertThat(sent).hasSizeGreaterThan(30);
        return sent.stream()
                .map(file -> DynamicTest.dynamicTest(FOLDER.relativize(file).toString(), () -> check(file)));
    }

    @Test
    void everyGoldenFileIsUsed() throws IOException {
        Set<String> unused = new TreeSet<>();
        for (Path file : files()) {
            String name = file.toString();
            boolean used = name.endsWith(SENT)
                    || name.endsWith(STORED) && Files.exists(Path.of(name.replace(STORED, SENT)));
            if (!used) {
                unused.add(name);
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
        Path stored = Path.of(sent.toString().replace(SENT, STORED));
        String actual = print(map(sent));
        if (REGENERATE) {
            Files.writeString(stored, actual);
        }
        assertThat(stored).exists();
        assertThat(actual).isEqualTo(Files.readString(stored));
    }

    private Observation map(Path sent) throws IOException {
        TracesData.Builder traces = TracesData.newBuilder();
        JsonNode tree = json.readTree(sent.toFile());
        recode(tree, hex -> Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)));
        JsonFormat.parser().merge(tree.toString(), traces);
        assertThat(traces.getResourceSpansCount()).isEqualTo(1);
        ResourceSpans resourceSpans = traces.getResourceSpans(0);
        ScopeSpans scopeSpans = resourceSpans.getScopeSpans(0);
        assertThat(scopeSpans.getSpansCount()).isEqualTo(1);
        Result result = mapper.map(mapper.resource(resourceSpans.getResource()), scopeSpans.getScope(),
                scopeSpans.getSpans(0), NOW_UNIX_NANO, ProjectPrices.NONE);
        return switch (result) {
            case Result.Mapped mapped -> mapped.observation();
            case Result.Rejected rejected -> throw new AssertionError(rejected.reason());
        };
    }

    private String print(Observation observation) throws IOException {
        JsonNode tree = json.readTree(JsonFormat.printer().sortingMapKeys().print(observation));
        recode(tree, base64 -> HexFormat.of().formatHex(Base64.getDecoder().decode(base64)));
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    }

    /** Ids are hexadecimal in OTLP/JSON and for people, base64 in protobuf's own JSON. */
    private static void recode(JsonNode tree, UnaryOperator<String> recode) {
        if (tree instanceof ObjectNode object) {
            object.properties().forEach(member -> {
                if (HEX_FIELDS.contains(member.getKey()) && member.getValue().isTextual()) {
                    member.setValue(object.textNode(recode.apply(member.getValue().textValue())));
                }
            });
        }
        tree.forEach(child -> recode(child, recode));
    }
}
