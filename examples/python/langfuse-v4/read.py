"""Every read of the API client: traces, observations, sessions, scores, configs, models, comments; then a deletion."""
import time

from langfuse import get_client, propagate_attributes
langfuse = get_client()
api = langfuse.api
session = f"reads-{time.time_ns()}"


def until(what, check):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            found = check()
            if found:
                return found
        except Exception as e:
            if getattr(e, "status_code", 0) != 404:
                raise
        time.sleep(0.25)
    raise AssertionError(f"{what} did not come")


with langfuse.start_as_current_observation(name="read desk", as_type="span", input="Where is order 4711?") as root, \
        propagate_attributes(user_id="user-42", session_id=session, tags=["reads"]):
    with langfuse.start_as_current_observation(name="ask_model", as_type="generation", model="gpt-4o-mini") as call:
        call.update(output="It arrives today.", usage_details={"input": 1000, "output": 350})
    root.update(output="It arrives today.")
    root.score_trace(name="helpful", value=0.75, comment="It says when.")
    trace_id = root.trace_id
langfuse.flush()
print("trace", trace_id)


def whole():
    found = api.trace.get(trace_id)
    return found if len(found.observations) == 2 and any(score.name == "helpful" for score in found.scores) else None


trace = until("the trace", whole)
assert trace.name == "read desk" and trace.output == "It arrives today."
assert [each.id for each in api.trace.list(session_id=session, tags=["reads"], order_by="timestamp.desc").data] == [trace_id]
generation = next(each for each in trace.observations if each.type == "GENERATION")
assert generation.usage_details["input"] == 1000
assert api.legacy.observations_v1.get_many(trace_id=trace_id, type="GENERATION").data[0].name == "ask_model"
assert api.legacy.observations_v1.get(generation.id).id == generation.id
first = api.observations.get_many(trace_id=trace_id, limit=1, fields="core,basic,io,usage,model,metrics")
rest = api.observations.get_many(trace_id=trace_id, limit=1, cursor=first.meta.cursor)
assert len(first.data) == len(rest.data) == 1 and rest.meta.cursor is None
assert any(each.id == session for each in api.sessions.list(limit=100).data)
assert api.sessions.get(session).traces[0].id == trace_id
scores = api.scores.get_many(trace_id=trace_id, name="helpful")
assert scores.data[0].value == 0.75 and scores.data[0].trace.user_id == "user-42"
assert api.scores.get_by_id(scores.data[0].id).name == "helpful"
assert api.scores_v3.get_many_v3(trace_id=trace_id, name="helpful", fields="details,subject").data[0].value == 0.75
config = api.score_configs.create(name=f"config {session}", data_type="NUMERIC", min_value=0, max_value=1)
assert api.score_configs.update(config.id, is_archived=True).is_archived
assert api.score_configs.get_by_id(config.id).max_value == 1
assert any(each.id == config.id for each in api.score_configs.get(limit=100).data)
model = api.models.create(model_name=f"model {session}", match_pattern=f"(?i)^{session}$", unit="TOKENS",
                          input_price=0.000001)
assert api.models.get(model.id).input_price == 0.000001
assert api.models.list(limit=100).meta.total_items > 100
api.models.delete(model.id)
project = api.projects.get().data[0].id
comment = api.comments.create(project_id=project, object_type="TRACE", object_id=trace_id, content="Why so slow?")
assert api.comments.get_by_id(comment.id).content == "Why so slow?"
assert len(api.comments.get(object_type="TRACE", object_id=trace_id).data) == 1
try:
    api.trace.list(limit=1000)
    raise AssertionError("a page of 1000")
except Exception as e:
    assert getattr(e, "status_code", 0) == 400, e
assert api.trace.delete(trace_id).message
until("the end of the trace", lambda: not api.trace.list(session_id=session).data)
print("all reads done")
