"""A session that sends nothing: what the pipeline posts is judged by a function."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from coobird._delivery.transport.api import ApiTransport
from coobird._http.answer import Answer
from coobird._http.pool import Pool
from coobird._settings.api_key import ApiKey
from coobird._settings.settings import Settings
from coobird.client.pipeline import Pipeline

Judge = Callable[[list[dict[str, Any]]], Answer]


def accept(events: list[dict[str, Any]]) -> Answer:
    """All of them are stored."""
    results = {"accepted": len(events), "duplicates": 0, "rejected": 0, "results": []}
    return Answer(200, {}, json.dumps(results).encode())


class Recorder:
    """Keeps every body that is posted, and answers as `judge` says."""

    def __init__(self, judge: Judge = accept) -> None:
        self.judge = judge
        self.bodies: list[bytes] = []
        self.stored: set[str] = set()
        self._lock = threading.Lock()

    def prepare(self) -> None:
        pass

    def close(self) -> None:
        pass

    def post_once(self, path: str, content: bytes, *, timeout: float | None = None) -> Answer:
        assert path == "/events/batch"
        events = json.loads(content)["events"]
        answer = self.judge(events)
        with self._lock:
            self.bodies.append(content)
            if answer.is_success:
                self.stored |= {event["event_id"] for event in events}
        return answer


def pipeline(session: Recorder, **settings: Any) -> Pipeline:
    """A pipeline without a timer, so that what is sent is sent because the test said so."""
    made = Pipeline(Pool(), Settings(ApiKey("sk_test"), **{"flush_interval": 0, **settings}))
    made._delivery._transport = ApiTransport(session)  # type: ignore[arg-type]
    return made
