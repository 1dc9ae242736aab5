package dev.sightline.query.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Judge;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import dev.sightline.query.evaluator.LangfuseEvaluators.EvaluatorJson;
import dev.sightline.query.evaluator.LangfuseEvaluators.EvaluatorWrite;
import dev.sightline.query.evaluator.LangfuseEvaluators.Page;
import dev.sightline.query.evaluator.LangfuseRules.RuleJson;
import dev.sightline.query.evaluator.LangfuseRules.RuleWrite;
import dev.sightline.query.filter.Filter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LangfuseEvaluatorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Template template(String json) throws Exception {
        return LangfuseEvaluators.template("tone", JSON.readValue(json, EvaluatorWrite.class));
    }

    private static Rule choice(String filters) throws Exception {
        return LangfuseRules.choice(JSON.readValue("{\"filter\":" + filters + "}", RuleWrite.class).filter());
    }

    @Test
    void aPromptBecomesATemplateAndReadsBack() throws Exception {
        Template template = template("""
                {"type": "llm_as_judge", "prompt": [{"role": "user", "content": "Rate {{answer}} to {{input}} by {{expected_output}}"}],
                 "variableMapping": [{"variable": "answer", "source": "output", "jsonPath": "$.text"}],
                 "outputDefinition": {"dataType": "NUMERIC", "maxValue": 10, "scoreValueInstructions": "10 is best"}}""");
        assertThat(template.getPrompt()).isEqualTo("Rate {{answer}} to {{input}} by {{expected_output}}\n\nScore: 10 is best");
        assertThat(template.getScoreType()).isEqualTo("numeric");
        assertThat(template.getScoreMax()).isEqualTo(10);
        assertThat(template.getMappingList()).extracting(VariableMapping::getVariable, VariableMapping::getField,
                VariableMapping::getJsonPath).containsExactly(
                tuple("answer", "output", "$.text"),
                tuple("input", "input", ""),
                tuple("expected_output", "expected_output", ""));

        Evaluator evaluator = Evaluator.newBuilder().setId("e").setName("tone").setVersion(3).setState("paused")
                .setPausedReason("no key").setJudge(Judge.newBuilder().setConnection("azure").setModel("m")
                        .addMapping(VariableMapping.newBuilder().setVariable("input").setObject("trace").setField("question")))
                .build();
        Rule rule = Rule.newBuilder().setId("r").addEvaluatorIds("e").build();
        EvaluatorJson json = EvaluatorJson.of(evaluator, template.toBuilder().addAllVariables(
                List.of("answer", "input", "expected_output")).build(), List.of(rule, Rule.getDefaultInstance()));
        JsonNode read = JSON.findAndRegisterModules().valueToTree(json);
        assertThat(read.at("/versionId").asText()).isEqualTo("e:3");
        assertThat(read.at("/status").asText() + " " + read.at("/pausedMessage").asText()).isEqualTo("paused no key");
        assertThat(read.at("/prompt/0/role").asText()).isEqualTo("user");
        assertThat(read.at("/modelConfig").toString()).isEqualTo("{\"provider\":\"azure\",\"model\":\"m\"}");
        assertThat(read.at("/evaluationRuleAssignments").toString()).isEqualTo("[{\"evaluationRuleId\":\"r\"}]");
        assertThat(read.at("/outputDefinition").toString())
                .isEqualTo("{\"dataType\":\"NUMERIC\",\"minValue\":0.0,\"maxValue\":10.0}");
        assertThat(read.at("/variableMapping").toString()).as("a question has no word there").isEqualTo(
                "[{\"variable\":\"answer\",\"source\":\"output\",\"jsonPath\":\"$.text\"},"
                        + "{\"variable\":\"input\",\"source\":null},"
                        + "{\"variable\":\"expected_output\",\"source\":\"expected_output\"}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"type": "code"} | type
            {"prompt": "{{input}}"} | outputDefinition
            {"prompt": "{{input}}", "outputDefinition": {"dataType": "TEXT"}} | outputDefinition.dataType
            {"prompt": [], "outputDefinition": {"dataType": "BOOLEAN"}} | prompt
            {"prompt": [{"role": "system", "content": "{{input}}"}], "outputDefinition": {"dataType": "BOOLEAN"}} | prompt
            {"prompt": "{{who}}", "outputDefinition": {"dataType": "BOOLEAN"}} | variableMapping
            {"prompt": "{{input}}", "variableMapping": [{"variable": "input", "source": "experiment_item_metadata"}], "outputDefinition": {"dataType": "BOOLEAN"}} | variableMapping[0].source
            """)
    void whatCannotBeKeptIsNamed(String json, String field) {
        assertThatThrownBy(() -> template(json)).isInstanceOfSatisfying(ServiceException.class,
                e -> assertThat(e.toGrpc().getMessage()).contains(field + ": "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            [] | observation | ~~ | ~~
            [{"type":"stringOptions","column":"type","operator":"any of","value":["GENERATION","TOOL"]}] | observation | generation,tool | ~~
            [{"type":"boolean","column":"isExperimentItemRootSpan","operator":"=","value":true},{"type":"stringOptions","column":"datasetId","operator":"any of","value":["d1","d2"]}] | dataset_run_item | ~~ | dataset:("d1","d2")
            [{"type":"null","column":"parentObservationId","operator":"is null","value":""},{"type":"stringOptions","column":"name","operator":"any of","value":["chat"]},{"type":"arrayOptions","column":"tags","operator":"none of","value":["te\\"st"]}] | trace | ~~ | -tag:("te\\"st") observation_name:("chat")
            [{"type":"string","column":"target","operator":"=","value":"session"},{"type":"stringObject","column":"metadata","key":"a b","operator":"=","value":"1"}] | session | ~~ | metadata."a b":"1"
            """)
    void aFilterIsWhatARuleChoosesByAndReadsBack(String filters, String target, String types, String query) throws Exception {
        Rule rule = choice(filters);
        assertThat(rule.getTarget()).isEqualTo(target);
        assertThat(String.join(",", rule.getObservationTypesList())).isEqualTo(types);
        assertThat(rule.getQuery()).isEqualTo(query);
        Filter.parse(rule.getQuery());
        String read = JSON.writeValueAsString(RuleJson.of(rule).filter());
        assertThat(choice(read).toBuilder().setQuery("").build()).as("read and sent back: " + read)
                .isEqualTo(rule.toBuilder().setQuery("").build());
        assertThat(choice(read).getQuery()).isIn(query, "(" + query + ")");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            [{"type":"number","column":"latency","operator":">","value":1}] | filter[0].column
            [{"type":"string","column":"userId","operator":"contains","value":"a"}] | filter[0].operator
            [{"type":"stringOptions","column":"type","operator":"any of","value":[]}] | filter[0].value
            [{"type":"boolean","column":"isExperimentItemRootSpan","operator":"=","value":false}] | filter[0].value
            """)
    void aConditionThatRulesDoNotKnowIsNamed(String filters, String field) {
        assertThatThrownBy(() -> choice(filters)).isInstanceOfSatisfying(ServiceException.class,
                e -> assertThat(e.toGrpc().getMessage()).contains(field + ": "));
    }

    @Test
    void aListIsReadPageByPage() {
        Page<String> first = Page.of(List.of("a", "b", "c"), "2", null);
        assertThat(first.entries()).containsExactly("a", "b");
        Page<String> last = Page.of(List.of("a", "b", "c"), "2", first.next().cursor());
        assertThat(last.entries()).containsExactly("c");
        assertThat(last.next().cursor()).isNull();
        assertThatThrownBy(() -> Page.of(List.of("a"), "0", null)).isInstanceOfSatisfying(ServiceException.class,
                e -> assertThat(e.toGrpc().getMessage()).contains("limit: "));
        assertThatThrownBy(() -> Page.of(List.of("a"), null, "!")).isInstanceOfSatisfying(ServiceException.class,
                e -> assertThat(e.toGrpc().getMessage()).contains("cursor: "));
    }
}
