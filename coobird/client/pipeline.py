"""Pipeline of a client: encodes events, and hands them to the delivery."""

from __future__ import annotations

import sys
from collections import deque
from time import monotonic, time
from weakref import WeakMethod

from coobird._delivery.delivery import Delivery
from coobird._delivery.reporter import Reporter
from coobird._encoding import process_mark
from coobird._http import fork_guard
from coobird._http.interruption import is_from_signal_handler
from coobird._http.locks import new_lock
from coobird._http.stack import MANY_FRAMES, has_room, require_room
from coobird.client.runs.scope import Runs
from coobird.client.unencoded import UnencodedEvents
from coobird.errors import CoobirdError, InvalidEventError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from decimal import Decimal
    from typing import Any

    from coobird_api.models import BatchTrackResponse

    from coobird._delivery.stats import Stats
    from coobird._encoding.event import EventEncoder
    from coobird._http.pool import Pool
    from coobird._settings.settings import Settings
    from coobird.client.runs.run import Run


class Pipeline:
    """Takes events at once, and delivers them in the background.

    Safe to use from any thread, from signal handlers and from `on_error`. After a fork the child
    starts with an empty queue and counts of zero, and the parent's events are sent once, by the
    parent. The normal end of a process delivers the queue, also in children of `multiprocessing`.
    `os._exit` and a kill do not: call `flush` before them.

    Attributes:
        at_limit: Arguments of events that were tracked at Python's recursion limit, where not even
            the run and the time could be read. They are rejected once calls can be made again.
    """

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self._settings = settings
        # Set once there is something that a fork by C code could share: see `_load_encoder`.
        self._mark: process_mark.Mark | tuple[int] = (1,)
        redact = str if settings.disabled else settings.api_key.redact
        transport = "" if settings.transport is None else settings.transport.shown
        self._reporter = Reporter(settings.on_error, host=settings.host, transport=transport, redact=redact)
        self._delivery = Delivery(pool, settings, self._reporter)
        self._state = self._delivery.state
        self._encoder: EventEncoder | None = None
        self._unencoded = UnencodedEvents(settings.max_queue_size)
        # Attributes that `register` could not encode, and names of those that `unregister` removes.
        # Each has the number of kept events before it, to which it does not apply.
        self._late: deque[tuple[int, Mapping[str, Any] | str]] = deque()
        # That of a disabled client keeps nothing.
        self.at_limit: deque[tuple[Any, ...]] = deque(maxlen=0 if settings.disabled else None)
        # A weak reference: the delivery must not keep this object alive.
        self._delivery.complete_queue = _through(WeakMethod(self._encode_waiting))
        self._delivery.incomplete = (self._unencoded, self.at_limit)
        self.reset_after_fork()
        fork_guard.reset_in_child(self)
        self.runs: Runs = Runs()
        self._active_run = self.runs.active

    def __del__(self, _is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # No client is left: deliver the queue, without waiting for it, and let the threads end. The
        # exit of the interpreter has done that before modules lose their names, as `sys` would.
        delivery = getattr(self, "_delivery", None)
        if delivery is not None and not _is_finalizing():
            if has_room(MANY_FRAMES):
                self._end()
            else:
                delivery.call_apart(self._end)

    def _end(self) -> None:
        self._encode_waiting(is_last=True)
        self._delivery.begin_shutdown(monotonic() + self._settings.shutdown_timeout)

    def reset_after_fork(self) -> None:
        """Replace the lock, which a thread of the parent may have held during the fork."""
        # Reentrant: a signal handler or a destructor may register attributes while its thread is in
        # here.
        self._encoder_lock = new_lock()
        self._unencoded.clear()
        self.at_limit.clear()
        # Attributes that are registered stay so, for all events of the child.
        self._late = deque((0, attributes) for _, attributes in self._late)

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
        """Queue an event. Returns at once.

        An event that cannot be sent is counted as rejected, and reported to `on_error`.

        Raises:
            RecursionError: So few calls are left that nothing was done. The caller puts the event
                into `at_limit`.
        """
        if self._settings.disabled:
            return
        if not self._mark[0]:
            fork_guard.notice_fork()
        state = self._state
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
            state.append(event)
        except Exception as error:
            # It may be queued, and then again under another id.
            if is_from_signal_handler(error):
                raise
            arguments = locals()
            self._keep_or_reject(error, {name: arguments[name] for name in _ARGUMENTS})
            return
        try:
            if len(state.buffer) >= state.wake_at_length:
                self._delivery.look_after_queue()
        except RecursionError:
            pass  # the event is queued, and the next one lets the queue be looked after

    def _keep_or_reject(self, error: Exception, arguments: Mapping[str, Any]) -> None:
        """Keep an event that cannot be encoded here or now, or reject it."""
        is_deep = isinstance(error, RecursionError) or not has_room(MANY_FRAMES)
        if (is_deep or isinstance(error, _PASSING)) and self._keep(arguments):
            if is_deep:
                try:
                    self._delivery.call_apart(self._catch_up)
                except RecursionError:
                    pass  # the next event, `flush` or the exit encodes it
        elif is_deep:
            raise RecursionError
        else:
            self._reporter.call(self._count_rejected(error, arguments))

    def _keep(self, arguments: Mapping[str, Any]) -> bool:
        frame = self._active_run()
        run = None if frame is None else frame.run
        return self._unencoded.keep({**arguments, "now": time(), "run": run})

    def _catch_up(self) -> None:
        """Queue what was tracked near the recursion limit, in a thread that has all calls left."""
        self._encode_waiting()
        self._delivery.look_after_queue()

    def _encode_waiting(self, *, is_last: bool = False) -> None:
        """Encode events that could not be encoded when they were tracked.

        Args:
            is_last: True to reject those that still cannot be encoded.
        """
        if not self._unencoded and not self.at_limit and not self._late:
            return
        lock: Any = self._encoder_lock  # its types leave out the method, which `threading.Condition` calls of any lock
        # Else a signal handler that interrupted this would encode an event twice, with two ids.
        if lock._is_owned() or not has_room(MANY_FRAMES):
            return
        with lock:
            rejected = [*self._reject_at_limit(), *self._append_waiting(is_last=is_last)]
        for error in rejected:
            self._reporter.call(error)

    def _append_waiting(self, *, is_last: bool) -> list[InvalidEventError]:
        """Move waiting events into the queue. Returns the errors of those that were rejected.

        Each is in one of the two places at every moment: `stats` takes the same lock.
        """
        rejected: list[InvalidEventError] = []
        for _ in range(len(self._unencoded)):
            if (arguments := self._unencoded.oldest()) is None:
                break
            try:
                if self._encoder is None:
                    self._load_encoder()
                rejected += self._register_late()
                self._state.append(self._encode_late(**arguments))
            except Exception as error:  # noqa: BLE001 - a value's own methods may raise anything
                if isinstance(error, _PASSING) and not is_last:
                    if self._encoder is None:
                        break
                    self._unencoded.postpone_oldest()
                    continue
                rejected.append(self._count_rejected(error, arguments))
            self._unencoded.remove_oldest()
        return rejected + self._register_late()

    def _register_late(self) -> list[InvalidEventError]:
        """Register what `register` could not, where its turn has come. Returns the errors."""
        failed: list[InvalidEventError] = []
        encoder, late = self._encoder, self._late
        while encoder is not None and late and late[0][0] <= self._unencoded.removed:
            attributes = late[0][1]
            try:
                if isinstance(attributes, str):
                    encoder.unregister(attributes)
                else:
                    encoder.merge(encoder.read(attributes))
            except Exception as error:
                if is_from_signal_handler(error):
                    raise
                failed.append(_invalid(error, {"attributes": attributes}))
                self._reporter.note(failed[-1])
            late.popleft()
        return failed

    def _encode_late(self, *, run: Run | None, **arguments: Any) -> bytes:
        if run is not None:
            names = ("customer_id", "agent_id", "signal_code", "attributes")
            arguments.update(zip(names, run.fill(*(arguments[name] for name in names)), strict=True))
        return (self._encoder or self._load_encoder()).encode(**arguments)

    def _reject_at_limit(self) -> Iterator[InvalidEventError]:
        while self.at_limit:
            arguments: dict[str, Any] = dict(zip(_ARGUMENTS, self.at_limit[0], strict=True))
            yield self._count_rejected(RecursionError(), arguments)
            self.at_limit.popleft()

    def _count_rejected(self, error: Exception, arguments: Mapping[str, Any]) -> InvalidEventError:
        """Count an event as rejected, and return the error to report."""
        invalid = _invalid(error, arguments)
        self._state.reject(invalid)
        return invalid

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

    def publish_now(self, event: bytes) -> BatchTrackResponse:
        """Publish an encoded event through the transport now, with retries.

        Raises:
            TransportError: It was not acknowledged.
        """
        fork_guard.notice_fork()
        from coobird.client.publish import publish

        return publish(self._delivery.send_once, event, max_retries=self._settings.max_retries)

    def report(self, error: CoobirdError) -> None:
        """Report an error to `on_error`, or log it. Never raises."""
        if has_room(MANY_FRAMES) or not self._delivery.call_apart(self._reporter.error, error):
            self._reporter.error(error)

    def register(self, attributes: Mapping[str, Any]) -> None:
        """Merge these attributes into every event from now on. An event's own values replace them.

        Their values are read now: later changes of the mapping change nothing.

        While the encoder cannot be loaded (no descriptor is free), they are kept for the events
        that are tracked from now on, and a value that cannot be sent is reported later.

        Raises:
            InvalidEventError: A value cannot be sent. Nothing is registered then.
        """
        try:
            encoder = self._encoder or self._load_encoder()
        except _PASSING as error:
            if is_from_signal_handler(error):
                raise
            self._late.append((self._unencoded.removed + len(self._unencoded), dict(attributes)))
            return
        try:
            members = encoder.read(attributes)  # outside of the lock: it runs methods of the values
            with self._encoder_lock:
                encoder.merge(members)
        except Exception as error:
            if is_from_signal_handler(error):
                raise
            raise _invalid(error, {"attributes": attributes}) from None

    def unregister(self, key: str) -> None:
        """Stop merging this attribute. Nothing happens if it is not registered."""
        with self._encoder_lock:
            if self._late:
                self._late.append((self._unencoded.removed + len(self._unencoded), key))
            if self._encoder is not None:
                self._encoder.unregister(key)

    def flush(self, timeout: float | None = None) -> BatchTrackResponse | None:
        """Deliver the queued events, and return the server's answers, added up.

        See `Coomon.flush`.
        """
        require_room(MANY_FRAMES)
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
        require_room(MANY_FRAMES)
        self._delivery.shutdown(timeout)

    def stats(self) -> Stats:
        """Return the counts of all events, and facts about their delivery, at this moment."""
        fork_guard.notice_fork()
        if not self._unencoded and not self.at_limit:
            return self._delivery.stats()
        with self._encoder_lock:
            waiting, stats = len(self._unencoded) + len(self.at_limit), self._delivery.stats()
        return stats._replace(tracked=stats.tracked + waiting, queued=stats.queued + waiting)

    def _load_encoder(self) -> EventEncoder:
        """Return the encoder, loaded with the first event.

        Raises:
            _NotLoadedError: It cannot be loaded now. The event waits.
            RecursionError: So few calls are left that nothing was done.
        """
        require_room(MANY_FRAMES)
        fork_guard.notice_fork()
        self._mark = process_mark.mark()
        try:
            # Loaded with the first event: json takes as long to import as the rest of the client.
            with fork_guard.loading:
                from coobird._encoding import event_ids
                from coobird._encoding.event import EventEncoder

                fork_guard.reset_in_child(event_ids)

            # Two threads may get here at once. One encoder must remain, or attributes that the
            # first of them registered would be lost.
            with self._encoder_lock:
                if self._encoder is None:
                    self._encoder = EventEncoder(event_ids.new_event_id)
        except RecursionError:
            raise
        except Exception as error:
            if is_from_signal_handler(error):
                raise
            # No descriptor is free, an import hook fails, or a signal handler has interrupted the
            # import and finds half of a module.
            raise _NotLoadedError(f"the encoder cannot be loaded ({type(error).__name__}: {error})") from error
        self._encode_waiting()
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


class _NotLoadedError(Exception):
    """The encoder cannot be loaded now, which says nothing about the event."""


_PASSING = (_NotLoadedError, ImportError, OSError)
"""Errors that may pass: no descriptor is free, or a module's file was removed."""


def _invalid(error: Exception, arguments: Mapping[str, Any]) -> InvalidEventError:
    if isinstance(error, RecursionError):
        problem = "no call was left before the recursion limit, or a value needs more calls than there are"
    elif type(error) in (ValueError, _NotLoadedError):
        problem = str(error)
    else:
        problem = f"cannot be encoded: {type(error).__name__}"
    event = {name: arguments[name] for name in _ARGUMENTS if arguments.get(name) is not None}
    return InvalidEventError(f"The event was not sent: {problem}.", event=event)
