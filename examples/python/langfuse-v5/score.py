"""Scores on an observation, on its trace and on a session."""
from langfuse import get_client

langfuse = get_client()
with langfuse.start_as_current_observation(name="order desk", as_type="span") as root:
    root.score(name="correct", value=1, data_type="BOOLEAN")
    root.score_trace(name="helpful", value=0.75, data_type="NUMERIC", comment="It says when.")
    root.score_trace(name="tone", value="friendly", data_type="CATEGORICAL")
    print("trace", root.trace_id)
langfuse.flush()
