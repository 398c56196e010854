"""HTTP entrance of a relay: what any SDK sends is on the disk before it is answered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from coobird import Coomon
from tests.support.fleet.relay import RelayProcess
from tests.support.ingest import KEY, PATH, Ingest, problem, track, wait_until
from tests.support.loopback import LoopbackServer

OTHER_KEY = "sk_test_fedcba9876543210"


@pytest.fixture
def ingest() -> Ingest:
    return Ingest()


@pytest.fixture
def server(ingest: Ingest) -> Iterator[LoopbackServer]:
    with LoopbackServer(ingest) as made:
        yield made


@pytest.fixture
def start(server: LoopbackServer, tmp_path: Path) -> Iterator[Callable[..., RelayProcess]]:
    made: list[RelayProcess] = []

    def begin(*options: str, **more: Any) -> RelayProcess:
        spool = ("--spool", str(tmp_path / "relay.db"))
        made.append(RelayProcess("http://127.0.0.1:0", server.url, *spool, *options, **more))
        return made[-1]

    yield begin
    for relay in made:
        relay.kill()
        assert KEY not in relay.text()
        relay.close()
    for path in tmp_path.glob("relay.db*"):
        assert KEY.encode() not in path.read_bytes()


def post(relay: RelayProcess, body: Any, *, key: str = KEY, path: str = PATH, method: str = "POST") -> httpx.Response:
    url = relay.wait_for("started")["source"] + path
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.request(method, url, content=content, headers={"Authorization": f"Bearer {key}"}, timeout=20)


# The form in which the Node.js SDK sends an event; the order of the fields is its own.
NODE_EVENT = {
    "customer_id": "cust_123",
    "agent_id": "agent_xxx",
    "signal_code": "api_call",
    "quantity": 1,
    "attributes": {"model": "claude-3-5-sonnet", "input_tokens": 1200, "output_tokens": 340},
    "timestamp": "2026-04-01T12:00:00.000Z",
    "action_type": "task",
    "event_id": "5b8e1f1c-0000-4000-8000-000000000001",
}


def test_a_client_sends_to_the_relay_by_its_host_alone(ingest, start):
    relay = start()
    with Coomon(KEY, host=relay.wait_for("started")["source"]) as client:
        ids = track(client, 250)
        answer = client.flush(20)
        assert answer is not None
        assert answer.accepted == 250
    wait_until(lambda: set(ingest.stored) == set(ids), "delivery")
    assert relay.stop()["accepted"] == 250


def test_an_event_of_another_sdk_arrives_with_all_its_values(ingest, start):
    relay = start()
    answer = post(relay, {"events": [NODE_EVENT]})
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    wait_until(lambda: ingest.stored, "delivery")
    assert list(ingest.stored.values()) == [NODE_EVENT]


def test_what_is_answered_survives_a_kill(ingest, start):
    ingest.otherwise = problem(503)
    relay = start()
    for number in range(5):
        assert post(relay, {"events": [{**NODE_EVENT, "event_id": f"e{number}"}]}).status_code == 200
    relay.kill()
    ingest.otherwise = ingest.store
    start()
    wait_until(lambda: set(ingest.stored) == {f"e{number}" for number in range(5)}, "delivery by the next relay")


def test_an_unknown_key_is_refused_and_each_known_one_sends_as_itself(server, ingest, start):
    relay = start(env={"COOBIRD_API_KEY_TEAM_A": OTHER_KEY})
    assert post(relay, {"events": [NODE_EVENT]}, key="sk_test_unknown").status_code == 401
    assert post(relay, {"events": [{**NODE_EVENT, "event_id": "ours"}]}).status_code == 200
    assert post(relay, {"events": [{**NODE_EVENT, "event_id": "theirs"}]}, key=OTHER_KEY).status_code == 200
    wait_until(lambda: len(ingest.stored) == 2, "delivery")
    sent = {request.json()["events"][0]["event_id"]: request.headers["authorization"] for request in server.requests}
    assert sent == {"ours": f"Bearer {KEY}", "theirs": f"Bearer {OTHER_KEY}"}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, None),
        (b"[]", 422, "events"),
        (b'{"events":[]}', 422, "events"),
        (json.dumps({"events": [NODE_EVENT] * 1001}).encode(), 422, "events"),
        (json.dumps({"events": [NODE_EVENT, {"customer_id": "c"}]}).encode(), 422, "events.1"),
    ],
    ids=["no-json", "no-object", "empty", "too-many", "no-id"],
)
def test_what_cannot_be_kept_is_refused_as_the_api_does(start, body, status, field):
    answer = post(start(), body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert [each["field"] for each in answer.json().get("errors", [])] == ([field] if field else [])


def test_other_calls_are_refused_and_name_the_api(start):
    relay = start()
    assert "API itself" in post(relay, {}, path="/api/v1/customers").json()["detail"]
    assert post(relay, b"", path="/api/v1/customers", method="GET").status_code == 404


def test_a_refused_event_is_a_dead_letter_and_can_be_replayed(ingest, start, tmp_path):
    import subprocess
    import sys

    ingest.reject = lambda event: "no such agent"
    relay = start()
    post(relay, {"events": [NODE_EVENT]})
    relay.wait_for("dead")
    relay.stop()
    with sqlite3.connect(tmp_path / "relay.db") as db:
        assert db.execute("select reason from dead").fetchall() == [("no such agent",)]
    db.close()
    command = [sys.executable, "-m", "coobird.cli", "relay", "replay", "--spool", str(tmp_path / "relay.db")]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.startswith("1 dead")
    ingest.reject = lambda event: None
    start()
    wait_until(lambda: ingest.stored, "delivery")


def test_a_file_has_one_relay_and_belongs_to_its_owner(start, tmp_path):
    start().wait_for("started")
    second = start()
    assert second.process.wait(30) == 2
    assert "another relay uses it" in second.text()
    assert (tmp_path / "relay.db").stat().st_mode & 0o077 == 0
