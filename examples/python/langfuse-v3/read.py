"""Every read of the API client: traces, observations, sessions, scores, configs, models, comments; then a deletion."""
import time

from langfuse import get_client
from langfuse.api.resources.comments.types import CreateCommentRequest
from langfuse.api.resources.models.types import CreateModelRequest
from langfuse.api.resources.score_configs.types import CreateScoreConfigRequest, UpdateScoreConfigRequest

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


with langfuse.start_as_current_span(name="read desk") as root:
    langfuse.update_current_trace(user_id="user-42", session_id=session, tags=["reads"],
                                  input="Where is order 4711?", output="It arrives today.")
    with langfuse.start_as_current_observation(name="ask_model", as_type="generation", model="gpt-4o-mini") as call:
        call.update(output="It arrives today.", usage_details={"input": 1000, "output": 350})
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
assert api.observations.get_many(trace_id=trace_id, type="GENERATION").data[0].name == "ask_model"
assert api.observations.get(generation.id).id == generation.id
first = api.observations_v_2.get_many(trace_id=trace_id, limit=1, fields="core,basic,io,usage,model,metrics")
rest = api.observations_v_2.get_many(trace_id=trace_id, limit=1, cursor=first.meta.cursor)
assert len(first.data) == len(rest.data) == 1 and rest.meta.cursor is None
assert any(each.id == session for each in api.sessions.list(limit=100).data)
assert api.sessions.get(session).traces[0].id == trace_id
scores = api.score_v_2.get(trace_id=trace_id, name="helpful")
assert scores.data[0].value == 0.75 and scores.data[0].trace.user_id == "user-42"
assert api.score_v_2.get_by_id(scores.data[0].id).name == "helpful"
config = api.score_configs.create(request=CreateScoreConfigRequest(
    name=f"config {session}", dataType="NUMERIC", minValue=0, maxValue=1))
assert api.score_configs.update(config.id, request=UpdateScoreConfigRequest(isArchived=True)).is_archived
assert api.score_configs.get_by_id(config.id).max_value == 1
assert any(each.id == config.id for each in api.score_configs.get(limit=100).data)
model = api.models.create(request=CreateModelRequest(
    modelName=f"model {session}", matchPattern=f"(?i)^{session}$", unit="TOKENS", inputPrice=0.000001))
assert api.models.get(model.id).input_price == 0.000001
assert api.models.list(limit=100).meta.total_items > 100
api.models.delete(model.id)
project = api.projects.get().data[0].id
comment = api.comments.create(request=CreateCommentRequest(
    projectId=project, objectType="TRACE", objectId=trace_id, content="Why so slow?"))
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
