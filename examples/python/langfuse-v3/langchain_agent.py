"""A LangChain agent with a tool, traced by Langfuse's callback handler."""
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from langfuse import get_client
from langfuse.langchain import CallbackHandler


def find_order(order: int) -> str:
    """Says where an order is."""
    return "sent"


agent = create_agent(ChatOpenAI(model="gpt-4o-mini"), tools=[find_order], system_prompt="Be brief.")
handler = CallbackHandler()
agent.invoke({"messages": [{"role": "user", "content": "Where is order 4711?"}]}, config={
    "callbacks": [handler], "run_name": "order desk",
    "metadata": {"langfuse_user_id": "user-42", "langfuse_session_id": "session-7",
                 "langfuse_tags": ["example", "python"]}})
print("trace", handler.last_trace_id)
get_client().flush()
