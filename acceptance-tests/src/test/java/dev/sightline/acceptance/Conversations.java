package dev.sightline.acceptance;

import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.Spans;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

/** Traces with a question and an answer, by the GenAI conventions. */
final class Conversations {
    private Conversations() {
    }

    /** A retrieval and a chat under one root. */
    static ExportTraceServiceRequest rag(ByteString traceId, String name, String question, String answer) {
        Span.Builder root = Spans.span(traceId, name).addAttributes(Spans.text("user.id", "user-rag"));
        long start = root.getStartTimeUnixNano();
        Span retrieval = Spans.span(traceId, "retrieve documents").setParentSpanId(root.getSpanId())
                .setStartTimeUnixNano(start + 1_000_000).setEndTimeUnixNano(start + 40_000_000)
                .addAttributes(Spans.text("gen_ai.operation.name", "retrieval")).build();
        Span chat = Spans.span(traceId, "chat gpt-4o-mini").setParentSpanId(root.getSpanId())
                .setStartTimeUnixNano(start + 41_000_000).setEndTimeUnixNano(start + 240_000_000)
                .addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                .addAttributes(Spans.text("gen_ai.provider.name", "openai"))
                .addAttributes(Spans.text("gen_ai.request.model", "gpt-4o-mini"))
                .addAttributes(Spans.number("gen_ai.usage.input_tokens", 1_000))
                .addAttributes(Spans.number("gen_ai.usage.output_tokens", 200))
                .addAttributes(Spans.text("gen_ai.input.messages", message("user", question)))
                .addAttributes(Spans.text("gen_ai.output.messages", message("assistant", answer))).build();
        return Spans.request(root.build(), retrieval, chat);
    }

    private static String message(String role, String text) {
        return "[{\"role\":\"" + role + "\",\"parts\":[{\"type\":\"text\",\"content\":\"" + text + "\"}]}]";
    }
}
