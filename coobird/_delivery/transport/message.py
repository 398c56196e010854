"""Form of an event on its way through a broker (pure): key, headers and value of its message.

The value is the event as the API takes it. No message has an API key: a header names an alias, for
which the relay has the key.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from coobird._encoding.event import event_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIAS_HEADER = "coobird-key"
"""Header with the alias of the API key. A message without it belongs to the relay's only key."""

DEAD_HEADERS = ("coobird-reason", "coobird-status", "coobird-request-id", "coobird-origin")
"""Headers of a dead letter: reason, HTTP status, request id, and place of the message."""


class DeadLetter(NamedTuple):
    """An event that the server refused, and will refuse again.

    Attributes:
        event: The event as it was published.
        alias: Alias of its API key.
        reason: Reason that the server gave.
        status: HTTP status of the refusal.
        request_id: Id of the server's answer; empty if it had none.
        origin: Place of the message, for example `coobird.events/3@1042`.
    """

    event: bytes
    alias: str
    reason: str
    status: int
    request_id: str
    origin: str


def key_of(event: bytes, field: str) -> bytes:
    """Return the key of an event's message: its id, or its customer's."""
    if field == "event_id":
        return event_id_of(event)
    return str(json.loads(event)[field]).encode()


def headers_of(alias: str) -> list[tuple[str, str | bytes | None]]:
    """Return the headers of an event's message."""
    return [(ALIAS_HEADER, alias)] if alias else []


def alias_in(headers: Iterable[tuple[str, bytes | str | None]] | None) -> str:
    """Return the alias that the headers of a message name; empty without one."""
    for name, value in headers or ():
        if name == ALIAS_HEADER and value:
            return value if isinstance(value, str) else value.decode("utf-8", "replace")
    return ""


def dead_headers(letter: DeadLetter) -> list[tuple[str, str | bytes | None]]:
    """Return the headers of a dead letter."""
    values = (letter.reason, str(letter.status), letter.request_id, letter.origin)
    facts = [(name, value) for name, value in zip(DEAD_HEADERS, values, strict=True) if value]
    return [*headers_of(letter.alias), *facts]
