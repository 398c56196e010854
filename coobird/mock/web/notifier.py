"""Tells waiting readers that something happened. They read what is new from the log, so a slow one piles nothing up."""

import asyncio


class Feed:
    """Used from one event loop."""

    def __init__(self) -> None:
        self.turn = 0
        """Counts what happened: by it, a reader that was busy sees that it missed something."""
        self.closed = False
        self._waiting: set[asyncio.Event] = set()

    def wake(self) -> None:
        self.turn += 1
        for event in self._waiting:
            event.set()

    def close(self) -> None:
        """Let every reader come to an end."""
        self.closed = True
        self.wake()

    async def wait(self, turn: int, seconds: float) -> bool:
        """Until there was something since `turn`, at most so long; whether there was."""
        if self.turn != turn:
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
