"""A LiveKit agent session in text mode, without a room; LiveKit's own spans go over OTLP/HTTP."""
import asyncio

from livekit.agents import Agent, AgentSession, function_tool
from livekit.agents.telemetry import set_tracer_provider
from livekit.plugins import openai
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
set_tracer_provider(provider, metadata={"langfuse.session.id": "session-7", "langfuse.user.id": "user-42"})


class OrderDesk(Agent):
    def __init__(self):
        super().__init__(instructions="Be brief.")

    @function_tool
    async def find_order(self, order: int) -> str:
        """Says where an order is."""
        return "sent"


async def main():
    with provider.get_tracer("order-desk").start_as_current_span("order desk") as root:
        async with AgentSession(llm=openai.LLM(model="gpt-4o-mini")) as session:
            await session.start(OrderDesk())
            await session.run(user_input="Where is order 4711?")
    print("trace", trace.format_trace_id(root.get_span_context().trace_id))


asyncio.run(main())
provider.shutdown()
