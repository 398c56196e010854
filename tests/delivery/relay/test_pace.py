"""Pace of a relay: limits, holds, and the return after an outage."""

from __future__ import annotations

from math import inf

import pytest

from coobird._delivery.relay.pace import Pace
from coobird.errors import AuthenticationError, InternalServerError

REFUSAL = AuthenticationError("refused", status_code=401)
FAILURE = InternalServerError("failed", status_code=503)


def test_requests_begin_at_once_while_all_is_well() -> None:
    pace = Pace()
    for _ in range(8):
        assert pace.seconds_until_next(0.0) == 0
        pace.began()
        pace.took(500, 0.0)


def test_a_limit_spreads_events_over_time() -> None:
    pace, now, sent = Pace(events_per_second=1000), 0.0, 0
    while sent < 5000:
        now += pace.seconds_until_next(now)
        pace.took(500, now)
        sent += 500
    assert now == pytest.approx(4.5)


def test_on_hold_one_request_at_a_time_finds_out() -> None:
    pace = Pace()
    assert pace.refused(REFUSAL, 0.0, 0.0)
    assert pace.is_key_refused
    assert pace.seconds_until_next(0.0) > 0
    pace.began()
    assert pace.seconds_until_next(1000.0) == inf
    pace.ended()
    assert pace.seconds_until_next(1000.0) == 0
    assert not pace.refused(REFUSAL, 1000.0, 0.0)
    assert pace.succeeded(0.1, 1001.0) is None
    assert not pace.is_on_hold


def test_an_outage_begins_once_and_its_pauses_grow() -> None:
    pace, pauses, now = Pace(), [], 0.0
    for number in range(6):
        assert pace.failed(FAILURE, None, now, 0.0) is (number == 0)
        pauses.append(pace.seconds_until_next(now))
        now += pauses[-1]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 30
    assert not pace.is_key_refused


def test_the_rate_grows_after_an_outage() -> None:
    pace = Pace()
    pace.failed(FAILURE, None, 0.0, 0.0)
    assert pace.succeeded(0.1, 100.0) == 100.0
    now, times = 100.0, []
    while now < 129.0:
        pace.took(500, now)
        now += pace.seconds_until_next(now)
        times.append(now)
    assert times[0] - 100.0 == pytest.approx(0.5)  # 1,000 events a second at first
    assert times[-1] - times[-2] < 0.02
    pace.took(500, 131.0)
    assert pace.seconds_until_next(131.0) == 0


def test_the_server_can_ask_for_a_pause() -> None:
    pace = Pace()
    pace.asked_to_wait(7.0, 100.0)
    assert pace.seconds_until_next(100.0) == 7.0
