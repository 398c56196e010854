"""Signals: their status, the spans in which they are inactive, and the history of their codes."""

from collections.abc import Mapping
from typing import Any

from coobird.mock.billing.meters import IDLE, idle_spans
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.rules import crud
from coobird.mock.rules.registry import presenter, rule
from coobird.mock.rules.request import CheckedRequest


@rule("create_signal")
def create_signal(request: CheckedRequest) -> Any:
    return present_signal(request, add(request, request.body))


@rule("update_signal")
def update_signal(request: CheckedRequest) -> Any:
    signal = crud.from_path(request, "signal")
    _check_type(request, signal)
    idle = idle_spans(signal, request.body.get("status") or signal["status"], request.data.events.last_seq())
    return present_signal(request, change(request, signal, {**request.body, IDLE: idle}))


def add(request: CheckedRequest, given: Mapping[str, Any]) -> JsonObject:
    """Store a new signal, and its code in the history of codes."""
    signal = crud.add(request, "signal", given)
    _record_code(request, signal)
    return signal


def change(request: CheckedRequest, signal: JsonObject, given: Mapping[str, Any]) -> JsonObject:
    """Store a signal with some fields replaced, and a new code in the history of codes."""
    changed = crud.change(request, "signal", signal, given)
    if changed["signal_code"] != signal["signal_code"]:
        _record_code(request, changed)
    return changed


@presenter("signal")
def present_signal(request: CheckedRequest, signal: JsonObject) -> JsonObject:
    return {name: value for name, value in signal.items() if name != IDLE}


def _check_type(request: CheckedRequest, signal: JsonObject) -> None:
    """Raise a 409 for a new type that those who use the signal do not allow."""
    if request.body.get("signal_type", signal["signal_type"]) != signal["signal_type"]:
        crud.check_unused(request, "signal", signal["id"])


def _record_code(request: CheckedRequest, signal: JsonObject) -> None:
    taken = {"signal_id": signal["id"], "signal_code": signal["signal_code"]}
    request.data.add("signal_code", {**taken, "after": request.data.events.last_seq()})
