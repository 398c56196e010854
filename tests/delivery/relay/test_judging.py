"""Judgement of events that a relay has taken: each is done, dead, or sent again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coobird._delivery.outcome import outcome_of
from coobird._delivery.relay.judging import Again, Hold, Trial
from coobird._http.answer import Answer


def event(number: int, text: str = "") -> bytes:
    return b'{"event_id":"e%d","customer_id":"c","text":"%b"}' % (number, text.encode())


def answer(part: list[bytes], rejected: dict[str, str] | None = None, **more: Any) -> Answer:
    rejected = rejected or {}
    results = [{"event_id": name, "status": "rejected", "error": reason} for name, reason in rejected.items()]
    duplicates = more.pop("duplicates", 0)
    count = more.pop("count", len(rejected))
    body = {"accepted": len(part) - count - duplicates, "duplicates": duplicates, "rejected": count, "results": results}
    return Answer(200, {}, json.dumps(body).encode())


def judge(trial: Trial, given: Answer) -> object:
    return trial.judge(outcome_of(given, trial.parts[0], 0.0), "req_1")


def test_stored_events_are_done_and_rejected_ones_are_dead_with_their_reason() -> None:
    trial = Trial(map(event, range(3)))
    assert judge(trial, answer(trial.parts[0], {"e1": "unknown agent"}, duplicates=1)) is None
    assert trial.parts == []
    assert trial.done == [event(0), event(2)]
    assert [(each.event, each.reason, each.status, each.request_id) for each in trial.dead] == [
        (event(1), "unknown agent", 200, "req_1")
    ]
    assert (trial.accepted, trial.duplicates) == (1, 1)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_request_is_sent_in_parts_until_the_event_at_fault_is_alone(status: int) -> None:
    trial, poison, posted = Trial(map(event, range(9))), event(5), 0
    while trial.parts:
        posted += 1
        part = trial.parts[0]
        assert judge(trial, Answer(status, {}, b"{}") if poison in part else answer(part)) is None
    assert sorted(trial.done) == [event(number) for number in range(9) if number != 5]
    assert [(each.event, each.status) for each in trial.dead] == [(poison, status)]
    assert posted <= 9


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_an_answer_that_may_pass_changes_nothing(status: int) -> None:
    trial = Trial([event(1)])
    verdict = judge(trial, Answer(status, {"retry-after": "7"}, b""))
    assert isinstance(verdict, Again)
    assert verdict.retry_after == 7
    assert (trial.parts, trial.done, trial.dead) == ([[event(1)]], [], [])


@pytest.mark.parametrize("status", [401, 403, 404, 402, 407, 302])
def test_a_refusal_that_says_nothing_about_the_events_holds_them(status: int) -> None:
    trial = Trial([event(1)])
    assert isinstance(judge(trial, Answer(status, {}, b"")), Hold)
    assert (trial.parts, trial.done, trial.dead) == ([[event(1)]], [], [])


def test_rejections_that_the_server_does_not_name_are_found_one_by_one() -> None:
    trial, poison = Trial(map(event, range(4))), event(2)
    while trial.parts:
        part = trial.parts[0]
        judge(trial, answer(part, count=int(poison in part)))
    assert sorted(trial.done) == [event(0), event(1), event(3)]
    assert [each.event for each in trial.dead] == [poison]
    assert "no reason" in trial.dead[0].reason


def test_an_event_that_was_published_twice_is_sent_once() -> None:
    assert Trial([event(1), event(2), event(1)]).parts == [[event(1), event(2)]]


def test_a_request_is_neither_too_long_nor_too_large() -> None:
    assert [len(part) for part in Trial(map(event, range(2500))).parts] == [1000, 1000, 500]
    large = [event(number, "x" * 200_000) for number in range(12)]
    parts = Trial(large).parts
    assert [each for part in parts for each in part] == large
    assert max(sum(map(len, part)) for part in parts) <= 1024 * 1024


def test_no_event_is_no_request() -> None:
    assert Trial([]).parts == []
