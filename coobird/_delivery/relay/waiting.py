"""Messages of a topic that a relay has read, until they are sent (pure).

A partition of which many wait, as that of one busy customer, delays only itself. Each batch takes a
message of each partition in turn, and reading pauses in the partitions of which many wait.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from coobird._delivery.relay.offsets import Partition
    from coobird._delivery.relay.source import Message

_MAX_WAITING = 10_000
"""Most messages in memory, besides those in flight. Half of them may be of one partition, if none
of another wait: a few requests for each one in flight."""

_MAX_READ = 500
"""Most messages to read at a time. They are sent only when all of them are there."""


class Reading(NamedTuple):
    """Decision what to read next.

    Attributes:
        limit: Most messages to read.
        paused: Partitions in which nothing is to be read.
    """

    limit: int
    paused: frozenset[Partition]


class Waiting:
    """Messages that wait, by their partitions. Its owner holds the lock."""

    def __init__(self, limit: int = _MAX_WAITING) -> None:
        self._limit = limit
        self._queues: OrderedDict[Partition, deque[Message]] = OrderedDict()
        """Messages of each partition that has any, in the order of the partitions' turns."""

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def add(self, message: Message) -> None:
        """Add a message that was read."""
        self._queues.setdefault(message.position.partition, deque()).append(message)

    def take(self, limit: int) -> list[Message]:
        """Take up to so many messages, one of each partition in turn."""
        taken: list[Message] = []
        while self._queues and len(taken) < limit:
            partition, queue = self._queues.popitem(last=False)
            taken.append(queue.popleft())
            if queue:
                self._queues[partition] = queue
        return taken

    def give_back(self, messages: Iterable[Message]) -> None:
        """Add messages that were taken, before later ones. One that waits already is not added."""
        returned: dict[Partition, list[Message]] = {}
        for message in messages:
            returned.setdefault(message.position.partition, []).append(message)
        for partition, those in returned.items():
            by_offset = {each.position.offset: each for each in (*those, *self._queues.get(partition, ()))}
            self._queues[partition] = deque(by_offset[offset] for offset in sorted(by_offset))

    def drop(self, partition: Partition) -> None:
        """Forget the messages of a partition."""
        self._queues.pop(partition, None)

    def reading(self, assigned: Iterable[Partition], paused: Container[Partition]) -> Reading:
        """Decide what to read next.

        Each partition of which messages wait may have an equal part of the limit. One more part is
        for those of which none wait. A pause ends when half of a part is taken, because each pause
        throws away what was fetched ahead.

        Args:
            assigned: Partitions of this relay.
            paused: Those in which reading is paused.
        """
        room = self._limit - len(self)
        if room <= 0:
            return Reading(1, frozenset(assigned))
        part = self._limit // (len(self._queues) + 1)
        # All that is read may be of one partition, and must not exceed its part.
        count = max(1, min(_MAX_READ, part // 2, room))
        most = part - count
        full = {each for each, queue in self._queues.items() if len(queue) > (most // 2 if each in paused else most)}
        return Reading(count, frozenset(full))
