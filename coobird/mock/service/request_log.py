"""Log of the last requests, for tests that check the requests of a client. It holds no API keys."""

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from coobird.mock.contract import json_text
from coobird.mock.contract.problems import Problem

KEEP = 1000
KEEP_ERRORS = 100
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

    def as_dict(self) -> dict[str, Any]:
        fields = self._asdict()
        try:
            fields["body"] = json_text.decode(self.body) if self.body else None
        except Problem:
            fields["body"] = self.body.decode("utf-8", "replace")
        return fields


class RequestLog:
    """The newest `KEEP` requests, and in `errors` the newest `KEEP_ERRORS` that failed."""

    def __init__(self) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=KEEP)
        self.errors: deque[LoggedRequest] = deque(maxlen=KEEP_ERRORS)
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

    def clear(self) -> None:
        self._requests.clear()
        self.errors.clear()
        self.keys.clear()
