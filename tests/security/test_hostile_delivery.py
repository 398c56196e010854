"""Delivery to a hostile server: events are kept and sent again, and `track` is not disturbed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from coobird import Coomon
from coobird._http import retry
from tests.support.hostile import HARM, REFUSALS
from tests.support.ingest import Ingest, problem, track, unequal, wait_until
from tests.support.loopback import Answer, LoopbackServer

KEY = "sk_test_0123456789abcdef"
MANY = 1000


@pytest.fixture(autouse=True)
def short_waits(quick_retries: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "MAX_RETRY_AFTER_SECONDS", 0.01)


@pytest.mark.parametrize("harm", [*HARM, *REFUSALS])
@pytest.mark.parametrize("spooled", [False, True], ids=["memory", "spool"])
def test_no_event_is_lost_to_a_hostile_server(
    server: LoopbackServer, ingest: Ingest, tmp_path: Path, harm: str, spooled: bool
) -> None:
    ingest.next(*[{**HARM, **REFUSALS}[harm]] * 3)
    errors: list[Any] = []
    client = Coomon(
        KEY,
        host=server.url,
        request_timeout=0.3,
        on_error=errors.append,
        spool=tmp_path / "usage.db" if spooled else None,
    )
    ids = track(client, 50)
    client.flush(timeout=30)
    client.shutdown(timeout=30)
    assert set(ingest.stored) == set(ids)
    stats = client.stats()
    assert not unequal(stats)
    assert stats.delivered == 50
    assert not errors


def test_tracking_goes_on_while_the_server_lets_its_answer_drip(server: LoopbackServer, ingest: Ingest) -> None:
    dripping, enough = threading.Event(), threading.Event()

    def drip(send: Any, closing: threading.Event) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        dripping.set()
        while not enough.wait(0.01) and not closing.is_set():
            send(b" ")

    ingest.next(*[Answer(act=drip)] * 2)
    client = Coomon(KEY, host=server.url, request_timeout=60, max_queue_size=2 * MANY)
    ids = track(client, 20)
    assert dripping.wait(20)
    ids += track(client, MANY, first=100)
    assert client.stats().tracked == MANY + 20
    enough.set()
    client.shutdown(timeout=30)
    assert set(ingest.stored) == set(ids)


@pytest.mark.parametrize("depth", [*range(900, 1010, 3), 5000, 20_000])
@pytest.mark.parametrize("where", ["reason", "refusal", "answer"])
def test_json_of_any_depth_costs_no_event(server: LoopbackServer, ingest: Ingest, depth: int, where: str) -> None:
    deep = "[" * depth + "]" * depth
    rejection = f'{{"event_id":"event-0","status":"rejected","error":{deep}}}'
    ingest.next(
        {
            "reason": Answer(200, f'{{"accepted":4,"duplicates":0,"rejected":1,"results":[{rejection}]}}'),
            "refusal": Answer(503, deep),
            "answer": Answer(200, deep),
        }[where]
    )
    errors: list[Any] = []
    client = Coomon(KEY, host=server.url, on_error=errors.append)
    track(client, 5)
    client.shutdown(timeout=30)
    stats = client.stats()
    assert (stats.dropped, stats.delivered + stats.rejected) == (0, 5)


def test_what_a_server_says_is_short_and_on_one_line_when_it_gets_into_a_log(
    server: LoopbackServer, ingest: Ingest, caplog: pytest.LogCaptureFixture
) -> None:
    said = "no\r\n2026-01-01 CRITICAL all is lost \x1b[2J\u202e" + "x" * 100_000
    ingest.reject = lambda event: said
    client = Coomon(KEY, host=server.url)
    track(client, 1)
    client.flush()
    ingest.otherwise = Answer(404, {"detail": said, "code": said}, {"X-Request-Id": "y" * 5000})
    track(client, 1, first=1)
    client.shutdown()
    messages = [record.getMessage() for record in caplog.records if record.name == "coobird"]
    assert len(messages) == 2
    for message in messages:
        assert message.isprintable()
        assert len(message) < 3000


def test_an_answer_that_names_events_that_were_never_sent_changes_nothing(
    server: LoopbackServer, ingest: Ingest
) -> None:
    unknown = [{"event_id": f"unknown-{n}", "status": "rejected", "error": "no"} for n in range(5)]
    ingest.next(Answer(200, {"accepted": -1, "duplicates": 0, "rejected": 10**30, "results": unknown}), problem(500))
    client = Coomon(KEY, host=server.url)
    ids = track(client, 5)
    client.shutdown()
    wait_until(lambda: not unequal(client.stats()), "the counts add up")
    assert set(ingest.stored) == set(ids)
