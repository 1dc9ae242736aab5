"""The OpenAI SDK under OpenLLMetry (Traceloop's SDK)."""
import os

from openai import OpenAI
from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, tool, workflow

Traceloop.init(app_name="order-desk", api_endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
               headers=os.environ["OTEL_EXPORTER_OTLP_HEADERS"], disable_batch=True, telemetry_enabled=False)
Traceloop.set_association_properties({"user_id": "user-42", "session_id": "session-7"})
client = OpenAI()


@tool(name="find_order")
def find_order(order):
    return {"state": "sent"}


@agent(name="desk")
def desk(question):
    find_order(4711)
    return client.chat.completions.create(model="gpt-4o-mini", temperature=0.2, messages=[
        {"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]).choices[0].message.content


@workflow(name="order_desk")
def order_desk(question):
    print("trace", trace.format_trace_id(trace.get_current_span().get_span_context().trace_id))
    return desk(question)


order_desk("Where is order 4711?")
