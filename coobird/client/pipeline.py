"""Pipeline of a client: encodes events, and hands them to the delivery."""

from __future__ import annotations

import sys
import threading
from time import monotonic, time
from weakref import WeakMethod

from coobird._delivery.delivery import Delivery
from coobird._delivery.reporter import Reporter
from coobird._encoding import process_mark
from coobird._http import fork_guard
from coobird.client.runs.scope import Runs
from coobird.client.unencoded import UnencodedEvents
from coobird.errors import CoobirdError, InvalidEventError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from decimal import Decimal
    from typing import Any

    from coobird_api.models import BatchTrackResponse

    from coobird._delivery.stats import Stats
    from coobird._encoding.event import EventEncoder
    from coobird._http.session import Session
    from coobird._settings.settings import Settings


class Pipeline:
    """Takes events at once, and delivers them in the background.

    Safe to use from any thread, from signal handlers and from `on_error`. After a fork the child
    starts with an empty queue and counts of zero, and the parent's events are sent once, by the
    parent. The normal end of a process delivers the queue, also in children of `multiprocessing`.
    `os._exit` and a kill do not: call `flush` before them.
    """

    def __init__(self, session: Session, settings: Settings) -> None:
        self._settings = settings
        # Set once there is something that a fork by C code could share: see `_load_encoder`.
        self._mark: process_mark.Mark | tuple[int] = (1,)
        redact = str if settings.disabled else settings.api_key.redact
        self._reporter = Reporter(settings.on_error, host=settings.host, redact=redact)
        self._delivery = Delivery(session, settings, self._reporter)
        self._state = self._delivery.state
        self._encoder: EventEncoder | None = None
        self._unencoded = UnencodedEvents(settings.max_queue_size)
        # A weak reference: the delivery must not keep this object alive.
        self._delivery.complete_queue = _through(WeakMethod(self._encode_waiting))
        self.reset_after_fork()
        fork_guard.reset_in_child(self)
        self.runs = Runs()
        self._active_run = self.runs.active

    def __del__(self, _is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # No client is left: deliver the queue, without waiting for it, and let the threads end. The
        # exit of the interpreter has done that before modules lose their names, as `sys` would.
        delivery = getattr(self, "_delivery", None)
        if delivery is not None and not _is_finalizing():
            self._encode_waiting(is_last=True)
            delivery.begin_shutdown(monotonic() + self._settings.shutdown_timeout)

    def reset_after_fork(self) -> None:
        """Replace the lock, which a thread of the parent may have held during the fork."""
        # Reentrant: a signal handler or a destructor may register attributes while its thread is in
        # here.
        self._encoder_lock = threading.RLock()
        self._unencoded.clear()

    def track(
        self,
        customer_id: str | None,
        agent_id: str | None,
        action_type: str,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> None:
        """Queue an event. Returns at once and never raises.

        An event that cannot be sent is counted as rejected, and reported to `on_error`.
        """
        if self._settings.disabled:
            return
        if not self._mark[0]:
            fork_guard.notice_fork()
        try:
            if (frame := self._active_run()) is not None:
                customer_id, agent_id, signal_code, attributes = frame.run.fill(
                    customer_id, agent_id, signal_code, attributes
                )
            event = (self._encoder or self._load_encoder()).encode(
                event_id,
                time(),
                customer_id,
                agent_id,
                action_type,
                signal_code,
                quantity,
                attributes,
                metadata,
                timestamp,
            )
        except Exception as error:  # noqa: BLE001 - a value's own methods may raise anything
            arguments = locals()
            if not self._keeps(error, {name: arguments[name] for name in _ARGUMENTS}):
                self._reject(error, arguments)
            return
        state = self._state
        state.append(event)
        if len(state.buffer) >= state.wake_at_length:
            self._delivery.look_after_queue()

    def _keeps(self, error: Exception, arguments: dict[str, Any]) -> bool:
        """Keep an event if its encoder could not be loaded. True if it is kept."""
        is_unloaded = self._encoder is None and isinstance(error, ImportError | OSError)
        return is_unloaded and self._unencoded.keep({**arguments, "now": time()})

    def _encode_waiting(self, *, is_last: bool = False) -> None:
        """Encode events that were tracked while the encoder could not be loaded.

        Args:
            is_last: True to reject those that still cannot be encoded.
        """
        if not self._unencoded:
            return
        try:
            self._append_waiting(self._encoder or self._load_encoder())
        except Exception as error:  # noqa: BLE001 - no descriptor is free, or the file was removed
            while is_last and (arguments := self._unencoded.take()) is not None:
                self._reject(error, arguments)

    def _append_waiting(self, encoder: EventEncoder) -> None:
        while (arguments := self._unencoded.take()) is not None:
            try:
                event = encoder.encode(**arguments)
            except Exception as error:  # noqa: BLE001 - a value's own methods may raise anything
                self._reject(error, arguments)
            else:
                self._state.append(event)

    def _reject(self, error: Exception, arguments: Mapping[str, Any]) -> None:
        invalid = _invalid(error, arguments)
        self._state.reject(invalid)
        self._reporter.call(invalid)

    def encode_now(
        self,
        customer_id: str | None,
        agent_id: str | None,
        action_type: str,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> bytes:
        """Return an event in wire form, with the values of its run and the global attributes.

        Raises:
            InvalidEventError: It cannot be sent as it is. The message names the argument.
        """
        fork_guard.notice_fork()
        try:
            # As in `track`, for which a shared method would be one more call for each event.
            if (frame := self._active_run()) is not None:
                customer_id, agent_id, signal_code, attributes = frame.run.fill(
                    customer_id, agent_id, signal_code, attributes
                )
            return (self._encoder or self._load_encoder()).encode(
                event_id,
                time(),
                customer_id,
                agent_id,
                action_type,
                signal_code,
                quantity,
                attributes,
                metadata,
                timestamp,
            )
        except Exception as error:  # noqa: BLE001 - a value's own methods may raise anything
            raise _invalid(error, locals()) from None

    def report(self, error: CoobirdError) -> None:
        """Report an error to `on_error`, or log it. Never raises."""
        self._reporter.error(error)

    def register(self, attributes: Mapping[str, Any]) -> None:
        """Merge these attributes into every event from now on. An event's own values replace them.

        Their values are read now: later changes of the mapping change nothing.

        Raises:
            InvalidEventError: A value cannot be sent. Nothing is registered then.
        """
        encoder = self._encoder or self._load_encoder()
        try:
            members = encoder.read(attributes)  # outside of the lock: it runs methods of the values
            with self._encoder_lock:
                encoder.merge(members)
        except Exception as error:  # noqa: BLE001 - a value's own methods may raise anything
            raise _invalid(error, {"attributes": attributes}) from None

    def unregister(self, key: str) -> None:
        """Stop merging this attribute. Nothing happens if it is not registered."""
        encoder = self._encoder or self._load_encoder()
        with self._encoder_lock:
            encoder.unregister(key)

    def flush(self, timeout: float | None = None) -> BatchTrackResponse | None:
        """Deliver the queued events, and return the server's answers, added up.

        See `Coomon.flush`.
        """
        answer = self._delivery.flush(timeout)
        if answer is None:
            return None
        try:
            from coobird_api.models import BatchTrackResponse
        except Exception as error:  # noqa: BLE001 - no descriptor is free, or the file was removed
            problem = f"flush() delivered {answer['accepted']} events, and cannot load the type of its result: {error}"
            self._reporter.error(CoobirdError(problem))
            return None
        return BatchTrackResponse.from_dict(answer)

    def shutdown(self, timeout: float | None = None) -> None:
        """Deliver the queued events, and stop. See `Coomon.shutdown`."""
        self._delivery.shutdown(timeout)

    def stats(self) -> Stats:
        """Return the counts of all events, and facts about their delivery, at this moment."""
        fork_guard.notice_fork()
        return self._delivery.stats()

    def _load_encoder(self) -> EventEncoder:
        fork_guard.notice_fork()
        self._mark = process_mark.mark()
        # Loaded with the first event: json takes as long to import as the rest of the client.
        with fork_guard.loading:
            from coobird._encoding import event_ids
            from coobird._encoding.event import EventEncoder

            fork_guard.reset_in_child(event_ids)

        # Two threads may get here at once. One encoder must remain, or attributes that the first of
        # them registered would be lost.
        with self._encoder_lock:
            if self._encoder is None:
                self._encoder = EventEncoder(event_ids.new_event_id)
        self._append_waiting(self._encoder)
        return self._encoder


def _through(method: WeakMethod[Callable[..., None]]) -> Callable[..., None]:
    """Return a function that calls the method, as long as its object exists."""

    def call(*, is_last: bool) -> None:
        if (bound := method()) is not None:
            bound(is_last=is_last)

    return call


_ARGUMENTS = (
    "customer_id",
    "agent_id",
    "action_type",
    "signal_code",
    "quantity",
    "attributes",
    "metadata",
    "event_id",
    "timestamp",
)


def _invalid(error: Exception, arguments: Mapping[str, Any]) -> InvalidEventError:
    problem = str(error) if type(error) is ValueError else f"cannot be encoded: {type(error).__name__}"
    event = {name: arguments[name] for name in _ARGUMENTS if arguments.get(name) is not None}
    return InvalidEventError(f"The event was not sent: {problem}.", event=event)
