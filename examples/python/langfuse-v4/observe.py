"""Functions traced with @observe."""
from langfuse import get_client, observe, propagate_attributes

langfuse = get_client()
assert langfuse.auth_check(), "the server does not know these keys"


@observe(as_type="retriever")
def find_documents(question):
    return ["Orders leave our warehouse within a day."]


@observe(as_type="generation")
def ask_model(question, documents):
    langfuse.update_current_generation(
        model="gpt-4o-mini", model_parameters={"temperature": 0.2},
        usage_details={"input": 1000, "input_cached_tokens": 200, "output": 350})
    return "Order 4711 left our warehouse and arrives today."


@observe(as_type="tool")
def refund(order):
    raise ValueError("no refund after 30 days")


@observe(as_type="agent")
def order_desk(question):
    documents = find_documents(question)
    try:
        refund(4711)
    except ValueError:
        pass
    answer = ask_model(question, documents)
    print("trace", langfuse.get_current_trace_id())
    return answer


with propagate_attributes(trace_name="order desk", user_id="user-42", session_id="session-7",
                          tags=["example", "python"], metadata={"shop": "north"}):
    order_desk("Where is order 4711?")
langfuse.flush()
