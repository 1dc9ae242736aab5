"""Writes a short article with DeepSeek on Ollama; Langfuse's keys and host come from .env."""
import os
import re

from dotenv import load_dotenv

load_dotenv()

from langfuse import get_client, observe, propagate_attributes  # noqa: E402  (reads the environment)
from langfuse.openai import OpenAI  # noqa: E402

langfuse = get_client()
client = OpenAI(base_url=os.environ.get("OLLAMA_BASE_URL", "http://localhost:11434/v1"),
                api_key=os.environ.get("OLLAMA_API_KEY", "ollama"))
MODEL = os.environ.get("OLLAMA_MODEL", "deepseek-r1:1.5b")


def without_thought(text):
    return re.sub(r"<think>.*?</think>\s*", "", text, flags=re.DOTALL)


@observe()
def outline(topic):
    completion = client.chat.completions.create(
        name="outline", model=MODEL, temperature=0.6,
        messages=[{"role": "user", "content": f"Outline an article on {topic} in three lines."}])
    return without_thought(completion.choices[0].message.content)


@observe()
def article(topic, lines):
    text = ""
    for chunk in client.chat.completions.create(
            name="article", model=MODEL, stream=True, stream_options={"include_usage": True},
            messages=[{"role": "system", "content": "You write for a company's blog."},
                      {"role": "user", "content": f"Write an article on {topic}:\n{lines}"}]):
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
    return without_thought(text)


@observe(name="generate-content")
def generate_content(topic):
    print("trace", langfuse.get_current_trace_id())
    return article(topic, outline(topic))


with propagate_attributes(session_id="blog-2026", user_id="editor", tags=["content"]):
    print(generate_content("parcels"))
langfuse.flush()
