package dev.sightline.evaluator.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessagesTest {
    private static Arguments shape(String name, String expected, String body) {
        return Arguments.of(name, expected, body);
    }

    static Stream<Arguments> questions() {
        return Stream.of(
                shape("plain text", "Where is my parcel?", "Where is my parcel?"),
                shape("JSON string", "Where?", "\"Where?\""),
                shape("text that begins like an array", "[1] says so. Is it true?", "[1] says so. Is it true?"),
                shape("text that begins like an object", "{name}, where are you?", "{name}, where are you?"),
                shape("text in quotes, then more", "\"Why?\" he asked", "\"Why?\" he asked"),
                shape("GenAI parts", "And tomorrow?", """
                        [{"role":"system","parts":[{"type":"text","content":"Be kind."}]},
                         {"role":"user","parts":[{"type":"text","content":"Weather today?"}]},
                         {"role":"assistant","parts":[{"type":"text","content":"Rain."}]},
                         {"role":"user","parts":[{"type":"text","content":"And tomorrow?"}]}]"""),
                shape("GenAI: the last user entry is a tool's answer", "Find me a hotel.", """
                        [{"role":"user","parts":[{"type":"text","content":"Find me a hotel."}]},
                         {"role":"assistant","parts":[{"type":"tool_call","id":"1","name":"search","arguments":{}}]},
                         {"role":"tool","parts":[{"type":"tool_call_response","id":"1","response":"3 hotels"}]}]"""),
                shape("GenAI: several text parts, one image", "Look at this.\nWhat is it?", """
                        [{"role":"user","parts":[{"type":"text","content":"Look at this."},
                          {"type":"blob","mime_type":"image/png","content":"aGk="},
                          {"type":"text","content":"What is it?"}]}]"""),
                shape("OpenAI", "Second?", """
                        [{"role":"user","content":"First?"},{"role":"assistant","content":"Yes."},
                         {"role":"user","content":"Second?"}]"""),
                shape("OpenAI content parts", "What is in the picture?", """
                        [{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}},
                          {"type":"text","text":"What is in the picture?"}]}]"""),
                shape("OpenAI request", "Hi?", """
                        {"model":"gpt-4o","temperature":1,"messages":[{"role":"developer","content":"Be short."},
                         {"role":"user","content":"Hi?"}]}"""),
                shape("OpenAI responses request, text", "Hi there?", "{\"model\":\"o3\",\"input\":\"Hi there?\"}"),
                shape("OpenAI responses request, items", "Name a colour.", """
                        {"input":[{"role":"user","content":[{"type":"input_text","text":"Name a colour."}]},
                         {"type":"function_call_output","call_id":"c","output":"17"}]}"""),
                shape("Anthropic: tool result comes as user", "Book it.", """
                        {"system":"You book.","messages":[{"role":"user","content":"Book it."},
                         {"role":"assistant","content":[{"type":"tool_use","id":"1","name":"book","input":{}}]},
                         {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"done"}]}]}"""),
                shape("Gemini", "How far is the moon?", """
                        {"contents":[{"role":"user","parts":[{"text":"How far is the moon?"}]}]}"""),
                shape("Bedrock", "How old is it?", """
                        {"modelId":"x","messages":[{"role":"user","content":[{"text":"How old is it?"}]}]}"""),
                shape("LangChain types", "Tell me.", """
                        {"messages":[{"type":"system","content":"S"},{"type":"human","content":"Tell me."}]}"""),
                shape("LangChain nested", "Tell me.", """
                        {"messages":[[{"type":"HumanMessage","content":"Tell me."}]]}"""),
                shape("LangChain constructors", "Tell me more.", """
                        [[{"lc":1,"type":"constructor","id":["langchain","schema","messages","HumanMessage"],
                           "kwargs":{"content":"Tell me more.","type":"human"}}]]"""),
                shape("Langfuse message", "Hello?", "{\"role\":\"user\",\"content\":\"Hello?\"}"),
                shape("question beside history", "And now?", """
                        {"chat_history":[{"role":"user","content":"Before?"}],"question":"And now?"}"""),
                shape("empty question beside history", "Before?", """
                        {"messages":[{"role":"user","content":"Before?"}],"question":"  "}"""),
                shape("query", "Which?", "{\"query\":\"Which?\",\"k\":3}"),
                shape("prompt", "Which?", "{\"prompt\":\"Which?\",\"max_tokens\":3}"),
                shape("input object", "Which?", "{\"input\":{\"question\":\"Which?\"}}"),
                shape("key in another case", "Which?", "{\"Question\":\"Which?\",\"Id\":7}"),
                shape("captured arguments", "Which one?", "{\"args\":[],\"kwargs\":{\"question\":\"Which one?\"}}"),
                shape("captured positional argument", "Which one?", "{\"args\":[\"Which one?\"],\"kwargs\":{}}"),
                shape("JSON in a JSON string", "Deep?", """
                        {"prompt":"[{\\"role\\":\\"user\\",\\"content\\":\\"Deep?\\"}]"}"""),
                shape("one unknown key", "Sea levels", "{\"topic\":\"Sea levels\"}"),
                shape("unknown role", "Hello?", "[{\"role\":\"customer\",\"content\":\"Hello?\"}]"),
                shape("only a system prompt", "", "[{\"role\":\"system\",\"content\":\"Be kind.\"}]"),
                shape("unknown object", "", "{\"status\":200,\"path\":\"/health\"}"),
                shape("number array", "", "[1,2,3]"),
                shape("null", "", "null"),
                shape("empty object", "", "{}"),
                shape("empty array", "", "[]"),
                shape("nothing", "", ""),
                shape("blank", "", " \n "),
                shape("only what can't be seen", "", "\u200b\u0000\u00a0\u2028"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void questions(String name, String expected, String body) {
        assertThat(Messages.question(body)).isEqualTo(expected);
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                shape("plain text", "It is on its way.", "It is on its way."),
                shape("GenAI parts", "Sunny.", """
                        [{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},
                          {"type":"text","content":"Sunny."}],"finish_reason":"stop"}]"""),
                shape("GenAI: only a tool call", "", """
                        [{"role":"assistant","parts":[{"type":"tool_call","id":"1","name":"f","arguments":{}}]}]"""),
                shape("OpenAI message", "Yes.", "{\"role\":\"assistant\",\"content\":\"Yes.\",\"tool_calls\":null}"),
                shape("OpenAI tool call", "", """
                        {"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"f"}}]}"""),
                shape("OpenAI response", "Yes.", """
                        {"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Yes."}}]}"""),
                shape("OpenAI text completion", "Yes.", "{\"choices\":[{\"text\":\"Yes.\",\"index\":0}]}"),
                shape("OpenAI responses", "Blue.", """
                        {"output":[{"type":"reasoning","summary":[]},{"type":"message","role":"assistant",
                         "content":[{"type":"output_text","text":"Blue."}]}]}"""),
                shape("Anthropic", "Done.", """
                        {"type":"message","role":"assistant","content":[{"type":"thinking","thinking":"hm"},
                         {"type":"text","text":"Done."}]}"""),
                shape("content blocks alone", "Done.", "[{\"type\":\"text\",\"text\":\"Done.\"}]"),
                shape("Gemini", "Far.", """
                        {"candidates":[{"content":{"parts":[{"text":"Far."}],"role":"model"}}]}"""),
                shape("LangChain generations", "Gen.", """
                        {"generations":[[{"text":"Gen.","message":{"type":"ai","content":"Gen."}}]]}"""),
                shape("agent state with its history", "Final.", """
                        {"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"First."},
                         {"type":"tool","content":"17"},{"type":"ai","content":"Final."}]}"""),
                shape("answer key", "42 days.", "{\"answer\":\"42 days.\",\"sources\":[\"a\",\"b\"]}"),
                shape("result object", "42 days.", "{\"result\":{\"output\":\"42 days.\"}}"),
                shape("streamed pieces", "The \nend", "[\"The \",\"end\"]"),
                shape("think block", "Four.", "<think>2+2, carry on</think>\n\nFour."),
                shape("think block without a start", "Four.", "2+2, carry on</think>Four."),
                shape("think block that never ends", "", "<think>2+2, carry"),
                shape("several think blocks", "Two. Four.", "<think>a</think>Two. <THINK>b</THINK>Four."),
                shape("a user's words are no answer", "", "[{\"role\":\"user\",\"content\":\"Hm?\"}]"),
                shape("null", "", "null"),
                shape("vector", "", "[0.1,0.2]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void answers(String name, String expected, String body) {
        assertThat(Messages.answer(body)).isEqualTo(expected);
    }

    @Test
    void neverFailsOnCutOrBrokenBodies() {
        List<String> bodies = Stream.concat(questions(), answers()).map(a -> (String) a.get()[2]).toList();
        Random random = new Random(7);
        for (String body : bodies) {
            for (int end = 0; end < body.length(); end++) {
                Messages.question(body.substring(0, end));
                Messages.answer(body.substring(end));
            }
            for (int i = 0; i < 200 && !body.isEmpty(); i++) {
                StringBuilder broken = new StringBuilder(body);
                broken.setCharAt(random.nextInt(body.length()), "{}[]\",:\\0 x".charAt(random.nextInt(11)));
                Messages.question(broken.toString());
                Messages.answer(broken.toString());
            }
        }
        assertThat(bodies).hasSizeGreaterThan(50);
    }

    @Test
    void deepAndRepeatedStructuresAreBounded() {
        assertThat(Messages.question("[".repeat(100_000))).isEqualTo("[".repeat(100_000));
        assertThat(Messages.question("[".repeat(300) + "\"x\"" + "]".repeat(300))).isEmpty();
        String manyTags = "<think>".repeat(100_000);
        assertThat(Messages.answer(manyTags)).isEmpty();
        assertThat(Messages.read("[" + "{\"role\":\"user\",\"content\":\"x\"},".repeat(20_000)
                + "{\"role\":\"user\",\"content\":\"x\"}]", Messages.Side.INPUT)).hasSize(10_000);
    }
}
