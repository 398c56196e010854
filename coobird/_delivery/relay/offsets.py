"""Progress of a relay in the partitions of a topic (pure)."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Partition:
    """Messages of one partition, from the first that is not settled.

    Several requests are in flight, so that messages are settled out of order. Only an unbroken row
    from the start may be committed.

    Attributes:
        number: Number of the partition.
        next_offset: Offset of the next message to read.
    """

    def __init__(self, number: int, next_offset: int = 0) -> None:
        self.number, self.next_offset = number, next_offset
        self._open: deque[tuple[int, float]] = deque()
        self._settled: set[int] = set()

    def read(self, offset: int, published_at: float) -> None:
        """Note that the message at this offset was read. Offsets grow, and may have gaps."""
        self._open.append((offset, published_at))
        self.next_offset = offset + 1

    def settle(self, offset: int) -> None:
        """Note that the message at this offset is done, or among the dead letters."""
        self._settled.add(offset)

    def is_open(self, offset: int) -> bool:
        """True if the message at this offset was read and is not settled."""
        return bool(self._open) and offset >= self._open[0][0] and offset not in self._settled

    def commit(self) -> int | None:
        """Return the offset to commit: that of the next message. `None` if there is nothing new."""
        after = None
        while self._open and self._open[0][0] in self._settled:
            offset, _ = self._open.popleft()
            self._settled.discard(offset)
            after = offset + 1
        return after

    @property
    def first_open(self) -> tuple[int, float] | None:
        """Offset and time of the first message that is not settled; `None` if all are."""
        return self._open[0] if self._open else None


class Position(NamedTuple):
    """Offset of a message, and the partition as it was assigned when the message was read."""

    partition: Partition
    offset: int


class Start(NamedTuple):
    """Offset to begin at, and a problem that somebody must know of; empty if there is none."""

    offset: int
    problem: str = ""


def start_at(committed: int, low: int, high: int, place: str) -> Start:
    """Return where to go on in a partition whose next offset the broker does not have.

    Args:
        committed: Offset up to which everything is settled or read.
        low: Offset of the oldest message that the broker still has.
        high: Offset of the next message.
        place: Topic and partition, for the problem.
    """
    if committed < low:
        lost = low - committed
        return Start(
            low,
            f"{place}: {lost:,} events are lost: the topic's retention removed them before a relay had sent them "
            f"(offsets {committed:,} to {low - 1:,}). Raise retention.ms and retention.bytes of the topic.",
        )
    if committed > high:
        return Start(
            low,
            f"{place}: offset {committed:,} was read before, but the topic ends at {high:,}: it was made anew, "
            "or has lost events. It is read from its start; events that were sent before count once.",
        )
    return Start(committed)
