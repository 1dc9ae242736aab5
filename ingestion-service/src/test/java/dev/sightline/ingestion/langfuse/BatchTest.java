package dev.sightline.ingestion.langfuse;

import static dev.sightline.ingestion.langfuse.Batches.envelope;
import static dev.sightline.ingestion.langfuse.Batches.event;
import static dev.sightline.ingestion.langfuse.Batches.read;
import static dev.sightline.ingestion.langfuse.Batches.single;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.ingestion.langfuse.Batch.Success;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.control.v1.AddRunItemRequest;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.ScoreSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {
    private static final Consumer<AddRunItemRequest> NO_RUN_ITEMS = _ -> {
        throw new AssertionError("no such event was sent");
    };

    private static ObservationPatch patch(String type, String body) {
        Batch batch = event(type, body);
        assertThat(batch.answer().errors()).isEmpty();
        return batch.patches().getFirst();
    }

    private static Observation observation(String type, String body) {
        return patch(type, body).getObservation();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "trace-create | {'id':42} | body.id: must be text",
        "trace-create | {'id':'t','userId':true} | body.userId: must be text, not true or false",
        "trace-create | {'id':'t','tags':'a'} | body.tags: must be an array",
        "trace-create | {'id':'t','tags':['a',1]} | body.tags: must be an array of texts",
        "trace-create | {'id':'t','public':'yes'} | body.public: must be true or false",
        "trace-create | {'id':'t','timestamp':'yesterday'} | body.timestamp: is not an ISO-8601 time",
        "span-create | {'id':'s','traceId':'t','startTime':'2029-01-01T00:00:00Z'} | body.startTime: is more than 1 day",
        "span-create | {'id':'s','traceId':'t','startTime':'2016-01-01T00:00:00Z'} | body.startTime: is more than 1826",
        "span-create | {'id':'s','traceId':'t','endTime':'+999999999-01-01T00:00:00Z'} | body.endTime: is",
        "span-create | {'id':'s','traceId':'t','level':'LOUD'} | body.level: must be DEBUG",
        "span-update | {'id':'s'} | body.traceId: is missing",
        "generation-update | {'traceId':'t'} | body.id: is missing",
        "generation-create | {'id':'s','promptVersion':1.5} | body.promptVersion: must be a whole number",
        "generation-create | {'id':'s','promptVersion':NaN} | body.promptVersion: is not a finite number",
        "generation-create | {'id':'s','modelParameters':[1]} | body.modelParameters: must be an object",
        "generation-create | {'id':'s','usage':7} | body.usage: must be an object",
        "observation-create | {'id':'s'} | body.type: must be SPAN",
        "observation-create | {'id':'s','type':'OBSERVATION'} | body.type: must be SPAN",
        "observation-create | {'id':'s','type':'trace'} | body.type: must be SPAN",
        "score-create | {'traceId':'t','value':1} | body.name: is missing",
        "score-create | {'traceId':'t','name':'n'} | body.value: is missing",
        "dataset-run-item-create | {} | body.runName: is missing",
        "dataset-run-item-create | {'runName':'r','traceId':'t'} | body.datasetItemId: is missing",
        "dataset-run-item-create | {'runName':'r','datasetItemId':'i','traceId':7} | body.traceId: must be text",
        "trace-delete | {} | type: is not one of",
        "trace-create | [] | body: must be an object",
        "trace-create | null | body: is missing"})
    void anErrorNamesTheField(String type, String body, String message) {
        Batch batch = event(type, body.replace('\'', '"'));

        assertThat(batch.patches()).isEmpty();
        assertThat(batch.scores()).isEmpty();
        assertThat(batch.answer().successes()).isEmpty();
        assertThat(batch.answer().errors()).singleElement().satisfies(failure -> {
            assertThat(failure.id()).isEqualTo("e");
            assertThat(failure.status()).isEqualTo(400);
            assertThat(failure.message()).startsWith(message);
        });
    }

    @Test
    void aRunsItemIsKeptOnTheWayAndMayFailAlone() {
        List<AddRunItemRequest> kept = new ArrayList<>();
        byte[] request = ("{\"batch\":[" + single("one", "dataset-run-item-create", "{\"runName\":\"r\",\"metadata\":"
                + "\"nightly\",\"datasetItemId\":\"there\",\"traceId\":\"t\",\"observationId\":\"o\"}") + ","
                + single("two", "dataset-run-item-create",
                        "{\"runName\":\"r\",\"datasetItemId\":\"gone\",\"traceId\":\"t\"}") + ","
                + single("three", "trace-create", "{\"id\":\"t\"}") + "]}").getBytes(StandardCharsets.UTF_8);

        Batch batch = new Batch.Reader(Batches.CONFIG).read(request, Access.FULL, Batches.NOW_UNIX_NANO,
                UnaryOperator.identity(), item -> {
                    if (item.getDatasetItemId().equals("gone")) {
                        throw ServiceException.of(ErrorCode.NOT_FOUND, "Dataset item gone not found");
                    }
                    kept.add(item);
                });

        assertThat(kept).containsExactly(AddRunItemRequest.newBuilder().setId("one").setRunName("r")
                .setMetadata("\"nightly\"").setDatasetItemId("there").setTraceId("t").setObservationId("o").build());
        assertThat(batch.runItems()).isEqualTo(1);
        assertThat(batch.answer().successes()).extracting(Success::id).containsExactly("one", "three");
        assertThat(batch.answer().errors()).singleElement().satisfies(failure -> {
            assertThat(failure.id()).isEqualTo("two");
            assertThat(failure.status()).isEqualTo(404);
        });
    }

    @Test
    void anIdIsAtMostTwoHundredCharacters() {
        assertThat(event("trace-create", "{\"id\":\"" + "x".repeat(201) + "\"}").answer().errors().getFirst().message())
                .isEqualTo("body.id: has 201 characters; an id has at most 200");
        assertThat(event("trace-create", "{\"id\":\"" + "x".repeat(200) + "\"}").answer().errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"batch\":1}", "{\"batch\":[}", "{\"batch\":[]} x", "nul", "7", "\"\"",
        "{\"batch\":[{\"id\":\"a\"}]"})
    void whatIsNoBatchIsRefusedAsAWhole(String request) {
        assertThatThrownBy(() -> read(request)).isInstanceOfSatisfying(ServiceException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void eventsWithoutAnEnvelopeAreAnsweredToo() {
        Batch batch = read("{\"batch\":[7,null,{},{\"id\":3},{\"id\":\"\"},{\"id\":\"a\",\"type\":1},"
                + "{\"id\":\"b\",\"type\":\"sdk-log\"}," + single("c", "sdk-log", "{\"log\":{}}") + "]}");

        assertThat(batch.answer().errors()).extracting(Batch.Failure::id)
                .containsExactly("unknown", "unknown", "unknown", "3", "unknown", "a", "b");
        assertThat(batch.answer().errors()).extracting(Batch.Failure::message)
                .contains("id: is missing", "type: must be text, not a number", "timestamp: is missing");
        assertThat(batch.answer().successes()).containsExactly(new Success("c", 201));
        assertThat(batch.dropped()).isEqualTo(1);
    }

    @Test
    void moreEventsThanTheBoundAreTooLarge() {
        Batch.Reader reader = new Batch.Reader(Batches.config(Map.of("sightline.langfuse.events-max", "2")));
        byte[] three = "{\"batch\":[1,2,3]}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> reader.read(three, Access.FULL, Batches.NOW_UNIX_NANO, UnaryOperator.identity(), NO_RUN_ITEMS))
                .isInstanceOfSatisfying(
                ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
    }

    @Test
    void anEventOverTheBoundCostsOnlyItself() {
        Batch.Reader reader = new Batch.Reader(Batches.config(Map.of("sightline.langfuse.event-bytes-max", "1000")));
        String request = "{\"batch\":[" + single("a", "trace-create", "{\"id\":\"t\",\"input\":\"" + "x".repeat(2_000)
                + "\"}") + "," + single("b", "trace-create", "{\"id\":\"t\"}") + "]}";
        Batch batch = reader.read(request.getBytes(StandardCharsets.UTF_8), Access.FULL, Batches.NOW_UNIX_NANO, UnaryOperator.identity(), NO_RUN_ITEMS);

        assertThat(batch.answer().successes()).containsExactly(new Success("b", 201));
        assertThat(batch.answer().errors()).singleElement().satisfies(failure -> {
            assertThat(failure.status()).isEqualTo(413);
            assertThat(failure.message()).startsWith("body: has ");
        });
    }

    @Test
    void aPublicKeyAloneMayOnlySendScores() {
        Batch batch = read("{\"batch\":[" + single("a", "trace-create", "{\"id\":\"t\"}") + ","
                + single("b", "score-create", "{\"traceId\":\"t\",\"name\":\"liked\",\"value\":true}") + "]}",
                Access.SCORES);

        assertThat(batch.patches()).isEmpty();
        assertThat(batch.scores()).singleElement()
                .satisfies(score -> assertThat(score.getSource()).isEqualTo(ScoreSource.FEEDBACK));
        assertThat(batch.answer().errors()).singleElement().satisfies(failure -> {
            assertThat(failure.id()).isEqualTo("a");
            assertThat(failure.status()).isEqualTo(401);
        });
    }

    @Test
    void aStepWithoutATraceIsATraceOfItsOwn() {
        Observation step = observation("event-create", "{\"id\":\"lonely\"}");

        assertThat(step.getTraceId()).isEqualTo(ExternalIds.traceId("lonely"));
        assertThat(step.getExternalTraceId()).isEqualTo("lonely");
        assertThat(step.getSpanId()).isEqualTo(ExternalIds.observationId("lonely"));
        assertThat(step.getParentSpanId()).isEqualTo(ExternalIds.traceRecordSpanId(step.getTraceId()));
    }

    @Test
    void aBodyWithoutAnIdHasTheEventsSoThatARetryIsTheSame() {
        assertThat(observation("span-create", "{\"traceId\":\"t\"}").getExternalId()).isEqualTo("e");
        assertThat(observation("trace-create", "{}").getExternalTraceId()).isEqualTo("e");
        assertThat(event("score-create", "{\"traceId\":\"t\",\"name\":\"n\",\"value\":1}").scores().getFirst().getId())
                .isEqualTo("e");
    }

    @Test
    void hexadecimalIdsAreOpenTelemetrys() {
        Observation step = observation("span-create", "{\"id\":\"b7ad6b7169203331\","
                + "\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"parentObservationId\":\"00f067aa0ba902b7\"}");

        assertThat(step.getExternalId() + step.getExternalTraceId() + step.getExternalParentId()).isEmpty();
        assertThat(step.getParentSpanId()).isEqualTo(ByteString.fromHex("00f067aa0ba902b7"));
    }

    @Test
    void nullAbsentAndEmptyObjectsSetNothing() {
        ObservationPatch patch = patch("generation-update", """
                {"id":"s","traceId":"t","name":null,"input":{},"output":null,"metadata":{},"usage":{},"usageDetails":{},
                 "costDetails":{},"modelParameters":{},"level":null,"startTime":null,"parentObservationId":null,
                 "tags":[]}""");

        assertThat(patch.getSetFieldsList()).containsExactly(Observation.TYPE_FIELD_NUMBER);
        assertThat(patch.getCreate()).isFalse();
    }

    @Test
    void aSpanUpdateSaysNothingOfTheTypeAndACreateDoes() {
        assertThat(patch("span-update", "{\"id\":\"s\",\"traceId\":\"t\"}").getSetFieldsList()).isEmpty();
        for (ObservationType type : ObservationType.values()) {
            if (type.name().equals("UNRECOGNIZED") || type == ObservationType.OBSERVATION_TYPE_UNSPECIFIED) {
                continue;
            }
            assertThat(observation(type.name().toLowerCase() + "-create", "{\"id\":\"s\"}").getType()).isEqualTo(type);
            assertThat(observation("observation-create", "{\"id\":\"s\",\"type\":\"" + type + "\"}").getType())
                    .isEqualTo(type);
            assertThat(event(type.name().toLowerCase() + "-update", "{\"id\":\"s\",\"traceId\":\"t\"}").answer()
                    .errors()).isEmpty();
        }
    }

    @Test
    void jsonIsKeptAsItWasWrittenWithoutWhiteSpace() {
        Observation step = observation("span-create", """
                {"id":"s","input": { "b" : 1.0, "a":[ 1e5 , -0, "x \\" { [ y" ,NaN, -Infinity ], "b":2 },
                 "output": "  plain \\u00fc text "}""");

        assertThat(step.getInput()).isEqualTo("{\"b\":1.0,\"a\":[1e5,-0,\"x \\\" { [ y\",\"NaN\",\"-Infinity\"],\"b\":2}");
        assertThat(step.getOutput()).isEqualTo("  plain ü text ");
        assertThat(observation("span-create", "{\"id\":\"s\",\"input\":12345678901234567890.10}").getInput())
                .isEqualTo("12345678901234567890.10");
    }

    @Test
    void halfACharacterAndDeepNestingDoNoHarm() {
        Batch batch = read("{\"batch\":[" + single("a", "trace-create", "{\"id\":\"t\",\"name\":\"\\ud800\",\"input\":"
                + "[".repeat(5_000) + "]".repeat(5_000) + ",\"metadata\":{\"a\":" + "[".repeat(5_000)
                + "]".repeat(5_000) + "}}") + "," + single("b", "trace-create", "{\"id\":\"t\"}") + "]}");

        assertThat(batch.answer().successes()).hasSize(2);
        assertThat(batch.patches().getFirst().getObservation().getInput()).hasSize(10_000);
        assertThat(batch.patches().getFirst().getObservation().getMetadataMap()).containsOnlyKeys("metadata");
    }

    @Test
    void createsComeBeforeUpdatesEachByTime() {
        String at = "\"timestamp\":\"2026-11-23T11:00:0%d.000Z\",\"id\":\"%d\",\"type\":\"%s\",\"body\":"
                + "{\"id\":\"s\",\"traceId\":\"t\",\"version\":\"%2$d\"}";
        Batch batch = read("{\"batch\":[{" + at.formatted(3, 1, "span-update") + "},{"
                + at.formatted(5, 2, "span-create") + "},{" + at.formatted(1, 3, "span-update") + "},{"
                + at.formatted(4, 4, "span-create") + "}]}");

        assertThat(batch.patches()).extracting(patch -> patch.getObservation().getVersion())
                .containsExactly("4", "2", "3", "1");
        assertThat(batch.answer().successes()).extracting(Success::id).containsExactly("1", "2", "3", "4");
    }

    @Test
    void timesKeepWhatTheClientKnowsAndAnUnknownZoneIsUtc() {
        assertThat(observation("span-create", "{\"id\":\"s\",\"startTime\":\"2026-11-23T12:30:00.123456789+02:00\"}")
                .getStartUnixNano()).isEqualTo(Batches.NOW_UNIX_NANO - 5_400_000_000_000L + 123_456_789);
        assertThat(observation("span-create", "{\"id\":\"s\",\"startTime\":\"2026-11-23 10:30:00.5\"}")
                .getStartUnixNano()).isEqualTo(Batches.NOW_UNIX_NANO - 5_400_000_000_000L + 500_000_000);
    }

    @Test
    void longNamesAreCutAndSaySo() {
        Observation trace = observation("trace-create", "{\"id\":\"t\",\"userId\":\"" + "u".repeat(1_001)
                + "\",\"tags\":[\" a \",\"a\",\"\"]}");

        assertThat(trace.getUserId()).hasSize(1_000);
        assertThat(trace.getMetadataMap()).containsEntry("sightline.cut_fields", "user_id");
        assertThat(trace.getTagsList()).isEqualTo(List.of("a"));
    }

    @Test
    void metadataOverTheBoundIsCounted() {
        Batch.Reader reader =
                new Batch.Reader(Batches.config(Map.of("sightline.langfuse.metadata-entries-max", "2")));
        Batch batch = reader.read(envelope("e", "trace-create", "{\"metadata\":{\"a\":1,\"b\":2,\"c\":3,\"d\":4}}")
                .getBytes(StandardCharsets.UTF_8), Access.FULL, Batches.NOW_UNIX_NANO, UnaryOperator.identity(), NO_RUN_ITEMS);

        assertThat(batch.patches().getFirst().getObservation().getMetadataMap())
                .isEqualTo(Map.of("a", "1", "b", "2", "sightline.dropped_metadata", "2"));
    }
}
