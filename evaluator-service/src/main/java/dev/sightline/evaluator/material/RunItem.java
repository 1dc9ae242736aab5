package dev.sightline.evaluator.material;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.evaluator.trace.TraceSource;
import dev.sightline.proto.control.v1.LinkedItem;
import dev.sightline.proto.control.v1.ListRunItemsResponse;
import dev.sightline.proto.observation.v1.Observation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an application made of one item of a dataset in a run. It is known by either of two ways: the spans carry the
 * item's id (their experiment_* fields), or somebody linked trace and item through Langfuse's API. An item that has an
 * observation of its own is judged by it and what is beneath it, and the score is that observation's; one that was linked
 * with the trace as a whole is judged by all of it, and the score is the trace's. The expected output is the spans' own,
 * else the item's.
 *
 * @param spanId whose score it is; empty: the trace's
 */
public record RunItem(ByteString spanId, Material material) {
    /** The target of the rules that judge them. */
    public static final String TARGET = "dataset_run_item";

    private record Key(String experimentId, String itemId) {
    }

    /** Those of a trace; where its spans do not say what is expected, query-service is asked, as it is for links. */
    public static List<RunItem> read(TraceSource source, TraceKey trace, List<Observation> observations)
            throws InterruptedException {
        return of(observations, source.runItems(trace, idsWithoutExpectedOutput(observations)));
    }

    static List<String> idsWithoutExpectedOutput(List<Observation> observations) {
        return byItem(observations).entrySet().stream().filter(item -> expected(item.getValue()).isEmpty())
                .map(item -> item.getKey().itemId).distinct().toList();
    }

    /** Each object once, by start; links come behind. Where several items were linked with one object, the first counts. */
    static List<RunItem> of(List<Observation> observations, ListRunItemsResponse known) {
        Map<ByteString, RunItem> items = new LinkedHashMap<>();
        byItem(observations).forEach((item, spans) -> {
            Observation root = root(observations, spans);
            Optional<String> expected = expected(spans);
            items.putIfAbsent(root.getSpanId(), new RunItem(root.getSpanId(), Material.ofRunItem(observations,
                    Optional.of(root), expected.orElseGet(() -> known.getExpectedOutputOrDefault(item.itemId, "")))));
        });
        for (LinkedItem linked : known.getLinkedList()) {
            Optional<Observation> root = observations.stream()
                    .filter(o -> o.getSpanId().equals(linked.getSpanId())).findFirst();
            if (root.isPresent() || linked.getSpanId().isEmpty()) {
                items.putIfAbsent(linked.getSpanId(), new RunItem(linked.getSpanId(),
                        Material.ofRunItem(observations, root, linked.getExpectedOutput())));
            }
        }
        return List.copyOf(items.values());
    }

    private static Map<Key, List<Observation>> byItem(List<Observation> observations) {
        Map<Key, List<Observation>> spans = new LinkedHashMap<>();
        observations.stream().filter(o -> !o.getTraceRecord() && !o.getExperimentItemId().isEmpty())
                .sorted(Comparator.comparingLong(Observation::getStartUnixNano))
                .forEach(o -> spans.computeIfAbsent(new Key(o.getExperimentId(), o.getExperimentItemId()),
                        key -> new ArrayList<>()).add(o));
        return spans;
    }

    /** The one that the spans name, where it is there; else the first that is not beneath another of the item. */
    private static Observation root(List<Observation> observations, List<Observation> spans) {
        ByteString named = spans.getFirst().getExperimentItemRootSpanId();
        return observations.stream().filter(o -> !named.isEmpty() && o.getSpanId().equals(named)).findFirst()
                .or(() -> spans.stream().filter(o -> spans.stream().noneMatch(other ->
                        other.getSpanId().equals(o.getParentSpanId()))).findFirst())
                .orElseGet(spans::getFirst);
    }

    private static Optional<String> expected(List<Observation> spans) {
        return spans.stream().map(Material::expected).filter(text -> !text.isEmpty()).findFirst();
    }

    /** Content is user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "RunItem[" + material + "]";
    }
}
