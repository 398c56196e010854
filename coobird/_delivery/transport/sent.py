"""Interface of a transport, and the result of one try to send events with it (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

# As a module: after `importlib.reload` of it, outcomes are compared with the new classes.
from coobird._delivery import outcome as outcomes
from coobird.errors import TransportError, quote

if TYPE_CHECKING:
    from collections.abc import Sequence


class Sent(NamedTuple):
    """Result of one try.

    Attributes:
        outcome: Meaning for the events.
        answered: Answer in a word, for the debug log.
        content_bytes: Bytes that were sent.
        seconds: Wait for the answer; `None` if it was not measured.
        request_id: Id that the server gave to the request; empty if it gave none.
    """

    outcome: outcomes.Outcome
    answered: str
    content_bytes: int
    seconds: float | None = None
    request_id: str = ""


class Transport(Protocol):
    """Sends batches of encoded events, from any thread. After a fork the child starts anew."""

    @property
    def label(self) -> str:
        """Action and place, for the debug log, for example `POST /api/v1/events/batch`."""
        ...

    def prepare(self) -> None:
        """Load what sending needs, before a batch is taken."""
        ...

    def send(self, events: list[bytes], *, timeout: float) -> Sent:
        """Send these events in a single try of at most so many seconds."""
        ...

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        ...


def acknowledged(events: list[bytes], refused: Sequence[tuple[bytes, str]] = ()) -> outcomes.Stored:
    """Return the outcome for events that a broker or database has, except those that it refused.

    A refused event comes with the reason, and will never be taken.
    """
    answer: dict[str, Any] = {
        "accepted": len(events) - len(refused),
        "duplicates": 0,
        "rejected": len(refused),
        "results": [],
    }
    return outcomes.Stored(answer, list(refused), 0)


def in_part(known: list[bytes], rest: list[bytes]) -> outcomes.Split:
    """Return the outcome for a batch of which a broker has the events of the first list only."""
    return outcomes.Split([known, rest])


def unacknowledged(
    place: str, reason: str, secrets: Sequence[str] = (), hint: str | None = None, what: str = "events"
) -> outcomes.Again:
    """Return the outcome for events of which nothing shows that they arrived.

    Args:
        place: URL of the transport, without a password.
        reason: Text of the engine.
        secrets: Texts that the message must not show.
        hint: Advice; that of `TransportError` if left out.
        what: Things that were not acknowledged.
    """
    for secret in secrets:
        reason = reason.replace(secret, "***")
    return outcomes.Again(
        TransportError(f"{place} did not acknowledge {what}: {quote(reason).rstrip('.?!')}", hint=hint)
    )
