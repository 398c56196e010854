"""Relay: threads that take events from a source, send them, and settle what the API has judged."""

from __future__ import annotations

import random
import threading
import time
from math import inf
from typing import TYPE_CHECKING

from coobird._delivery.relay.facts import Facts
from coobird._delivery.relay.judging import Again, Dead, Hold, Trial
from coobird._delivery.relay.keys import variable_of
from coobird._delivery.relay.pace import MAX_RETRIES, Pace
from coobird._delivery.transport.api import ApiTransport
from coobird._delivery.transport.message import DeadLetter
from coobird._encoding.foreign import as_event
from coobird._http.pool import Pool
from coobird._http.retry import backoff
from coobird._http.session import Session
from coobird._settings.settings import Settings
from coobird.errors import APIError, ConfigurationError, TransportError, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coobird._delivery.relay.keys import Keys
    from coobird._delivery.relay.source import Message, Source
    from coobird._delivery.transport.sent import Sent
    from coobird._settings.api_key import ApiKey

    Log = Callable[..., object]
    """Writes a line: its kind, and facts by name."""

_WAIT_SECONDS = 0.5
"""Longest wait for events at a time, and for the end of a hold."""

_ENGINE_WAIT_SECONDS = 1.0
"""Wait after the broker or database has failed."""

_BACKLOG_SECONDS = 5.0
"""Time between two looks at what waits."""


class Relay:
    """Sends the events of a source, with several requests in flight."""

    def __init__(
        self,
        source: Source,
        keys: Keys,
        log: Log,
        *,
        host: str | None,
        in_flight: int = 4,
        batch_size: int = 500,
        events_per_second: float = inf,
        request_timeout: float = 30.0,
    ) -> None:
        self._source, self._keys, self._log = source, keys, log
        self._host, self._in_flight, self._batch_size = host, in_flight, batch_size
        self._request_timeout = request_timeout
        self._pool = Pool()
        self._lock = threading.Lock()
        self._pace = Pace(events_per_second)
        self._facts = Facts()
        self._transports: dict[str, tuple[ApiKey, ApiTransport]] = {}
        self._stopping = threading.Event()

    def run(self) -> None:
        """Send until `stop` is called, from another thread or a signal handler."""
        threads = [
            threading.Thread(target=self._work, name=f"coobird-relay-{number}", daemon=True)
            for number in range(self._in_flight)
        ]
        for thread in threads:
            thread.start()
        while not self._stopping.wait(_WAIT_SECONDS):
            self._look_at_backlog()
        # A request that runs gets its answer and is settled. The next one does not begin.
        deadline = time.monotonic() + self._request_timeout + _ENGINE_WAIT_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._source.close()
        self._pool.close()

    def stop(self) -> None:
        """Let the requests in flight end, settle their events, and begin none."""
        self._stopping.set()

    def facts(self) -> Facts:
        """Return a copy of the facts at this moment."""
        with self._lock:
            copy = Facts()
            vars(copy).update(vars(self._facts))
            copy.retries = dict(self._facts.retries)
            copy.is_held = self._pace.is_key_refused
            copy.is_in_outage = self._pace.is_on_hold and not self._pace.is_key_refused
            return copy

    def problem(self, text: str) -> None:
        """Note a problem of the broker or database."""
        with self._lock:
            self._facts.problems += 1
        self._log("problem", text=text)

    _backlog_at = 0.0

    def _look_at_backlog(self) -> None:
        if time.monotonic() < self._backlog_at:
            return
        self._backlog_at = time.monotonic() + _BACKLOG_SECONDS
        try:
            backlog = self._source.backlog()
        except Exception:  # noqa: BLE001 - `take` reports it
            backlog = None
        with self._lock:
            self._facts.backlog = backlog

    # ---------------------------------------------------------------------------- in each thread

    def _work(self) -> None:
        has_failed = False
        while not self._stopping.is_set():
            try:
                self._step()
                has_failed = False
            except Exception as error:  # noqa: BLE001 - the engine may raise anything; the events stay there
                if not has_failed or not isinstance(error, TransportError):
                    self.problem(quote(f"{type(error).__name__}: {error}"))
                has_failed = True
                self._stopping.wait(_ENGINE_WAIT_SECONDS)

    def _step(self) -> None:
        """Send one batch, if it is time and there are events."""
        with self._lock:
            seconds = self._pace.seconds_until_next(time.monotonic())
            if seconds <= 0.0:
                self._pace.began()
        if seconds > 0.0:
            self._stopping.wait(min(seconds, _WAIT_SECONDS))
            return
        try:
            taken = self._source.take(self._batch_size, _WAIT_SECONDS)
            if taken:
                with self._lock:
                    self._pace.took(len(taken), time.monotonic())
                try:
                    self._send(taken)
                except BaseException:
                    # The engine must not hold them for this relay: it would be for ever.
                    self._source.give_back(taken)
                    raise
        finally:
            with self._lock:
                self._pace.ended()

    def _send(self, taken: Sequence[Message]) -> None:
        done: list[Message] = []
        dead: list[tuple[Message, DeadLetter]] = []
        by_alias: dict[str, dict[bytes, list[Message]]] = {}
        for message in taken:
            try:
                event = as_event(message.event)
            except ValueError as error:
                dead.append((message, _letter(message, Dead(message.event, f"It is no event: {error}.", 0, ""))))
            else:
                by_alias.setdefault(message.alias, {}).setdefault(event, []).append(message)
        accepted = duplicates = 0
        for alias, messages in by_alias.items():
            trial = Trial(messages)
            is_over = self._try(alias, trial)
            done += [message for event in trial.done for message in messages[event]]
            dead += [(message, _letter(message, each)) for each in trial.dead for message in messages[each.event]]
            accepted += trial.accepted
            duplicates += trial.duplicates
            if not is_over:
                break
        with self._lock:
            self._facts.accepted += accepted
            self._facts.duplicates += duplicates
        self._source.settle(taken, done, dead)
        with self._lock:
            self._facts.dead += len(dead)
        for _, letter in dead:
            self._log("dead", reason=letter.reason, origin=letter.origin, request_id=letter.request_id)

    def _try(self, alias: str, trial: Trial) -> bool:
        """Send the events of one key until each is judged. False if they have to wait."""
        attempt = 0
        while trial.parts:
            attempt += 1
            sent = self._post(alias, trial.parts[0])
            if isinstance(sent, APIError):
                self._hold(sent)
                return False
            verdict = trial.judge(sent.outcome, sent.request_id)
            if verdict is None:
                attempt = 0
                self._succeeded(sent.seconds or 0.0)
                continue
            with self._lock:
                self._facts.retried(sent.answered)
            if isinstance(verdict, Hold):
                self._hold(verdict.error)
                return False
            if self._pace.is_on_hold or attempt > MAX_RETRIES or not self._wait(verdict, attempt):
                self._interrupt(verdict)
                return False
        return True

    def _post(self, alias: str, events: list[bytes]) -> Sent | APIError:
        try:
            transport = self._transport(alias)
        except ConfigurationError as error:
            return APIError(str(error), hint="")
        with self._lock:
            self._facts.requests += 1
        return transport.send(events, timeout=self._request_timeout)

    def _transport(self, alias: str) -> ApiTransport:
        key = self._keys.key(alias)
        if key is None:
            raise ConfigurationError(
                f"There is no API key for {f'the alias {alias!r}' if alias else 'messages without an alias'}: set "
                f"{variable_of(alias)}, or add a line to the file of --keys."
            )
        known = self._transports.get(alias)
        if known is None or known[0].reveal() != key.reveal():
            settings = Settings(key, host=self._host, request_timeout=self._request_timeout)
            known = self._transports[alias] = key, ApiTransport(Session(settings, self._pool))
        return known[1]

    def _wait(self, again: Again, attempt: int) -> bool:
        """Wait before the next try. False if the relay is to stop."""
        seconds = backoff(attempt, retry_after=again.retry_after, jitter=_jitter())
        if again.retry_after is not None:
            with self._lock:
                self._pace.asked_to_wait(seconds, time.monotonic())
        return not self._stopping.wait(seconds)

    def _succeeded(self, seconds: float) -> None:
        with self._lock:
            was_on_hold = self._pace.is_on_hold
            outage = self._pace.succeeded(seconds, time.monotonic())
            self._facts.last_success_at = time.time()
        if was_on_hold:
            self._log("resumed", seconds=outage)

    def _interrupt(self, again: Again) -> None:
        if self._stopping.is_set():
            return
        with self._lock:
            is_first = self._pace.failed(again.error, again.retry_after, time.monotonic(), _jitter())
        if is_first:
            self._log("outage", error=again.error)

    def _hold(self, error: APIError) -> None:
        with self._lock:
            is_first = self._pace.refused(error, time.monotonic(), _jitter())
        if is_first:
            self._log("held", error=error)


def _letter(message: Message, dead: Dead) -> DeadLetter:
    return DeadLetter(message.event, message.alias, dead.reason, dead.status, dead.request_id, message.origin)


def _jitter() -> float:
    return random.random()  # noqa: S311 - it spreads load and guards no secret
