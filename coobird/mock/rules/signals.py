"""Signals: their status, and the spans in which they are inactive."""

from typing import Any

from coobird.mock.billing.meters import IDLE, idle_spans
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import invalid_field
from coobird.mock.rules import crud
from coobird.mock.rules.registry import presenter, rule
from coobird.mock.rules.request import CheckedRequest

_STATES = ("active", "inactive")


@rule("update_signal")
def update_signal(request: CheckedRequest) -> Any:
    if request.body.get("status", "active") not in _STATES:
        raise invalid_field("status", f"must be one of {', '.join(_STATES)}")
    signal = crud.from_path(request, "signal")
    idle = idle_spans(signal, request.body.get("status") or signal["status"], request.data.events.last_seq())
    return present_signal(request, crud.change(request, "signal", signal, {**request.body, IDLE: idle}))


@presenter("signal")
def present_signal(request: CheckedRequest, signal: JsonObject) -> JsonObject:
    return {name: value for name, value in signal.items() if name != IDLE}
