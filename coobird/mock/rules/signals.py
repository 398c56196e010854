"""Signals."""

from typing import Any

from coobird.mock.billing.meters import IDLE, idle_times
from coobird.mock.contract.problems import invalid_field
from coobird.mock.rules import crud, rule
from coobird.mock.rules.request import Call
from coobird.mock.state.document_store import Doc

_STATES = ("active", "inactive")


@rule("update_signal")
def update_signal(call: Call) -> Any:
    if call.body.get("status", "active") not in _STATES:
        raise invalid_field("status", f"must be one of {', '.join(_STATES)}")
    signal = crud.own(call, "signal")
    idle = idle_times(signal, call.body.get("status") or signal["status"], call.data.events.last_seq())
    return present_signal(call, crud.change(call, "signal", signal, {**call.body, IDLE: idle}))


def present_signal(call: Call, signal: Doc) -> Doc:
    return {name: value for name, value in signal.items() if name != IDLE}


crud.PRESENTERS["signal"] = present_signal
