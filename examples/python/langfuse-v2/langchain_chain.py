"""A LangChain chain, traced by Langfuse's callback handler."""
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langfuse.callback import CallbackHandler

prompt = ChatPromptTemplate.from_messages([("system", "Be brief."), ("user", "{question}")])
chain = prompt | ChatOpenAI(model="gpt-4o-mini") | StrOutputParser()
handler = CallbackHandler(trace_name="order desk", user_id="user-42", session_id="session-7",
                          tags=["example", "python"])
chain.invoke({"question": "Where is order 4711?"}, config={"callbacks": [handler]})
print("trace", handler.get_trace_id())
handler.flush()
