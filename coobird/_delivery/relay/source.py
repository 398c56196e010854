"""Interface of the place that a relay takes events from, and the messages that it gives out (pure).

Every engine keeps an event until it is settled. A relay that is killed before leaves its events to
the others, so that an event may be sent twice, and the API keeps one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from coobird._delivery.transport.message import DeadLetter

    Report = Callable[[str], object]
    """Takes a problem of the engine that needs attention, and by which the relay goes on."""


class Message(NamedTuple):
    """An event that a relay has taken.

    Attributes:
        event: The event as it was published.
        alias: Alias of its API key; empty without one.
        published_at: Unix time in seconds at which it was published.
        origin: Place of the message, for people.
        position: Place of the message, for its engine.
    """

    event: bytes
    alias: str
    published_at: float
    origin: str
    position: Any


class Backlog(NamedTuple):
    """Events that wait, as far as this relay knows.

    Attributes:
        waiting: Number of events that are not settled; of a topic, in the partitions of this relay.
        oldest_seconds: Age of the oldest of them; 0 if there is none.
    """

    waiting: int
    oldest_seconds: float


class Source(Protocol):
    """Place that events are taken from. Safe to use from any thread."""

    def take(self, limit: int, wait_seconds: float) -> Sequence[Message]:
        """Take up to so many events. Waits so long if there is none. `settle` comes afterwards.

        Raises:
            TransportError: The engine cannot be reached, or refuses.
        """
        ...

    def settle(
        self, taken: Sequence[Message], done: Sequence[Message], dead: Sequence[tuple[Message, DeadLetter]]
    ) -> None:
        """Settle events that were taken together. Those in neither list are given out again.

        Dead letters are stored first. Only then are the events marked as done, so that none is in
        neither place.

        Raises:
            TransportError: The dead letters are not stored, so that their events are given out
                again. The others are settled, unless the engine could not even do that.
        """
        ...

    def give_back(self, taken: Sequence[Message]) -> None:
        """Give events out again that were taken together, unless `settle` has. Does not raise."""
        ...

    def backlog(self) -> Backlog:
        """Return what waits.

        Raises:
            TransportError: The engine cannot be reached, or refuses.
        """
        ...

    def close(self) -> None:
        """Leave events that are taken and not settled to other relays, and disconnect."""
        ...
