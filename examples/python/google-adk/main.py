"""An agent of Google's Agent Development Kit with a tool; ADK's own spans go over OTLP/HTTP."""
import asyncio
import os

# ADK leaves the messages out of its spans unless told otherwise, before it is loaded.
os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental")
os.environ.setdefault("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY")

from google.adk.agents import Agent
from google.adk.runners import InMemoryRunner
from google.genai import types
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)


def find_order(order: int) -> dict:
    """Says where an order is."""
    return {"state": "sent"}


async def main():
    agent = Agent(name="order_desk", model="gemini-2.5-flash", instruction="Be brief.", tools=[find_order])
    runner = InMemoryRunner(agent=agent, app_name="order-desk")
    session = await runner.session_service.create_session(app_name="order-desk", user_id="user-42")
    question = types.Content(role="user", parts=[types.Part(text="Where is order 4711?")])
    with trace.get_tracer("order-desk").start_as_current_span(
            "order desk", attributes={"user.id": "user-42"}) as root:
        async for _ in runner.run_async(user_id="user-42", session_id=session.id, new_message=question):
            pass
    print("session", session.id)
    print("trace", trace.format_trace_id(root.get_span_context().trace_id))


asyncio.run(main())
provider.shutdown()
