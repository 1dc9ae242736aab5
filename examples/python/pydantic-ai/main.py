"""A Pydantic AI agent with a tool, instrumented by Logfire, which sends to any OTLP endpoint."""
import logfire
from pydantic_ai import Agent

# Logfire blanks every attribute whose name holds "session", unless told otherwise.
logfire.configure(send_to_logfire=False, service_name="order-desk", console=False, scrubbing=logfire.ScrubbingOptions(
    callback=lambda match: match.value if match.path[-1] == "session.id" else None))
logfire.instrument_pydantic_ai()

agent = Agent("openai-chat:gpt-4o-mini", name="order_desk", instructions="Be brief.")


@agent.tool_plain
def find_order(order: int) -> str:
    """Says where an order is."""
    return "sent"


with logfire.span("order desk", **{"user.id": "user-42", "session.id": "session-7"}) as root:
    agent.run_sync("Where is order 4711?")
print("trace", f"{root.get_span_context().trace_id:032x}")
logfire.shutdown()
