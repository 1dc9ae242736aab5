"""An agent traced by hand with the stock OpenTelemetry SDK and the GenAI semantic conventions."""
import json
import os

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc") == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("order-desk", "1.0")

QUESTION = "Where is order 4711?"
ANSWER = "Order 4711 left our warehouse and arrives today."


def message(role, text):
    return {"role": role, "parts": [{"type": "text", "content": text}]}


with tracer.start_as_current_span("invoke_agent order-desk") as agent:
    agent.set_attributes({
        "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "order-desk",
        "gen_ai.conversation.id": "session-7", "user.id": "user-42", "langfuse.trace.tags": ["example", "python"]})
    with tracer.start_as_current_span("chat gpt-4o-mini", kind=trace.SpanKind.CLIENT) as chat:
        chat.set_attributes({
            "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o-mini", "gen_ai.request.temperature": 0.2,
            "gen_ai.usage.input_tokens": 1200, "gen_ai.usage.cache_read.input_tokens": 200,
            "gen_ai.usage.output_tokens": 350, "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "Be brief."}]),
            "gen_ai.input.messages": json.dumps([message("user", QUESTION)]),
            "gen_ai.output.messages": json.dumps([message("assistant", ANSWER)])})
    with tracer.start_as_current_span("execute_tool find_order") as tool:
        tool.set_attributes({
            "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find_order", "gen_ai.tool.call.id": "call_1",
            "gen_ai.tool.call.arguments": '{"order":4711}', "gen_ai.tool.call.result": '{"state":"sent"}'})
    try:
        with tracer.start_as_current_span("execute_tool refund") as refund:
            refund.set_attributes({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "refund"})
            raise ValueError("no refund after 30 days")
    except ValueError:
        pass

print("trace", trace.format_trace_id(agent.get_span_context().trace_id))
provider.shutdown()
