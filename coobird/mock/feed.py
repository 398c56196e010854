"""Tells waiting readers that something happened. They read what is new from the log, so a slow one piles nothing up."""

import asyncio


class Feed:
    """Used from one event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def wait(self, seconds: float) -> bool:
        """Until the next `wake`, at most so long; whether there was one."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(event)
        return True
