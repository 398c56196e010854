"""Sending of a batch: it is sent until the answers settle all of its events.

This happens in a sender thread or, if none can start, in the thread that calls `flush` or
`shutdown`.
"""

from __future__ import annotations

import json
import random
import time

# As a module: after `importlib.reload` of it, outcomes are compared with the new classes.
from coobird._delivery import outcome as outcomes
from coobird._encoding.event import event_id_of
from coobird._http.debug_log import is_on, trace
from coobird._http.retry import backoff
from coobird.errors import InvalidEventError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._delivery.queue import Batch
    from coobird._delivery.state import State
    from coobird._delivery.transport.sent import Sent, Transport
    from coobird.errors import APIError, CoobirdError


def send_batch(state: State, transport: Transport, batch: Batch) -> None:
    """Send a batch until each event is delivered, rejected, dropped or back in the queue."""
    attempt, max_retries, is_last = 0, state.settings.max_retries, False
    # If other events are delivered after this time, and these are not, then the server works.
    since = time.monotonic() if batch.failed_at is None else batch.failed_at
    while state.is_open(batch):
        attempt += 1
        sent = _send(state, transport, batch.parts[0], attempt)
        outcome = sent.outcome
        if isinstance(outcome, outcomes.Split):
            state.split(batch, outcome.parts, is_too_large=outcome.is_too_large)
        elif isinstance(outcome, outcomes.Again):
            state.failed(outcome.error)
            if not is_last and _is_interrupted(state, attempt, since):
                outage = state.interrupt(
                    batch,
                    outcome.error,
                    _jitter(),
                    is_outage=attempt > max_retries,
                    retry_after=outcome.retry_after,
                )
                state.report(*([outage] if outage else []))
                return
            if attempt > max_retries and not is_last:
                since = time.monotonic()
                if attempt == max_retries + 1 and state.settings.max_event_age > 0:
                    state.report_stuck(batch, outcome.error)
            reason = _reason_to_give_up(state, batch, attempt) or _wait_to_retry(state, outcome, attempt)
            if reason is None:
                continue
            if reason == "shutdown" and outcome.retry_after is None and attempt <= max_retries:
                attempt, is_last = max_retries, True  # no time to wait: one last try at once
                continue
            state.give_up(batch, reason, outcome.error)
            state.report()
        elif isinstance(outcome, outcomes.Stored):
            _settle(state, batch, outcome, sent.request_id or None)
        elif isinstance(outcome, outcomes.Refused) and outcome.at_fault:
            _reject(state, batch, outcome.error)
        elif _holds_delivery(state, outcome):
            is_first = state.hold(batch, outcome.error, _jitter())
            state.report(*([outcome.error] if is_first else []))
            return
        else:
            state.give_up(batch, "refused", outcome.error)
            state.report()
        attempt, since = 0, time.monotonic()


def _holds_delivery(state: State, outcome: outcomes.Outcome) -> bool:
    """True if a refusal of the key, or of the request as such, keeps the events for later."""
    if isinstance(outcome, outcomes.Refused):
        return not outcome.at_fault and state.upkeep.keeps_refused
    return isinstance(outcome, outcomes.KeyRefused)


def _is_interrupted(state: State, attempt: int, since: float) -> bool:
    """True if the batch goes back to the queue, because the server does not answer as it should.

    Not if the server answers to other batches: then only these events make it fail, and they must
    not hold up the others. Their sender goes on with them.
    """
    if state.is_on_hold:
        return True
    if attempt <= state.settings.max_retries or state.settings.max_event_age == 0:
        return False
    return not state.has_succeeded_since(since)


def _reason_to_give_up(state: State, batch: Batch, attempt: int) -> str | None:
    if attempt <= state.settings.max_retries:
        return None
    if state.settings.max_event_age == 0:
        return "retries_exhausted"
    return "expired" if state.is_expired(batch) else None


def _wait_to_retry(state: State, outcome: outcomes.Again, attempt: int) -> str | None:
    """Wait before the next try, or return the reason why there is none."""
    seconds = backoff(attempt, retry_after=outcome.retry_after, jitter=_jitter())
    is_time_left = state.wait_to_retry(seconds, pause_others=outcome.retry_after is not None)
    return None if is_time_left else "shutdown"


def _send(state: State, transport: Transport, events: list[bytes], attempt: int) -> Sent:
    began = time.monotonic()
    sent = transport.send(events, timeout=state.request_timeout())
    outcome = sent.outcome
    # A refusal that holds delivery ends neither the one before nor an outage.
    is_processed = not (isinstance(outcome, outcomes.Again) or _holds_delivery(state, outcome))
    state.record_try(
        len(events),
        sent.content_bytes,
        None if isinstance(outcome, (outcomes.Stored, outcomes.Split)) else outcome.error,
        is_retry=attempt > 1,
        is_success=isinstance(outcome, outcomes.Stored),
        # Without the time that sending took: a sender that waits for the GIL is not helped by more
        # senders.
        processed_in_seconds=(sent.seconds or time.monotonic() - began) if is_processed else None,
    )
    if is_on(debug=state.settings.debug):
        ids = ", ".join(event_id_of(event).decode() for event in events)
        trace(
            f"{transport.label}: {len(events)} events, {sent.content_bytes:,} bytes, try {attempt}: {sent.answered} "
            f"in {(time.monotonic() - began) * 1000:.0f} ms: {ids}"
        )
    return sent


def _settle(state: State, batch: Batch, outcome: outcomes.Stored, request_id: str | None) -> None:
    rejections: list[tuple[int, CoobirdError]] = [
        (
            1,
            InvalidEventError(
                f"The server rejected an event: {reason}", event=json.loads(event), request_id=request_id
            ),
        )
        for event, reason in outcome.rejected
    ]
    if number := outcome.unnamed:
        noun = "an event" if number == 1 else f"{number} events"
        problem = f"The server rejected {noun} without saying which."
        rejections.append((number, InvalidEventError(problem, request_id=request_id)))
    delivered = len(batch.parts[0]) - len(outcome.rejected) - outcome.unnamed
    is_open = state.settle(batch, delivered, outcome.answer, rejections)
    state.report(*([error for _, error in rejections] if is_open else []))


def _reject(state: State, batch: Batch, cause: APIError) -> None:
    event = json.loads(batch.parts[0][0])
    result = {"event_id": event["event_id"], "status": "rejected", "error": str(cause)}
    answer = {"accepted": 0, "duplicates": 0, "rejected": 1, "results": [result]}
    error = InvalidEventError(f"The server refused an event: {cause}", event=event, request_id=cause.request_id)
    error.__cause__ = cause
    state.report(*([error] if state.settle(batch, 0, answer, [(1, error)]) else []))


def _jitter() -> float:
    return random.random()  # noqa: S311 - it spreads load and guards no secret
