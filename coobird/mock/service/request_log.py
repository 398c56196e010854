"""Log of the last requests, for tests that check the requests of a client. It holds no API keys."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from coobird.mock.contract import json_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import Problem
from coobird.mock.service.rejections import RejectedEvent, rejected_in, short

KEEP = 1000
KEEP_ERRORS = 100
KEEP_REJECTED = 1000
# Results and rejected events of one request that are kept. A batch whose events are all wrong would
# otherwise displace all other errors.
MAX_LOGGED_RESULTS = 100
MAX_LISTED_REJECTED = 10
# Longer bodies, such as those of batches, are not logged: they would fill the memory. The event log
# has the events.
MAX_LOGGED_BODY_BYTES = 16_384


class LoggedRequest(NamedTuple):
    """One request and the status of its answer."""

    at: str
    method: str
    path: str
    query: str
    operation: str | None
    tenant: str | None
    key: str | None
    idempotency_key: str | None
    body: bytes
    status: int
    code: str | None
    detail: str | None
    fields: list[str]
    """Fields that the answer refused, as dotted paths."""
    request_id: str
    milliseconds: float
    results: Sequence[JsonObject] = ()
    """Of a batch: the first entries of the answer, rejected events before duplicates."""

    def as_dict(self) -> dict[str, Any]:
        fields = self._asdict()
        try:
            fields["body"] = json_text.decode(self.body) if self.body else None
        except Problem:
            fields["body"] = self.body.decode("utf-8", "replace")
        return fields


def logged_results(results: list[JsonObject]) -> list[JsonObject]:
    """The results of a batch that are kept with its request."""
    return sorted(results, key=lambda result: result["status"] != "rejected")[:MAX_LOGGED_RESULTS]


class RequestLog:
    """The newest `KEEP` requests, and the newest refusals.

    `errors` has the newest `KEEP_ERRORS` requests that failed and events that were rejected.
    `rejected` has the newest `KEEP_REJECTED` rejected events alone.
    """

    def __init__(self) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=KEEP)
        self.errors: deque[LoggedRequest | RejectedEvent] = deque(maxlen=KEEP_ERRORS)
        self.rejected: deque[RejectedEvent] = deque(maxlen=KEEP_REJECTED)
        self.last_rejected: int = 0
        """Number of the newest rejected event, 0 if there is none."""
        self.keys: dict[str, str] = {}
        """Redacted key of each tenant that sent a request."""

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(self._requests)

    def add(self, request: LoggedRequest) -> None:
        self._requests.append(request)
        if request.status >= 400:
            self.errors.append(request)
        if request.tenant is not None and request.key is not None:
            self.keys[request.tenant] = request.key

    def add_rejected(self, request: LoggedRequest, body: bytes) -> None:
        """Keep the events that the answer to a batch rejected. `body` is the whole body."""
        for position, (event, reason) in enumerate(rejected_in(request.results, body)):
            self.last_rejected += 1
            found = RejectedEvent(
                number=self.last_rejected,
                at=request.at,
                tenant=request.tenant or "",
                key=request.key,
                request_id=request.request_id,
                event_id=event["event_id"],
                error=reason,
                customer_id=event["customer_id"],
                agent_id=event["agent_id"],
                action_type=event["action_type"],
                signal_code=event.get("signal_code"),
                quantity=event.get("quantity", 1),
                attributes=short(event.get("attributes", {})),
                timestamp=event["timestamp"],
            )
            self.rejected.append(found)
            if position < MAX_LISTED_REJECTED:
                self.errors.append(found)

    def rejected_after(self, number: int, tenant: str | None) -> list[RejectedEvent]:
        """Kept rejected events with a higher number, of one tenant or of all, the oldest first."""
        if number >= self.last_rejected:
            return []
        return [event for event in self.rejected if event.number > number and tenant in (None, event.tenant)]

    def clear(self) -> None:
        """Forget everything. Rejected events go on to be numbered."""
        self._requests.clear()
        self.errors.clear()
        self.rejected.clear()
        self.keys.clear()
