"""Functions traced with @observe."""
from langfuse.decorators import langfuse_context, observe

assert langfuse_context.auth_check(), "the server does not know these keys"


@observe()
def find_documents(question):
    return ["Orders leave our warehouse within a day."]


@observe(as_type="generation")
def ask_model(question, documents):
    langfuse_context.update_current_observation(
        model="gpt-4o-mini", model_parameters={"temperature": 0.2},
        usage_details={"input": 1000, "input_cached_tokens": 200, "output": 350})
    return "Order 4711 left our warehouse and arrives today."


@observe()
def refund(order):
    raise ValueError("no refund after 30 days")


@observe()
def order_desk(question):
    langfuse_context.update_current_trace(name="order desk", user_id="user-42", session_id="session-7",
                                          tags=["example", "python"], metadata={"shop": "north"})
    documents = find_documents(question)
    try:
        refund(4711)
    except ValueError:
        pass
    answer = ask_model(question, documents)
    langfuse_context.score_current_trace(name="helpful", value=0.75, comment="It says when.")
    print("trace", langfuse_context.get_current_trace_id())
    return answer


order_desk("Where is order 4711?")
langfuse_context.flush()
