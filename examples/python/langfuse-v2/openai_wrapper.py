"""The drop-in replacement of the OpenAI SDK: whole, streamed and refused answers."""
from langfuse import Langfuse
from langfuse.openai import OpenAI, openai

langfuse = Langfuse()
client = OpenAI()
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is order 4711?"}]
trace = langfuse.trace(name="order desk", user_id="user-42", session_id="session-7", tags=["example", "python"])

client.chat.completions.create(name="whole", model="gpt-4o-mini", temperature=0.2, messages=messages,
                               trace_id=trace.id)
stream = client.chat.completions.create(name="streamed", model="gpt-4o-mini", messages=messages, stream=True,
                                        stream_options={"include_usage": True}, trace_id=trace.id)
for chunk in stream:
    pass
try:
    client.chat.completions.create(name="refused", model="gpt-4o-mini", trace_id=trace.id,
                                   messages=[{"role": "user", "content": "[model: refuse]"}])
except Exception as refusal:
    print("refused:", type(refusal).__name__)
print("trace", trace.id)
openai.flush_langfuse()
langfuse.flush()
