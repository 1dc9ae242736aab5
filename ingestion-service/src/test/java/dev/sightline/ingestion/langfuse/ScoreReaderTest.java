package dev.sightline.ingestion.langfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreReaderTest {
    private static final ScoreReader READER = new ScoreReader(10_000);

    private static Score read(String json) {
        Fields body = RequestJson.objects(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 1).getFirst();
        return READER.read(body, "generated", Access.FULL, 1, 2,
                EventTimes.of(Batches.CONFIG, Batches.NOW_UNIX_NANO));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'value':0.5 | NUMERIC | 0.5 | ``",
        "'value':-3 | NUMERIC | -3 | ``",
        "'value':true | BOOLEAN | 1 | true",
        "'value':false | BOOLEAN | 0 | false",
        "'value':1,'dataType':'BOOLEAN' | BOOLEAN | 1 | true",
        "'value':0,'dataType':'boolean' | BOOLEAN | 0 | false",
        "'value':1,'dataType':'NUMERIC' | NUMERIC | 1 | ``",
        "'value':'good' | CATEGORICAL | | good",
        "'value':'good','dataType':'CATEGORICAL' | CATEGORICAL | | good",
        "'value':'a long text','dataType':'TEXT' | TEXT | | a long text",
        "'value':'rather this','dataType':'CORRECTION' | TEXT | | rather this"})
    void theTypeFollowsFromTheValueUnlessItIsGiven(String value, ScoreDataType type, Double number, String text) {
        Score score = read("{'name':'n','traceId':'t'," + value + "}");

        assertThat(score.getDataType()).isEqualTo(type);
        assertThat(score.hasValue() ? score.getValue() : null).isEqualTo(number);
        assertThat(score.getStringValue()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'traceId':'t','value':1 | name",
        "'name':' ','traceId':'t','value':1 | name",
        "'name':'n','value':1 | traceId",
        "'name':'n','traceId':'','value':1 | traceId",
        "'name':'n','traceId':'t','sessionId':'s','value':1 | sessionId",
        "'name':'n','sessionId':'s','observationId':'o','value':1 | observationId",
        "'name':'n','traceId':'t','datasetRunId':'d','value':1 | datasetRunId",
        "'name':'n','sessionId':'s','datasetRunId':'d','value':1 | datasetRunId",
        "'name':'n','datasetRunId':'d','observationId':'o','value':1 | observationId",
        "'name':'n','traceId':'t' | value",
        "'name':'n','traceId':'t','value':null | value",
        "'name':'n','traceId':'t','value':{} | value",
        "'name':'n','traceId':'t','value':'' | value",
        "'name':'n','traceId':'t','value':NaN | value",
        "'name':'n','traceId':'t','value':1e999 | value",
        "'name':'n','traceId':'t','value':'x','dataType':'NUMERIC' | value",
        "'name':'n','traceId':'t','value':2,'dataType':'BOOLEAN' | value",
        "'name':'n','traceId':'t','value':1,'dataType':'CATEGORICAL' | value",
        "'name':'n','traceId':'t','value':1,'dataType':'STARS' | dataType",
        "'name':'n','traceId':'t','value':1,'comment':7 | comment",
        "'name':'n','traceId':'t','value':1,'timestamp':'x' | timestamp"})
    void whatIsWrongIsNamed(String members, String field) {
        assertThatThrownBy(() -> read("{" + members + "}")).isInstanceOfSatisfying(ServiceException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            assertThat(e.field()).isEqualTo(field);
        });
    }

    @Test
    void everyFieldIsKept() {
        Score score = read("""
                {'id':'mine','name':'helpful','value':0.25,'traceId':'My Trace','observationId':'My Step',
                 'comment':'why','environment':'Prod EU','configId':'c','queueId':'q','metadata':{'a':{'b':1}},
                 'timestamp':'2026-11-23T11:59:59.250Z'}""");

        assertThat(score).isEqualTo(Score.newBuilder().setId("mine").setName("helpful").setValue(0.25)
                .setDataType(ScoreDataType.NUMERIC).setTraceId(ExternalIds.traceId("My Trace"))
                .setExternalTraceId("My Trace").setSpanId(ExternalIds.observationId("My Step"))
                .setExternalObservationId("My Step").setComment("why").setEnvironment("prod-eu").setConfigId("c")
                .setQueueId("q").putAllMetadata(Map.of("a.b", "1")).setSource(ScoreSource.API)
                .setTimestampUnixNano(Batches.NOW_UNIX_NANO - 750_000_000).setUpdatedAtUnixNano(2).build());
        Score session = read("{'name':'n','sessionId':'s','value':1}");
        assertThat(session.getId()).isEqualTo("generated");
        assertThat(session.getSessionId()).isEqualTo("s");
        assertThat(session.getTraceId().isEmpty()).isTrue();
        assertThat(session.getTimestampUnixNano()).isEqualTo(1);
    }

    @Test
    void aDatasetRunIsScoredAsAWhole() {
        Score score = read("{'name':'n','datasetRunId':'run-1','value':1}");

        assertThat(score.getDatasetRunId()).isEqualTo("run-1");
        assertThat(score.getTraceId().isEmpty() && score.getSessionId().isEmpty()).isTrue();
    }

    @Test
    void aScoreOverTheBoundIsTooLarge() {
        assertThatThrownBy(() -> read("{'name':'n','traceId':'t','value':1,'comment':'" + "x".repeat(10_001) + "'}"))
                .isInstanceOfSatisfying(ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
    }
}
