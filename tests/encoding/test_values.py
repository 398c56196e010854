"""Any Python value is either sent as JSON or refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird._encoding import json_text
from coobird.errors import CoobirdError, InvalidEventError
from tests.support.recording import Recorder, pipeline
from tests.support.values import CODECS, any_text, attributes, codec, strict, values


@pytest.mark.parametrize("name", CODECS)
def test_track_never_raises_and_every_batch_is_valid_json(name: str) -> None:
    session, errors = Recorder(), list[CoobirdError]()
    subject = pipeline(session, flush_at=1000, on_error=errors.append)

    @given(attributes, st.none() | attributes, any_text | values, any_text | values, values)
    def check(first: Any, second: Any, customer_id: Any, event_id: Any, quantity: Any) -> None:
        session.bodies.clear()
        errors.clear()
        before = subject.stats()
        subject.track("cust", "agent", "task", "code", 1, first, second)
        subject.track(customer_id, "agent", "task", None, 1, None, None, event_id)
        subject.track("cust", customer_id, event_id, customer_id, quantity, None, None, None, quantity)
        subject.track("cust", "agent", "task", None, quantity, {"good": 1})
        subject.track("cust", "agent", "task", None, 1, {"good": 1})
        subject.flush()
        after = subject.stats()
        sent = [event for body in session.bodies for event in strict(body)["events"]]
        rejected = after.rejected - before.rejected
        assert after.tracked - before.tracked == 5 == len(sent) + rejected
        assert sent[-1]["attributes"] == {"good": 1}
        assert len(errors) == rejected
        assert all(isinstance(error, InvalidEventError) and error.event for error in errors)

    with codec(name):
        check()
    subject.shutdown()


def _encoded(name: str, value: Any) -> tuple[Any, str | None]:
    with codec(name):
        try:
            return strict(json_text.encode(value)), None
        except ValueError as error:
            return None, str(error)


@given(st.dictionaries(any_text, values, max_size=5))
def test_orjson_changes_nothing_but_the_speed(value: dict[str, Any]) -> None:
    standard, problem = _encoded("standard", value)
    assert _encoded("orjson", value) == (standard, problem)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | any_text,
        lambda inner: st.lists(inner) | st.dictionaries(any_text, inner),
    )
)
def test_what_is_json_already_arrives_as_it_is(value: Any) -> None:
    def clean(part: Any) -> Any:
        if isinstance(part, str):
            return part.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if isinstance(part, list):
            return [clean(item) for item in part]
        return {clean(key): clean(item) for key, item in part.items()} if isinstance(part, dict) else part

    for name in CODECS:
        assert _encoded(name, value) == (clean(value), None)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_money_keeps_every_digit(value: Any) -> None:
    for name in CODECS:
        assert _encoded(name, {"cost_usd": value})[0] == {"cost_usd": value}
