"""Meaning of an answer for the events that were sent: a table, and any answer at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from coobird_api.models import BatchTrackResponse
from coobird_api.types import UNSET
from hypothesis import given
from hypothesis import strategies as st

from coobird._delivery.outcome import Again, KeyRefused, Outcome, Refused, Split, Stored, outcome_of
from coobird._http.answer import Answer
from coobird.errors import APIStatusError, ResponseShapeError

EVENTS = [b'{"event_id":"e%d","customer_id":"c"}' % number for number in range(4)]


def judged(status: int, body: Any, headers: dict[str, str] | None = None, events: list[bytes] = EVENTS) -> Outcome:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return outcome_of(Answer(status, headers or {}, content), events, now=0.0)


def results(accepted: Any = 4, duplicates: Any = 0, rejected: Any = 0, **named: str) -> dict[str, Any]:
    entries = [{"event_id": event_id, "status": status, "error": "no"} for event_id, status in named.items()]
    return {"accepted": accepted, "duplicates": duplicates, "rejected": rejected, "results": entries}


@pytest.mark.parametrize("status", [200, 201, 299])
def test_a_success_in_the_promised_shape_means_stored(status: int) -> None:
    outcome = judged(status, results())
    assert outcome == Stored(results(), [], 0)


def test_duplicates_are_stored() -> None:
    outcome = judged(200, results(3, 1, 0, e2="duplicate"))
    assert isinstance(outcome, Stored)
    assert (outcome.rejected, outcome.unnamed) == ([], 0)


def test_rejected_events_come_with_their_reasons() -> None:
    outcome = judged(200, results(2, 0, 2, e1="rejected", e3="rejected"))
    assert isinstance(outcome, Stored)
    assert outcome.rejected == [(EVENTS[1], "no"), (EVENTS[3], "no")]


def test_rejected_events_that_are_not_named_are_counted() -> None:
    outcome = judged(200, results(1, 0, 3, e1="rejected", unknown="rejected"))
    assert isinstance(outcome, Stored)
    assert (outcome.rejected, outcome.unnamed) == ([(EVENTS[1], "no")], 2)


def test_of_an_answer_no_more_is_kept_than_its_events_are_worth() -> None:
    entry = {"event_id": "e1", "status": "duplicate", "error": "x" * 1_000_000, "more": ["x" * 1_000_000]}
    outcome = judged(200, {"accepted": 0, "duplicates": 4, "rejected": 0, "results": [entry] * 50})
    assert isinstance(outcome, Stored)
    assert outcome.answer["results"] == [{"event_id": "e1", "status": "duplicate", "error": "x" * 500}] * 4


def test_a_status_of_tomorrow_counts_as_stored() -> None:
    outcome = judged(200, results(3, 0, 0, e1="deferred"))
    assert isinstance(outcome, Stored)
    assert (outcome.rejected, outcome.unnamed) == ([], 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome to the hotel</html>",
        b'{"accepted": 4',
        b"\xff\xfe",
        b"[" * 100_000,
        None,
        [],
        4,
        {},
        {"accepted": 4},
        results("4"),
        results(4.0),
        results(True),
        results(-1, 5),
        results(3),
        {**results(), "results": None},
        {**results(), "results": [1]},
        {**results(), "results": [{"event_id": 1, "status": "rejected"}]},
        {**results(), "results": [{"event_id": "e1"}]},
    ],
    ids=lambda body: str(body)[:40],
)
def test_a_success_that_proves_nothing_is_tried_again(body: Any) -> None:
    outcome = judged(200, body)
    assert isinstance(outcome, Again)
    assert isinstance(outcome.error, ResponseShapeError)


@pytest.mark.parametrize("name", results())
def test_an_answer_that_lacks_a_count_or_the_results_proves_nothing_although_it_can_be_read(name: str) -> None:
    body = {key: value for key, value in results().items() if key != name}
    assert getattr(BatchTrackResponse.from_dict(body), name) is UNSET
    outcome = judged(200, body)
    assert isinstance(outcome, Again)
    assert isinstance(outcome.error, ResponseShapeError)


def test_an_answer_that_broke_off_proves_nothing() -> None:
    answer = Answer(200, {}, json.dumps(results()).encode(), flaw="it broke off")
    assert isinstance(outcome_of(answer, EVENTS, now=0.0), Again)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_when_it_says(status: int) -> None:
    outcome = judged(status, {}, {"retry-after": "7"})
    assert isinstance(outcome, Again)
    assert (outcome.error.status_code, outcome.retry_after) == (status, 7.0)
    assert isinstance(outcome.error, APIStatusError)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_holds_everything(status: int) -> None:
    outcome = judged(status, {})
    assert isinstance(outcome, KeyRefused)
    assert outcome.error.status_code == status


@pytest.mark.parametrize("status", [301, 308, 402, 404, 405, 409, 410, 418])
def test_a_request_that_can_never_succeed_is_refused_whole(status: int) -> None:
    outcome = judged(status, {})
    assert isinstance(outcome, Refused)
    assert not outcome.at_fault


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_batch_is_split_until_one_event_is_at_fault(status: int) -> None:
    is_too_large = status == 413
    assert judged(status, {}) == Split([EVENTS[:2], EVENTS[2:]], is_too_large)
    assert judged(status, {}, events=EVENTS[:3]) == Split([EVENTS[:1], EVENTS[1:3]], is_too_large)
    outcome = judged(status, {}, events=EVENTS[:1])
    assert isinstance(outcome, Refused)
    assert outcome.at_fault


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        (["events.2.quantity"], [[0, 1, 3], [2]]),
        (["events.0.quantity", "events.3", "events.3.attributes.x"], [[1, 2], [0, 3]]),
        (["events.0.x", "events.1.x", "events.2.x", "events.3.x"], [[0, 1], [2, 3]]),
        (["events.4.x", "events.-1.x", "events.٣.x", "events.1e0.x", "events", "quantity", ""], [[0, 1], [2, 3]]),
        ([None, 7, {"events": 1}], [[0, 1], [2, 3]]),
        (["events.99999999999999999999.x"], [[0, 1], [2, 3]]),
    ],
)
def test_events_that_the_server_names_are_sent_apart_from_the_others(fields: list[Any], parts: list[list[int]]) -> None:
    problem = {"errors": [{"field": field, "message": "no"} for field in fields]}
    assert judged(422, problem) == Split([[EVENTS[index] for index in part] for part in parts])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
maybe_answers = st.fixed_dictionaries(
    {},
    optional={
        "accepted": st.integers(-1, 9) | json_values,
        "duplicates": st.integers(-1, 9) | json_values,
        "rejected": st.integers(-1, 9) | json_values,
        "results": json_values
        | st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "event_id": st.sampled_from(["e0", "e1", "x", 1]),
                    "status": st.sampled_from(["rejected", "duplicate", "new", None]),
                    "error": json_values,
                },
            )
        ),
        "errors": json_values | st.lists(st.fixed_dictionaries({"field": st.text(max_size=9) | json_values})),
    },
)


@given(
    st.sampled_from([200, 204, 302, 400, 401, 404, 413, 422, 429, 500, 600]) | st.integers(200, 999),
    st.binary(max_size=40) | json_values | maybe_answers,
    st.dictionaries(st.sampled_from(["retry-after", "x-request-id", "location"]), st.text()),
    st.integers(1, 4),
)
def test_whatever_a_server_answers_every_event_has_one_outcome(
    status: int, body: Any, headers: dict[str, str], count: int
) -> None:
    outcome = judged(status, body, headers, EVENTS[:count])
    if isinstance(outcome, Split):
        assert sorted(event for part in outcome.parts for event in part) == EVENTS[:count]
        assert all(outcome.parts)
    if isinstance(outcome, Stored):
        assert 0 <= len(outcome.rejected) + outcome.unnamed <= count
