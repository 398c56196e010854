"""Events that other programs wrote: brought into our form without a change of their values."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from coobird._encoding.event import event_id_of
from coobird._encoding.foreign import as_event


def test_an_event_of_ours_stays_as_it_is() -> None:
    ours = b'{"event_id":"e1","customer_id":"c","agent_id":"a","quantity":1.10}'
    assert as_event(ours) is ours


@pytest.mark.parametrize(
    "text",
    [
        '{"customer_id":"c","event_id":"e\\"1","agent_id":"a"}',
        '{ "event_id" : "e\\"1" , "customer_id":"c" }',
        '{"agent_id":"a","timestamp":"x","quantity":0.1000000000000000055511151231257827,"event_id":"e\\"1","customer_id":"\\u00fc"}',
        '{"event_id":"e\\"1","attributes":{"n":12345678901234567890,"deep":[null,true,{"x":1e2}]},"customer_id":"c"}',
    ],
)
def test_another_order_is_changed_and_no_value_is(text: str) -> None:
    event = as_event(text.encode())
    assert json.loads(event_id_of(event)) == 'e"1'
    assert json.loads(event, parse_float=Decimal) == json.loads(text, parse_float=Decimal)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"event_id":"e","x":NaN}', "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", "no event_id"),
        (b'{"event_id":7,"customer_id":"c"}', "no event_id"),
        (b'{"event_id":"","customer_id":"c"}', "no event_id"),
        (b'{"event_id":"e"}', "no customer_id"),
    ],
)
def test_what_is_no_event_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        as_event(content)
