"""Sending a batch and doing what the answer calls for, in a sender thread or, if none can start, in the caller's."""

from __future__ import annotations

import json
import random
import time

from coobird._delivery.outcome import PATH, Again, Held, Outcome, Split, Stored, judge
from coobird._encoding.batch import batch_of
from coobird._encoding.event import event_id_of
from coobird._http.request import BATCH_PATH
from coobird._http.retry import next_delay
from coobird.errors import InvalidEventError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._delivery.delivery import Delivery
    from coobird._delivery.queue import Batch
    from coobird.errors import APIError


def deliver(delivery: Delivery, batch: Batch) -> None:
    """Send a batch until the fate of each of its events is known, or until they are back in the queue."""
    attempt, spooling = 0, delivery.spooling
    while delivery.queue.is_open(batch):  # it is not in the child of an `on_error` that forks
        attempt += 1
        outcome = _send(delivery, batch.parts[0], attempt)
        if isinstance(outcome, Split):
            delivery.split(batch, outcome.parts, is_too_large=outcome.is_too_large)
        elif isinstance(outcome, Again):
            reason = _wait_to_retry(delivery, outcome, attempt)
            if reason is None:
                continue
            if reason == "shutdown" and outcome.retry_after is None and attempt <= delivery.settings.max_retries:
                attempt = delivery.settings.max_retries  # no time to wait: one last try at once
                continue
            delivery.give_up(batch, reason, outcome.error)
            delivery.tell()
        elif isinstance(outcome, Held) or (spooling and not isinstance(outcome, Stored) and not outcome.at_fault):
            is_first = delivery.hold(batch, outcome.error, _jitter())
            delivery.tell(*([outcome.error] if is_first else []))
            return
        elif isinstance(outcome, Stored):
            _stored(delivery, batch, outcome)
        elif outcome.at_fault:
            _rejected(delivery, batch, outcome.error)
        else:
            delivery.give_up(batch, "refused", outcome.error)
            delivery.tell()
        attempt = 0


def _wait_to_retry(delivery: Delivery, outcome: Again, attempt: int) -> str | None:
    """Wait before the next try, or return why there is none."""
    delivery.failed(outcome.error)
    max_retries = delivery.settings.max_retries
    if delivery.spooling is not None:
        # What is on disk can wait for as long as it takes.
        if attempt == max_retries + 1:
            delivery.spooling.tell_unreachable(outcome.error)
        max_retries = attempt
    delay = next_delay(
        attempt,
        status=outcome.status,
        retry_after=outcome.retry_after,
        max_retries=max_retries,
        jitter=_jitter(),
    )
    if delay is None:
        return "retries_exhausted"
    is_time_left = delivery.wait_to_retry(delay, pause_others=outcome.retry_after is not None)
    return None if is_time_left else "shutdown"


def _send(delivery: Delivery, events: list[bytes], attempt: int) -> Outcome:
    content = batch_of(events)
    began = time.monotonic()
    try:
        answer = delivery.session.post_once(BATCH_PATH, content, timeout=delivery.request_timeout())
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing shows that the events are stored
        outcome: Outcome = Again(error, None)
        answered = type(error).__name__
    else:
        outcome = judge(answer, events, time.time())
        answered = str(answer.status)
        if not isinstance(outcome, (Again, Held)):
            # Without what sending took: more senders do not help one that cannot go on because others compute.
            delivery.succeeded(answer.seconds or time.monotonic() - began)
    if delivery.reporter.debug:
        ids = ", ".join(event_id_of(event).decode() for event in events)
        delivery.reporter.trace(
            f"POST {PATH}: {len(events)} events, {len(content):,} bytes, try {attempt}: {answered} "
            f"in {(time.monotonic() - began) * 1000:.0f} ms: {ids}"
        )
    return outcome


def _stored(delivery: Delivery, batch: Batch, outcome: Stored) -> None:
    errors = [
        InvalidEventError(f"The server rejected an event: {reason}", event=json.loads(event))
        for event, reason in outcome.rejected
    ]
    if outcome.unnamed:
        errors.append(InvalidEventError(f"The server rejected {outcome.unnamed} events without saying which."))
    rejected = len(outcome.rejected) + outcome.unnamed
    is_open = delivery.settle(batch, len(batch.parts[0]) - rejected, rejected, outcome.answer)
    delivery.tell(*(errors if is_open else []))


def _rejected(delivery: Delivery, batch: Batch, cause: APIError) -> None:
    event = json.loads(batch.parts[0][0])
    result = {"event_id": event["event_id"], "status": "rejected", "error": str(cause)}
    answer = {"accepted": 0, "duplicates": 0, "rejected": 1, "results": [result]}
    error = InvalidEventError(f"The server refused an event: {cause}", event=event)
    error.__cause__ = cause
    delivery.tell(*([error] if delivery.settle(batch, 0, 1, answer) else []))


def _jitter() -> float:
    return random.random()  # noqa: S311 - it spreads load and guards no secret
