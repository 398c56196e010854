"""The last requests, for tests that ask what a client really sent. Keys are never kept."""

import os
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from coobird.mock.contract import json_text
from coobird.mock.contract.problems import Problem

KEEP = 1000
KEEP_ERRORS = 100
# Bodies of batches would fill the memory; whoever wants the events asks for the events.
MAX_BODY_BYTES = 16_384


class Exchange(NamedTuple):
    """One request and what became of it."""

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
    """What the answer complains about, as dotted paths."""
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
    """Keeps the newest `KEEP` exchanges, and of those that failed the newest `KEEP_ERRORS` for longer."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=KEEP)
        self.errors: deque[Exchange] = deque(maxlen=KEEP_ERRORS)
        self.keys: dict[str, str] = {}
        """The redacted key of each tenant that was heard of."""

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def add(self, exchange: Exchange) -> None:
        self._exchanges.append(exchange)
        if exchange.status >= 400:
            self.errors.append(exchange)
        if exchange.tenant is not None and exchange.key is not None:
            self.keys[exchange.tenant] = exchange.key

    def clear(self) -> None:
        self._exchanges.clear()
        self.errors.clear()
        self.keys.clear()


def new_request_id() -> str:
    return f"req_{os.urandom(8).hex()}"
