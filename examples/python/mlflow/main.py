"""The OpenAI SDK under MLflow Tracing, exported over OTLP instead of to an MLflow server."""
import mlflow
from mlflow.entities import SpanType
from openai import OpenAI

mlflow.openai.autolog()
client = OpenAI()


@mlflow.trace(span_type=SpanType.TOOL)
def find_order(order):
    return {"state": "sent"}


@mlflow.trace(name="order desk", span_type=SpanType.AGENT)
def order_desk(question):
    span = mlflow.get_current_active_span()
    # Over OTLP MLflow sends its spans without its trace's metadata, so the root says whose it is.
    span.set_attributes({"mlflow.trace.user": "user-42", "mlflow.trace.session": "session-7"})
    print("trace", span.trace_id.removeprefix("tr-"))
    find_order(4711)
    return client.chat.completions.create(model="gpt-4o-mini", temperature=0.2, messages=[
        {"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]).choices[0].message.content


order_desk("Where is order 4711?")
