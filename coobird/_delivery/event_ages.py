"""Times at which queued events were first seen (pure: the clock is passed in).

An event carries no time of its own, because `track` must not pay for it. The owner of a queue notes
its length now and then instead, and the events that are new since the last note get the time of
this note. So an event is never younger here than it is, except by the time between two notes.
"""

from __future__ import annotations

from collections import deque

from coobird._settings.settings import INF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_STRETCHES = 256
"""Most stretches of a queue. With more, neighbours are joined, so that the queue of a day's outage
takes no more memory than the queue of a minute's."""

STRETCH_SECONDS = 1.0
"""Time that a stretch covers at first. Events that were first seen within it share one time."""

AgedEvents = tuple[int, float]
"""Number of neighbouring events, and the time at which the last of them was first seen."""


class EventAges:
    """Times at which the events of a queue were first seen, oldest event first.

    The time of an event is the real one or later: an age that is read here is never too high. It is
    too low by the time until the next note, and by a second or a 32nd of the longest time between
    two events of the queue, whichever is more.
    """

    def __init__(self) -> None:
        self._stretches: deque[AgedEvents] = deque()
        self._count = 0
        self._now = 0.0
        self._opened_at = 0.0
        self._stretch_seconds = STRETCH_SECONDS

    @property
    def oldest_since(self) -> float | None:
        """Time at which the oldest event was first seen; `None` if the queue is empty."""
        return self._stretches[0][1] if self._stretches else None

    def count_before(self, time: float) -> int:
        """Number of the events at the head of the queue that were first seen before this time."""
        number = 0
        for count, since in self._stretches:
            if since >= time:
                break
            number += count
        return number

    def note(self, count: int, now: float) -> None:
        """Note the number of queued events at this time. New ones are at the end of the queue."""
        self._now = now
        new = count - self._count
        if new < 0:
            self.take(-new)
        elif new > 0:
            self._add(new, now)

    def take(self, count: int) -> list[AgedEvents]:
        """Remove the oldest events, and return their stretches, oldest first.

        Events that no note has seen yet have the time of the last note.
        """
        taken: list[AgedEvents] = []
        while count > 0 and self._stretches:
            # One step: see the head of `queue`.
            number, since = self._stretches[0]
            if number > count:
                self._stretches[0] = (number - count, since)
                number = count
            else:
                del self._stretches[0]
            self._count -= number
            count -= number
            taken += ((number, since),)
        if count > 0:
            taken.append((count, self._now))
        if not self._stretches:
            self._stretch_seconds = STRETCH_SECONDS
        return taken

    def put_back(self, stretches: list[AgedEvents]) -> None:
        """Return stretches to the head of the queue."""
        for count, since in reversed(stretches):
            if self._stretches and self._stretches[0][1] == since:  # it was one before a batch was taken
                # One step.
                self._stretches[0] = (self._stretches[0][0] + count, since)
                self._count += count
            else:
                self._stretches.appendleft((0, since))
                self._stretches[0] = (count, since)
                self._count += count

    def _add(self, new: int, now: float) -> None:
        if self._stretches and now - self._opened_at < self._stretch_seconds:
            # One step: see the head of `queue`.
            self._stretches[-1] = (self._stretches[-1][0] + new, now)
            self._count += new
            return
        # One step.
        self._stretches += ((new, now),)
        self._count += new
        self._opened_at = now
        if len(self._stretches) > MAX_STRETCHES:
            while len(self._stretches) > MAX_STRETCHES // 2:
                self._stretch_seconds *= 2
                self._stretches = _joined(self._stretches, self._stretch_seconds)


def youngest(stretches: list[AgedEvents], count: int) -> list[AgedEvents]:
    """Return the stretches of the last `count` events."""
    found: list[AgedEvents] = []
    for number, since in reversed(stretches):
        if count > 0:
            found.insert(0, (min(number, count), since))
        count -= number
    return found


def _joined(stretches: Iterable[AgedEvents], seconds: float) -> deque[AgedEvents]:
    """Join neighbours whose times are at most so far apart. The latest time of them counts."""
    joined: deque[AgedEvents] = deque()
    began = -INF
    for count, since in stretches:
        if abs(since - began) <= seconds:
            number, before = joined.pop()
            joined.append((number + count, max(before, since)))
        else:
            joined.append((count, since))
            began = since
    return joined
