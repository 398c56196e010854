"""Wake-up of readers that wait for changes.

A reader gets no data here. It reads what is new from the event log, so nothing is queued for a slow
reader.
"""

import asyncio


class ChangeNotifier:
    """Wakes the readers of one event loop. Not thread-safe."""

    def __init__(self) -> None:
        self.changes: int = 0
        """Number of changes so far. A reader that was busy compares it and sees that it missed
        some."""
        self.closed: bool = False
        self._waiting: set[asyncio.Event] = set()

    def notify(self) -> None:
        """Count a change and wake all waiting readers."""
        self.changes += 1
        for event in self._waiting:
            event.set()

    def close(self) -> None:
        """End all readers: each of them checks `closed` when it wakes."""
        self.closed = True
        self.notify()

    async def wait(self, changes: int, seconds: float) -> bool:
        """Wait for a change after the first `changes` ones, at most `seconds`.

        True if there was one.
        """
        if self.changes != changes:
            return True
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(event)
        return True
