"""The drop-in replacement of the OpenAI SDK: whole, streamed and refused answers."""
from langfuse import get_client, propagate_attributes
from langfuse.openai import OpenAI

langfuse = get_client()
client = OpenAI()
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is order 4711?"}]

with langfuse.start_as_current_observation(name="order desk", as_type="span") as root, \
        propagate_attributes(user_id="user-42", session_id="session-7", tags=["example", "python"]):
    client.chat.completions.create(name="whole", model="gpt-4o-mini", temperature=0.2, messages=messages)
    stream = client.chat.completions.create(name="streamed", model="gpt-4o-mini", messages=messages, stream=True,
                                            stream_options={"include_usage": True})
    for chunk in stream:
        pass
    client.embeddings.create(name="embedded", model="text-embedding-3-small", input="Where is order 4711?")
    try:
        client.chat.completions.create(name="refused", model="gpt-4o-mini",
                                       messages=[{"role": "user", "content": "[model: refuse]"}])
    except Exception as refusal:
        print("refused:", type(refusal).__name__)
    print("trace", root.trace_id)
langfuse.flush()
