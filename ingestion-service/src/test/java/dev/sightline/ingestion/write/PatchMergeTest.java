package dev.sightline.ingestion.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.observation.v1.TraceField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Patches give the same observation in every order and in every portion. */
class PatchMergeTest {
    private static final Observation IDS = Observation.newBuilder().setTraceId(ByteString.copyFromUtf8("0123456789abcdef"))
            .setSpanId(ByteString.copyFromUtf8("01234567")).build();

    private static ObservationPatch patch(boolean create, long time, Observation.Builder says, int... fields) {
        ObservationPatch.Builder patch = ObservationPatch.newBuilder().setCreate(create).setEventUnixNano(time)
                .setObservation(says.setTraceId(IDS.getTraceId()).setSpanId(IDS.getSpanId()));
        for (int field : fields) {
            patch.addSetFields(field);
        }
        return patch.build();
    }

    @Test
    void theOrderAndThePortionsOfPatchesDoNotMatter() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<ObservationPatch> patches = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                patches.add(random(random, i));
            }
            Observation expected = PatchMerge.merge(null, patches);
            Collections.shuffle(patches, random);
            Observation merged = null;
            for (int from = 0; from < patches.size(); ) {
                int until = from + 1 + random.nextInt(patches.size() - from);
                merged = PatchMerge.merge(merged, patches.subList(from, until));
                merged = PatchMerge.merge(merged, patches.subList(from, until));
                from = until;
            }
            // Before anything says when it started, the first event seen stands for it.
            boolean startIsSaid = expected.containsFieldClocks(Observation.START_UNIX_NANO_FIELD_NUMBER);
            assertThat(startIsSaid ? merged : merged.toBuilder().setStartUnixNano(expected.getStartUnixNano()).build())
                    .as("seed %d, round %d", seed, round).isEqualTo(expected);
        }
    }

    private static ObservationPatch random(Random random, int number) {
        Observation.Builder says = Observation.newBuilder();
        List<Integer> fields = new ArrayList<>();
        if (random.nextBoolean()) {
            says.setName("name " + number);
            fields.add(Observation.NAME_FIELD_NUMBER);
        }
        if (random.nextBoolean()) {
            says.setStartUnixNano(1_000_000 + number);
            fields.add(Observation.START_UNIX_NANO_FIELD_NUMBER);
        }
        if (random.nextBoolean()) {
            says.putUsage("kind" + number, number).setTotalTokens(number);
            fields.add(Observation.USAGE_FIELD_NUMBER);
            fields.add(Observation.TOTAL_TOKENS_FIELD_NUMBER);
        }
        if (random.nextBoolean()) {
            says.addTags("tag" + random.nextInt(4));
            fields.add(Observation.TAGS_FIELD_NUMBER);
        }
        if (random.nextBoolean()) {
            says.putMetadata("key" + random.nextInt(3), "value " + number);
            fields.add(Observation.METADATA_FIELD_NUMBER);
        }
        return patch(random.nextBoolean(), 2_000_000 + number, says,
                fields.stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void anUpdateWinsOverALaterCreateAndLaterFieldsOverEarlierOnes() {
        ObservationPatch create = patch(true, 300, Observation.newBuilder().setName("made").setLevel(Level.ERROR)
                .setInput("in"), Observation.NAME_FIELD_NUMBER, Observation.LEVEL_FIELD_NUMBER,
                Observation.INPUT_FIELD_NUMBER);
        ObservationPatch update = patch(false, 100, Observation.newBuilder().setName("renamed").setOutput("out"),
                Observation.NAME_FIELD_NUMBER, Observation.OUTPUT_FIELD_NUMBER);
        Observation merged = PatchMerge.merge(null, List.of(update, create));
        assertThat(merged.getName()).isEqualTo("renamed");
        assertThat(merged.getLevel()).isEqualTo(Level.ERROR);
        assertThat(merged.getInput()).isEqualTo("in");
        assertThat(merged.getOutput()).isEqualTo("out");
        assertThat(merged.getStartUnixNano()).as("the first event").isEqualTo(100);
    }

    @Test
    void whatAPatchSaysIsNoLongerTheTraces() {
        Observation inherited = IDS.toBuilder().setVersion("of the trace").setUserId("u")
                .setInherited(1 << TraceField.VERSION_VALUE | 1 << TraceField.USER_ID_VALUE).build();
        Observation merged = PatchMerge.merge(inherited, List.of(patch(false, 5,
                Observation.newBuilder().setVersion("own"), Observation.VERSION_FIELD_NUMBER)));
        assertThat(merged.getVersion()).isEqualTo("own");
        assertThat(merged.getInherited()).isEqualTo(1 << TraceField.USER_ID_VALUE);
    }
}
