"""The OpenAI SDK under OpenInference's instrumentation, exported over OTLP/HTTP."""
from openai import OpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
OpenAIInstrumentor().instrument(tracer_provider=provider)

client = OpenAI()
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is order 4711?"}]
tools = [{"type": "function", "function": {"name": "find_order", "parameters": {
    "type": "object", "properties": {"order": {"type": "integer"}}}}}]

with using_attributes(session_id="session-7", user_id="user-42", tags=["example", "python"],
                      metadata={"shop": "north"}), \
        trace.get_tracer("order-desk").start_as_current_span("order desk") as root:
    call = client.chat.completions.create(model="gpt-4o-mini", temperature=0.2, messages=messages, tools=tools)
    messages += [call.choices[0].message, {"role": "tool", "tool_call_id": "call_1", "content": "sent"}]
    client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=tools)
    client.embeddings.create(model="text-embedding-3-small", input="Where is order 4711?")
    try:
        client.chat.completions.create(model="gpt-4o-mini",
                                       messages=[{"role": "user", "content": "[model: refuse]"}])
    except Exception as refusal:
        print("refused:", type(refusal).__name__)

print("trace", trace.format_trace_id(root.get_span_context().trace_id))
provider.shutdown()
