"""Substitute for the client: the part of its public surface that integrations use. It keeps all."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from coobird import Stats
from coobird.client.runs.run import Run
from coobird.client.runs.scope import Runs, RunScope
from coobird.errors import CoobirdError, InvalidEventError


class Recorder:
    """`events`: in the order of tracking, as the server would get them; `errors`: as `on_error`."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.errors: list[CoobirdError] = []
        self._runs = Runs()
        self._lock = threading.Lock()

    def run(self, **options: Any) -> RunScope:
        return self._runs.scope(**options)

    def current_run(self) -> Run:
        return self._runs.current()

    def report(self, error: CoobirdError) -> None:
        with self._lock:
            self.errors.append(error)

    def track_task(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float = 1,
        attributes: Mapping[str, Any] | None = None,
        **rest: Any,
    ) -> None:
        if (frame := self._runs.active()) is not None:
            customer_id, agent_id, signal_code, attributes = frame.run.fill(
                customer_id, agent_id, signal_code, attributes
            )
        event = {
            "customer_id": customer_id,
            "agent_id": agent_id,
            "signal_code": signal_code,
            "quantity": quantity,
            "attributes": dict(attributes or {}),
            **rest,
        }
        if customer_id is None or agent_id is None:
            self.report(InvalidEventError("customer_id or agent_id is missing", event=event))
            return
        with self._lock:
            self.events.append(event)

    def flush(self, timeout: float | None = None) -> None:
        """Nothing waits here."""

    def stats(self) -> Stats:
        counts = (len(self.events), len(self.events), 0, 0, 0, 0)
        return Stats(*counts, dropped_by_reason={}, rejected_by_reason={})

    def accepted(self) -> list[dict[str, Any]]:
        """Return the events that the server keeps: the first of each id.

        An event without an id gets one from the client.
        """
        kept: dict[object, dict[str, Any]] = {}
        for event in self.events:
            kept.setdefault(event["event_id"] or object(), event)
        return list(kept.values())


LOOPBACK = {"127.0.0.1": "*"}
"""The fakes stand in for the providers that the SDKs name."""
