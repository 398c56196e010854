"""One event through the transport, for a caller that waits. Apart, as only such a call loads it."""

from __future__ import annotations

import json
import random
import time

from coobird_api.models import BatchTrackResponse

from coobird._delivery.outcome import Again, Stored
from coobird._http.retry import backoff
from coobird.errors import CoobirdError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird._delivery.transport.sent import Sent


def publish(send: Callable[[list[bytes]], Sent], event: bytes, *, max_retries: int) -> BatchTrackResponse:
    """Publish an event, and return the answer: it was accepted, or rejected for a reason.

    Raises:
        TransportError: It was not acknowledged in any try.
    """
    for attempt in range(1, max_retries + 2):
        outcome = send([event]).outcome
        if isinstance(outcome, Stored):
            event_id = json.loads(event)["event_id"]
            results = [{"event_id": event_id, "status": "rejected", "error": reason} for _, reason in outcome.rejected]
            return BatchTrackResponse.from_dict({**outcome.answer, "results": results})
        if not isinstance(outcome, Again):
            break
        if attempt > max_retries:
            raise outcome.error
        time.sleep(backoff(attempt, jitter=random.random()))  # noqa: S311 - it spreads load and guards no secret
    raise CoobirdError("The transport gave an answer that it cannot give.")
