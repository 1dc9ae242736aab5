package dev.sightline.localstack.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What the demo sends: a day at the support desk of an airline that does not exist. A retrieval-augmented answer, an
 * agent with tools over three turns of one session, a call the provider refuses, and a prompt that carries personal
 * data. Names, numbers and addresses are made up; the card number is the networks' well-known test number.
 */
final class Conversation {
    private static final String SYSTEM = "You are the support assistant of Skylark Airways. Answer from the documents "
            + "and tools you are given. If they do not say, say that you do not know. Never promise a refund.";
    private static final String AGENT_SYSTEM = "You are Skylark's rebooking agent. Look bookings up before you speak "
            + "about them, and change nothing without the traveller's yes.";

    private Conversation() {
    }

    static List<Step> traces(String sessionId) {
        String lookUp = "Hello, my flight SK 482 tomorrow was cancelled. Booking QX7RT2. What can I do?";
        String offer = "I am sorry about SK 482. On your booking QX7RT2 you can move free of charge to SK 486 at 11:20 "
                + "or SK 490 at 17:45, both tomorrow and both with free seats. Which one suits you?";
        String choice = "The 11:20 one please, and a window seat if there is one.";
        String booked = "Done: you are on SK 486 tomorrow at 11:20 in seat 14A, a window seat. "
                + "The new boarding pass is on its way to you.";
        String thanks = "Great. Does my checked bag still count as paid?";
        String bag = "Yes. The 23 kg bag you paid for on SK 482 has moved with you to SK 486; there is nothing to pay.";
        return List.of(
                retrievalAnswer(),
                agentTurn(sessionId, "rebooking-agent turn 1", List.of(lookUp, offer),
                        List.of(tool("get_booking", "{\"reference\":\"QX7RT2\"}",
                                        "{\"flight\":\"SK 482\",\"status\":\"cancelled\",\"bags\":1}", 240),
                                tool("find_alternatives", "{\"flight\":\"SK 482\",\"day\":\"tomorrow\"}",
                                        "[{\"flight\":\"SK 486\",\"departs\":\"11:20\",\"seats\":9},"
                                                + "{\"flight\":\"SK 490\",\"departs\":\"17:45\",\"seats\":22}]", 410))),
                agentTurn(sessionId, "rebooking-agent turn 2", List.of(lookUp, offer, choice, booked),
                        List.of(tool("list_seats", "{\"flight\":\"SK 486\",\"kind\":\"window\"}",
                                        "[\"14A\",\"22F\"]", 180),
                                tool("rebook", "{\"reference\":\"QX7RT2\",\"flight\":\"SK 486\",\"seat\":\"14A\"}",
                                        "{\"ok\":true}", 690))),
                agentTurn(sessionId, "rebooking-agent turn 3",
                        List.of(lookUp, offer, choice, booked, thanks, bag),
                        List.of(tool("get_booking", "{\"reference\":\"QX7RT2\"}",
                                "{\"flight\":\"SK 486\",\"seat\":\"14A\",\"bags\":1,\"bag_paid\":true}", 210))),
                refusedCall(),
                personalData());
    }

    private static Step retrievalAnswer() {
        String question = "Can I get my money back if I cancel a Saver ticket because of a bereavement?";
        String answer = "A Saver ticket is not refunded when you cancel it. In the case of a bereavement you can ask for "
                + "the taxes and airport charges back within 90 days, with a copy of the certificate. "
                + "The fare itself is not refunded afterwards.";
        String first = "Saver tickets are not refundable. Taxes and airport charges are refunded on request.";
        String second = "Bereavement: requests have to reach us within 90 days of travel, with a copy of the "
                + "certificate. The reduced fare can't be claimed after the ticket was bought.";
        return Step.of("answer-question", 0, 2310)
                .with("langfuse.observation.type", "chain")
                .with("user.id", "traveller-117").with("input.value", question).with("output.value", answer)
                .with("langfuse.trace.tags", List.of("support", "refund"))
                .then(Step.of("embeddings text-embedding-3-small", 20, 90)
                        .with("gen_ai.operation.name", "embeddings").with("gen_ai.provider.name", "openai")
                        .with("gen_ai.request.model", "text-embedding-3-small")
                        .with("gen_ai.usage.input_tokens", 19L).with("input.value", question))
                .then(Step.of("search-policies", 120, 260)
                        .with("langfuse.observation.type", "retriever").with("input.value", question)
                        .with("output.value", new JsonArray()
                                .add(document("fares.md", 0.83, first))
                                .add(document("bereavement.md", 0.79, second)).encode()))
                .then(chat("gpt-4o-mini-2024-07-18", "openai", 400, 1880, 310, 64, 412)
                        .with("gen_ai.usage.cache_read.input_tokens", 256L)
                        .with("gen_ai.system_instructions", parts(SYSTEM))
                        .with("gen_ai.input.messages", messages(List.of("Documents:\n- " + first + "\n- " + second
                                + "\n\nQuestion: " + question), List.of()))
                        .with("gen_ai.output.messages", outputMessage(answer)));
    }

    private record ToolCall(String id, String name, String arguments, String result, int millis) {
    }

    private static ToolCall tool(String name, String arguments, String result, int millis) {
        String id = "call_" + Integer.toHexString((name + arguments).hashCode());
        return new ToolCall(id, name, arguments, result, millis);
    }

    /** @param said what was said so far, traveller and agent by turns; the last is the agent's new answer */
    private static Step agentTurn(String sessionId, String name, List<String> said, List<ToolCall> calls) {
        String question = said.get(said.size() - 2);
        String answer = said.getLast();
        List<String> history = said.subList(0, said.size() - 1);
        int toolMillis = calls.stream().mapToInt(ToolCall::millis).sum();
        Step agent = Step.of(name, 0, 900 + toolMillis + 1650)
                .with("gen_ai.operation.name", "invoke_agent").with("gen_ai.agent.name", "rebooking-agent")
                .with("gen_ai.conversation.id", sessionId).with("user.id", "traveller-204")
                .with("langfuse.trace.tags", List.of("support", "agent"))
                .with("gen_ai.input.messages", messages(List.of(question), List.of()))
                .with("gen_ai.output.messages", outputMessage(answer));
        agent.then(chat("gpt-4o-2024-08-06", "openai", 30, 840, 420 + 90 * history.size(), 38, 0)
                .with("gen_ai.system_instructions", parts(AGENT_SYSTEM))
                .with("gen_ai.input.messages", messages(history, List.of()))
                .with("gen_ai.tool.definitions", definitions(calls))
                .with("gen_ai.output.messages", toolRequest(calls)));
        int at = 880;
        for (ToolCall call : calls) {
            agent.then(Step.of("execute_tool " + call.name, at, call.millis)
                    .with("gen_ai.operation.name", "execute_tool").with("gen_ai.tool.name", call.name)
                    .with("gen_ai.tool.call.id", call.id).with("gen_ai.tool.call.arguments", call.arguments)
                    .with("gen_ai.tool.call.result", call.result));
            at += call.millis + 5;
        }
        return agent.then(chat("gpt-4o-2024-08-06", "openai", at + 10, 1580, 560 + 90 * history.size(), 72, 388)
                .with("gen_ai.system_instructions", parts(AGENT_SYSTEM))
                .with("gen_ai.input.messages", messages(history, calls))
                .with("gen_ai.output.messages", outputMessage(answer)));
    }

    private static Step refusedCall() {
        String question = "Summarise today's complaints in three sentences.";
        String message = "Rate limit reached for gpt-4o: 30000 tokens per minute. Please try again in 12 seconds.";
        return Step.of("daily-summary", 0, 5400)
                .with("langfuse.observation.type", "chain").with("input.value", question)
                .then(chat("gpt-4o", "openai", 15, 5350, 0, 0, 0)
                        .with("gen_ai.input.messages", messages(List.of(question), List.of()))
                        .with("error.type", "rate_limit_exceeded").with("http.response.status_code", 429L)
                        .failed("openai.RateLimitError", message))
                .failed("openai.RateLimitError", message);
    }

    private static Step personalData() {
        String question = "Please send the receipt to ada.lovelace@example.com and charge the bag to my card "
                + "4111 1111 1111 1111.";
        String answer = "I can't take card numbers in this chat. Please pay for the bag under My bookings; "
                + "the receipt then goes to the e-mail address of your account.";
        return Step.of("chat-widget", 0, 1490)
                .with("langfuse.observation.type", "span").with("user.id", "traveller-311")
                .with("input.value", question).with("output.value", answer)
                .with("langfuse.trace.tags", List.of("support", "payment"))
                .then(chat("claude-haiku-4-5-20251001", "anthropic", 25, 1420, 96, 41, 350)
                        .with("gen_ai.system_instructions", parts(SYSTEM))
                        .with("gen_ai.input.messages", messages(List.of(question), List.of()))
                        .with("gen_ai.output.messages", outputMessage(answer)));
    }

    private static Step chat(String model, String provider, int after, int lasts, int inputTokens, int outputTokens,
                             int firstTokenMillis) {
        Step step = Step.of("chat " + model, after, lasts)
                .with("gen_ai.operation.name", "chat").with("gen_ai.provider.name", provider)
                .with("gen_ai.request.model", model).with("gen_ai.response.model", model)
                .with("gen_ai.request.temperature", 0.2).with("gen_ai.request.max_tokens", 512L);
        if (inputTokens > 0) {
            step.with("gen_ai.usage.input_tokens", (long) inputTokens)
                    .with("gen_ai.usage.output_tokens", (long) outputTokens)
                    .with("gen_ai.response.finish_reasons", List.of("stop"));
        }
        return firstTokenMillis == 0 ? step : step.with(Sender.FIRST_TOKEN_MILLIS, (long) firstTokenMillis);
    }

    private static JsonObject document(String source, double score, String text) {
        return new JsonObject().put("source", source).put("score", score).put("content", text);
    }

    private static JsonArray text(String content) {
        return new JsonArray().add(new JsonObject().put("type", "text").put("content", content));
    }

    private static String parts(String content) {
        return text(content).encode();
    }

    /** Traveller and assistant by turns, then what the tools were asked and what they said. */
    private static String messages(List<String> said, List<ToolCall> calls) {
        JsonArray messages = new JsonArray();
        for (int i = 0; i < said.size(); i++) {
            messages.add(new JsonObject().put("role", i % 2 == 0 ? "user" : "assistant").put("parts", text(said.get(i))));
        }
        if (!calls.isEmpty()) {
            messages.add(new JsonObject().put("role", "assistant").put("parts", callParts(calls)));
            for (ToolCall call : calls) {
                messages.add(new JsonObject().put("role", "tool").put("parts", new JsonArray().add(new JsonObject()
                        .put("type", "tool_call_response").put("id", call.id).put("response", call.result))));
            }
        }
        return messages.encode();
    }

    private static String outputMessage(String answer) {
        return new JsonArray().add(new JsonObject().put("role", "assistant").put("parts", text(answer))
                .put("finish_reason", "stop")).encode();
    }

    private static String toolRequest(List<ToolCall> calls) {
        return new JsonArray().add(new JsonObject().put("role", "assistant").put("parts", callParts(calls))
                .put("finish_reason", "tool_call")).encode();
    }

    private static JsonArray callParts(List<ToolCall> calls) {
        JsonArray parts = new JsonArray();
        calls.forEach(call -> parts.add(new JsonObject().put("type", "tool_call").put("id", call.id)
                .put("name", call.name).put("arguments", new JsonObject(call.arguments))));
        return parts;
    }

    private static String definitions(List<ToolCall> calls) {
        JsonArray definitions = new JsonArray();
        calls.forEach(call -> definitions.add(new JsonObject().put("type", "function").put("name", call.name)));
        return definitions.encode();
    }
}
