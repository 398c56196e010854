"""Parts of the clients that take events, to queue them or to send them at once.

The methods are generated. One module has all parts, because both clients load it: a second module
would make every start slower.
"""

from __future__ import annotations

from coobird_api.api.events import AsyncEventsMethods, EventsMethods, TrackMethods
from coobird_api.types import UNSET, cast

from coobird._encoding.batch import batch_of
from coobird._http.request import BATCH_PATH
from coobird._settings.testing import limits_in_tests
from coobird.client.once import Once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Self

    from coobird_api.models import BatchTrackResponse

    from coobird._delivery.stats import Stats
    from coobird._http.session import AsyncSession, Session
    from coobird._settings.settings import Settings
    from coobird.client.pipeline import Pipeline
    from coobird.client.runs.run import Run
    from coobird.client.runs.scope import RunScope
    from coobird.errors import CoobirdError


class Tracking(TrackMethods, Once):
    """Queues events for the delivery thread. Safe in any thread, and in the child of a fork.

    The `track` methods are plain functions on both clients: they neither wait nor raise.
    """

    _instead_of_pickling = (
        "it has the API key, threads and connections. Build a client in each process, and carry a run "
        "there with run.token()."
    )

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

        While it is entered, each event of this client takes from it the values that the event does
        not name. Runs nest: values of the inner run replace those of the outer run, and attributes
        merge. asyncio tasks and `asyncio.to_thread` inherit the run. Carry it into a thread of your
        own with `with run:`, and into another process with `run.token()`.

        Args:
            customer_id: Customer to whom events are billed.
            agent_id: Agent that acts.
            signal_code: Signal that events count towards.
            attributes: Merged into the attributes of every event, over those given to `register`.
            token: Token of a run, which is continued. Other arguments replace its values.

        Returns:
            The run, not yet entered. Any number of calls and tasks may enter it.

        Raises:
            InvalidRunTokenError: The token is not one, or was changed.
            InvalidEventError: The attributes are no mapping.
        """
        return self._pipeline.runs.scope(
            customer_id=customer_id, agent_id=agent_id, signal_code=signal_code, attributes=attributes, token=token
        )

    def current_run(self) -> Run:
        """Return the current run. Without one, return a run that has no values and is false."""
        return self._pipeline.runs.current()

    def report(self, error: CoobirdError) -> None:
        """Report an error to `on_error`, or log it, as the delivery does. Never raises.

        Args:
            error: The error. Integrations report errors that must not disturb the program.
        """
        self._pipeline.report(error)

    def register(self, attributes: Mapping[str, Any]) -> None:
        """Merge these attributes into every event from now on.

        An event or a run that has an attribute of the same name keeps its own value.

        Args:
            attributes: Added to those that were registered before. Their values are read now: later
                changes of the mapping change nothing.

        Raises:
            InvalidEventError: A value cannot be sent. Nothing is registered then.
        """
        self._pipeline.register(attributes)

    def unregister(self, key: str) -> None:
        """Stop merging an attribute into events.

        Args:
            key: Name of the attribute. Nothing happens if it is not registered.
        """
        self._pipeline.unregister(key)

    def stats(self) -> Stats:
        """Return the counts of all tracked events, and facts about their delivery: see `Stats`.

        At any moment, `tracked == delivered + queued + in_flight + dropped + rejected`.
        """
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
        if settings is None:  # the constructor raised, and a debugger shows the object
            return f"<{type(self).__name__} that was not built>"
        marks = (", disabled=True" if settings.disabled else "") + (", testing=True" if limits_in_tests() else "")
        return f"{type(self).__name__}(host={settings.host!r}{marks})"


class Immediate(EventsMethods, Tracking):
    """Part of `Coomon` that sends an event and waits for the answer."""

    _session: Session

    def _send_event(self, *event: Any) -> BatchTrackResponse:
        if self._settings.disabled:
            return _nothing()
        return self._session.post(BATCH_PATH, batch_of([self._pipeline.encode_now(*event)]), _reader())


class AsyncImmediate(AsyncEventsMethods, Tracking):
    """Part of `AsyncCoomon` that sends an event and awaits the answer."""

    _session: AsyncSession

    async def _send_event(self, *event: Any) -> BatchTrackResponse:
        if self._settings.disabled:
            return _nothing()
        return await self._session.post(BATCH_PATH, batch_of([self._pipeline.encode_now(*event)]), _reader())


def _ignore(*event: object) -> None:
    """Track nothing: `_track` of a disabled client."""


def _reader() -> Callable[..., BatchTrackResponse]:
    from coobird_api.api.events import track_events

    def parse(**answer: Any) -> BatchTrackResponse:
        read = cast("Callable[..., BatchTrackResponse]", track_events._parse_response)  # pyright: ignore[reportPrivateUsage]
        result = read(**answer)
        # A caller who finds nothing under `rejected` would take the event for stored.
        found = cast("tuple[object, ...]", (result.accepted, result.duplicates, result.rejected, result.results))
        if any(value is None or value is UNSET for value in found):
            raise ValueError("it does not say what became of the event")
        return result

    return parse


def _nothing() -> BatchTrackResponse:
    from coobird_api.models import BatchTrackResponse

    return BatchTrackResponse(accepted=0, duplicates=0, rejected=0, results=[])
