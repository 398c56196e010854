"""Queueing events: what a client does with each, the run and the attributes that it takes values from, and counts.

The methods are generated. They are plain functions on both clients: they neither wait nor raise.
"""

from __future__ import annotations

from coobird_api.api.events import TrackMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Self

    from coobird._delivery.stats import Stats
    from coobird._http.session import Session
    from coobird._settings.settings import Settings
    from coobird.client.pipeline import Pipeline
    from coobird.client.runs.run import Run
    from coobird.client.runs.scope import RunScope
    from coobird.errors import CoobirdError


class Tracking(TrackMethods):
    """Queues events for the delivery thread. Safe to use from any thread, and in the child of a fork."""

    _settings: Settings
    _pipeline: Pipeline

    def run(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        token: str | None = None,
    ) -> RunScope:
        """Return a run to enter with `with` or `async with`, or to decorate a function with.

        Every event of this client below it takes from the run what it does not name itself. Runs nest: the inner one wins,
        and attributes merge. asyncio tasks and `asyncio.to_thread` inherit the run; carry it into a thread of your own with
        `with run:`, and into another process with `run.token()`.

        Args:
            customer_id: The customer whom events are billed to.
            agent_id: The agent that acts.
            signal_code: The signal that events count towards.
            attributes: Merged into the attributes of every event, over those given to `register`.
            token: Goes on with the run that made it; what is named beside it wins.

        Raises:
            InvalidRunTokenError: The token is not one, or was changed.
            InvalidEventError: The attributes are no mapping.
        """
        return self._pipeline.runs.scope(
            customer_id=customer_id, agent_id=agent_id, signal_code=signal_code, attributes=attributes, token=token
        )

    def current_run(self) -> Run:
        """Return the run that events take from now; one without any value if there is none."""
        return self._pipeline.runs.current()

    def report(self, error: CoobirdError) -> None:
        """Hand an error to `on_error` and the log, as the delivery does. For integrations. Never raises."""
        self._pipeline.report(error)

    def register(self, attributes: Mapping[str, Any]) -> None:
        """Merge these attributes into every event from now on. An event's own attributes win.

        Args:
            attributes: Added to those that were registered before; their values are read now, once.
        """
        self._pipeline.register(attributes)

    def unregister(self, key: str) -> None:
        """Stop merging the attribute with this name. Nothing happens if it was not registered."""
        self._pipeline.unregister(key)

    def stats(self) -> Stats:
        """Return where all tracked events are: `tracked == delivered + queued + in_flight + dropped + rejected`."""
        return self._pipeline.stats()

    def _start(self, delivery: Session) -> None:
        from coobird.client.pipeline import Pipeline

        self._is_sibling = False
        self._pipeline = Pipeline(delivery, self._settings)
        self._track = _ignore if self._settings.disabled else self._pipeline.track

    def _sibling(self, max_retries: int | None, request_timeout: float | None) -> Self:
        changes = {"max_retries": max_retries, "request_timeout": request_timeout}
        sibling = object.__new__(type(self))
        vars(sibling).update(vars(self))
        sibling._is_sibling = True
        sibling._settings = self._settings.replace(
            **{name: value for name, value in changes.items() if value is not None}
        )
        return sibling

    def __repr__(self) -> str:
        settings: Settings | None = vars(self).get("_settings")
        if settings is None:  # as a debugger sees it whose constructor raised
            return f"<{type(self).__name__} that was not built>"
        return f"{type(self).__name__}(host={settings.host!r}{', disabled=True' if settings.disabled else ''})"


def _ignore(*event: object) -> None:
    """Track nothing: what a disabled client does."""
