"""Transport to the API itself: `POST /events/batch`."""

from __future__ import annotations

import time

# As a module: after `importlib.reload` of it, outcomes are compared with the new classes.
from coobird._delivery import outcome as outcomes
from coobird._delivery.transport.sent import Sent
from coobird._encoding.batch import batch_of
from coobird._http.interruption import is_from_signal_handler
from coobird._settings.host import BATCH_PATH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._http.session import Session


class ApiTransport:
    """Posts batches with a session."""

    label = f"POST {outcomes.PATH}"

    def __init__(self, session: Session) -> None:
        self._session = session

    def prepare(self) -> None:
        """Load the HTTP library and build its client."""
        self._session.prepare()

    def send(self, events: list[bytes], *, timeout: float) -> Sent:
        """Post these events in a single try."""
        content = batch_of(events)
        try:
            answer = self._session.post_once(BATCH_PATH, content, timeout=timeout)
        except Exception as error:  # whatever it is, nothing shows that the events are stored
            if is_from_signal_handler(error):
                raise
            return Sent(outcomes.Again(error), type(error).__name__, len(content))
        outcome = outcomes.outcome_of(answer, events, time.time())
        request_id = answer.headers.get("x-request-id", "")
        return Sent(outcome, str(answer.status), len(content), answer.seconds or None, request_id)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()
