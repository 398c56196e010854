"""A server side for events, which stores accepted events and fails on request; helpers for tests.

with LoopbackServer(ingest) as server:
    # one fault for each of the next requests
    ingest.next(Answer(503), ingest.store_but_lose_the_answer)
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from coobird.errors import CoobirdError
from tests.support.loopback import Answer, LoopbackServer, Request
from tests.support.ports import free_port

KEY = "sk_test_0123456789abcdef"
PATH = "/api/v1/events/batch"
DEADLINE = 20.0
"""Seconds until a test gives up waiting. Nothing is asserted about how long things take."""

Fault = Answer | Callable[[Request], Answer]


class Ingest:
    """`POST /events/batch` by the contract: each event has a result, a known id is a duplicate."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, Any]] = {}
        self.batches: list[list[str]] = []
        """The event ids of each request that was read, whatever it was answered."""
        self.bodies: list[bytes] = []
        self.arrived_at: list[float] = []
        self.reject: Callable[[dict[str, Any]], str | None] = lambda event: None
        """Reason for which an event is rejected on its own, or None."""
        self.otherwise: Fault = self.store
        """Answer to a request once the faults of `next` are used up."""
        self._faults: deque[Fault] = deque()

    def next(self, *faults: Fault) -> None:
        self._faults.extend(faults)

    def __call__(self, request: Request) -> Answer:
        self.arrived_at.append(time.monotonic())
        self.bodies.append(request.body)
        self.batches.append([event["event_id"] for event in request.json()["events"]])
        fault = self._faults.popleft() if self._faults else self.otherwise
        return fault if isinstance(fault, Answer) else fault(request)

    def store(self, request: Request) -> Answer:
        results: list[dict[str, str]] = []
        events = request.json()["events"]
        for event in events:
            if reason := self.reject(event):
                results.append({"event_id": event["event_id"], "status": "rejected", "error": reason})
            elif event["event_id"] in self.stored:
                results.append({"event_id": event["event_id"], "status": "duplicate"})
            else:
                self.stored[event["event_id"]] = event
        statuses = [result["status"] for result in results]
        counts = {"duplicates": statuses.count("duplicate"), "rejected": statuses.count("rejected")}
        return Answer(200, {"accepted": len(events) - len(results), **counts, "results": results})

    def store_but_lose_the_answer(self, request: Request) -> Answer:
        self.store(request)
        return Answer(reset=True)

    def store_but_cut_the_answer(self, request: Request) -> Answer:
        answer = self.store(request)
        answer.cut = 10
        return answer

    def store_but_never_answer(self, request: Request) -> Answer:
        answer = self.store(request)
        answer.wait = threading.Event()
        return answer

    @property
    def ids(self) -> list[str]:
        """The ids of the stored events, in the order in which they were accepted."""
        return list(self.stored)


def problem(status: int, code: str = "broken", errors: Sequence[dict[str, str]] | None = None) -> Answer:
    """An answer in the API's error format."""
    body = {"type": "about:blank", "title": "Refused", "status": status, "code": code, "request_id": "req_1"}
    if errors is not None:
        body["errors"] = list(errors)
    return Answer(status, body, {"Content-Type": "application/problem+json"})


def hold(ingest: Ingest) -> threading.Event:
    """Let the server store, and answer only when the returned event is set."""
    release = threading.Event()

    def answer(request: Request) -> Answer:
        stored = ingest.store(request)
        stored.wait = release
        return stored

    ingest.otherwise = answer
    return release


class ServerAt(LoopbackServer):
    """A loopback server on a port that was chosen before."""

    def __init__(self, port: int, script: Callable[[Request], Answer]) -> None:
        super().__init__(script)
        self._listener.close()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port = port
        self.url = f"http://127.0.0.1:{port}"


@contextmanager
def refused_port() -> Iterator[int]:
    """A port that refuses connections inside the block: bound, but not listening."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", free_port()))
        yield holder.getsockname()[1]


def track(client: Any, count: int, *, first: int = 0, **options: Any) -> list[str]:
    """Track events named `event-0`, `event-1`, … and return their ids."""
    ids = [f"event-{number}" for number in range(first, first + count)]
    for event_id in ids:
        client.track_task(
            customer_id="cust_1", agent_id="agent_1", signal_code="api_call", event_id=event_id, **options
        )
    return ids


def reported(errors: Iterable[CoobirdError]) -> list[str]:
    """The ids of the events that the errors carry, in order."""
    ids: list[str] = []
    for error in errors:
        carried = getattr(error, "events", None) or [getattr(error, "event", None) or {}]
        ids += [event["event_id"] for event in carried if event.get("event_id")]
    return ids


def unequal(stats: Any) -> bool:
    """True if the counts do not add up to the number of tracked events."""
    accounted = stats.delivered + stats.queued + stats.in_flight + stats.dropped + stats.rejected
    return bool(stats.tracked != accounted)


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"still waiting after {DEADLINE:.0f} s: {what}"
        time.sleep(0.002)


def finish(call: Callable[[], Any], what: str) -> Any:
    """Call in a thread, so that a call that never returns fails this test and blocks no other."""
    outcome: list[Any] = []
    thread = threading.Thread(target=lambda: outcome.append(call()), daemon=True)
    thread.start()
    thread.join(DEADLINE)
    assert outcome, f"{what} did not return"
    return outcome[0]


def parsed(bodies: Iterable[bytes]) -> list[dict[str, Any]]:
    return [event for body in bodies for event in json.loads(body)["events"]]
