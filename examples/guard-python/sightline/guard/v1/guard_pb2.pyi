import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CheckRequest(_message.Message):
    __slots__ = ("direction", "text", "policy", "inline_policy", "system_prompt", "context", "environment", "session_id", "user_id")
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    INLINE_POLICY_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_PROMPT_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    direction: str
    text: str
    policy: str
    inline_policy: Policy
    system_prompt: str
    context: str
    environment: str
    session_id: str
    user_id: str
    def __init__(self, direction: _Optional[str] = ..., text: _Optional[str] = ..., policy: _Optional[str] = ..., inline_policy: _Optional[_Union[Policy, _Mapping]] = ..., system_prompt: _Optional[str] = ..., context: _Optional[str] = ..., environment: _Optional[str] = ..., session_id: _Optional[str] = ..., user_id: _Optional[str] = ...) -> None: ...

class CheckResponse(_message.Message):
    __slots__ = ("action", "text", "findings", "policy", "policy_version", "dry_run", "dry_run_action", "duration_ms", "failure", "trace_id", "embeddings_failure")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_ACTION_FIELD_NUMBER: _ClassVar[int]
    DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    EMBEDDINGS_FAILURE_FIELD_NUMBER: _ClassVar[int]
    action: str
    text: str
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    policy: str
    policy_version: int
    dry_run: bool
    dry_run_action: str
    duration_ms: float
    failure: str
    trace_id: str
    embeddings_failure: str
    def __init__(self, action: _Optional[str] = ..., text: _Optional[str] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., policy: _Optional[str] = ..., policy_version: _Optional[int] = ..., dry_run: bool = ..., dry_run_action: _Optional[str] = ..., duration_ms: _Optional[float] = ..., failure: _Optional[str] = ..., trace_id: _Optional[str] = ..., embeddings_failure: _Optional[str] = ...) -> None: ...

class Finding(_message.Message):
    __slots__ = ("type", "start", "end", "score", "rule", "action", "in_context")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    IN_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    type: str
    start: int
    end: int
    score: float
    rule: str
    action: str
    in_context: bool
    def __init__(self, type: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., score: _Optional[float] = ..., rule: _Optional[str] = ..., action: _Optional[str] = ..., in_context: bool = ...) -> None: ...

class CheckStreamRequest(_message.Message):
    __slots__ = ("start", "text")
    START_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    start: CheckRequest
    text: str
    def __init__(self, start: _Optional[_Union[CheckRequest, _Mapping]] = ..., text: _Optional[str] = ...) -> None: ...

class CheckStreamResponse(_message.Message):
    __slots__ = ("text", "action", "findings", "done", "policy", "policy_version", "dry_run", "dry_run_action", "duration_ms", "failure", "trace_id")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_ACTION_FIELD_NUMBER: _ClassVar[int]
    DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    text: str
    action: str
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    done: bool
    policy: str
    policy_version: int
    dry_run: bool
    dry_run_action: str
    duration_ms: float
    failure: str
    trace_id: str
    def __init__(self, text: _Optional[str] = ..., action: _Optional[str] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., done: bool = ..., policy: _Optional[str] = ..., policy_version: _Optional[int] = ..., dry_run: bool = ..., dry_run_action: _Optional[str] = ..., duration_ms: _Optional[float] = ..., failure: _Optional[str] = ..., trace_id: _Optional[str] = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("name", "environment", "description", "version", "created_at", "shipped", "dry_run", "on_failure", "deadline_ms", "rules", "embeddings")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    SHIPPED_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    ON_FAILURE_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    EMBEDDINGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    environment: str
    description: str
    version: int
    created_at: _timestamp_pb2.Timestamp
    shipped: bool
    dry_run: bool
    on_failure: str
    deadline_ms: int
    rules: _containers.RepeatedCompositeFieldContainer[Rule]
    embeddings: Embeddings
    def __init__(self, name: _Optional[str] = ..., environment: _Optional[str] = ..., description: _Optional[str] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., shipped: bool = ..., dry_run: bool = ..., on_failure: _Optional[str] = ..., deadline_ms: _Optional[int] = ..., rules: _Optional[_Iterable[_Union[Rule, _Mapping]]] = ..., embeddings: _Optional[_Union[Embeddings, _Mapping]] = ...) -> None: ...

class Embeddings(_message.Message):
    __slots__ = ("threshold",)
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    threshold: float
    def __init__(self, threshold: _Optional[float] = ...) -> None: ...

class Rule(_message.Message):
    __slots__ = ("type", "direction", "action", "threshold", "name", "values", "pattern", "max")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    type: str
    direction: str
    action: str
    threshold: float
    name: str
    values: _containers.RepeatedScalarFieldContainer[str]
    pattern: str
    max: int
    def __init__(self, type: _Optional[str] = ..., direction: _Optional[str] = ..., action: _Optional[str] = ..., threshold: _Optional[float] = ..., name: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ..., pattern: _Optional[str] = ..., max: _Optional[int] = ...) -> None: ...

class ListPoliciesRequest(_message.Message):
    __slots__ = ("project_id",)
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    def __init__(self, project_id: _Optional[str] = ...) -> None: ...

class ListPoliciesResponse(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: _containers.RepeatedCompositeFieldContainer[Policy]
    def __init__(self, data: _Optional[_Iterable[_Union[Policy, _Mapping]]] = ...) -> None: ...

class PolicyRequest(_message.Message):
    __slots__ = ("project_id", "name", "environment", "version")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    name: str
    environment: str
    version: int
    def __init__(self, project_id: _Optional[str] = ..., name: _Optional[str] = ..., environment: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PutPolicyRequest(_message.Message):
    __slots__ = ("project_id", "policy")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    policy: Policy
    def __init__(self, project_id: _Optional[str] = ..., policy: _Optional[_Union[Policy, _Mapping]] = ...) -> None: ...

class DeletePolicyResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TryRequest(_message.Message):
    __slots__ = ("project_id", "check")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    CHECK_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    check: CheckRequest
    def __init__(self, project_id: _Optional[str] = ..., check: _Optional[_Union[CheckRequest, _Mapping]] = ...) -> None: ...
